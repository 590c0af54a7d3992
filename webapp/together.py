"""Inks that come to the model while it answers another one are asked about in one call, once it has.

A call takes by itself as much of the processor as two or three pictures do, and two calls at once are in each other's
way on a machine that has no core to spare (`make bench`).
"""

import threading
from queue import Empty, SimpleQueue

import numpy as np

from digits import Predict

ROOM = 64  # pictures in one call, unless one ink brings more: who draws little does not wait for who draws much
PATIENCE = 0.05  # seconds: whoever waits longer asks alone, for a call may last as long as a server hangs

Answer = tuple[np.ndarray, int]


class Together:
    """A `Predict` that asks another one for several at a time. May be used by many threads."""

    def __init__(self, predict: Predict):
        """Nobody asks yet."""
        self._predict = predict
        self._lock = threading.Lock()
        self._calls = 0  # under way
        self._waiting: dict[SimpleQueue, np.ndarray] = {}  # first come, first served

    def __call__(self, images: np.ndarray) -> Answer:
        """Answer for these images, in a call of their own or in somebody else's."""
        place: SimpleQueue[Answer | BaseException | None] = SimpleQueue()
        with self._lock:
            if self._calls:
                self._waiting[place] = images
            else:
                self._calls = 1
                place.put(None)
        answer = self._waited_for(place)
        if answer is None:
            return self._ask(images)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def _waited_for(self, place: SimpleQueue) -> Answer | BaseException | None:
        """What somebody else has been told, or nothing, where it is for us to ask."""
        try:
            return place.get(timeout=PATIENCE)
        except Empty:
            with self._lock:
                if self._waiting.pop(place, None) is not None:
                    self._calls += 1
                    return None
        return place.get()  # somebody has just taken it up

    def _ask(self, images: np.ndarray) -> Answer:
        """Ask for ourselves and for those who wait, have the next of them ask, and then tell the others."""
        others = self._taken(ROOM - len(images))
        try:
            said, version = self._predict(np.concatenate([images, *others.values()]))
            ends = np.cumsum([len(images), *map(len, others.values())])
            own, *parts = np.split(said, ends[:-1])
        except BaseException as problem:  # whatever it is: they would wait for ever
            self._hand_on()
            for place in others:
                place.put(problem)
            raise
        self._hand_on()
        for place, part in zip(others, parts, strict=True):
            place.put((part, version))
        return own, version

    def _taken(self, room: int) -> dict[SimpleQueue, np.ndarray]:
        """Those who wait, as many as there is room for, in their order."""
        taken = {}
        with self._lock:
            for place, images in self._waiting.items():
                room -= len(images)
                if room < 0:
                    break
                taken[place] = images
            for place in taken:
                del self._waiting[place]
        return taken

    def _hand_on(self) -> None:
        """Have the first of those who wait ask next."""
        with self._lock:
            if self._waiting:
                place = next(iter(self._waiting))
                del self._waiting[place]
                place.put(None)
            else:
                self._calls -= 1
