"""Ink → pieces → candidate groups: which pieces of which strokes might be one digit, and in what order.

Over-segmentation: strokes are put in order from left to right, those that may run through several digits are cut
wherever the pen could have gone on from one digit into the next, and every few neighbouring pieces are a candidate.
What is a digit and what is not, the network and the search say later. A candidate spans the slots `start` to `end`
of a row that runs from 0 to `slots`; a number is a path of candidates from one end to the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np

from digits.cuts import cuts
from digits.ink import BadInk, Ink
from digits.rows import rows

# Lengths are in heights of the line.
STEP = 0.01  # points nearer than this to each other add nothing to a picture
MOST_PIECES = 5  # in one candidate: nobody draws a digit in more
MOST_SLOTS = 100  # in all: 32 digits of three pieces each
WIDEST = 2.2  # candidate of several pieces
SMALLEST = 0.15  # a piece that is smaller both ways may be an accident, and left out


@dataclass(frozen=True, eq=False)
class Piece:
    """A stroke or a part of one: its place in the ink, its points, and what is cut off at its ends."""

    stroke: int
    points: np.ndarray
    first: int = 0  # of the stroke's own points
    cut_before: bool = False
    cut_after: bool = False

    @cached_property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        return (*self.points.min(axis=0).tolist(), *self.points.max(axis=0).tolist())


@dataclass(frozen=True, eq=False)
class Group:
    """Neighbouring pieces that might be a digit, and the slots they span."""

    pieces: list[Piece]
    start: int
    end: int

    @cached_property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        boxes = [piece.box for piece in self.pieces]
        lefts, tops, rights, bottoms = zip(*boxes, strict=True)
        return min(lefts), min(tops), max(rights), max(bottoms)

    @cached_property
    def members(self) -> list[int]:
        """The strokes that this is made of, as indices into the ink."""
        return sorted({piece.stroke for piece in self.pieces})

    @cached_property
    def strokes(self) -> list[np.ndarray]:
        """What is to be drawn: parts of one stroke that follow each other are one again."""
        joined: list[np.ndarray] = []
        before = None
        for piece in sorted(self.pieces, key=lambda piece: (piece.stroke, piece.first)):
            if before and before.stroke == piece.stroke and before.first + len(before.points) - 1 == piece.first:
                joined[-1] = np.concatenate([joined[-1], piece.points[1:]])
            else:
                joined.append(piece.points)
            before = piece
        return joined


@dataclass(frozen=True, eq=False)
class Lattice:
    """All candidates of an ink, ordered by where they start; what may be left out, by slot; where a new row begins."""

    groups: list[Group]
    slots: int
    height: float
    loose: Mapping[int, str] = field(default_factory=dict)
    breaks: frozenset[int] = frozenset()


def build(ink: Ink) -> Lattice:
    """All candidates of an ink; BadInk if there are more pieces than any number that is read can have."""
    boxes = np.array([(*stroke.min(axis=0), *stroke.max(axis=0)) for stroke in ink])
    height = line_height(boxes[:, 3] - boxes[:, 1])
    groups: list[Group] = []
    loose: dict[int, str] = {}
    breaks: set[int] = set()
    slots = 0
    for row in rows(boxes, height):
        pieces = _pieces(ink, row, height)
        if slots + len(pieces) > MOST_SLOTS:
            raise BadInk(f"this is more ink than the {MOST_SLOTS} pieces that are read at once")
        if slots:
            breaks.add(slots)
        if len(pieces) > 1:
            loose |= {slots + i: kind for i, piece in enumerate(pieces) if (kind := _loose(piece, height))}
        groups += _candidates(pieces, slots, height)
        slots += len(pieces)
    return Lattice(groups, slots, height, loose, frozenset(breaks))


def line_height(heights: np.ndarray) -> float:
    """The typical height of the strokes that are not dots, bars and ticks."""
    return float(np.median(heights[heights >= heights.max() / 2]))


def _pieces(ink: Ink, row: list[int], height: float) -> list[Piece]:
    """The pieces of a row's strokes, from left to right by their middles, whenever they were drawn."""
    pieces = []
    for stroke in row:
        points = thinned(ink[stroke], STEP * height)
        ends = [0, *cuts(points, height), len(points) - 1]
        for low, high in pairwise(ends):
            pieces.append(Piece(stroke, points[low : high + 1], low, low > 0, high < len(points) - 1))
    return sorted(pieces, key=lambda piece: piece.box[0] + piece.box[2])


def _candidates(pieces: list[Piece], slot: int, height: float) -> list[Group]:
    """Every few neighbours that are not too far apart; a single piece always, so that there is a path."""
    groups = []
    for i, piece in enumerate(pieces):
        left, _, right, _ = piece.box
        for j in range(i, min(i + MOST_PIECES, len(pieces))):
            left, right = min(left, pieces[j].box[0]), max(right, pieces[j].box[2])
            if j > i and right - left > WIDEST * height:
                break
            groups.append(Group(pieces[i : j + 1], slot + i, slot + j + 1))
    return groups


def _loose(piece: Piece, height: float) -> str:
    """What a piece is that may be no part of any digit: a way between two digits, a bend on it, a dot; else nothing."""
    if piece.cut_before and piece.cut_after:
        return "way" if straight(piece.points) else "bend"
    left, top, right, bottom = piece.box
    return "dot" if max(right - left, bottom - top) < SMALLEST * height else ""


def straight(points: np.ndarray) -> bool:
    """Whether a line goes where it goes without a detour."""
    return np.hypot(*(points[-1] - points[0])) > 0.9 * np.hypot(*np.diff(points, axis=0).T).sum()


def thinned(stroke: np.ndarray, step: float) -> np.ndarray:
    """Drop points until the pen has moved on by `step`; the first and the last one stay."""
    if len(stroke) < 3 or step <= 0:
        return stroke
    moved = np.cumsum(np.hypot(*np.diff(stroke[:, :2], axis=0).T)) // step
    keep = np.concatenate([[True], np.diff(moved, prepend=0) > 0])
    keep[-1] = True
    return stroke[keep]
