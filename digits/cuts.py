"""Where a stroke may be cut: the places at which a pen that was not lifted can have gone from one digit into the next.

Whoever joins two digits moves on to the right between them. So every run of a stroke to the right is looked at: if
what comes before it stands left of what comes after it, it may be such a way, and the stroke may be cut where the
run begins and at the first and the last turn up or down on it, or at its end where it has none. What is a way and what
is a digit's own line, the search finds out.
"""

from bisect import bisect_left, bisect_right
from itertools import pairwise

import numpy as np

# Lengths are in heights of the line.
NARROW = 0.8  # a stroke that is not wider holds one digit
TURN = 0.06  # a smaller way back is a tremble of the hand
LOW = 0.35  # what is left and right of a cut is at least so high
OVERLAP = 0.35  # and reaches at most so far over the other
NEAR = 0.08  # two cuts are further apart than this, along the stroke


def cuts(points: np.ndarray, height: float) -> list[int]:
    """Indices of the points at which the stroke may be cut, in order."""
    left, right = points[:, 0].min(), points[:, 0].max()
    if height <= 0 or right - left < NARROW * height:
        return []
    if points[-1, 0] < points[0, 0]:  # written from right to left
        return [len(points) - 1 - cut for cut in reversed(_cuts(*(points[::-1] / height).T))]
    return _cuts(*(points / height).T)


def _cuts(x: np.ndarray, y: np.ndarray) -> list[int]:
    turns_x, turns_y = _turns(x), _turns(y)
    past, future = _so_far(x, y), [values[::-1] for values in _so_far(-x[::-1], y[::-1])]
    (right_of_past, high_past), (left_of_future, high_future) = past, (-future[0], future[1])
    found: list[int] = []
    for start, end in pairwise(turns_x):
        if x[end] <= x[start]:
            continue
        stops = turns_y[bisect_right(turns_y, start) : bisect_left(turns_y, end)]
        marks = sorted({start, stops[0], stops[-1]} if stops else {start, end})
        early = [mark for mark in marks if high_past[mark] >= LOW]
        late = [mark for mark in marks if high_future[mark] >= LOW]
        # what lies between the two is the way, and belongs to neither side
        if early and late and early[0] <= late[-1] and right_of_past[early[0]] - left_of_future[late[-1]] <= OVERLAP:
            found += [mark for mark in marks if min(high_past[mark], high_future[mark]) >= LOW / 2]
    return _spaced(found, x, y)


def _so_far(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """At every point, how far to the right the pen has been until then, and over which height."""
    return np.maximum.accumulate(x), np.maximum.accumulate(y) - np.minimum.accumulate(y)


def _turns(values: np.ndarray) -> list[int]:
    """Indices of the ends, and of the extremes that stand out by more than a tremble."""
    turns, best, rising = [0], 0, None
    first = extreme = float(values[0])
    for i, value in enumerate(values.tolist()):
        if rising is None:
            if abs(value - first) > TURN:
                rising, best, extreme = value > first, i, value
        elif (value > extreme) == rising:
            best, extreme = i, value
        elif abs(value - extreme) > TURN:
            turns.append(best)
            rising, best, extreme = not rising, i, value
    return [*turns, len(values) - 1]


def _spaced(found: list[int], x: np.ndarray, y: np.ndarray) -> list[int]:
    """Drop cuts that come too soon after the one before, and at the ends."""
    way = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))])
    kept: list[int] = []
    for mark in sorted(set(found)):
        if way[mark] - (way[kept[-1]] if kept else 0.0) > NEAR and way[-1] - way[mark] > NEAR:
            kept.append(mark)
    return kept
