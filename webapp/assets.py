"""The built page: which file a plain name stands for, sent compressed, and how long browsers may keep it."""

import json
import mimetypes
from pathlib import Path

from flask import Flask, Response, abort, request, send_from_directory, url_for

from webapp import problems

DIST = Path(__file__).parent / "static" / "dist"
YEAR = 365 * 24 * 3600
BRIEFLY = 600  # seconds that a stable address may show what it held before
MANIFEST = "manifest.json"  # what the build has named every file
PLAIN = (MANIFEST, "built")  # names that do not tell the content; the latter is the mark of install.py
LONGEST_NAME = 100
ENDINGS = {"br": ".br", "gzip": ".gz"}  # what the build lays beside every file, smallest first


class NotBuilt(Exception):
    """The page has not been built yet."""


def install(app: Flask) -> None:
    """Give templates `asset(name)`, and send the files that it names."""
    app.jinja_env.globals["asset"] = asset
    app.register_error_handler(NotBuilt, _not_built)
    app.add_url_rule("/static/dist/<name>", "built", built)
    app.add_url_rule("/digit-input.js", "digit_input", digit_input)


def _not_built(_: NotBuilt) -> Response:
    return problems.reply(503, "The page is not built yet", "Run `make page`, then reload.")


def asset(name: str) -> str:
    """The address of a built file by its plain name."""
    return url_for("built", name=_hashed(name))


def built(name: str) -> Response:
    """A built file; its name tells its content, so it never grows old."""
    if name in PLAIN:
        abort(404)
    response = _send(name, YEAR)
    response.cache_control.immutable = True
    return response


def digit_input() -> Response:
    """The script for other people's pages, under an address that they can write down."""
    response = _send(_hashed("digit-input.js"), BRIEFLY)
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # for pages that embed only what allows it
    return response


def _hashed(name: str) -> str:
    try:
        return json.loads((DIST / MANIFEST).read_text())[name]
    except (FileNotFoundError, KeyError) as problem:
        raise NotBuilt from problem


def _send(name: str, seconds: int) -> Response:
    """A file in the smallest form that the browser takes."""
    if len(name) > LONGEST_NAME:
        abort(404)
    taken = [e for e in ENDINGS if request.accept_encodings[e] and (DIST / (name + ENDINGS[e])).is_file()]
    request.environ.pop("wsgi.file_wrapper", None)  # it would hold the file open for as long as its reader likes
    request.environ.pop("HTTP_IF_MODIFIED_SINCE", None)  # ETags say as much, and no year is too far for them
    request.environ.pop("HTTP_IF_MATCH", None)  # nothing here is changed; it would be told no with the whole file
    if request.environ.pop("HTTP_IF_RANGE", None):  # may be dated too: who has a part of it gets the whole
        request.environ.pop("HTTP_RANGE", None)
    response = send_from_directory(DIST, name + (ENDINGS[taken[0]] if taken else ""), max_age=seconds)
    response.vary.add("Accept-Encoding")
    if taken:
        response.content_encoding = taken[0]
        response.mimetype = mimetypes.guess_type(name)[0]
    return response
