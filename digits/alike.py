"""One hand writes a digit much as it wrote it before: what the digits of a number tell of one another.

Style-consistent classification (Sarkar and Nagy 2005): whoever has flagged one 1 flags the next, so two pictures in a
number that look alike are likelier the same digit, and two that do not are likelier different ones.
"""

from collections.abc import Sequence

import numpy as np

TINY = 1e-300  # in place of nothing, which nothing can be divided by
BINS = np.linspace(0.025, 0.975, 20)  # likeness at which log odds are known; between them they are interpolated


def likeness(images: np.ndarray, others: np.ndarray) -> np.ndarray:
    """How much each picture looks like each of the others: the cosine at half their size, from 0 to 1."""
    return _directions(images) @ _directions(others).T


def _directions(images: np.ndarray) -> np.ndarray:
    small = images[..., 0].reshape(-1, 14, 2, 14, 2).mean((2, 4), dtype=np.float32).reshape(len(images), -1)
    return small / np.maximum(np.linalg.norm(small, axis=1, keepdims=True), 1e-6)


def compared(
    ways: Sequence[Sequence[tuple[int, int]]], chances: np.ndarray, images: np.ndarray, odds: np.ndarray
) -> np.ndarray:
    """The chances of all ways, candidates with their digits, once the pictures of each have been compared.

    `odds` are the log odds of two pictures for being the same digit, by likeness (`BINS`). Ways through the same
    candidates share what they had together: which ink makes a digit, likeness does not tell.
    """
    agreed = chances * np.exp(_agreements(ways, images, odds))
    groupings: dict[tuple[int, ...], list[int]] = {}
    for place, way in enumerate(ways):
        groupings.setdefault(tuple(i for i, _ in way), []).append(place)
    for places in groupings.values():
        agreed[places] *= chances[places].sum() / max(agreed[places].sum(), TINY)
    return agreed


def _agreements(ways: Sequence[Sequence[tuple[int, int]]], images: np.ndarray, odds: np.ndarray) -> np.ndarray:
    """Of each way, how well those of its pictures agree that are the same digit."""
    used = sorted({i for way in ways for i, _ in way})
    pairs = np.interp(likeness(images[used], images[used]), BINS, odds)
    np.fill_diagonal(pairs, 0.0)
    place = {i: at for at, i in enumerate(used)}
    return np.array([_agreement(way, place, pairs) for way in ways])


def _agreement(way: Sequence[tuple[int, int]], place: dict[int, int], pairs: np.ndarray) -> float:
    """Of several that are the same digit, each but one counts, by its mean odds: three say twice as much as two."""
    at = [place[i] for i, _ in way]
    digits = np.array([digit for _, digit in way])
    same = digits[:, None] == digits
    return float((np.where(same, pairs[np.ix_(at, at)], 0.0) / same.sum(axis=1)).sum())
