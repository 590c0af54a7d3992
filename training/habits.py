"""Ways to write a digit that the writers at hand did not have, drawn onto their digits or from nothing.

A European 1 has a flag and is read as a 7 by who never saw one; a 7 may have a bar or, in Japan, a serif; a 0 may have
a slash, a 4 an open roof. Pens draw a stroke twice, and narrow paper makes narrow digits.
"""

from collections.abc import Callable

import numpy as np

from training.unipen import PenDigit, Strokes, scaled

WOBBLE = 0.02  # of the digit's height: how far a hand, or a mouse, strays
Habit = Callable[[Strokes, np.random.Generator], Strokes]


def drawn(digits: list[PenDigit], share: float, rng: np.random.Generator) -> list[PenDigit]:
    """New digits of every habit, `share` of the usual number: 1s from nothing, others from these digits."""
    ones = [(1, make(rng)) for make, count in ONES.items() for _ in range(round(share * count))]
    changed = [
        (digit.label, habit(scaled(digit.strokes), rng))
        for habit, (labels, strokes, count) in CHANGES.items()
        for digit in _choice(digits, labels, strokes, round(share * count), rng)
    ]
    return [PenDigit(label, "drawn", strokes) for label, strokes in ones + changed]


def _choice(digits: list[PenDigit], labels: str, strokes: int, count: int, rng: np.random.Generator) -> list[PenDigit]:
    """So many of the digits with one of these labels, and so many strokes (0: any)."""
    fitting = [d for d in digits if str(d.label) in labels and strokes in (0, len(d.strokes))]
    return [fitting[i] for i in rng.integers(len(fitting), size=count)] if fitting else []


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
    return [*strokes, _line(rng.uniform(0.4, 0.65), rng.uniform(-1.2, -0.6) + rng.normal(0, 0.1))]


def _line(half: float, angle: float) -> np.ndarray:
    return np.outer((-half, half), (np.cos(angle), np.sin(angle)))


def serifed(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A 7 that begins with a short stroke down, in one with its bar or drawn before it."""
    start = strokes[0][0]
    end = start + (rng.normal(-0.03, 0.04), rng.uniform(0.12, 0.45))
    if rng.random() < 0.5:
        return [np.concatenate([[end, (start + end) / 2], strokes[0]]), *strokes[1:]]
    return [np.array([start, (start + end) / 2, end]) + rng.normal(0, 0.03, 2), *strokes]


def opened(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A 4 whose stem, its last stroke, stands further off, and lower at its top."""
    stem = strokes[-1]
    foot = stem[stem[:, 1].argmax()]
    moved = foot + (stem - foot) * (1, rng.uniform(0.65, 1)) + (rng.uniform(0, 0.3), 0)
    return [*strokes[:-1], moved]


def begun_right(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A 6 whose pen came from the right, as for a 2."""
    start = strokes[0][0]
    hook = start + (rng.uniform(0.12, 0.4), rng.uniform(-0.02, 0.2))
    crest = (start + hook) / 2 - (0, rng.uniform(0, 0.1))
    return [np.concatenate([[hook, crest], strokes[0]]), *strokes[1:]]


def retraced(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A digit with one of its strokes drawn again, or the beginning of it."""
    stroke = strokes[rng.integers(len(strokes))]
    again = stroke[: max(2, round(len(stroke) * rng.uniform(0.35, 1.0)))]
    return [*strokes, wobbled([again], rng)[0] + rng.normal(0, 0.03, 2)]


def narrow(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A digit as where there is little room."""
    return [stroke * (rng.uniform(0.5, 0.8), 1) for stroke in strokes]


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


ONES: dict[Callable[[np.random.Generator], Strokes], int] = {flagged_one: 6000, hooked_one: 3000}
CHANGES: dict[Habit, tuple[str, int, int]] = {  # of which digits, of how many strokes (0: any), and how many
    barred: ("7", 1, 1500),
    serifed: ("7", 1, 1500),
    slashed: ("0", 1, 1500),
    opened: ("4", 2, 1500),
    begun_right: ("6", 1, 1000),
    retraced: ("023456789", 0, 1500),
    narrow: ("02345689", 0, 1500),
}
