"""One hand writes a digit much as it wrote it before: what the digits of a number tell of one another.

Style-consistent classification (Sarkar and Nagy 2005): whoever has flagged one 1 flags the next, so two pictures in a
number that look alike are likelier the same digit, and two that do not are likelier different ones.
"""

import numpy as np

TINY = 1e-300  # in place of nothing, which nothing can be divided by
BINS = np.linspace(0.025, 0.975, 20)  # likeness at which log odds are known; between them they are interpolated


def likeness(images: np.ndarray, others: np.ndarray) -> np.ndarray:
    """How much each picture looks like each of the others: the cosine at half their size, from 0 to 1."""
    return _directions(images) @ _directions(others).T


def _directions(images: np.ndarray) -> np.ndarray:
    rows = images[:, ::2, :, 0].astype(np.float32) + images[:, 1::2, :, 0]
    small = (rows[:, :, ::2] + rows[:, :, 1::2]).reshape(len(images), -1)
    return small / np.maximum(np.linalg.norm(small, axis=1, keepdims=True), 1e-6)


def compared(chances: np.ndarray, taken: np.ndarray, images: np.ndarray, odds: np.ndarray) -> np.ndarray:
    """The chances of all ways to read these pictures, once the pictures of each have been compared.

    `taken`, [ways, pictures, 10], has 1 where a way takes a picture for a digit; `odds` are the log odds of two
    pictures for being the same digit, by likeness (`BINS`). Ways through the same pictures share what they had
    together: which ink makes a digit, likeness does not tell.
    """
    directions = _directions(images)
    pairs = np.interp(directions @ directions.T, BINS, odds)
    np.fill_diagonal(pairs, 0.0)
    # of several that are the same digit, each but one counts, by its mean odds: three say twice as much as two
    agreed = (taken * (pairs @ taken)).sum(axis=1) / np.maximum(1, taken.sum(axis=1))
    weighed = chances * np.exp(agreed.sum(axis=1))
    through = taken.any(axis=2)
    together = (through[:, None] == through).all(axis=2)
    return weighed * (together @ chances) / np.maximum(together @ weighed, TINY)
