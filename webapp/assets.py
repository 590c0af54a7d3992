"""The built page: which file a plain name stands for, and how long browsers may keep it."""

import json
from pathlib import Path

from flask import Flask, Response, request, url_for

DIST = Path(__file__).parent / "static" / "dist"
YEAR = 365 * 24 * 3600


class NotBuilt(Exception):
    """The page has not been built yet."""


def install(app: Flask) -> None:
    """Give templates `asset(name)`, and let browsers keep what carries its content's hash in its name."""
    app.jinja_env.globals["asset"] = asset
    app.register_error_handler(NotBuilt, lambda _: ("The page is not built yet: run `make page`, then reload.", 503))
    app.after_request(_keep)


def asset(name: str) -> str:
    """The address of a built file by its plain name."""
    try:
        hashed = json.loads((DIST / "manifest.json").read_text())[name]
    except (FileNotFoundError, KeyError) as problem:
        raise NotBuilt from problem
    return url_for("static", filename=f"dist/{hashed}")


def _keep(response: Response) -> Response:
    if response.status_code == 200 and request.path.startswith("/static/dist/"):
        response.cache_control.no_cache = None
        response.cache_control.public = True
        response.cache_control.max_age = YEAR
        response.cache_control.immutable = True
    return response
