"""Every error, from whatever layer, as one kind of reply: application/problem+json (RFC 9457)."""

import logging
import math
import secrets

from flask import Flask, Response, g, jsonify
from werkzeug.exceptions import HTTPException

from digits import BadInk
from serving.client import ServingDown
from webapp.rate import TooMany

log = logging.getLogger(__name__)


def install(app: Flask) -> None:
    """Answer all errors of this app with a problem."""
    app.register_error_handler(BadInk, lambda problem: reply(400, "This is not an ink", str(problem)))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(ServingDown, _serving_down)
    app.register_error_handler(TooMany, _too_many)
    app.register_error_handler(Exception, _unforeseen)


def request_id() -> str:
    """The name of this request: in its reply and in the log, so that the two can be brought together."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(8)
    return g.request_id


def reply(status: int, title: str, detail: str, **headers: str) -> Response:
    """A problem: a title that is the same each time, and what it was this time."""
    response = jsonify(type="about:blank", title=title, status=status, detail=detail, request_id=request_id())
    response.status_code = status
    response.content_type = "application/problem+json"
    response.headers.update(headers)
    return response


def no_model() -> Response:
    """The model's silence, which passes."""
    return reply(503, "The model does not answer", "Please try again in a moment.", **{"Retry-After": "1"})


def _serving_down(problem: ServingDown) -> Response:
    log.warning("%s: no answer from the model: %s", request_id(), problem)
    return no_model()


def _too_many(problem: TooMany) -> Response:
    seconds = math.ceil(problem.seconds)
    detail = f"More inks came from this address than may; please wait {seconds} s."
    return reply(429, "Too Many Requests", detail, **{"Retry-After": str(seconds)})


def _http(problem: HTTPException) -> Response:
    response = reply(problem.code or 500, problem.name, problem.description or problem.name)
    for name, value in problem.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            response.headers[name] = value
    return response


def _unforeseen(problem: Exception) -> Response:
    log.error("%s: failed in an unforeseen way", request_id(), exc_info=problem)
    return reply(500, "Internal Server Error", "This should not have happened; the log says more.")
