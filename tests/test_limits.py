import importlib
import re
from collections import Counter
from pathlib import Path

import pytest

from webapp import settings
from webapp.limits import LIMITS

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
SENT_TO = [*ROOT.glob("webapp/*.py"), *ROOT.glob("digits/*.py"), ROOT / "serving" / "client.py"]
WORDS = "MOST|MAX|LONGEST|LARGEST|FARTHEST|LATEST|DEEPEST|SECONDS"
BOUND = re.compile(rf"^((?:[A-Z0-9]+_)*(?:{WORDS})(?:_[A-Z0-9]+)*)\b.* = ", re.M)
OTHERS = {  # bound the work or what is remembered, and nothing that is sent is refused for them
    *("busy.MOST", "metrics.SECONDS", "remember.MOST"),
    *("geometry.LARGEST", "geometry.MOST_COARSE", "lattice.MOST_DRAWN", "lattice.MOST_PIECES"),
    "client.LONGEST_DEADLINE",  # of a setting
}


def bounds(path):
    """By its name and its module's, whatever in this file is called as limits are."""
    module = importlib.import_module(f"{path.parent.name}.{path.stem}")
    return {f"{path.stem}.{name}": vars(module)[name] for name in BOUND.findall(path.read_text())}


def test_every_limit_in_the_code_is_in_the_table():
    """As often as there is a limit of that size: several are the same number."""
    found = {name: most for path in SENT_TO for name, most in bounds(path).items()}
    assert found.keys() >= OTHERS
    limits = [most for name, most in found.items() if name not in OTHERS]
    assert Counter(limits) == Counter(most for _, most, sentence in LIMITS if "DIGITS_" not in sentence)


@pytest.mark.parametrize("name", ["MAX_LENGTH", "LARGEST_HEADER", "LONGEST_NAME", "MOST", "FARTHEST", "BODY_MAX"])
def test_a_limit_is_seen_whatever_it_is_called(name):
    assert BOUND.findall(f"OTHER = 2\n{name} = 1  # of something\nOUTMOST = 3\n") == [name]


def test_a_limit_that_can_be_set_is_told_with_its_default():
    sentences = {re.search(r"DIGITS_\w+|$", sentence)[0]: most for _, most, sentence in LIMITS}
    for name in ("DIGITS_RATE", "DIGITS_SLOTS", "DIGITS_DEADLINE"):
        assert sentences[name] == settings.DEFAULTS[name]


def test_the_readme_has_the_same_table():
    text = README.read_text().partition("## Limits")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (.+) \| ([\d,]+) \| (.+) \|$", text, re.M)
    assert rows == [(of, f"{most:,.0f}", sentence) for of, most, sentence in LIMITS]


def test_the_docs_have_the_same_table(client):
    page = client.get("/api/docs").text
    for of, most, sentence in LIMITS:
        assert f"<tr><td>{of}</td><td>{most:,.0f}</td><td>{sentence}</td></tr>" in page
