"""A gRPC channel whose calls end in time, also where whoever is called has stopped reading.

A call that is waited for where it is made outlives its deadline while what it sends finds no room in the socket (gRPC
1.85): one large request, or a few dozen small ones to a server that hangs, and it lasts until that goes on. A call that
is waited for beside can be left, but costs a number a tenth more of the processor, so only what may find no room goes
that way.
"""

import threading
from collections.abc import Callable
from typing import Any

import grpc

ROOM = 64 * 1024  # bytes that go into a socket, whoever reads them
GRACE = 0.1  # seconds that gRPC has to say by itself that it is too late


class NoReply(Exception):
    """What gRPC says of a call that failed."""

    def __init__(self, code: grpc.StatusCode, details: str | None):
        """In its own words."""
        super().__init__(f"{code.name}: {details}")
        self.code, self.details = code, details or ""


class Line:
    """A channel, and how much has been sent over it that may not have been read. May be used by many threads."""

    def __init__(self, channel: grpc.Channel):
        """Nothing has been sent over it yet."""
        self._channel, self._sent, self._lock = channel, 0, threading.Lock()

    def ask(self, method: str, request: bytes, read: Callable[[bytes], Any], seconds: float) -> Any:
        """The reply, as `read` makes it, or NoReply."""
        call = self._channel.unary_unary(method, response_deserializer=read)
        with self._lock:
            self._sent += len(request)
            crowded = self._sent > ROOM
        too_late = False
        try:
            return _beside(call, request, seconds) if crowded else call(request, timeout=seconds)
        except grpc.RpcError as problem:
            too_late = problem.code() is grpc.StatusCode.DEADLINE_EXCEEDED
            raise NoReply(problem.code(), problem.details()) from problem
        except grpc.FutureTimeoutError as problem:
            too_late = True
            raise NoReply(grpc.StatusCode.DEADLINE_EXCEEDED, "what was sent is not read") from problem
        finally:
            with self._lock:
                self._sent -= 0 if too_late else len(request)

    def close(self) -> None:
        """Calls under way fail."""
        self._channel.close()


def _beside(call: grpc.UnaryUnaryMultiCallable, request: bytes, seconds: float) -> Any:
    future = call.future(request, timeout=seconds)
    try:
        return future.result(timeout=seconds + GRACE)
    finally:
        future.cancel()
