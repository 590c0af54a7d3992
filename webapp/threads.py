"""The threads that answer requests. Of those that are idle, the one that worked last works next.

waitress would take the one that has been idle longest, so that with many threads each finds its memory out of the
processor's caches: a third more work for the same request (`make bench`).
"""

import logging
import threading
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from typing import Generic, Protocol, TypeVar

log = logging.getLogger(__name__)


class Task(Protocol):
    """What can be done."""

    def service(self) -> None:
        """Do it."""


Taken = TypeVar("Taken", bound=Task)


class Threads(Generic[Taken]):
    """A thread is started when all others are at work."""

    def __init__(self, most: int):
        """Never have more than so many."""
        self._most, self._count = most, 0
        self._lock = threading.Lock()
        self._idle: list[SimpleQueue[Taken]] = []
        self.queue: deque[Taken] = deque()  # what no thread has taken up yet

    def add_task(self, task: Taken) -> None:
        """Have it done, as soon as a thread can be had."""
        with self._lock:
            if self._idle:
                self._idle.pop().put(task)
                return
            if self._count < self._most:
                try:
                    threading.Thread(target=self._work, args=(task,), daemon=True).start()
                except RuntimeError:  # the machine has none left
                    if not self._count:
                        raise
                else:
                    self._count += 1
                    return
            self.queue.append(task)

    @property
    def working(self) -> int:
        """How many are at work."""
        return self._count - len(self._idle)

    def taken_back(self, late: Callable[[Taken], bool]) -> list[Taken]:
        """Tasks that no thread will take up any more: those that have waited longest, as long as they are late."""
        taken = []
        with self._lock:
            while self.queue and late(self.queue[0]):
                taken.append(self.queue.popleft())
        return taken

    def _work(self, task: Taken) -> None:
        mine: SimpleQueue[Taken] = SimpleQueue()
        while True:
            try:
                task.service()
            except Exception:
                log.exception("a request could not be answered")
            with self._lock:
                waiting = self.queue.popleft() if self.queue else None
                if waiting is None:
                    self._idle.append(mine)
            task = waiting or mine.get()
