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
from statistics import median

import numpy as np

from digits.ink import TooMuch
from digits.lines import fewer, straight
from digits.pieces import Box, Piece, around, both, boxes_of, made
from digits.rows import rows

# Lengths are in heights of the line.
MOST_PIECES = 5  # in one candidate: nobody draws a digit in more
MOST_SLOTS = 100  # in all: 32 digits of three pieces each
MOST_PAIRS = 3000  # of candidates that may follow each other: 100 pieces have 2,400, a dozen specks together 2,000
MOST_DRAWN = 25_000  # points of all candidates: those of 32 digits have 3,000, and a scribble is one with fewer too
WIDEST = 2.2  # candidate of several pieces
SAME = 0.08  # boxes that differ by less on every side are in one place
SMALLEST = 0.15  # a piece that is smaller both ways may be an accident, and left out


@dataclass(frozen=True, eq=False)
class Slot:
    """One place in a row: a piece, or all pieces of a digit that is `known`."""

    pieces: list[Piece]
    box: Box
    known: bool = False


@dataclass(frozen=True, eq=False)
class Group:
    """Neighbouring pieces that might be a digit, and the slots they span."""

    pieces: list[Piece]
    box: Box
    start: int
    end: int

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
    whole = set().union(*known)
    free = sorted(set(range(len(strokes))) - whole)
    units = [*([stroke] for stroke in free), *known]
    _check_count(len(units))
    boxes = boxes_of([np.concatenate([strokes[i] for i in unit]) for unit in units])
    height = line_height(boxes[:, 3] - boxes[:, 1])
    pieces = made(strokes, whole, height)
    slots = [_slots([piece for i in unit for piece in pieces[i]], known=k >= len(free)) for k, unit in enumerate(units)]
    groups: list[Group] = []
    loose: dict[int, str] = {}
    breaks: set[int] = set()
    count = 0
    for row in rows(boxes, height):
        filled = _placed([slot for i in row for slot in slots[i]], height)
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


def _slots(pieces: list[Piece], known: bool) -> list[Slot]:
    """One for all pieces of a known digit; else one for each."""
    if known:
        return [Slot(sorted(pieces, key=_middle), around(pieces), known)]
    return [Slot([piece], piece.box) for piece in pieces]


def _middle(placed: Piece | Slot) -> float:
    """Twice how far to the right it is."""
    return placed.box[0] + placed.box[2]


def _placed(slots: list[Slot], height: float) -> list[Slot]:
    """By their middles, whenever they were drawn; two in one place, such as a stroke that was drawn twice, are one."""
    placed: list[Slot] = []
    for slot in sorted(slots, key=_middle):
        if placed and _twice(placed[-1], slot, height):
            pieces = placed[-1].pieces + slot.pieces
            placed[-1] = Slot(pieces, around(pieces))
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
        pieces, box = slot.pieces, slot.box
        groups.append(Group(pieces, box, start + i, start + i + 1))
        for j in range(i + 1, min(i + MOST_PIECES, len(slots))):
            pieces, box = pieces + slots[j].pieces, both(box, slots[j].box)
            if slot.known or slots[j].known or box[2] - box[0] > WIDEST * height:
                break
            groups.append(Group(pieces, box, start + i, start + j + 1))
    return groups


def _loose(slot: Slot, height: float) -> str:
    """What a slot has that may be no part of any digit: a way between two digits, a bend on it, a dot; else nothing."""
    piece = slot.pieces[0]
    if piece.cut_before and piece.cut_after:
        return "way" if straight(piece.points) else "bend"
    left, top, right, bottom = slot.box
    small = not slot.known and max(right - left, bottom - top) < SMALLEST * height
    return "dot" if small else ""
