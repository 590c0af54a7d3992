"""Takes in who connects; while there is no file descriptor left for them, tries seldom, and says so once.

waitress would try again at once for as long as that lasts, and tell of each try with a traceback.
"""

import errno
import logging
import socket
import time

from waitress.server import BaseWSGIServer

NEXT_TRY = 0.1  # seconds after one that failed
NONE_LEFT = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)

log = logging.getLogger(__name__)


class Accepting:
    """What a server of waitress takes connections in by, in place of its own."""

    def __init__(self, its: BaseWSGIServer):
        """Stand between this server and its loop from now on."""
        self._accept, self._readable = its.accept, its.readable
        its.accept, its.readable = self._taken, self._wanted
        self._until, self._told = 0.0, False

    @property
    def rests(self) -> bool:
        """Whether nobody is to be taken in for the moment."""
        return time.monotonic() < self._until

    def _wanted(self) -> bool:
        return self._readable() and not self.rests  # it is asked all the same: it also looks for who is silent

    def _taken(self) -> tuple[socket.socket, object] | None:
        try:
            taken = self._accept()
        except OSError as problem:
            if problem.errno not in NONE_LEFT:
                raise
            self._until = time.monotonic() + NEXT_TRY
            if not self._told:
                log.error("nobody can be let in for now: %s", problem.strerror)
            self._told = True
            return None
        self._told = self._told and taken is None
        return taken
