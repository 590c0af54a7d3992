"""What a pen leaves on a page that is no digit: scribbles, crosses, dashes and dots, about as high as a digit."""

import cv2
import numpy as np

from training.unipen import Strokes, scaled


def mark(rng: np.random.Generator) -> Strokes:
    """A scribble, a cross, a dash, two dashes or a dot."""
    kind = rng.random()
    if kind < 0.4:
        turns = np.cumsum(rng.normal(0, 1, (rng.integers(6, 30), 2)), axis=0)
        knots = np.arange(len(turns))
        fine = np.linspace(0, len(turns) - 1, 8 * len(turns))
        way = np.stack([np.interp(fine, knots, turns[:, axis]) for axis in (0, 1)], axis=1)
        return scaled([cv2.blur(way.astype(np.float32), (1, 7))])
    if kind < 0.55:
        return [_dash(rng, 0), _dash(rng, np.pi / 2)]
    if kind < 0.8:
        return [_dash(rng, 0) + np.array((0, 0.3 * i)) for i in range(rng.integers(1, 3))]
    return [rng.normal(0, 0.03, (rng.integers(1, 6), 2))]


def _dash(rng: np.random.Generator, angle: float) -> np.ndarray:
    angle += rng.normal(0, 0.15)
    return np.outer((-0.5, 0.5), (np.cos(angle), np.sin(angle))) * rng.uniform(0.4, 1.1)
