"""Who reads an ink has the turn, and the next one has it while the model answers.

Python runs one thread at a time, and NumPy and OpenCV let the others in at every second call: threads that read beside
each other would change places some eighty times in a request, which costs more than waiting does (`make bench`).
"""

import threading

import numpy as np

from digits import Predict


def left_for(predict: Predict, turn: threading.Lock) -> Predict:
    """The same, for whoever has the turn: another may have it until the answer is there."""

    def waiting(images: np.ndarray) -> tuple[np.ndarray, int]:
        turn.release()
        try:
            return predict(images)
        finally:
            turn.acquire()

    return waiting
