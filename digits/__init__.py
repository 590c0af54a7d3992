"""Strokes → digits: the whole way in order. Who predicts is handed in, so nothing here knows of a network."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from digits import decode, lattice, raster
from digits.decode import Digit, Number
from digits.ink import BadInk, Ink, parse

__all__ = ["BadInk", "Digit", "Ink", "Number", "Predict", "Reading", "parse", "read"]

# images, uint8 [n, 28, 28, 1] → probabilities, float32 [n, 11], and the version of the model that gave them
Predict = Callable[[np.ndarray], tuple[np.ndarray, int]]


@dataclass(frozen=True)
class Reading:
    """What an ink says: the likeliest numbers, best first, who said so, and how long it took."""

    numbers: list[Number]
    version: int
    segment_seconds: float
    predict_seconds: float


def read(ink: Ink, predict: Predict) -> Reading:
    """Read the number that an ink shows, with one call of `predict` for all candidates."""
    begun = time.perf_counter()
    candidates = lattice.build(ink.strokes, ink.groups)
    images = raster.pictures(candidates.drawings, candidates.height)
    drawn = time.perf_counter()
    probabilities, version = predict(images)
    answered = time.perf_counter()
    numbers = decode.best(candidates, images, probabilities)
    return Reading(numbers, version, drawn - begun, answered - drawn)
