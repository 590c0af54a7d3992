"""Which strokes stand in the same row, and which row comes first: a number may be written in two lines."""

import itertools
from collections.abc import Callable
from functools import partial

import numpy as np

# Lengths are in heights of the line.
SHARED = 0.2  # of the lower of two neighbours: what they share of their heights when they stand in one row
APART = 0.12  # between two rows, where one stands above the other; nearer, they are one digit in two parts
ALONE = 1.12  # ink that is lower stands in one row, as most does
TALL = 0.4  # a stroke less high than this makes no row of its own
REACH = 1.0  # a row goes on behind the chain that ends nearest, or behind one that ends hardly further away


def rows(boxes: np.ndarray, height: float) -> list[list[int]]:
    """Indices of strokes, row by row from top to bottom; `boxes` are left, top, right, bottom."""
    tall = [i for i in range(len(boxes)) if boxes[i, 3] - boxes[i, 1] >= TALL * height]
    if len(tall) < 2 or boxes[tall, 3].max() - boxes[tall, 1].min() < ALONE * height:
        return [list(range(len(boxes)))]
    ordered = sorted(tall, key=lambda i: boxes[i, 0] + boxes[i, 2])
    chains = _united([[i] for i in ordered], boxes, _beside, REACH * height)
    chains = _united(chains, boxes, partial(_level, apart=APART * height))
    for i in set(range(len(boxes))) - set(tall):
        min(chains, key=lambda chain: _away(boxes, i, chain)).append(i)
    return sorted(map(sorted, chains), key=lambda row: boxes[row][:, 1::2].mean())


def _united(chains: list[list[int]], boxes: np.ndarray, together: Callable, reach: float = np.inf) -> list[list[int]]:
    """Put each chain together with those before it that it belongs to, and that end not much further away than another.

    Where rows slant, a short one that has ended long ago stands as high as the other does now.
    """
    done: list[list[int]] = []
    for chain in chains:
        fits = [done[k] for k in np.flatnonzero(together(boxes, done, chain))] if done else []
        away = [boxes[chain[0], 0] - boxes[other[-1], 2] for other in fits]
        fits = [other for other, far in zip(fits, away, strict=True) if far <= min(away) + reach]
        done = [other for other in done if other not in fits] + [[*itertools.chain(*fits), *chain]]
    return done


def _beside(boxes: np.ndarray, done: list[list[int]], chain: list[int]) -> np.ndarray:
    """Of each that is done, whether its last and the chain's first share some height, so that a line may climb."""
    tops, bottoms = boxes[[other[-1] for other in done]].T[1::2]
    _, top, _, bottom = boxes[chain[0]]
    shared = np.minimum(bottoms, bottom) - np.maximum(tops, top)
    return shared > SHARED * np.minimum(bottoms - tops, bottom - top)


def _level(boxes: np.ndarray, done: list[list[int]], chain: list[int], apart: float) -> np.ndarray:
    """Of each that is done, whether it is not clear of the chain, over or under it, in the columns they share."""
    others, mine = boxes[list(itertools.chain(*done))], boxes[chain][:, None]
    # a straight 1 is no wider than a line
    across = np.minimum(others[:, 2], mine[..., 2]) - np.maximum(others[:, 0], mine[..., 0]) >= 0
    down = np.maximum(others[:, 1], mine[..., 1]) - np.minimum(others[:, 3], mine[..., 3])
    starts = np.cumsum([0, *map(len, done[:-1])])
    nearest = np.minimum.reduceat(np.where(across, down, np.inf).min(axis=0), starts)
    return (nearest < apart) | (nearest == np.inf)


def _away(boxes: np.ndarray, i: int, chain: list[int]) -> float:
    """How far a small stroke is from the nearest stroke of a chain."""
    apart = np.maximum(0, np.maximum(boxes[chain, :2] - boxes[i, 2:], boxes[i, :2] - boxes[chain, 2:]))
    return float(np.hypot(*apart.T).min())
