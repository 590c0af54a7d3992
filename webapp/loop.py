"""Waits for what comes on very many connections, and looks only at those on which something may have changed.

waitress's own loop asks every connection in every turn whether it wants to read or to write, so that those that wait
make everything slower for those that are served (`make bench`, 64 users).
"""

import select
import time
from collections import deque
from collections.abc import Iterable
from typing import Any

from waitress import wasyncore

LOOK_AT_ALL = 1.0  # seconds: nothing that changes otherwise, such as the end of a long silence, is urgent


class Loop:
    """Used by one thread; its `changed` and `at_work` by all."""

    def __init__(self, connections: dict[int, Any], always: Iterable[Any]):
        """Watch waitress's own dictionary of what is open; look at some of it in every turn."""
        self._connections, self._always = connections, tuple(always)
        self._poll = select.poll()
        self._awaited: dict[int, tuple[Any, int]] = {}  # by file descriptor, what is waited for
        self._places: dict[Any, int] = {}  # the other way round
        self._next = 0.0
        self.changed: deque[Any] = deque()  # for whoever changes a connection
        # those that a thread is changing, once for each: it may wake us before it says that it has
        self.at_work: list[Any] = []

    def turn(self, seconds: float) -> None:
        """Wait so long at the most for something to come or go, and let it."""
        now = time.monotonic()
        if now >= self._next:
            self._next = now + LOOK_AT_ALL
            self.changed.extend(self._connections.values())
        for one in (*self._always, *self.at_work.copy()):
            self._look(one)
        while self.changed:
            self._look(self.changed.popleft())
        for place, flags in self._poll.poll(1000 * min(seconds, LOOK_AT_ALL)):
            one = self._awaited[place][0]
            if self._connections.get(place) is one:  # and not closed by what another one did
                wasyncore.readwrite(one, flags)
            self.changed.append(one)

    def _look(self, one: Any) -> None:
        """Wait for what it now wants; for nothing, once it is closed, when its place may be another's."""
        if getattr(one, "will_close", False) and one._fileno is not None:
            one.handle_close()  # waitress would wait until it can be written to, which may be never
        if (place := one._fileno) is None:
            before = self._places.pop(one, -1)
            if self._awaited.get(before, (None, 0))[0] is one:
                self._forget(before)
            return
        # not POLLPRI, as waitress has: nothing takes what is urgent, so it would wake us for ever
        flags = select.POLLIN if one.readable() else 0
        if one.writable() and not one.accepting:
            flags |= select.POLLOUT
        if not flags:
            if place in self._awaited:
                self._forget(place)
        elif self._awaited.get(place) != (one, flags):
            self._poll.register(place, flags)
            self._awaited[place], self._places[one] = (one, flags), place

    def _forget(self, place: int) -> None:
        self._poll.unregister(place)
        del self._awaited[place]
