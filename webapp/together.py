"""Inks that come to the model while it has no core for them are asked about together, once it has.

A call takes by itself as much of the processor as two or three pictures do, and more calls at once than there are cores
are in each other's way (`make bench`). This is for our own model server, which has the cores that the app leaves it.
"""

import threading
from queue import Empty, SimpleQueue

import numpy as np

from digits import Predict
from serving.client import ServingDown

ROOM = 64  # pictures in one call, unless one ink brings more
PATIENCE = 0.05  # seconds: whoever waits longer asks beside the others, for a call may last as long as a server hangs

Answer = tuple[np.ndarray, int]


class Together:
    """A `Predict` that asks another one for several at a time. May be used by many threads."""

    def __init__(self, predict: Predict, calls: int):
        """So many calls at once, unless they last long; nobody asks yet."""
        self._predict, self._most = predict, calls
        self._lock = threading.Lock()
        self._calls = 0  # under way
        self._waiting: dict[SimpleQueue, np.ndarray] = {}  # first come, first served

    def __call__(self, images: np.ndarray) -> Answer:
        """Answer for these images, in a call of their own or in somebody else's."""
        place: SimpleQueue[Answer | BaseException | None] = SimpleQueue()
        with self._lock:
            if self._calls < self._most:
                self._calls += 1
                place.put(None)
            else:
                self._waiting[place] = images
        answer = self._waited_for(place)
        if answer is None:
            return self._ask(images)
        if isinstance(answer, BaseException):
            raise ServingDown(str(answer)) from answer  # one of our own, for each that is raised grows as it goes
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
