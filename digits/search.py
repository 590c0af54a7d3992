"""The search over groupings: a path's score is a sum over its digits and its neighbours, weighted by what was fitted.

A semi-Markov conditional random field (Sarawagi and Cohen 2004): the probability of a path is the exponential of its
score over that of all paths. The weights, few and named, were fitted to composed numbers by `python -m training weigh`.
"""

import itertools
import json
import math
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from digits import alike, geometry
from digits.lattice import Lattice

LABELS = 11  # ten digits, and "not a digit"
WEIGHTS = Path(__file__).with_name("weights.json")
NOTHING = -1e30


@dataclass(frozen=True)
class Weights:
    """What each figure counts for."""

    group: np.ndarray
    pair: np.ndarray
    left_out: np.ndarray
    said: float  # of the logarithm of what the network says of a label
    junk: float  # added when a group is taken for no digit
    alike: np.ndarray = field(default_factory=lambda: np.zeros(len(alike.BINS)))  # of two pictures, log odds (alike.py)

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> "Weights":
        """Read what training wrote; a figure that it has not met yet counts for nothing."""
        named = json.loads(path.read_text())
        kinds = {"group": geometry.GROUP, "pair": geometry.PAIR, "left out": geometry.LEFT_OUT}
        figures = (np.array([named[kind].get(name, 0.0) for name in names]) for kind, names in kinds.items())
        return cls(*figures, named["said"], named["junk"], np.array(named["alike"]))


@dataclass(frozen=True)
class Scores:
    """Of every candidate with every label, of every pair, of what is left out before the first and after the last."""

    labels: np.ndarray
    groups: np.ndarray
    pairs: dict[int, list[tuple[int, float]]]  # by the second of two, the first and the score between them
    first: dict[int, float]
    last: dict[int, float]

    @cached_property
    def any_label(self) -> np.ndarray:
        """Of every candidate, with whichever label."""
        return np.logaddexp.reduce(self.labels, axis=1)


def scores(lattice: Lattice, seen: geometry.Figures, said: np.ndarray, weights: Weights) -> Scores:
    """Weigh the figures and what the network said, float [groups, 11]."""
    labels = weights.said * np.log(np.maximum(said.astype(np.float64), 1e-9))
    labels[:, -1] += weights.junk
    groups = seen.groups @ weights.group
    left_out = dict(zip(geometry.LEFT_OUT, weights.left_out.tolist(), strict=True))
    without = [left_out[lattice.loose[slot]] if slot in lattice.loose else NOTHING for slot in range(lattice.slots)]
    pairs: dict[int, list[tuple[int, float]]] = {}
    for (i, j), between in zip(seen.pairs, (seen.between @ weights.pair).tolist(), strict=True):
        cost = sum(without[lattice.groups[i].end : lattice.groups[j].start])
        pairs.setdefault(j, []).append((i, between + cost))
    before, after = ([0.0, *itertools.accumulate(costs)] for costs in (without, reversed(without)))
    first = {i: cost for i, group in enumerate(lattice.groups) if (cost := before[group.start]) > NOTHING}
    last = {i: cost for i, group in enumerate(lattice.groups) if (cost := after[lattice.slots - group.end]) > NOTHING}
    return Scores(labels, groups, pairs, first, last)


@dataclass(frozen=True)
class Beliefs:
    """What paths weigh, as logarithms: those that lead to and through each candidate, those after it, all together."""

    scored: Scores
    own: list[float]
    before: list[float]
    after: list[float]
    total: float

    @cached_property
    def groups(self) -> np.ndarray:
        """The probability of each candidate."""
        return np.exp(np.array(self.before) + np.array(self.after) - self.total)

    @cached_property
    def pairs(self) -> dict[tuple[int, int], float]:
        """The probability of each pair, which reading does not ask for."""
        return {
            (i, j): math.exp(self.before[i] + between + self.own[j] + self.after[j] - self.total)
            for j, ways in self.scored.pairs.items()
            for i, between in ways
        }


def beliefs(scored: Scores) -> Beliefs:
    """Forward and backward over the candidates."""
    own = (scored.any_label + scored.groups).tolist()
    count = len(own)
    before, after = [NOTHING] * count, [NOTHING] * count
    following: dict[int, list[tuple[int, float]]] = {}
    for j in range(count):  # candidates are ordered by where they start
        ways = [before[i] + between for i, between in scored.pairs.get(j, ())]
        if j in scored.first:
            ways.append(scored.first[j])
        before[j] = own[j] + _sum(ways)
        for i, between in scored.pairs.get(j, ()):
            following.setdefault(i, []).append((j, between))
    for i in reversed(range(count)):
        ways = [after[j] + own[j] + between for j, between in following.get(i, ())]
        if i in scored.last:
            ways.append(scored.last[i])
        after[i] = _sum(ways)
    total = _sum([before[i] + last for i, last in scored.last.items()])
    return Beliefs(scored, own, before, after, total)


def _sum(logs: list[float]) -> float:
    """The logarithm of the sum of exponentials; there is always one, for every slot is a candidate by itself."""
    top = max(logs)
    return top + math.log(sum([math.exp(log - top) for log in logs]))
