"""Numbers of any length, set from one writer's single digits: what the search over groupings is fitted and tried on.

No public set holds many real numbers with the digit of every stroke. What is known of real ones (gaps, offsets,
heights, in units of a digit's height) is copied here: medians and spreads of 2,290 numbers.
"""

from collections import Counter
from typing import NamedTuple

import numpy as np

from digits.lattice import Group, Lattice
from digits.lines import thinned
from digits.pieces import STEP
from training.habits import flagged_one, opened, retraced
from training.marks import mark
from training.unipen import PenDigit, Strokes, by_writer, scaled

GAP, GAP_OF_WRITER, GAP_WITHIN = 0.30, 0.18, 0.08  # median; spread among numbers, and within one
OFFSET, HEIGHT = 0.08, 0.08  # spread of a digit's vertical place beside its neighbour's, and of its height
ODD, ODDLY = 0.12, 3.0  # of all digits, so many stand or are sized so much more freely
CLIMB = 0.05  # spread of a line's slope
TIGHTEST, WIDEST = -0.16, 1.0
# By chance 2.7 neighbours in 100 would meet, in real numbers 0.7 (CROHME's) to 1.4 (UNIPEN's) do. Of those whose points
# come so near, a hand sets this share further apart, by so much or again by so much: 1.25 in 100 are left, for lines
# may still cross between their points.
MINDED, MEETING, AWAY = 0.85, 0.03, 0.1
FLAGGED = 0.25  # of all numbers: their writer gives every 1 a flag, as hardly any writer of the pen sets does
STRAY, SCRIBBLED = 0.01, 0.01  # of all places between digits: a dot of the pen, a mark that is no digit
BROKEN, BOUNCED = 0.04, 0.02  # of all digits: a stroke that skips, a pen that touches twice where it comes down
OPENED, RETRACED = 0.15, 0.02  # of 4s in two strokes: not closed; of all digits: a stroke drawn twice
JOINED = 0.15  # of all numbers: their writer does not lift the pen between digits that lie near
REACH = 0.6  # of a digit's height: the longest way a pen takes from one digit into the next without being lifted


class Number(NamedTuple):
    """An ink, what it says, and whose every point is: `owners` has, for each stroke, the digit of each point.

    In `label`, x is a mark that is no digit; a point that is nobody's is owned by -1.
    """

    label: str
    strokes: Strokes
    owners: list[np.ndarray]


def numbers(
    digits: list[PenDigit],
    count: int,
    seed: int,
    lengths: tuple[int, int] = (2, 8),
    marks: bool = False,
    measured: bool = False,
    minded: float = 0.0,
) -> list[Number]:
    """`count` numbers, each of one writer's digits, so many at the least and at the most; `marks` adds what is none.

    To learn from, every writer comes as often as any other; to be `measured`, as often as there are digits of his, and
    none of these stands twice in a number, for nobody writes the same twice; who wrote fewer than the longest number
    has, never. Of neighbours whose points would meet, a share as large as `minded` is moved apart: MINDED, and they
    meet about as seldom as where a hand sees what it does.
    """
    rng = np.random.default_rng(seed)
    writers = by_writer(digits)
    names = sorted(
        name
        for name, theirs in writers.items()
        if len(theirs) >= lengths[1]
        for _ in range(len(theirs) if measured else 1)
    )
    return [
        number(
            _chosen(
                writers[names[rng.integers(len(names))]],
                rng.integers(lengths[0], lengths[1] + 1),
                rng,
                marks=marks,
                again=not measured,
            ),
            rng,
            minded,
        )
        for _ in range(count)
    ]


def _chosen(
    theirs: list[PenDigit], length: int, rng: np.random.Generator, *, marks: bool, again: bool
) -> list[tuple[str, Strokes]]:
    """What is written, and how it is drawn; a dot is written as nothing. One digit may come `again` in a number."""
    flags = rng.random() < FLAGGED
    row: list[tuple[str, Strokes]] = []
    for i in rng.integers(len(theirs), size=length) if again else rng.permutation(len(theirs))[:length]:
        digit = theirs[i]
        strokes = flagged_one(rng) if flags and digit.label == 1 else scaled(digit.strokes)
        if marks and digit.label == 4 and len(strokes) == 2 and rng.random() < OPENED:
            strokes = opened(strokes, rng)
        if marks and rng.random() < RETRACED:
            strokes = retraced(strokes, rng)
        if marks and rng.random() < BROKEN:
            strokes = _broken(strokes, rng)
        if marks and rng.random() < BOUNCED:
            strokes = [strokes[0][:1] + rng.normal(0, 0.04, (2, 2)), *strokes]
        row.append((str(digit.label), strokes))
        if marks and rng.random() < STRAY:
            row.append(("", [rng.normal(0, 0.02, (rng.integers(1, 4), 2)) + (0, rng.uniform(-0.5, 0.5))]))
        if marks and rng.random() < SCRIBBLED:
            row.append(("x", mark(rng)))
    return row


def _broken(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """One stroke in two, a little of it missing."""
    i = rng.integers(len(strokes))
    stroke = strokes[i]
    if len(stroke) < 8:
        return strokes
    low = rng.integers(2, len(stroke) - 4)
    high = low + rng.integers(1, 3)
    return [*strokes[:i], stroke[:low], stroke[high:], *strokes[i + 1 :]]


def number(row: list[tuple[str, Strokes]], rng: np.random.Generator, minded: float) -> Number:
    """These side by side, as a hand would set them."""
    placed = set_in_row([strokes for _, strokes in row], rng, minded)
    joins = rng.random() < JOINED
    label = ""
    strokes: Strokes = []
    owners: list[np.ndarray] = []
    for (written, _), drawn in zip(row, placed, strict=True):
        for stroke in drawn:
            owner = np.full(len(stroke), len(label) if written else -1)
            if joins and strokes and stroke is drawn[0] and _near(strokes[-1], stroke):
                strokes[-1] = np.concatenate([strokes[-1], stroke])
                owners[-1] = np.concatenate([owners[-1], owner])
            else:
                strokes.append(stroke)
                owners.append(owner)
        label += written
    return Number(label, strokes, owners)


def set_in_row(drawn: list[Strokes], rng: np.random.Generator, minded: float) -> list[Strokes]:
    """Digits beside one another, about 1 high each."""
    usual, slope = GAP + rng.normal(0, GAP_OF_WRITER), rng.normal(0, CLIMB)
    row: list[Strokes] = []
    right = down = 0.0
    for strokes in drawn:
        freely = ODDLY if rng.random() < ODD else 1.0
        size = np.exp(np.clip(rng.normal(0, HEIGHT * freely), -0.6, 0.4))
        gap = float(np.clip(usual + rng.normal(0, GAP_WITHIN), TIGHTEST, WIDEST)) if row else 0.0
        left = min(stroke[:, 0].min() for stroke in strokes) * size
        down += rng.normal(0, OFFSET * freely) - down / 2
        shift = (right + gap - left, down + slope * right)
        placed = [stroke * size + shift for stroke in strokes]
        # nothing is drawn by lot where nobody minds, or other numbers would be learned from than weights were fitted to
        while row and minded and rng.random() < minded and _meet(row[-1], placed):
            placed = [stroke + (AWAY, 0) for stroke in placed]
        row.append(placed)
        right = max(right, *(stroke[:, 0].max() for stroke in row[-1]))
    return row


def _meet(before: Strokes, after: Strokes) -> bool:
    """Whether points of two digits come nearer to each other than a hand likes."""
    apart = np.concatenate(before)[:, None] - np.concatenate(after)
    return bool((np.linalg.norm(apart, axis=2) < MEETING).any())


def _near(before: np.ndarray, after: np.ndarray) -> bool:
    """Whether a pen would go on from one stroke into the next: two whole digits, rightwards, and not far."""
    right, down = after[0] - before[-1]
    whole = min(np.ptp(before[:, 1]), np.ptp(after[:, 1])) > 0.5
    return whole and 0 < right < REACH and abs(down) < REACH


def shares(candidates: Lattice, number: Number) -> list[dict[int, float]]:
    """Of every candidate, how much of all the points of both it has in common with each digit that it touches."""
    step = STEP * candidates.height
    owners = [_thinned_owners(s, o, step) for s, o in zip(number.strokes, number.owners, strict=True)]
    whole = Counter(owner for part in owners for owner in part.tolist() if owner >= 0)
    return [
        {digit: held[digit] / (whole[digit] + held.total() - held[digit]) for digit in held if digit >= 0}
        for held in (_held(group, owners) for group in candidates.groups)
    ]


def _held(group: Group, owners: list[np.ndarray]) -> Counter:
    return Counter(
        owner
        for piece in group.pieces
        for owner in owners[piece.stroke][piece.first : piece.first + len(piece.points)].tolist()
    )


def _thinned_owners(stroke: np.ndarray, owner: np.ndarray, step: float) -> np.ndarray:
    """Owners of the points that `lines.thinned` keeps: it is given them as a third coordinate."""
    return thinned([np.column_stack([stroke, owner])], step)[0][:, 2].astype(int)
