"""What is not a digit, made from digits: the eleventh class, which tells the app where one digit ends.

Negative training for over-segmentation goes back to the Newton (Yaeger et al. 1998). Merges of neighbours and
parts of digits are what a wrong grouping of strokes looks like; scribbles, dashes and dots are what else lands
on a page. A part that looks like a digit (the stem of a 4 is a 1) is no use as junk: see `looks_like_a_digit`.
"""

import cv2
import numpy as np

from digits.raster import pictures
from training.unipen import PenDigit

Strokes = list[np.ndarray]
NOT_A_DIGIT = 10

# In heights of a digit: mean and spread of the gap and the offset between neighbours in real numbers.
GAP, GAP_SPREAD, OFFSET_SPREAD, HEIGHT_SPREAD = 0.3, 0.22, 0.1, 0.1
ALIKE = 0.87  # cosine of two pictures at half size; of real digits, 96 in 100 have so near a neighbour


def junk(digits: list[PenDigit], count: int, seed: int) -> np.ndarray:
    """`count` pictures of what is not a digit, made of these digits: 45 % merges, 40 % parts, 15 % other marks."""
    rng = np.random.default_rng(seed)
    writers: dict[str, list[PenDigit]] = {}
    for digit in digits:
        writers.setdefault(digit.writer, []).append(digit)
    real = pictures([digit.strokes for digit in digits[:: max(1, len(digits) // 6000)]])
    names = [name for name, theirs in writers.items() if len(theirs) > 1]
    kept, needed = [], count
    while needed > 0:
        groups = []
        for kind in rng.choice(3, needed + needed // 3 + 8, p=(0.45, 0.4, 0.15)):
            theirs = writers[names[rng.integers(len(names))]]
            groups.append((merge, piece, mark)[kind](theirs, rng))
        images = pictures(groups, 1.0)  # every group is scaled so that a digit is about 1 high
        images = images[~looks_like_a_digit(images, real)]
        kept.append(images[:needed])
        needed -= len(kept[-1])
    return np.concatenate(kept)


def looks_like_a_digit(images: np.ndarray, real: np.ndarray) -> np.ndarray:
    """Which pictures lie as near to a real digit as real digits lie to one another."""
    return (_directions(images) @ _directions(real).T).max(axis=1) > ALIKE


def _directions(images: np.ndarray) -> np.ndarray:
    small = images[..., 0].reshape(-1, 14, 2, 14, 2).mean((2, 4), dtype=np.float32).reshape(len(images), -1)
    return small / np.maximum(np.linalg.norm(small, axis=1, keepdims=True), 1e-6)


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


def mark(theirs: list[PenDigit], rng: np.random.Generator) -> Strokes:
    """A scribble, a cross, a dash, two dashes or a dot."""
    kind = rng.random()
    if kind < 0.4:
        turns = np.cumsum(rng.normal(0, 1, (rng.integers(6, 30), 2)), axis=0)
        knots = np.arange(len(turns))
        fine = np.linspace(0, len(turns) - 1, 8 * len(turns))
        way = np.stack([np.interp(fine, knots, turns[:, axis]) for axis in (0, 1)], axis=1)
        return scaled([cv2.blur(way.astype(np.float32), (1, 7))])
    if kind < 0.55:
        return [_dash(rng, 0), _dash(rng, np.pi / 2)]
    if kind < 0.8:
        return [_dash(rng, 0) + np.array((0, 0.3 * i)) for i in range(rng.integers(1, 3))]
    return [rng.normal(0, 0.03, (rng.integers(1, 6), 2))]


def _dash(rng: np.random.Generator, angle: float) -> np.ndarray:
    angle += rng.normal(0, 0.15)
    return np.outer((-0.5, 0.5), (np.cos(angle), np.sin(angle))) * rng.uniform(0.4, 1.1)


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


def scaled(strokes: Strokes) -> Strokes:
    """The same strokes, 1 high (a very wide mark: 1.5 wide), the box's centre at 0."""
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    width, height = high - low
    side = max(height, width / 1.5, 1e-6)
    return [(stroke - (low + high) / 2) / side for stroke in strokes]
