"""Ways to write a digit that MNIST's American writers did not have, drawn onto real digits or from nothing.

A European 1 has a flag and is read as a 7 by who never saw one; a 7 may have a bar, a 0 a slash.
"""

import numpy as np

from training.junk import Strokes, scaled
from training.unipen import PenDigit

WOBBLE = 0.02  # of the digit's height: how far a hand, or a mouse, strays


def flagged_ones(count: int, rng: np.random.Generator) -> list[Strokes]:
    """1s with a flag of any length, a quarter of them with a foot."""
    return [_flagged_one(rng) for _ in range(count)]


def _flagged_one(rng: np.random.Generator) -> Strokes:
    lean = rng.normal(0.08, 0.1)  # sideways per height; positive leans to the right
    top, bottom = np.array((lean / 2, -0.5)), np.array((-lean / 2, 0.5))
    length, angle = rng.uniform(0.12, 0.62), rng.uniform(0.45, 1.15)  # below the horizontal, to the left
    flag = top + length * np.array((-np.cos(angle), np.sin(angle)))
    bend = (flag + top) / 2 + rng.normal(0, 0.02, 2)
    strokes = [np.array([flag, bend, top, (top + bottom) / 2 + rng.normal(0, 0.015, 2), bottom])]
    if rng.random() < 0.25:
        half, tilt = rng.uniform(0.1, 0.35), rng.normal(0, 0.05)
        strokes.append(bottom + np.array([(-half, tilt), (half, -tilt)]))
    return strokes


def barred_sevens(digits: list[PenDigit], count: int, rng: np.random.Generator) -> list[Strokes]:
    """Real 7s of one stroke, crossed below the middle of their stem."""
    sevens = [scaled(digit.strokes) for digit in digits if digit.label == 7 and len(digit.strokes) == 1]
    return [_crossed(sevens[i], rng.uniform(-0.1, 0.15), 0.0, rng) for i in _choice(sevens, count, rng)]


def slashed_zeros(digits: list[PenDigit], count: int, rng: np.random.Generator) -> list[Strokes]:
    """Real 0s of one stroke, struck through from the upper right to the lower left."""
    zeros = [scaled(digit.strokes) for digit in digits if digit.label == 0 and len(digit.strokes) == 1]
    return [_crossed(zeros[i], 0.0, rng.uniform(-1.2, -0.6), rng) for i in _choice(zeros, count, rng)]


def _choice(real: list[Strokes], count: int, rng: np.random.Generator) -> np.ndarray:
    return rng.integers(len(real), size=count if real else 0)


def _crossed(strokes: Strokes, height: float, angle: float, rng: np.random.Generator) -> Strokes:
    """The digit and a line through its ink at this height below the centre."""
    points = np.concatenate(strokes)
    middle = points[np.abs(points[:, 1] - height).argmin()] if angle == 0 else np.zeros(2)
    half = rng.uniform(0.18, 0.32) if angle == 0 else rng.uniform(0.4, 0.65)
    angle += rng.normal(0, 0.1)
    return [*strokes, middle + np.outer((-half, half), (np.cos(angle), np.sin(angle)))]


def wobbled(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """The same digit by a less steady hand: each stroke strays smoothly, a few times along its way."""
    points = np.concatenate(strokes)
    size = WOBBLE * float(np.ptp(points, axis=0).max())
    moved = []
    for stroke in strokes:
        turns = rng.normal(0, size, (2, 7))
        way = np.linspace(0, 6, len(stroke))
        moved.append(stroke + np.stack([np.interp(way, np.arange(7), turns[axis]) for axis in (0, 1)], axis=1))
    return moved
