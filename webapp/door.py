"""What a request must be before anything in it is looked at: its host, and its body's size, type, coding and depth."""

import contextlib
import json
import re
from typing import Any

import numpy as np
import orjson
from flask import Flask, current_app, request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.wsgi import get_host

from webapp.logs import PROBES

MOST_BYTES = 256 * 1024  # of a request's body
DEEPEST = 8  # lists and objects inside each other; an ink has four
_READ = 40  # digits of a whole number: with so many it is too large for anything, however many follow

# Never fails and never goes back, whatever it is given: an unfinished string reaches to the end.
_STRING = re.compile(rb'"(?:[^"\\]++|\\.?)*+"?', re.DOTALL)
_STEP = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")  # 1 and −1
_ELSE = bytes(set(range(256)) - set(b"[{]}"))


def install(app: Flask) -> None:
    """Let no larger body in, and nobody who means another host."""
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    if app.config["DIGITS_HOSTS"]:
        app.before_request(_host)


def _host() -> None:
    """Flask's own TRUSTED_HOSTS would turn away the probes of Kubernetes and Docker too, who know no name of ours."""
    if request.path not in PROBES:
        named = {"HTTP_HOST": request.environ.get("HTTP_HOST", "").lower()}
        get_host(request.environ | named, current_app.config["DIGITS_HOSTS"])


def too_large() -> RequestEntityTooLarge:
    """What is said of a body that is larger than may be."""
    return RequestEntityTooLarge(f"The body has more than {MOST_BYTES} bytes.")


def document() -> Any:
    """The request's body as JSON, or the HTTP error that says what it is instead."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("The ink must come as application/json.")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise UnsupportedMediaType("The ink must come as it is, without a content encoding.")
    try:
        body = request.get_data()
    except RequestEntityTooLarge as problem:
        raise too_large() from problem
    if depth(body) > DEEPEST:
        raise BadRequest(f"The body has lists or objects more than {DEEPEST} deep.")
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as problem:
        with contextlib.suppress(ValueError):  # NaN and 1e400 are let through, to be told by their stroke and point
            return json.loads(body.decode(), parse_int=lambda digits: int(digits[:_READ]))  # Python takes 4,300
        place = f"line {problem.lineno}, column {problem.colno}"
        raise BadRequest(f"The body is not JSON that can be read, at {place}.") from problem


def depth(body: bytes) -> int:
    """How deep lists and objects stand inside each other in a JSON text, counted without parsing it."""
    steps = np.frombuffer(_STRING.sub(b"", body).translate(_STEP, _ELSE), np.int8)
    return int(steps.cumsum(dtype=np.int64).max(initial=0))
