"""What the app says while it runs: one line a request, as text or as JSON; no line tells what was drawn or read."""

import logging
import time
from functools import partial

from flask import Flask, Response, g

from serving import logs
from webapp.asked import method, request_id, route

PROBES = ("/healthz", "/readyz", "/metrics")  # machines ask all day long: told of when the answer is another

log = logging.getLogger(__name__)


def configure(kind: str) -> None:
    """Write to standard error: every line, or, if quiet, those alone that tell of trouble."""
    logs.configure(kind, log)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a line for every request that waits; /metrics tells


def install(app: Flask) -> None:
    """Tell of every reply as it leaves."""
    app.before_request(_begin)
    app.after_request(partial(_tell, dict.fromkeys(PROBES, 200)))


def tell(method: str, route: str, status: int, seconds: float, name: str, **more: int) -> None:
    """One request and what it was answered."""
    about = {
        "method": method,
        "route": route,
        "status": status,
        "milliseconds": round(1000 * seconds, 1),
        "request_id": name,
    } | more
    line = "%(method)s %(route)s %(status)d, %(milliseconds).1f ms, %(request_id)s"
    log.info(line + ", version %(version)d, %(digits)d digits" if more else line, about)


def one_line(told: object) -> str:
    """What somebody else says, who may have put lines of their own into it."""
    return str(told).encode("unicode_escape").decode()


def _begin() -> None:
    g.begun = time.perf_counter()


def _tell(answered: dict[str, int], response: Response) -> Response:
    before = answered.get(route())
    if before:
        answered[route()] = response.status_code
    if before == response.status_code:
        return response
    reading = g.get("reading")
    more = {"version": reading.version, "digits": len(reading.numbers[0].digits)} if reading else {}
    seconds = time.perf_counter() - g.begun if "begun" in g else 0.0
    tell(method(), route(), response.status_code, seconds, request_id(), **more)
    return response
