"""A line of points: whether it is straight, and the same line in fewer points."""

import itertools
from collections.abc import Iterable, Sequence

import numpy as np


def straight(points: np.ndarray) -> bool:
    """Whether a line goes where it goes without a detour."""
    return np.hypot(*(points[-1] - points[0])) > 0.9 * np.hypot(*np.diff(points, axis=0).T).sum()


def thinned(strokes: Sequence[np.ndarray], step: float) -> list[np.ndarray]:
    """Of each stroke, drop points until the pen has moved on by `step`; its first and last one stay.

    All at once, for most are short, and calling NumPy costs more than what it does.
    """
    if step <= 0:
        return list(strokes)
    points = np.concatenate(strokes)
    sizes = np.array([len(stroke) for stroke in strokes])
    ends = sizes.cumsum()
    starts = ends - sizes
    steps = points[1:, :2] - points[:-1, :2]
    moved = np.zeros(len(points))
    np.hypot(steps[:, 0], steps[:, 1], out=moved[1:])
    moved[starts] = 0.0  # the pen was up
    moved = moved.cumsum()
    moved -= moved[starts].repeat(sizes)
    moved //= step
    keep = np.ones(len(points), bool)
    np.greater(moved[1:], moved[:-1], out=keep[1:])
    keep[starts] = keep[ends - 1] = True
    return split(points.compress(keep, axis=0), np.add.reduceat(keep, starts, dtype=int).tolist())


def split(points: np.ndarray, sizes: Iterable[int]) -> list[np.ndarray]:
    """The first so many, the next so many, …"""
    ends = [0, *itertools.accumulate(sizes)]
    return [points[start:end] for start, end in itertools.pairwise(ends)]


def fewer(points: np.ndarray, every: int) -> np.ndarray:
    """One of so many points, and the last."""
    return points if every == 1 else np.concatenate([points[:-1:every], points[-1:]])
