"""The web server that users meet: waitress, with its limits, and with an end."""

import math
import resource
import select
import signal
import socket
import time

import waitress.server
from flask import Flask

from webapp import accepting, door, logs
from webapp.accepting import Accepting
from webapp.channel import channel_class
from webapp.gate import Gate
from webapp.loop import Loop

MOST_HEADERS = 16 * 1024  # bytes
MOST_CONNECTIONS = 1000
LONGEST_SILENCE = 120  # seconds on a connection
LOOK_FOR_SILENT = 30.0  # seconds between looks at who has been silent for too long
ROOM = 50  # connections that are closed at once when there are too many
KEPT_BACK = 100  # file descriptors for whatever is no connection: with none left, nothing at all would work
LOOK = 0.05  # seconds between looks at who has waited too long
# Where inks wait, there is enough to do, and who is refused can wait as long: a loop that runs for every byte takes
# Python's lock from those that read all the time (`make bench`, four times what can be read).
REST = 0.02  # seconds
TAKEN = 64 * 1024  # bytes of one connection in a turn
PAUSE = 0.3  # seconds at the end for those who are just about to ask
LAST = 4.0  # seconds at the end for those who have asked


class Server:
    """The app behind a listening socket, from `run` to a signal."""

    def __init__(self, app: Flask, listening: socket.socket):
        """Take connections from now on; answer them in `run`."""
        self._listening = listening
        gate = self._gate = Gate(app.config["DIGITS_SLOTS"])
        # with its defaults, waitress stops answering at 100 connections, however slow they are
        self._waitress = waitress.server.create_server(
            app,
            sockets=[listening],
            _dispatcher=gate,
            connection_limit=min(MOST_CONNECTIONS, _descriptors() - KEPT_BACK),
            channel_timeout=LONGEST_SILENCE,
            recv_bytes=TAKEN,
            max_request_header_size=MOST_HEADERS + 1,  # which waitress takes for one too many
            max_request_body_size=2 * door.MOST_BYTES,  # a body nearer to what may be is read, and the app says why not
            inbuf_overflow=2 * door.MOST_BYTES,  # so none goes into a file, which would take a descriptor of its own
            clear_untrusted_proxy_headers=not app.config["DIGITS_PROXIES"],  # else the app itself takes what it trusts
            ident="inkdigits",
        )
        self._accepting = Accepting(self._waitress)
        self._waitress.next_channel_cleanup = math.inf  # by the clock on the wall, which may be set anew
        self._next_silent = 0.0
        self._loop = Loop(self._waitress._map, always=[self._waitress])
        self._waitress.channel_class = channel_class(app, self._loop, lambda: self.ending)
        self.ending = False
        metrics = app.extensions["metrics"]
        metrics.gauge("gate_inside", "Inks that have been let in", lambda: gate.inside)
        metrics.gauge("gate_waiting", "Inks that wait to be let in", lambda: gate.waiting)
        metrics.gauge("queue", "Other requests that no thread has taken up yet", lambda: gate.queue)
        metrics.gauge("connections", "Connections that are open", lambda: len(self._waitress.active_channels))

    def run(self) -> None:
        """Answer until SIGTERM or Ctrl-C; then take nobody else in, and finish what was begun.

        waitress itself would then drop what it has not begun to answer, and what it has not finished sending.
        """
        for number in (signal.SIGTERM, signal.SIGINT):  # a shell in the background has the latter ignored
            signal.signal(number, self._end)
        while not self.ending:
            made = self._room() <= 0 and self._make_room()
            self._turn(0 if made else LOOK if self._gate.waiting else 1.0)
        logs.log.info("stopping, once those who have come are answered")
        self._let_in(MOST_CONNECTIONS)  # whoever is connected does not know that we are going
        self._waitress.asyncore.dispatcher.close(self._waitress)
        begun = time.monotonic()
        while (elapsed := time.monotonic() - begun) < LAST and (elapsed < PAUSE or self._busy()):
            self._turn(0.02)

    def _end(self, *_: object) -> None:
        self.ending = True
        self._waitress.pull_trigger()

    def _turn(self, seconds: float) -> None:
        """Wait so long at the most for something to come or go, and let it."""
        now = time.monotonic()
        if now >= self._next_silent:
            self._next_silent = now + LOOK_FOR_SILENT
            self._waitress.maintenance(now)
        if self._accepting.rests:
            seconds = min(seconds, accepting.NEXT_TRY)
        if self._gate.waiting and not self.ending:
            time.sleep(REST)
            self._let_in(self._room())  # waitress takes one in at every turn, and these are longer now
        self._loop.turn(seconds)
        self._gate.refuse()

    def _let_in(self, most: int) -> None:
        """Take in who has connected, so many at the most."""
        while most > 0 and not self._accepting.rests and select.select([self._listening], [], [], 0)[0]:
            self._waitress.handle_accept()
            most -= 1

    def _room(self) -> int:
        """For so many more connections."""
        return self._waitress.adj.connection_limit - len(self._waitress._map)

    def _make_room(self) -> bool:
        """Close some connections that nothing is happening on, or who holds them keeps everybody else out."""
        channels = [one for one in list(self._waitress.active_channels.values()) if not one.requests]
        for channel in sorted(channels, key=lambda one: one.last_activity)[:ROOM]:
            channel.will_close = True
            self._loop.changed.append(channel)
        return bool(channels)

    def _busy(self) -> bool:
        """Whether a request has come in part or in whole, and its reply has not gone out."""
        channels = list(self._waitress.active_channels.values())
        return any(one.requests or one.request or one.total_outbufs_len for one in channels)


def _descriptors() -> int:
    """File descriptors that this process may have, once it has asked for all that it can get."""
    least, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + KEPT_BACK
    if wanted > least:
        least = min(wanted, most) if most != resource.RLIM_INFINITY else wanted
        resource.setrlimit(resource.RLIMIT_NOFILE, (least, most))
    return least
