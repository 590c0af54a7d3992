"""The built page: which file a plain name stands for, sent compressed, and how long browsers may keep it."""

import json
import mimetypes
from pathlib import Path

from flask import Flask, Response, request, send_from_directory, url_for

DIST = Path(__file__).parent / "static" / "dist"
YEAR = 365 * 24 * 3600
ENDINGS = {"br": ".br", "gzip": ".gz"}  # what the build lays beside every file, smallest first


class NotBuilt(Exception):
    """The page has not been built yet."""


def install(app: Flask) -> None:
    """Give templates `asset(name)`, and send the files that it names."""
    app.jinja_env.globals["asset"] = asset
    app.register_error_handler(NotBuilt, lambda _: ("The page is not built yet: run `make page`, then reload.", 503))
    app.add_url_rule("/static/dist/<name>", "built", send)


def asset(name: str) -> str:
    """The address of a built file by its plain name."""
    try:
        hashed = json.loads((DIST / "manifest.json").read_text())[name]
    except (FileNotFoundError, KeyError) as problem:
        raise NotBuilt from problem
    return url_for("built", name=hashed)


def send(name: str) -> Response:
    """A built file, in the smallest form that the browser takes; its name tells its content, so it never grows old."""
    taken = [e for e in ENDINGS if request.accept_encodings[e] and (DIST / (name + ENDINGS[e])).is_file()]
    response = send_from_directory(DIST, name + (ENDINGS[taken[0]] if taken else ""), max_age=YEAR)
    response.cache_control.immutable = True
    response.vary.add("Accept-Encoding")
    if taken:
        response.content_encoding = taken[0]
        response.mimetype = mimetypes.guess_type(name)[0]
    return response
