"""Strokes → pieces: the parts that a stroke may be cut into, and the boxes around them."""

import itertools
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from digits.cuts import cuts
from digits.lines import thinned

STEP = 0.01  # heights of the line; points nearer than this to each other add nothing to a picture

Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True, eq=False)
class Piece:
    """A stroke or a part of one: its place in the ink, its points, and what is cut off at its ends."""

    stroke: int
    points: np.ndarray
    box: Box
    first: int = 0  # of the stroke's own points
    cut_before: bool = False
    cut_after: bool = False


def made(strokes: Sequence[np.ndarray], whole: Collection[int], height: float) -> list[list[Piece]]:
    """Of each stroke, the pieces that it may be cut into, if it is not one of those that are `whole`.

    All boxes are made at once, for calling NumPy costs more than what it does to a few points.
    """
    strokes = thinned(strokes, STEP * height)
    ends = [[0, *(() if i in whole else cuts(points, height)), len(points) - 1] for i, points in enumerate(strokes)]
    parts = [(i, low, high) for i, marks in enumerate(ends) for low, high in itertools.pairwise(marks)]
    drawn = [strokes[i][low : high + 1] for i, low, high in parts]
    pieces: list[list[Piece]] = [[] for _ in strokes]
    for (i, low, high), points, box in zip(parts, drawn, boxes_of(drawn).tolist(), strict=True):
        pieces[i].append(Piece(i, points, tuple(box), low, low > 0, high < len(strokes[i]) - 1))
    return pieces


def boxes_of(points: Sequence[np.ndarray]) -> np.ndarray:
    """Left, top, right, bottom of each."""
    together = np.concatenate(points)
    starts = [0, *itertools.accumulate(map(len, points[:-1]))]
    return np.hstack([np.minimum.reduceat(together, starts), np.maximum.reduceat(together, starts)])


def both(one: Box, other: Box) -> Box:
    """The box around two."""
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def around(pieces: Iterable[Piece]) -> Box:
    """The box around all of them."""
    return reduce(both, (piece.box for piece in pieces))
