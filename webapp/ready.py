"""Whether the model answers, asked once for all who want to know at a time: each who waits for it holds a thread."""

import logging
import threading
import time

from serving.client import Client, ServingDown
from webapp.logs import one_line

log = logging.getLogger(__name__)

FRESH = 0.1  # seconds that an answer is told again


class Readiness:
    """Used by many threads."""

    def __init__(self, client: Client):
        """Nothing has been asked yet."""
        self._client, self._lock = client, threading.Lock()
        self._told: int | ServingDown | None = None
        self._until = 0.0

    def check(self) -> int:
        """The version that answers, or ServingDown."""
        with self._lock:
            if time.monotonic() >= self._until:
                try:
                    self._told = self._client.check()
                except ServingDown as problem:
                    if isinstance(self._told, int):  # and not when the app starts, where it may take a while
                        log.warning("not ready: %s", one_line(problem))
                    self._told = problem
                self._until = time.monotonic() + FRESH
            told = self._told
        if isinstance(told, ServingDown):
            raise told
        return told
