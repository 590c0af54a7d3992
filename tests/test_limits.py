import re
from collections import Counter
from pathlib import Path

from digits import ink, lattice
from webapp import channel, door, gate, rate, server, settings
from webapp.limits import LIMITS

README = Path(__file__).parents[1] / "README.md"
BOUNDS = re.compile("MOST_|LONGEST_|DEEPEST|FARTHEST|LATEST|SECONDS")
OTHERS = {"MOST_PIECES", "MOST_DRAWN"}  # bound the work, and nothing is refused


def test_every_limit_in_the_code_is_in_the_table():
    """As often as there is a limit of that size: several are the same number."""
    rooms = (channel, door, gate, ink, lattice, rate, server)
    bounds = [vars(room)[name] for room in rooms for name in vars(room) if BOUNDS.match(name) and name not in OTHERS]
    assert Counter(bounds) == Counter(most for _, most, sentence in LIMITS if "DIGITS_" not in sentence)


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
