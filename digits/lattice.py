"""Strokes → candidate groups: which strokes might be one digit, and in which order the groups can be read.

A candidate spans the slots `start` to `end` of a row that runs from 0 to `slots`; a number is a path of candidates
from one end to the other. At present strokes that share a column form the one candidate of their slot.
"""

from dataclasses import dataclass

import numpy as np

from digits.ink import MOST_DIGITS, BadInk, Ink

OVERLAP = 0.2  # of the narrower of two neighbours: above it they are one digit
NARROWEST = 0.1  # of the line's height: a vertical bar counts as this wide
STEP = 0.01  # of the line's height: points nearer than this to each other add nothing to a picture


@dataclass(frozen=True)
class Group:
    """Strokes that might be a digit: their points, their places in the ink, the slots they span."""

    strokes: list[np.ndarray]
    members: list[int]
    start: int
    end: int

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, width, height."""
        low, high = _extent(self.strokes)
        return (*low.tolist(), *(high - low).tolist())


@dataclass(frozen=True)
class Lattice:
    """All candidates of an ink, and the height that its digits have."""

    groups: list[Group]
    slots: int
    height: float


def build(ink: Ink) -> Lattice:
    """Group the strokes of an ink; BadInk if they make too many digits."""
    boxes = np.array([(stroke.min(axis=0), stroke.max(axis=0)) for stroke in ink])
    height = _height(boxes[:, 1, 1] - boxes[:, 0, 1])
    columns = _columns(boxes[:, 0, 0], boxes[:, 1, 0], NARROWEST * height)
    if len(columns) > MOST_DIGITS:
        raise BadInk(f"{len(columns)} digits are more than the {MOST_DIGITS} that are read at once")
    thinned = [_thinned(stroke, STEP * height) for stroke in ink]
    groups = [Group([thinned[i] for i in column], column, slot, slot + 1) for slot, column in enumerate(columns)]
    return Lattice(groups, len(columns), height)


def _height(heights: np.ndarray) -> float:
    """The typical height of the strokes that are not dots, bars and ticks."""
    return float(np.median(heights[heights >= heights.max() / 2]))


def _columns(left: np.ndarray, right: np.ndarray, narrowest: float) -> list[list[int]]:
    """Indices of strokes, by column from left to right, each column in the order it was drawn.

    Sorted by where they stand, not by when they came: the bar of a 5 may be drawn after the whole number.
    """
    pad = np.maximum(0, narrowest - (right - left)) / 2
    left, right = left - pad, right + pad
    columns: list[tuple[float, float, list[int]]] = []
    for i in np.argsort(left + right, kind="stable"):
        low, high, members = left[i], right[i], [int(i)]
        while columns:
            other_low, other_high, others = columns[-1]
            shared = min(high, other_high) - max(low, other_low)
            if shared <= OVERLAP * min(high - low, other_high - other_low):
                break
            columns.pop()
            low, high, members = min(low, other_low), max(high, other_high), others + members
        columns.append((low, high, sorted(members)))
    return [members for _, _, members in columns]


def _thinned(stroke: np.ndarray, step: float) -> np.ndarray:
    """Drop points until the pen has moved on by `step`; the first and the last one stay."""
    if len(stroke) < 3 or step <= 0:
        return stroke
    moved = np.cumsum(np.hypot(*np.diff(stroke, axis=0).T)) // step
    keep = np.concatenate([[True], np.diff(moved, prepend=0) > 0])
    keep[-1] = True
    return stroke[keep]


def _extent(strokes: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    points = np.concatenate(strokes)
    return points.min(axis=0), points.max(axis=0)
