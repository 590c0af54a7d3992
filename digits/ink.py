"""Untrusted JSON → ink. Nothing gets past here that is not strokes of finite points within the limits."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from digits.lines import split

MOST_STROKES = 200
MOST_POINTS = 10_000  # in all strokes together
MOST_DIGITS = 32
FARTHEST = 1_000_000  # of a coordinate from zero, in whatever unit the client draws
NEAREST = 1e-60  # of a coordinate to zero: what is nearer is zero, or to enlarge an ink could overflow
LATEST = 1e15  # of a time, in milliseconds: clients may count from 1970
MOST_GROUPED = 16  # strokes in one group: nobody draws a digit in more

_PARTS = (("x", FARTHEST), ("y", FARTHEST), ("milliseconds", LATEST))  # of a point
_LIMITS = np.array([limit for _, limit in _PARTS])
_NUMBERS = {int, float}


@dataclass(frozen=True)
class Ink:
    """Strokes, each float64 [points, 2], y down, one point at the least; and which of them are one digit for certain.

    A group lists strokes by their places; no stroke stands in two. Strokes in no group may belong to any digit.
    """

    strokes: list[np.ndarray]
    groups: Sequence[Sequence[int]] = ()


class BadInk(ValueError):
    """What is wrong with an ink, in a sentence that names the stroke and the point, counted from 0."""


class TooMuch(BadInk):
    """Nothing but that there is more of it than is read at once."""


def parse(document: Any) -> Ink:
    """Take `{"strokes": [[[x, y] or [x, y, milliseconds], …], …], "groups": [[stroke, …], …]}`, or raise BadInk.

    The document is as decoded from JSON; it may do without groups, and what else it has is let be.
    """
    if not isinstance(document, dict) or "strokes" not in document:
        raise BadInk('the ink must be an object with "strokes"')
    strokes = document["strokes"]
    if not isinstance(strokes, list):
        raise BadInk(f"strokes must be a list, not {_told(strokes)}")
    if not strokes:
        raise BadInk("there are no strokes: an empty ink shows no number")
    if len(strokes) > MOST_STROKES:
        raise TooMuch(f"{len(strokes)} strokes are more than the {MOST_STROKES} that are read at once")
    _check_sizes(strokes)
    points = _points(strokes)
    if points is None:
        for number, stroke in enumerate(strokes):
            for index, point in enumerate(stroke):
                _check(point, number, index)
        points = np.array([point[:2] for stroke in strokes for point in stroke], np.float64)
    groups = document.get("groups", [])
    _check_groups(groups, len(strokes))
    return Ink(split(np.where(np.abs(points) < NEAREST, 0.0, points), map(len, strokes)), groups)


def _points(strokes: list[list]) -> np.ndarray | None:
    """All points, [points, 2], looked at all at once; or None where something may be wrong, which `_check` tells."""
    points = list(itertools.chain.from_iterable(strokes))
    if set(map(type, points)) != {list} or set(map(len, points)) not in ({2}, {3}):
        return None
    numbers = list(itertools.chain.from_iterable(points))
    if not set(map(type, numbers)) <= _NUMBERS:
        return None
    try:
        table = np.array(numbers, np.float64).reshape(len(points), -1)
    except OverflowError:  # whole numbers may be as long as the body
        return None
    parts = table.shape[1]
    return table[:, :2] if (np.abs(table) <= _LIMITS[:parts]).all() else None  # NaN is not less than anything


def _check_sizes(strokes: list) -> None:
    points = 0
    for number, stroke in enumerate(strokes):
        if not isinstance(stroke, list):
            raise BadInk(f"stroke {number} must be a list of points, not {_told(stroke)}")
        if not stroke:
            raise BadInk(f"stroke {number} has no points")
        points += len(stroke)
    if points > MOST_POINTS:
        raise TooMuch(f"{points} points are more than the {MOST_POINTS} that are read at once")


def _check(point: Any, stroke: int, index: int) -> None:
    """Exact types, for NumPy would take True for 1 and "5" for 5; comparisons that NaN does not pass."""
    if type(point) is not list or len(point) not in (2, 3):
        raise BadInk(f"stroke {stroke}, point {index} must be [x, y] or [x, y, milliseconds], not {_told(point)}")
    for part, value in enumerate(point):  # once for every number of an ink: a zip of three would take twice as long
        name, limit = _PARTS[part]
        if type(value) not in _NUMBERS:
            raise BadInk(f"stroke {stroke}, point {index}: {name} must be a number, not {_told(value)}")
        if not -limit <= value <= limit:
            raise BadInk(f"stroke {stroke}, point {index}: {name} must be between {-limit:.0f} and {limit:.0f}")


def _check_groups(groups: Any, strokes: int) -> None:
    """Every group a list of a few strokes that are there, and that no other group has."""
    if not isinstance(groups, list):
        raise BadInk(f"groups must be a list, not {_told(groups)}")
    taken: dict[int, int] = {}
    for number, group in enumerate(groups):
        if not isinstance(group, list):
            raise BadInk(f"group {number} must be a list of strokes, not {_told(group)}")
        if not 1 <= len(group) <= MOST_GROUPED:
            raise BadInk(f"group {number} must have 1 to {MOST_GROUPED} strokes, not {len(group)}")
        for stroke in group:
            if type(stroke) is not int:
                raise BadInk(
                    f"group {number}: a stroke must be a whole number, not {_told(stroke, number='a fraction')}"
                )
            if not 0 <= stroke < strokes:
                raise BadInk(f"group {number}: there are only strokes 0 to {strokes - 1}")
            if stroke in taken:
                raise BadInk(f"group {number}: stroke {stroke} is already in group {taken[stroke]}")
            taken[stroke] = number


def _told(value: Any, number: str = "a number") -> str:
    """Name a JSON value without repeating it: it may be large, and it is not ours."""
    kinds = {type(None): "null", bool: "a boolean", str: "a string", list: "a list", dict: "an object"}
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return kinds.get(type(value), number)
