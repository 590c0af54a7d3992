"""A line of points: whether it is straight, and the same line in fewer points."""

import numpy as np


def straight(points: np.ndarray) -> bool:
    """Whether a line goes where it goes without a detour."""
    return np.hypot(*(points[-1] - points[0])) > 0.9 * np.hypot(*np.diff(points, axis=0).T).sum()


def thinned(stroke: np.ndarray, step: float) -> np.ndarray:
    """Drop points until the pen has moved on by `step`; the first and the last one stay."""
    if len(stroke) < 3 or step <= 0:
        return stroke
    steps = stroke[1:-1, :2] - stroke[:-2, :2]
    moved = np.zeros(len(stroke) - 1)
    np.hypot(steps[:, 0], steps[:, 1]).cumsum(out=moved[1:])
    moved //= step
    keep = np.ones(len(stroke), bool)
    keep[1:-1] = moved[1:] > moved[:-1]
    return stroke.compress(keep, axis=0)


def fewer(points: np.ndarray, every: int) -> np.ndarray:
    """One of so many points, and the last."""
    return points if every == 1 else np.concatenate([points[:-1:every], points[-1:]])
