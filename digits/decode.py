"""What the network said of every candidate → numbers, best first."""

import heapq
from dataclasses import dataclass

import numpy as np

from digits.lattice import Group, Lattice

BEST = 5  # numbers kept at every slot, and returned
UNSURE = 0.8  # a digit that is less certain than this is shown as unsure


@dataclass(frozen=True)
class Digit:
    """One digit of a number: what it is, how sure, and the ink and the picture that say so."""

    digit: int
    confidence: float
    probabilities: np.ndarray  # of 0 to 9; with `not_a_digit` they sum to 1
    not_a_digit: float
    group: Group
    image: np.ndarray

    @property
    def unsure(self) -> bool:
        """Whether a reader would want to look again."""
        return self.confidence < UNSURE


@dataclass(frozen=True)
class Number:
    """A number that the ink may show, and the probability that it does."""

    digits: list[Digit]
    confidence: float

    def __str__(self):
        """The digits as they are written."""
        return "".join(str(digit.digit) for digit in self.digits)


def best(lattice: Lattice, images: np.ndarray, probabilities: np.ndarray) -> list[Number]:
    """The likeliest paths through the lattice, every candidate read as one of its digits.

    `images` and `probabilities` belong to `lattice.groups`, in order.
    """
    reached: list[list[tuple[float, list[tuple[int, int]]]]] = [[] for _ in range(lattice.slots + 1)]
    reached[0] = [(1.0, [])]
    for i, group in sorted(enumerate(lattice.groups), key=lambda item: item[1].start):
        likely = [(float(probabilities[i, d]), (i, d)) for d in np.argsort(-probabilities[i, :10])[:BEST].tolist()]
        longer = [(p * q, [*path, step]) for p, path in reached[group.start] for q, step in likely]
        reached[group.end] = heapq.nlargest(BEST, reached[group.end] + longer, key=lambda item: item[0])
    return [
        Number([_digit(lattice.groups[i], digit, images[i], probabilities[i]) for i, digit in path], confidence)
        for confidence, path in reached[-1]
    ]


def _digit(group: Group, digit: int, image: np.ndarray, probabilities: np.ndarray) -> Digit:
    return Digit(digit, float(probabilities[digit]), probabilities[:10], float(probabilities[10]), group, image)
