"""What is not a digit, made from digits: the eleventh class, which tells the app where one digit ends.

Negative training for over-segmentation goes back to the Newton (Yaeger et al. 1998). Merges of neighbours and
parts of digits are what a wrong grouping of strokes looks like; scribbles, dashes and dots are what else lands
on a page. A part that looks like a digit (the stem of a 4 is a 1) is no use as junk: see `looks_like_a_digit`.
"""

import numpy as np

from digits import lattice
from digits.alike import likeness
from digits.raster import pictures
from training import compose
from training.marks import mark
from training.unipen import PenDigit, Strokes, by_writer, scaled

NOT_A_DIGIT = 10

# In heights of a digit: mean and spread of the gap and the offset between neighbours in real numbers.
GAP, GAP_SPREAD, OFFSET_SPREAD, HEIGHT_SPREAD = 0.3, 0.22, 0.1, 0.1
ALIKE = 0.87  # likeness of two pictures; of real digits, 96 in 100 have so near a neighbour
# A candidate is wrong when it shares less than this with any digit; right with more, and hardly any of another.
WRONG, RIGHT, ANOTHER = 0.7, 0.9, 0.03


def junk(digits: list[PenDigit], count: int, seed: int) -> np.ndarray:
    """`count` pictures of what is not a digit, made of these digits.

    Of those that are drawn, 45 % are merges, 40 % parts and 15 % other marks; what looks like a digit is left out.
    """
    rng = np.random.default_rng(seed)
    writers = by_writer(digits)
    real = _some(digits)
    names = [name for name, theirs in writers.items() if len(theirs) > 1]
    kept, needed = [], count
    while needed > 0:
        groups = []
        for kind in rng.choice(3, needed + needed // 3 + 8, p=(0.45, 0.4, 0.15)):
            theirs = writers[names[rng.integers(len(names))]]
            groups.append(mark(rng) if kind == 2 else (merge, piece)[kind](theirs, rng))
        images = pictures(groups, 1.0)  # every group is scaled so that a digit is about 1 high
        images = images[~looks_like_a_digit(images, real)]
        kept.append(images[:needed])
        needed -= len(kept[-1])
    return np.concatenate(kept)


def candidates(digits: list[PenDigit], count: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What the app will be asked about `count` numbers of these writers: wrong groups; right ones and their labels.

    Of the right ones, only those that were cut out of a stroke: the others are digits as they were.
    """
    wrong, right, labels = [], [], []
    for number in compose.numbers(digits, count, seed):
        row = lattice.build(number.strokes)
        images = pictures(row.drawings, row.height)
        for image, group, shared in zip(images, row.groups, compose.shares(row, number), strict=True):
            best, *others = sorted(shared, key=shared.get, reverse=True)
            whole = shared[best] > RIGHT and all(shared[other] < ANOTHER for other in others)
            if shared[best] < WRONG:
                wrong.append(image)
            elif whole and any(piece.cut_before or piece.cut_after for piece in group.pieces):
                right.append(image)
                labels.append(int(number.label[best]))
    images = np.array(wrong)
    kept = images[~looks_like_a_digit(images, _some(digits))]
    return kept, np.array(right).reshape(-1, 28, 28, 1), np.array(labels, np.uint8)


def _some(digits: list[PenDigit]) -> np.ndarray:
    """Pictures of 6,000 to 12,000 of them, or of all where there are fewer."""
    return pictures([digit.strokes for digit in digits[:: max(1, len(digits) // 6000)]])


def looks_like_a_digit(images: np.ndarray, real: np.ndarray) -> np.ndarray:
    """Which pictures lie as near to a real digit as real digits lie to one another."""
    parts = [images[start : start + 4000] for start in range(0, len(images), 4000)]  # all at once would be a gigabyte
    return np.concatenate([likeness(part, real).max(axis=1) for part in parts]) > ALIKE


def merge(theirs: list[PenDigit], rng: np.random.Generator) -> Strokes:
    """Neighbours taken for one digit: two or three whole ones, or one and some strokes of the next."""
    row = _row([theirs[i] for i in rng.integers(len(theirs), size=rng.choice((2, 3), p=(0.85, 0.15)))], rng)
    if len(row) == 2 and rng.random() < 0.4:
        spoilt = rng.integers(2)
        strokes = row[spoilt]
        if len(strokes) > 1:
            row[spoilt] = strokes[: rng.integers(1, len(strokes))]
        else:
            row[spoilt] = _stretch(strokes, rng)
    return [stroke for digit in row for stroke in digit]


def piece(theirs: list[PenDigit], rng: np.random.Generator) -> Strokes:
    """Less than a digit: some strokes of several, or a stretch of the pen's way."""
    digit = scaled(theirs[rng.integers(len(theirs))].strokes)
    if len(digit) > 1 and rng.random() < 0.5:
        return [digit[i] for i in rng.permutation(len(digit))[: rng.integers(1, len(digit))]]
    return _stretch(digit, rng)


def _row(digits: list[PenDigit], rng: np.random.Generator) -> list[Strokes]:
    """Digits beside one another as a writer sets them."""
    row, right = [], 0.0
    for digit in digits:
        strokes = scaled(digit.strokes)
        size = 1 + rng.normal(0, HEIGHT_SPREAD)
        left = min(stroke[:, 0].min() for stroke in strokes) * size
        start = right + max(-0.2, rng.normal(GAP, GAP_SPREAD)) * bool(row)
        shift = (start - left, rng.normal(0, OFFSET_SPREAD))
        row.append([stroke * size + shift for stroke in strokes])
        right = max(stroke[:, 0].max() for stroke in row[-1])
    return row


def _stretch(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A quarter to three fifths of the pen's way through one stroke."""
    stroke = strokes[rng.integers(len(strokes))]
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(stroke, axis=0), axis=1))])
    share = rng.uniform(0.25, 0.6)
    low = rng.choice((0.0, 1 - share, rng.uniform(0, 1 - share)))
    within = (length >= low * length[-1]) & (length <= (low + share) * length[-1])
    return [stroke[within] if within.any() else stroke[:1]]
