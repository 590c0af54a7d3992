"""So many inks are let in at once; some more wait, not for long; the rest are told to come again.

An ink is whatever is posted. Of those inside, one is worked on, while the model has others (turn.py). Without a bound,
everyone waits for everyone: requests that nobody waits for any more are answered before those that somebody does. With
a bound and no waiting, half of what could be done is lost to refusing. Those that wait do so without a thread: many
threads take more of the processor for the same work.
"""

import time
from collections import deque
from typing import Protocol

from webapp.threads import Threads

MOST_WAITING = 200  # many: whoever is refused at once comes again at once, and refusing is work too
LONGEST_WAIT = 500  # milliseconds
OTHERS = 16  # threads for whatever is no ink: the page, health, figures


class Request(Protocol):
    """What waitress has read, up to its body's end; the gate writes when it came, and whether to refuse it."""

    command: str  # the method, where there is no error
    error: object | None
    came: float
    refused: bool


class Connection(Protocol):
    """What waitress hands over: it has requests, and answers the first of them."""

    requests: list[Request]

    def service(self) -> None:
        """Answer."""


class Gate:
    """In place of waitress's own dispatcher."""

    def __init__(self, slots: int, waiting: int = MOST_WAITING, wait: float = LONGEST_WAIT / 1000):
        """Let `waiting` more inks wait, for `wait` seconds."""
        self._most, self._wait = waiting, wait
        self._inks: Threads[Connection] = Threads(slots)
        self._others: Threads[Connection] = Threads(OTHERS)
        self._too_many: deque[Connection] = deque()

    @property
    def inside(self) -> int:
        """How many inks have been let in."""
        return self._inks.working

    @property
    def waiting(self) -> int:
        """How many inks wait."""
        return len(self._inks.queue)

    @property
    def queue(self) -> int:
        """How many other requests no thread has taken up yet."""
        return len(self._others.queue)

    def add_task(self, connection: Connection) -> None:
        """Have its first request answered."""
        request = connection.requests[0]
        request.came, request.refused = time.monotonic(), False
        if request.error or request.command != "POST":  # of paths, there are many ways to write one
            self._others.add_task(connection)
        elif self.waiting < self._most:
            self._inks.add_task(connection)
        else:
            self._too_many.append(connection)

    def refuse(self) -> None:
        """Refuse who finds no room and who has waited too long; to be called often, by one thread.

        That thread itself does it: handing it to another is as much work again.
        """
        latest = time.monotonic() - self._wait
        self._too_many.extend(self._inks.taken_back(lambda waiting: waiting.requests[0].came < latest))
        while self._too_many:
            connection = self._too_many.popleft()
            connection.requests[0].refused = True
            connection.service()
