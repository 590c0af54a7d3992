"""So many inks are read at once; some more wait for their turn, not for long; the rest are told to come again.

Without a bound, everyone waits for everyone: requests that nobody waits for any more are answered before those that
somebody does. With a bound and no waiting, half of what could be done is lost to refusing.
"""

import threading
from collections import deque

MOST_WAITING = 200  # many: whoever is refused at once comes again at once, and refusing is work too
LONGEST_WAIT = 500  # milliseconds


class Busy(Exception):
    """There was no turn to be had."""


class Gate:
    """A context manager that `slots` threads can be within; raises Busy on entering."""

    def __init__(self, slots: int, waiting: int = MOST_WAITING, wait: float = LONGEST_WAIT / 1000):
        """Let `waiting` more wait, for `wait` seconds."""
        self._slots, self._most, self._wait = slots, waiting, wait
        self._lock = threading.Lock()
        self._inside = 0
        self._waiting: deque[threading.Event] = deque()

    @property
    def inside(self) -> int:
        """How many are within."""
        return self._inside

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def __enter__(self) -> None:
        """Come in, after those who came before; or raise Busy."""
        with self._lock:
            if self._inside < self._slots:
                self._inside += 1
                return
            if len(self._waiting) >= self._most:
                raise Busy
            turn = threading.Event()
            self._waiting.append(turn)
        if turn.wait(self._wait):
            return
        with self._lock:
            if turn in self._waiting:
                self._waiting.remove(turn)
                raise Busy
        # the turn came at the very end of the wait

    def __exit__(self, *_: object) -> None:
        """Go out; who has waited longest comes in instead."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._inside -= 1
