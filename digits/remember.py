"""Pictures that were judged before are not asked about again: one more stroke on a long number costs one more digit."""

import threading
import time
from collections import OrderedDict

import numpy as np

from digits import Predict

MOST = 4096  # pictures; with their answers, about 4 MB
FRESH = 1.0  # seconds that an answer stands without any word from whoever gave it


class Remembering:
    """A `Predict` that asks another one, and only about pictures that it does not know. May be used by many threads."""

    def __init__(self, predict: Predict, most: int = MOST):
        """Know nothing yet; never know more than `most` pictures."""
        self._predict, self._most = predict, most
        self._lock = threading.Lock()
        self._known: OrderedDict[bytes, np.ndarray] = OrderedDict()
        self._version: int | None = None
        self._asked = 0.0

    def __call__(self, images: np.ndarray) -> tuple[np.ndarray, int]:
        """Answer from memory, and for the rest by one call; all answers are of one version."""
        keys = [image.tobytes() for image in images]
        with self._lock:
            version = self._version
            found = {key: self._known[key] for key in keys if key in self._known}
        unknown = [i for i, key in enumerate(keys) if key not in found]
        if keys and not unknown and time.monotonic() > self._asked + FRESH:
            unknown = [0]  # any answer tells of a new version
        if unknown or version is None:
            answers, answered = self._predict(images[unknown])
            if found and answered != version:  # a new model: what the old one said does not stand beside it
                return self._learn(keys, *self._predict(images))
            self._learn([keys[i] for i in unknown], answers, answered)
            found |= {keys[i]: answer for i, answer in zip(unknown, answers, strict=True)}
            version = answered
        return np.stack([found[key] for key in keys]), version

    def _learn(self, keys: list[bytes], answers: np.ndarray, version: int) -> tuple[np.ndarray, int]:
        with self._lock:
            self._asked = time.monotonic()
            if version != self._version:
                self._known.clear()
                self._version = version
            self._known.update(zip(keys, answers, strict=True))
            while len(self._known) > self._most:
                self._known.popitem(last=False)
        return answers, version
