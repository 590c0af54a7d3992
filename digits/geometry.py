"""What a grouping looks like, whatever the network says: figures for each candidate and each pair of neighbours.

All lengths are in heights of the line, so a large number and a small one have the same figures.
"""

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from digits.lattice import Group, Lattice
from digits.lines import fewer, split, straight, thinned
from digits.pieces import Piece

GROUP = ("one", "strokes", "cuts", "cut straight", "low", "high", "wide", "tiny", "gap", "apart")
LEFT_OUT = ("way", "bend", "dot")
PAIR = ("overlap", "overlap squared", "far", "climb", "heights", "touch", "row")

COARSE = 0.04  # the spacing of the points that distances are measured between
MOST_COARSE = 128  # of them in one piece, which is five heights of ink; a scribble is measured at fewer places
TOUCHING = 0.03
LARGEST = 1e4  # of a figure: an ink that is flat as a hair would drown all else that is added to it
FAR = 0.5  # further apart than this, the distance of the boxes will do

# Between two points x, y, x² + y², 1, the form whose value is the square of their distance: one product for all pairs.
SQUARES = np.array([[-2.0, 0, 0, 0], [0, -2, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]])

Distance = Callable[[Piece, Piece], float]


@dataclass(frozen=True)
class Figures:
    """Of each candidate, [n, len(GROUP)]; of each of `pairs`, candidates that may follow each other, [m, len(PAIR)]."""

    groups: np.ndarray
    pairs: list[tuple[int, int]]
    between: np.ndarray


def figures(lattice: Lattice) -> Figures:
    """The figures of a lattice."""
    height = lattice.height or 1.0
    boxes = np.array([group.box for group in lattice.groups]).T / height
    distance = _distances(lattice, height)
    made = np.array([_made(group, height, distance) for group in lattice.groups])
    groups, pairs = _alone(boxes, made), _between(lattice, boxes, distance)
    return Figures(np.minimum(groups, LARGEST), lattice.pairs, np.minimum(pairs, LARGEST))


def _alone(boxes: np.ndarray, made: np.ndarray) -> np.ndarray:
    """Of every candidate, by its box (left, top, right, bottom) and how it is `_made`."""
    wide, high = boxes[2:] - boxes[:2]
    scale = np.log(np.maximum(high, 0.05))
    strokes, cut, cut_straight, gap, apart = made.T
    return np.array([
        np.ones(len(wide)),
        strokes - 1.0,
        cut,
        cut_straight,
        np.minimum(0.0, scale) ** 2,
        np.maximum(0.0, scale) ** 2,
        np.maximum(0.0, wide - 1) ** 2,
        np.maximum(wide, high) < 0.3,
        gap,
        apart,
    ]).T  # fmt: skip


def _made(group: Group, height: float, distance: Distance) -> tuple[int, int, bool, float, float]:
    """Its strokes, ends that are cut, whether what is cut is straight; gap and distance between its parts."""
    gap, apart, reached = 0.0, 0.0, group.pieces[0].box[2]
    for piece in group.pieces[1:]:
        gap, reached = max(gap, piece.box[0] - reached), max(reached, piece.box[2])
    if len(group.pieces) > 1:
        apart = max(min(distance(one, other) for other in group.pieces if other is not one) for one in group.pieces)
    cut = _cut_ends(group.pieces)
    cut_straight = cut > 0 and len(group.strokes) == 1 and straight(group.strokes[0])
    return len(group.strokes), cut, cut_straight, gap / height, apart


def _cut_ends(pieces: list[Piece]) -> int:
    """Ends at which a stroke goes on outside of the group."""
    ends = {(piece.stroke, piece.first + len(piece.points) - 1) for piece in pieces if piece.cut_after}
    starts = {(piece.stroke, piece.first) for piece in pieces if piece.cut_before}
    return len(ends ^ starts)


def _between(lattice: Lattice, boxes: np.ndarray, distance: Distance) -> np.ndarray:
    """Of every pair; of two in different rows, nothing but that they are."""
    one, other = np.array(lattice.pairs, int).reshape(-1, 2).T
    left, top, right, bottom = boxes
    gap = left[other] - right[one]
    overlap = np.maximum(0.0, -gap)
    climb = (top + bottom)[one] - (top + bottom)[other]
    high = np.log(np.maximum(bottom - top, 0.1))
    row = np.array(lattice.rows)
    breaks = row[one] != row[other]
    touch = np.zeros(len(gap))
    for k in np.flatnonzero((gap < 0.1) & ~breaks).tolist():
        i, j = lattice.pairs[k]
        touch[k] = any(distance(a, b) < TOUCHING for a in lattice.groups[i].pieces for b in lattice.groups[j].pieces)
    figures = np.array([
        overlap,
        overlap**2,
        np.maximum(0.0, gap - 0.5),
        np.minimum(1.0, climb**2 / 4),
        np.minimum(2.0, abs(high[one] - high[other])),
        touch,
        breaks,
    ]).T  # fmt: skip
    figures[breaks, :-1] = 0.0
    return figures


def _distances(lattice: Lattice, height: float) -> Distance:
    """A function that tells how near two pieces come to each other; every pair is worked out once."""
    slots = [group.pieces for group in lattice.groups if group.end == group.start + 1]
    points = _coarse(list(itertools.chain(*slots)), height)
    known: dict[tuple[Piece, Piece], float] = {}

    def worked_out(one: Piece, other: Piece) -> float:
        a, b = one.box, other.box
        away = math.hypot(max(0.0, a[0] - b[2], b[0] - a[2]), max(0.0, a[1] - b[3], b[1] - a[3])) / height
        if away >= FAR:
            return away
        nearest = math.sqrt(max(0.0, (points[one].T @ SQUARES @ points[other]).min()))
        return max(0.0, nearest / height - COARSE / 2)

    def distance(one: Piece, other: Piece) -> float:
        found = known.get((one, other))
        if found is None:
            found = known[one, other] = known[other, one] = worked_out(one, other)
        return found

    return distance


def _coarse(pieces: list[Piece], height: float) -> dict[Piece, np.ndarray]:
    """The points of each, few of them, as columns: x, y, x² + y², 1."""
    thin = thinned([piece.points for piece in pieces], COARSE * height)
    thin = [fewer(points, 1 + len(points) // MOST_COARSE) for points in thin]
    points = np.concatenate(thin)
    x, y = (points - points[0]).T  # the squares of what is far away would drown what is small
    columns = split(np.array([x, y, x * x + y * y, np.ones(len(x))]).T, map(len, thin))
    return {piece: column.T for piece, column in zip(pieces, columns, strict=True)}
