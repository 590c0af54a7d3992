"""Every error, from whatever layer, as one kind of reply: application/problem+json (RFC 9457)."""

import logging
import math

from flask import Flask, Response, g, jsonify
from werkzeug.exceptions import HTTPException, SecurityError

from digits import BadInk
from digits.ink import TooMuch
from serving.client import NoSuchLabel, ServingDown
from webapp.asked import request_id
from webapp.logs import one_line
from webapp.rate import TooMany

REASONS = {400: "json", 413: "size", 415: "type"}  # of a body that gets no further than the door

log = logging.getLogger(__name__)


def install(app: Flask) -> None:
    """Answer all errors of this app with a problem."""
    app.register_error_handler(BadInk, _bad_ink)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(ServingDown, _serving_down)
    app.register_error_handler(NoSuchLabel, _no_such_label)
    app.register_error_handler(TooMany, _too_many)
    app.register_error_handler(Exception, _unforeseen)


def reply(status: int, title: str, detail: str, **headers: str) -> Response:
    """A problem: a title that is the same each time, and what it was this time."""
    response = jsonify(type="about:blank", title=title, status=status, detail=detail, request_id=request_id())
    response.status_code = status
    response.content_type = "application/problem+json"
    response.headers.update(headers)
    return response


def no_model() -> Response:
    """The model's silence, which passes."""
    g.reason = "model"
    return reply(503, "The model does not answer", "Please try again in a moment.", **{"Retry-After": "1"})


def _serving_down(problem: ServingDown) -> Response:
    log.warning("%s: no answer from the model: %s", request_id(), one_line(problem))
    return no_model()


def _no_such_label(_: NoSuchLabel) -> Response:
    g.reason = "label"
    return reply(404, "There is no such version", "No version of the model bears the label that was asked for.")


def _too_many(problem: TooMany) -> Response:
    g.reason, seconds = "rate", math.ceil(problem.seconds)
    detail = f"More inks came from this address than may; please wait {seconds} s."
    return reply(429, "Too Many Requests", detail, **{"Retry-After": str(seconds)})


def busy() -> Response:
    """There is no turn to be had."""
    g.reason = "busy"
    return reply(503, "Too many inks at once", "Please try again in a moment.", **{"Retry-After": "1"})


def _bad_ink(problem: BadInk) -> Response:
    g.reason = "limit" if isinstance(problem, TooMuch) else "ink"
    return reply(400, "This is not an ink", str(problem))


def _http(problem: HTTPException) -> Response:
    another_host = isinstance(problem, SecurityError)  # which werkzeug would name
    g.reason = None if another_host else REASONS.get(problem.code)
    detail = (
        "The Host of this request is none of those that are served here."
        if another_host
        else problem.description or problem.name
    )
    response = reply(problem.code or 500, problem.name, detail)
    for name, value in problem.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            response.headers[name] = value
    return response


def _unforeseen(problem: Exception) -> Response:
    log.error("%s: failed in an unforeseen way", request_id(), exc_info=problem)
    return reply(500, "Internal Server Error", "This should not have happened; the log says more.")
