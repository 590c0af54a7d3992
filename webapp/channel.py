"""Connections as waitress keeps them: what is no HTTP is told like every error of the app, and they end with it."""

import re
import time
from collections.abc import Callable

import waitress.channel
import waitress.parser
import waitress.task
import waitress.utilities
from flask import Flask, Response

from webapp import door, problems
from webapp.asked import INKS
from webapp.busy import Replies
from webapp.loop import Loop

MOST_PIPELINED = 2  # each may leave its whole reply to be kept for who does not read
_CODED = re.compile(rb"^transfer-encoding:", re.IGNORECASE | re.MULTILINE)
_HOST = re.compile(r"[^\s,/?#@\\]*")  # two of them come as one, with a comma between


class Parser(waitress.parser.HTTPRequestParser):
    """Reads requests, and refuses what waitress would read otherwise than whoever stands in front."""

    command = path = ""  # of what cannot be read; waitress tells the latter when its client has gone

    def received(self, data: bytes) -> int:
        """Take what belongs to this request."""
        taken = super().received(data)
        # or waitress would ask for the body of what has none or is refused, and wait for it
        self.expect_continue = self.expect_continue and not self.completed
        return taken

    def parse_header(self, header: bytes) -> None:
        """Read the head; the body's length is to be beyond doubt (RFC 9112, 3.2 and 6)."""
        try:
            super().parse_header(header)
        except ValueError as problem:  # a number of thousands of digits, half an address
            raise waitress.parser.ParsingError("The head of the request cannot be read") from problem
        if _CODED.search(header) and not self.chunked:  # waitress goes by the length, where it is empty or of HTTP/1.0
            raise waitress.parser.ParsingError("The body is said to come in chunks, and does not")
        if self.version == "1.1" and not _HOST.fullmatch(self.headers.get("HOST", " ")):
            raise waitress.parser.ParsingError("A request of HTTP/1.1 has one Host")
        if self.chunked and "CONTENT_LENGTH" in self.headers:
            self.headers["CONNECTION"] = "close"


def channel_class(app: Flask, loop: Loop, ending: Callable[[], bool]) -> type[waitress.channel.HTTPChannel]:
    """Connections to this app, which `loop` looks at, and which are closed after a reply once it is `ending`."""
    busy = Replies(app)

    class Task(waitress.task.WSGITask):
        def build_response_header(self) -> bytes:
            if ending():
                self.request.headers["CONNECTION"] = "close"
            return super().build_response_header()

        def write(self, data: bytes) -> None:
            if self.wrote_header or not data or self.content_length != len(data):
                super().write(data)
                return
            # together, for each call that sends lets other threads in
            self.channel.write_soon(self.build_response_header() + data)
            self.wrote_header, self.content_bytes_written = True, len(data)

    class Refusal(waitress.task.ErrorTask):
        def execute(self) -> None:
            path = INKS if self.request.path == INKS else "/-"  # for all else, no route of the app
            with app.test_request_context(path, method=self.request.command or "-"):
                response = app.process_response(_refusal(app, self.request.error))
            self.status = response.status
            self.response_headers.extend(response.headers)
            self.request.headers["CONNECTION"] = "close"
            self.write(response.get_data())

    class Busy(Task):
        def execute(self) -> None:
            headers = self.request.headers
            way = self.version, headers.get("CONNECTION", ""), ending(), int(self.start_time)
            reply = busy.reply(headers.get("ORIGIN", ""), way, self.request.came, self._whole)
            self.channel.write_soon(reply.sent)
            self.wrote_header, self.close_on_finish = True, reply.ends

        def _whole(self, response: Response) -> tuple[bytes, bool]:
            self.status, self.response_headers = response.status, list(response.headers)
            return self.build_response_header() + response.get_data(), self.close_on_finish

    class Channel(waitress.channel.HTTPChannel):
        parser_class = Parser

        def add_channel(self, *connections: dict) -> None:
            super().add_channel(*connections)
            loop.changed.append(self)

        @property
        def last_activity(self) -> float:
            return self._active

        @last_activity.setter
        def last_activity(self, _: float) -> None:
            self._active = time.monotonic()  # what waitress has is the clock on the wall, which may be set anew

        def received(self, data: bytes) -> bool:
            taken = super().received(data)
            self.will_close |= len(self.requests) > MOST_PIPELINED
            return taken

        def service(self) -> None:
            loop.at_work.append(self)
            try:
                super().service()
            finally:
                loop.changed.append(self)  # first, or for a moment nobody would know
                loop.at_work.remove(self)

        def _flush_some(self, do_close: bool = True) -> bool:
            # only the loop may close: what it goes through must not change meanwhile
            return super()._flush_some(do_close=do_close and self not in loop.at_work)

        @staticmethod
        def task_class(channel: "Channel", request: waitress.parser.HTTPRequestParser) -> Task:
            return (Busy if request.refused else Task)(channel, request)

        error_task_class = Refusal

    return Channel


def _refusal(app: Flask, error: waitress.utilities.Error) -> Response:
    if error.code == 413:  # much larger than may be, which is no other mistake than a little
        return app.handle_user_exception(door.too_large())
    detail = error.body.partition(' "')[0]  # what comes behind is what was sent
    return problems.reply(error.code, error.reason, f"{detail}.")
