"""Numbers of any length, set from one writer's single digits: what the search over groupings is fitted and tried on.

No public set holds many real numbers with the digit of every stroke. What is known of real ones (gaps, offsets,
heights, in units of a digit's height) is copied here: medians and spreads of 2,290 numbers.
"""

from typing import NamedTuple

import numpy as np

from training.unipen import PenDigit

Strokes = list[np.ndarray]

GAP, GAP_OF_WRITER, GAP_WITHIN = 0.30, 0.18, 0.08  # median; spread among numbers, and within one
OFFSET, HEIGHT = 0.08, 0.10  # spread of a digit's vertical place beside its neighbour's, and of its height
CLIMB = 0.05  # spread of a line's slope
TIGHTEST, WIDEST = -0.16, 1.0
JOINED = 0.12  # of all numbers: their writer does not lift the pen between digits that lie near
REACH = 0.8  # of a digit's height: the longest way a pen takes from one digit into the next without being lifted


class Number(NamedTuple):
    """An ink, what it says, and whose every point is: `owners` has, for each stroke, the digit of each point."""

    label: str
    strokes: Strokes
    owners: list[np.ndarray]


def numbers(digits: list[PenDigit], count: int, seed: int, lengths: tuple[int, int] = (2, 8)) -> list[Number]:
    """`count` numbers, each of one writer's digits; `lengths` are the fewest and the most digits."""
    rng = np.random.default_rng(seed)
    writers: dict[str, list[PenDigit]] = {}
    for digit in digits:
        writers.setdefault(digit.writer, []).append(digit)
    names = sorted(name for name, theirs in writers.items() if len(theirs) >= lengths[1])
    composed = []
    for _ in range(count):
        theirs = writers[names[rng.integers(len(names))]]
        chosen = [theirs[i] for i in rng.integers(len(theirs), size=rng.integers(lengths[0], lengths[1] + 1))]
        composed.append(number(chosen, rng))
    return composed


def number(digits: list[PenDigit], rng: np.random.Generator) -> Number:
    """These digits side by side, as a hand would set them."""
    row = set_in_row([digit.strokes for digit in digits], rng)
    joins = rng.random() < JOINED
    strokes: Strokes = []
    owners: list[np.ndarray] = []
    for i, digit in enumerate(row):
        for stroke in digit:
            owner = np.full(len(stroke), i)
            if joins and strokes and stroke is digit[0] and _near(strokes[-1], stroke):
                strokes[-1] = np.concatenate([strokes[-1], stroke])
                owners[-1] = np.concatenate([owners[-1], owner])
            else:
                strokes.append(stroke)
                owners.append(owner)
    return Number("".join(str(digit.label) for digit in digits), strokes, owners)


def set_in_row(digits: list[Strokes], rng: np.random.Generator) -> list[Strokes]:
    """Digits beside one another, about 1 high each."""
    usual, slope = GAP + rng.normal(0, GAP_OF_WRITER), rng.normal(0, CLIMB)
    row: list[Strokes] = []
    right = down = 0.0
    for digit in digits:
        size = np.exp(rng.normal(0, HEIGHT))
        strokes = [stroke * size for stroke in scaled(digit)]
        gap = float(np.clip(usual + rng.normal(0, GAP_WITHIN), TIGHTEST, WIDEST)) if row else 0.0
        left = min(stroke[:, 0].min() for stroke in strokes)
        down += rng.normal(0, OFFSET) - down / 2
        shift = (right + gap - left, down + slope * right)
        row.append([stroke + shift for stroke in strokes])
        right = max(stroke[:, 0].max() for stroke in row[-1])
    return row


def scaled(strokes: Strokes) -> Strokes:
    """The same strokes, 1 high (a very wide mark: 1.5 wide), the box's centre at 0."""
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    width, height = high - low
    side = max(height, width / 1.5, 1e-6)
    return [(stroke - (low + high) / 2) / side for stroke in strokes]


def _near(before: np.ndarray, after: np.ndarray) -> bool:
    """Whether a pen could go on from the end of one stroke into the next: rightwards, and not far."""
    right, down = after[0] - before[-1]
    return 0 < right < REACH and abs(down) < REACH
