"""What the network said of every candidate → numbers, best first, with the probabilities of the search."""

import heapq
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from digits import alike, geometry, search
from digits.ink import MOST_DIGITS, TooMuch
from digits.lattice import Group, Lattice

BEST = 5  # numbers that are returned
KEPT = 12  # ways that are compared; several may spell the same number
LIKELY = 3  # labels of a candidate that a way may take
DIGITS = "0123456789"
UNSURE = 0.8  # a digit that is less certain than this is shown as unsure

WEIGHTS = search.Weights.load()

Way = list[tuple[int, int]]  # candidates from left to right, and the digit that each is taken for


@dataclass(frozen=True)
class Digit:
    """One digit of a number: what it is, how sure, and the ink and the picture that say so."""

    digit: int
    probabilities: np.ndarray  # of 0 to 9; with `not_a_digit` they sum to 1
    not_a_digit: float  # or not this ink
    group: Group
    image: np.ndarray

    @property
    def confidence(self) -> float:
        """How likely it is that this ink is this digit."""
        return float(self.probabilities[self.digit])

    @property
    def unsure(self) -> bool:
        """Whether a reader would want to look again."""
        return self.confidence < UNSURE


@dataclass(frozen=True)
class Number:
    """A number that the ink may show, and the probability that it does."""

    text: str
    confidence: float
    digits: list[Digit] = field(default_factory=list)

    def __str__(self):
        """The digits as they are written, a space between rows."""
        return self.text


def best(lattice: Lattice, images: np.ndarray, said: np.ndarray, weights: search.Weights = WEIGHTS) -> list[Number]:
    """The likeliest numbers; `images` and `said`, what the network answered, belong to `lattice.groups`."""
    scored = search.scores(lattice, geometry.figures(lattice), said, weights)
    believed = search.beliefs(scored)
    scores, ways = zip(*_ways(scored), strict=True)
    before = np.exp(np.array(scores) - believed.total)
    used, taken = _taken(ways)
    after = alike.compared(before, taken, images[used], weights.alike)
    numbers: dict[str, list] = {}
    for chance, way in zip(after.tolist(), ways, strict=True):
        text = _spelled(way, lattice.rows)
        numbers.setdefault(text, [way, 0.0])[1] += chance
    ranked = sorted(numbers.items(), key=lambda item: -item[1][1])[:BEST]
    if len(ranked[0][1][0]) > MOST_DIGITS:
        raise TooMuch(f"more than the {MOST_DIGITS} digits that are read at once")
    shares = np.exp(scored.labels[:, :10] - scored.any_label[:, None]) * believed.groups[:, None]
    shares[used] += ((after - before) @ taken.reshape(len(ways), -1)).reshape(-1, 10)
    shares = np.maximum(0.0, shares)
    rest = np.maximum(0.0, 1.0 - shares.sum(axis=1)).tolist()
    steps = {step for _, (way, _) in ranked for step in way}
    digits = {(i, digit): Digit(digit, shares[i], rest[i], lattice.groups[i], images[i]) for i, digit in steps}
    return [Number(text, min(1.0, confidence), [digits[step] for step in way]) for text, (way, confidence) in ranked]


def _taken(ways: Sequence[Way]) -> tuple[list[int], np.ndarray]:
    """Which candidates these ways go through, and, [ways, these, 10], 1 where a way takes one for a digit."""
    used = sorted({i for way in ways for i, _ in way})
    place = {i: at for at, i in enumerate(used)}
    taken = np.zeros((len(ways), len(used), 10))
    for at, way in enumerate(ways):
        for i, digit in way:
            taken[at, place[i], digit] = 1.0
    return used, taken


def _spelled(way: Way, rows: list[int]) -> str:
    text, row = "", rows[way[0][0]]
    for i, digit in way:
        if rows[i] != row:
            text, row = text + " ", rows[i]
        text += DIGITS[digit]
    return text


def _ways(scored: search.Scores) -> list[tuple[float, Way]]:
    """The best ways through the lattice with a digit for every candidate, and their scores, best first.

    Every choice on the way back from the end costs what it is worse than the best one there; the cheapest are followed.
    """
    likely = np.argsort(-scored.labels[:, :10], axis=1)[:, :LIKELY].tolist()
    labels, own = scored.labels.tolist(), scored.groups.tolist()
    before: list[list[tuple[float, int]]] = []  # by candidate, what may come before it, -1 for nothing, and the score
    reached: list[float] = []  # the best score with which a way ends there
    for j, digits in enumerate(likely):
        ways = [(reached[i] + between, i) for i, between in scored.pairs.get(j, ())]
        if j in scored.first:
            ways.append((scored.first[j], -1))
        before.append(ways)
        reached.append(max(ways)[0] + own[j] + labels[j][digits[0]])
    known: dict[int, list[tuple[float, int, int]]] = {}

    def choices(j: int) -> list[tuple[float, int, int]]:
        """What may come before a candidate, and which digit it may be: by what that costs."""
        if j not in known:
            top, most = max(before[j])[0], labels[j][likely[j][0]]
            known[j] = sorted((top - score + most - labels[j][d], i, d) for score, i in before[j] for d in likely[j])
        return known[j]

    ends = sorted((-reached[i] - last, i) for i, last in scored.last.items())
    waiting = [(lost - ends[0][0], at, i, 0, ()) for at, (lost, i) in enumerate(ends)]
    turn = itertools.count(len(waiting))
    found: list[tuple[float, Way]] = []
    while waiting and len(found) < KEPT:
        lost, _, j, at, after = heapq.heappop(waiting)
        while j >= 0:
            cost, i, digit = choices(j)[at]
            if at + 1 < len(known[j]):
                heapq.heappush(waiting, (lost + known[j][at + 1][0] - cost, next(turn), j, at + 1, after))
            after = ((j, digit), *after)
            j, at = i, 0
        found.append((-ends[0][0] - lost, list(after)))
    return found
