"""Untrusted JSON → ink. Nothing gets past here that is not strokes of finite points within the limits."""

from typing import Any

import numpy as np

MOST_STROKES = 200
MOST_POINTS = 10_000  # in all strokes together
MOST_DIGITS = 32
FARTHEST = 1_000_000  # of a coordinate from zero, in whatever unit the client draws
LATEST = 1e15  # of a time, in milliseconds: clients may count from 1970

Ink = list[np.ndarray]  # a stroke is float64 [points, 2], y down, one point at the least


class BadInk(ValueError):
    """What is wrong with an ink, in a sentence that names the stroke and the point, counted from 0."""


def parse(document: Any) -> Ink:
    """Take `{"strokes": [[[x, y] or [x, y, milliseconds], …], …]}` as decoded from JSON, or raise BadInk."""
    if not isinstance(document, dict) or "strokes" not in document:
        raise BadInk('the ink must be an object with "strokes"')
    strokes = document["strokes"]
    if not isinstance(strokes, list):
        raise BadInk(f"strokes must be a list, not {_told(strokes)}")
    if not strokes:
        raise BadInk("there are no strokes: an empty ink shows no number")
    if len(strokes) > MOST_STROKES:
        raise BadInk(f"{len(strokes)} strokes are more than the {MOST_STROKES} that are read at once")
    _check_sizes(strokes)
    for number, stroke in enumerate(strokes):
        for index, point in enumerate(stroke):
            _check(point, number, index)
    return [np.array([point[:2] for point in stroke], np.float64) for stroke in strokes]


def _check_sizes(strokes: list) -> None:
    points = 0
    for number, stroke in enumerate(strokes):
        if not isinstance(stroke, list):
            raise BadInk(f"stroke {number} must be a list of points, not {_told(stroke)}")
        if not stroke:
            raise BadInk(f"stroke {number} has no points")
        points += len(stroke)
    if points > MOST_POINTS:
        raise BadInk(f"{points} points are more than the {MOST_POINTS} that are read at once")


def _check(point: Any, stroke: int, index: int) -> None:
    """Exact types, for NumPy would take True for 1 and "5" for 5; comparisons that NaN does not pass."""
    if type(point) is not list or len(point) not in (2, 3):
        raise BadInk(f"stroke {stroke}, point {index} must be [x, y] or [x, y, milliseconds], not {_told(point)}")
    for name, value, limit in zip(("x", "y", "milliseconds"), point, (FARTHEST, FARTHEST, LATEST), strict=False):
        if type(value) not in (int, float):
            raise BadInk(f"stroke {stroke}, point {index}: {name} must be a number, not {_told(value)}")
        if not -limit <= value <= limit:
            raise BadInk(f"stroke {stroke}, point {index}: {name} must be between {-limit:.0f} and {limit:.0f}")


def _told(value: Any) -> str:
    """Name a JSON value without repeating it: it may be large, and it is not ours."""
    kinds = {type(None): "null", bool: "a boolean", str: "a string", list: "a list", dict: "an object"}
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return kinds.get(type(value), "a number")
