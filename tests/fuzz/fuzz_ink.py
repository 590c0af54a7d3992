"""`make fuzz`: libFuzzer, guided by what it covers of `digits/`, looks for a body that is neither read nor refused.

What comes after the command is libFuzzer's: `-max_total_time=60`, `-runs=100000`, the file of a crash to repeat it.
What it has found to be new stays in tests/fuzz/corpus, and the next run goes on from there.
"""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
CORPUS = Path(__file__).parent / "corpus"
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

try:
    import atheris
except ImportError:
    sys.exit(
        "atheris is not installed. `.venv/bin/python -m pip install atheris` does it where there is a wheel: "
        f"Linux with CPython 3.11 to 3.13 (this is {sys.platform} with {sys.version.split()[0]})."
    )

with atheris.instrument_imports(include=["digits", "json"]):
    import digits

import inks  # noqa: E402 (after what has to come first)
import numpy as np  # noqa: E402

SEEDS = {
    name: strokes for name, strokes in vars(inks).items() if not name.startswith("_") and isinstance(strokes, list)
}


def indifferent(images):
    """A network that says the same of every picture."""
    return np.full((len(images), 11), 1 / 11, np.float32), 1


def one_body(body):
    """Read it as the app would: all that may come out is a reading of finite figures, or BadInk."""
    try:
        document = json.loads(body.decode())
    except (ValueError, RecursionError):
        return
    try:
        ink = digits.parse(document)
        reading = digits.read(ink, indifferent)
    except digits.BadInk:
        return
    assert sum(len(stroke) for stroke in ink.strokes) <= digits.ink.MOST_POINTS
    assert all(np.abs(stroke).max() <= digits.ink.FARTHEST for stroke in ink.strokes)
    assert all(0 <= number.confidence <= 1 for number in reading.numbers)
    assert all(np.isfinite(digit.probabilities).all() for digit in reading.numbers[0].digits)


if __name__ == "__main__":
    CORPUS.mkdir(exist_ok=True)
    for name, strokes in SEEDS.items():
        (CORPUS / name).write_text(json.dumps({"strokes": strokes, "groups": [[0]]}))
    repeats = any(Path(argument).is_file() for argument in sys.argv[1:])
    atheris.Setup(sys.argv if repeats else [*sys.argv, str(CORPUS)], one_body)
    atheris.Fuzz()
