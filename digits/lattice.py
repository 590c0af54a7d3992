"""Ink → pieces → candidate groups: which pieces of which strokes might be one digit, and in what order.

Over-segmentation: strokes are put in order from left to right, those that may run through several digits are cut
wherever the pen could have gone on from one digit into the next, and every few neighbouring pieces are a candidate.
What is a digit and what is not, the network and the search say later. A candidate spans the slots `start` to `end`
of a row that runs from 0 to `slots`; a number is a path of candidates from one end to the other. Strokes that the
writer says are one digit are cut nowhere and share a slot, which is a candidate by itself and part of no other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from statistics import median

import numpy as np

from digits.cuts import cuts
from digits.ink import TooMuch
from digits.lines import fewer, straight, thinned
from digits.rows import rows

# Lengths are in heights of the line.
STEP = 0.01  # points nearer than this to each other add nothing to a picture
MOST_PIECES = 5  # in one candidate: nobody draws a digit in more
MOST_SLOTS = 100  # in all: 32 digits of three pieces each
MOST_PAIRS = 3000  # of candidates that may follow each other: 100 pieces have 2,400, a dozen specks together 2,000
MOST_DRAWN = 25_000  # points of all candidates: those of 32 digits have 3,000, and a scribble is one with fewer too
WIDEST = 2.2  # candidate of several pieces
SAME = 0.08  # boxes that differ by less on every side are in one place
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


def around(pieces: Sequence[Piece]) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of all of them."""
    lefts, tops, rights, bottoms = zip(*(piece.box for piece in pieces), strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


@dataclass(frozen=True, eq=False)
class Slot:
    """One place in a row: a piece, or all pieces of a digit that is `known`."""

    pieces: list[Piece]
    known: bool = False

    @cached_property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        return around(self.pieces)


@dataclass(frozen=True, eq=False)
class Group:
    """Neighbouring pieces that might be a digit, and the slots they span."""

    pieces: list[Piece]
    start: int
    end: int

    @cached_property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        return around(self.pieces)

    @cached_property
    def members(self) -> list[int]:
        """The strokes that this is made of, as indices into the ink."""
        return sorted({piece.stroke for piece in self.pieces})

    @cached_property
    def strokes(self) -> list[np.ndarray]:
        """Its strokes: parts of one that follow each other are one again."""
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

    @cached_property
    def drawings(self) -> list[list[np.ndarray]]:
        """What is to be drawn of every candidate; where there is very much ink, fewer points of it."""
        every = 1 + sum(len(stroke) for group in self.groups for stroke in group.strokes) // MOST_DRAWN
        return [[fewer(stroke, every) for stroke in group.strokes] for group in self.groups]

    @cached_property
    def rows(self) -> list[int]:
        """In which row every candidate stands, counted from 0."""
        return [sum(slot <= group.start for slot in self.breaks) for group in self.groups]

    @cached_property
    def pairs(self) -> list[tuple[int, int]]:
        """Indices of every two groups that may follow each other, with nothing but loose pieces between them."""
        starting: dict[int, list[int]] = {}
        for j, group in enumerate(self.groups):
            starting.setdefault(group.start, []).append(j)
        found: list[tuple[int, int]] = []
        for i, group in enumerate(self.groups):
            slot = group.end
            found += ((i, j) for j in starting.get(slot, ()))
            while slot in self.loose:
                slot += 1
                found += ((i, j) for j in starting.get(slot, ()))
        return found


def build(strokes: Sequence[np.ndarray], known: Sequence[Sequence[int]] = ()) -> Lattice:
    """All candidates of an ink; `known` lists the strokes, by their places, that are one digit each.

    TooMuch if there are more pieces than any number that is read can have, or so many specks that may be left out that
    the ways around them are too many.
    """
    free = sorted(set(range(len(strokes))).difference(*known))
    units = [*([stroke] for stroke in free), *known]
    _check_count(len(units))
    boxes = _boxes([[strokes[i] for i in unit] for unit in units])
    height = line_height(boxes[:, 3] - boxes[:, 1])
    groups: list[Group] = []
    loose: dict[int, str] = {}
    breaks: set[int] = set()
    count = 0
    for row in rows(boxes, height):
        filled = [slot for i in row for slot in _slots(strokes, units[i], height, known=i >= len(free))]
        filled = _placed(filled, height)
        _check_count(count + len(filled))
        if count:
            breaks.add(count)
        if len(filled) > 1:
            loose |= {count + i: kind for i, slot in enumerate(filled) if (kind := _loose(slot, height))}
        groups += _candidates(filled, count, height)
        count += len(filled)
    lattice = Lattice(groups, count, height, loose, frozenset(breaks))
    if len(lattice.pairs) > MOST_PAIRS:
        raise TooMuch(
            f"there are too many specks: {len(lattice.pairs)} pairs of neighbours, of which {MOST_PAIRS} are read"
        )
    return lattice


def _check_count(pieces: int) -> None:
    if pieces > MOST_SLOTS:
        raise TooMuch(f"this is more ink than the {MOST_SLOTS} pieces that are read at once")


def line_height(heights: np.ndarray) -> float:
    """The typical height of the strokes that are not dots, bars and ticks."""
    return median(heights[heights >= heights.max() / 2].tolist())


def _boxes(units: list[list[np.ndarray]]) -> np.ndarray:
    """Left, top, right, bottom of each."""
    points = np.concatenate([stroke for unit in units for stroke in unit])
    sizes = [sum(map(len, unit)) for unit in units]
    starts = np.cumsum([0, *sizes[:-1]])
    return np.hstack([np.minimum.reduceat(points, starts), np.maximum.reduceat(points, starts)])


def _slots(strokes: Sequence[np.ndarray], unit: Sequence[int], height: float, known: bool) -> list[Slot]:
    """One slot for a known digit; for a free stroke, one for each of its pieces."""
    thin = [(stroke, thinned(strokes[stroke], STEP * height)) for stroke in unit]
    if known:
        return [Slot(sorted((Piece(*one) for one in thin), key=lambda piece: piece.box[0] + piece.box[2]), known)]
    ((stroke, points),) = thin
    ends = [0, *cuts(points, height), len(points) - 1]
    return [
        Slot([Piece(stroke, points[low : high + 1], low, low > 0, high < len(points) - 1)])
        for low, high in pairwise(ends)
    ]


def _placed(slots: list[Slot], height: float) -> list[Slot]:
    """By their middles, whenever they were drawn; two in one place, such as a stroke that was drawn twice, are one."""
    placed: list[Slot] = []
    for slot in sorted(slots, key=lambda slot: slot.box[0] + slot.box[2]):
        if placed and _twice(placed[-1], slot, height):
            placed[-1] = Slot(placed[-1].pieces + slot.pieces)
        else:
            placed.append(slot)
    return placed


def _twice(one: Slot, other: Slot, height: float) -> bool:
    """Whether these are the same piece again, and no specks, of which there may be many."""
    if any(abs(a - b) >= SAME * height for a, b in zip(one.box, other.box, strict=True)):
        return False
    return not (one.known or other.known or len(one.pieces) > 1 or _loose(one, height) == "dot")


def _candidates(slots: list[Slot], start: int, height: float) -> list[Group]:
    """Each slot, so that there is a path; and every few neighbours that are not too far apart, nor known digits."""
    groups = []
    for i, slot in enumerate(slots):
        left, _, right, _ = slot.box
        groups.append(Group(slot.pieces, start + i, start + i + 1))
        for j in range(i + 1, min(i + MOST_PIECES, len(slots))):
            left, right = min(left, slots[j].box[0]), max(right, slots[j].box[2])
            if slot.known or slots[j].known or right - left > WIDEST * height:
                break
            pieces = [piece for one in slots[i : j + 1] for piece in one.pieces]
            groups.append(Group(pieces, start + i, start + j + 1))
    return groups


def _loose(slot: Slot, height: float) -> str:
    """What a slot has that may be no part of any digit: a way between two digits, a bend on it, a dot; else nothing."""
    piece = slot.pieces[0]
    if piece.cut_before and piece.cut_after:
        return "way" if straight(piece.points) else "bend"
    left, top, right, bottom = slot.box
    small = not slot.known and max(right - left, bottom - top) < SMALLEST * height
    return "dot" if small else ""
