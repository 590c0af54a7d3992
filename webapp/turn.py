"""Who reads an ink has the turn, and the next one has it while the model answers.

Python runs one thread at a time, and NumPy and OpenCV let the others in at every second call: threads that read beside
each other would change places some eighty times in a request, which costs more than waiting does (`make bench`).
"""

import threading
import time

import numpy as np

from digits import Predict


class Turn:
    """One thread has it from `with` to its end, but for the time that another one answers it."""

    def __init__(self):
        """Nobody has it."""
        self._lock = threading.Lock()
        self._own = threading.local()

    def __enter__(self):
        """Take it, when it is free."""
        self._own.waited = 0.0
        self._take()
        return self

    def __exit__(self, *_: object) -> None:
        """Leave it to others."""
        self._lock.release()

    @property
    def waited(self) -> float:
        """Seconds that the thread that has it waited for it, in all."""
        return self._own.waited

    def left_for(self, predict: Predict) -> Predict:
        """The same, for whoever has the turn: another may have it until the answer is there."""

        def waiting(images: np.ndarray) -> tuple[np.ndarray, int]:
            self._lock.release()
            try:
                return predict(images)
            finally:
                self._take()

        return waiting

    def _take(self) -> None:
        begun = time.perf_counter()
        self._lock.acquire()
        self._own.waited += time.perf_counter() - begun
