"""What an ink is told that finds no turn: the app makes that reply once, and from then on it is told again.

Where four times as many inks come as can be read, three are refused for each that is read, by the same process: what
goes into refusing is not there for reading (`make bench` tells how much is left).
"""

import time
from typing import NamedTuple

from flask import Flask

from webapp import logs, problems
from webapp.asked import INKS, new_id

MOST = 100  # replies that are kept, one for each site that may ask


class Reply(NamedTuple):
    """What goes out; `name` is the request's, wherever that stands in it."""

    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    name: str

    def again(self, name: str) -> "Reply":
        """The same for another request."""
        headers = ((key, value.replace(self.name, name)) for key, value in self.headers)
        return Reply(self.status, tuple(headers), self.body.replace(self.name.encode(), name.encode()), name)


class Replies:
    """Used by one thread."""

    def __init__(self, app: Flask):
        """Know no reply yet."""
        self._app, self._made = app, {}

    def reply(self, origin: str, came: float) -> Reply:
        """To a request from a page of that origin, which came at that time; counted and told of in the log."""
        site = origin if self._app.config["DIGITS_CORS_ORIGINS"] else ""  # else it is the same for all
        if made := self._made.get(site):
            reply = made.again(new_id())
            self._app.extensions["metrics"].count_busy()
            logs.tell("POST", INKS, 503, time.monotonic() - came, reply.name)
            return reply
        if len(self._made) == MOST:
            self._made.clear()
        return self._made.setdefault(site, self._make(site))

    def _make(self, site: str) -> Reply:
        with self._app.test_request_context(INKS, method="POST", headers={"Origin": site} if site else {}):
            response = self._app.process_response(problems.busy())
        return Reply(response.status, tuple(response.headers), response.get_data(), response.headers["X-Request-Id"])
