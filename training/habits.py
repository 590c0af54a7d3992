"""Ways to write a digit that the writers at hand did not have, drawn onto their digits or from nothing.

A European 1 has a flag and is read as a 7 by who never saw one; a 7 may have a bar, a 0 a slash, a 4 an open roof. Some
draw a stroke twice.
"""

from collections.abc import Callable

import numpy as np

from training.unipen import PenDigit, Strokes, scaled

WOBBLE = 0.02  # of the digit's height: how far a hand, or a mouse, strays
FLAGGED = 6000  # 1s
Habit = Callable[[Strokes, np.random.Generator], Strokes]


def drawn(digits: list[PenDigit], share: float, rng: np.random.Generator) -> list[PenDigit]:
    """`share` of the usual number of new digits: 1s with a flag, drawn from nothing, and 7s and 0s made of these."""
    ones = [(1, flagged_one(rng)) for _ in range(round(share * FLAGGED))]
    changed = [
        (label, habit(scaled(digit.strokes), rng))
        for habit, (label, count) in CHANGES.items()
        for digit in _choice([d for d in digits if d.label == label and len(d.strokes) == 1], share * count, rng)
    ]
    return [PenDigit(label, "drawn", strokes) for label, strokes in ones + changed]


def _choice(digits: list[PenDigit], count: float, rng: np.random.Generator) -> list[PenDigit]:
    return [digits[i] for i in rng.integers(len(digits), size=round(count))] if digits else []


def flagged_one(rng: np.random.Generator) -> Strokes:
    """A 1 with a straight flag of any length; one in four has a foot."""
    top, bottom = _stem(rng)
    length, angle = rng.uniform(0.12, 0.62), rng.uniform(0.45, 1.15)  # below the horizontal, to the left
    flag = top + length * np.array((-np.cos(angle), np.sin(angle)))
    bend = (flag + top) / 2 + rng.normal(0, 0.02, 2)
    strokes = [np.array([flag, bend, top, (top + bottom) / 2 + rng.normal(0, 0.015, 2), bottom])]
    if rng.random() < 0.25:
        half, tilt = rng.uniform(0.1, 0.35), rng.normal(0, 0.05)
        strokes.append(bottom + np.array([(-half, tilt), (half, -tilt)]))
    return strokes


def hooked_one(rng: np.random.Generator) -> Strokes:
    """A 1 whose flag begins flat and far to the left, and turns up only near the stem."""
    top, bottom = _stem(rng)
    low = 0.5 + rng.uniform(-0.15, 0.25)
    start = top + (-rng.uniform(0.3, 0.9), low)
    knee = top + (-rng.uniform(0.05, 0.35), low + rng.normal(0, 0.05))
    return [
        np.array(
            [
                start,
                (start + knee) / 2 + rng.normal(0, 0.02, 2),
                knee,
                (knee + top) / 2 + rng.normal(0, 0.015, 2),
                top,
                (top + bottom) / 2 + rng.normal(0, 0.015, 2),
                bottom,
            ]
        )
    ]


def _stem(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Top and bottom of a stem that is 1 high."""
    lean = rng.normal(0.08, 0.1)  # sideways per height; positive leans to the right
    return np.array((lean / 2, -0.5)), np.array((-lean / 2, 0.5))


def barred(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A 7 crossed below the middle of its stem."""
    points, height = np.concatenate(strokes), rng.uniform(-0.1, 0.15)
    middle = points[np.abs(points[:, 1] - height).argmin()]
    return [*strokes, middle + _line(rng.uniform(0.18, 0.32), rng.normal(0, 0.1))]


def slashed(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A 0 struck through from the upper right to the lower left."""
    angle = rng.uniform(-1.2, -0.6)
    return [*strokes, _line(rng.uniform(0.4, 0.65), angle + rng.normal(0, 0.1))]


def _line(half: float, angle: float) -> np.ndarray:
    return np.outer((-half, half), (np.cos(angle), np.sin(angle)))


def opened(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A 4 whose stem, its last stroke, stands further off, and lower at its top."""
    stem = strokes[-1]
    foot = stem[stem[:, 1].argmax()]
    moved = foot + (stem - foot) * (1, rng.uniform(0.65, 1)) + (rng.uniform(0, 0.3), 0)
    return [*strokes[:-1], moved]


def retraced(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A digit with one of its strokes drawn again, or the beginning of it."""
    stroke = strokes[rng.integers(len(strokes))]
    again = stroke[: max(2, round(len(stroke) * rng.uniform(0.35, 1.0)))]
    return [*strokes, wobbled([again], rng)[0] + rng.normal(0, 0.03, 2)]


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


CHANGES: dict[Habit, tuple[int, int]] = {barred: (7, 1500), slashed: (0, 1500)}  # of which digit, and how many
