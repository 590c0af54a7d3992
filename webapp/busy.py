"""What an ink is told that finds no turn: the app makes that reply once a second, and in between it is told again.

Where four times as many inks come as can be read, three are refused for each that is read, by the same process: what
goes into refusing is not there for reading (`make bench` tells how much is left).
"""

import time
from collections.abc import Callable
from typing import NamedTuple

from flask import Flask, Response

from webapp import logs, problems
from webapp.asked import INKS, new_id

MOST = 100  # replies that are kept, one for each second, site that may ask and way of asking


class Reply(NamedTuple):
    """As it goes out; `name` is the request's, wherever that stands in it, and `ends` says that the connection does."""

    sent: bytes
    name: str
    ends: bool

    def again(self, name: str) -> "Reply":
        """The same for another request."""
        return Reply(self.sent.replace(self.name.encode(), name.encode()), name, self.ends)


class Replies:
    """Used by one thread."""

    def __init__(self, app: Flask):
        """Know no reply yet."""
        self._app, self._made = app, {}

    def reply(self, origin: str, way: tuple, came: float, make: Callable[[Response], tuple[bytes, bool]]) -> Reply:
        """To a request from a page of that origin, which came at that time; counted and told of in the log.

        `make` says how the app's response goes out and whether the connection ends, for which `way` has all reasons.
        """
        site = origin if self._app.config["DIGITS_CORS_ORIGINS"] else ""  # else it is the same for all
        if made := self._made.get((site, way)):
            reply = made.again(new_id())
            self._app.extensions["metrics"].count_busy()
            logs.tell("POST", INKS, 503, time.monotonic() - came, reply.name)
            return reply
        if len(self._made) == MOST:
            self._made.clear()
        with self._app.test_request_context(INKS, method="POST", headers={"Origin": site} if site else {}):
            response = self._app.process_response(problems.busy())
        sent, ends = make(response)
        return self._made.setdefault((site, way), Reply(sent, response.headers["X-Request-Id"], ends))
