"""The web app: routes are parse → recognise → reply; what they need is put together in `create_app`."""

import json
import time
from typing import Any

from flask import Flask, Response, jsonify, render_template, request
from flask_cors import CORS
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

import digits
from digits.remember import Remembering
from digits.reply import told
from serving import embedded
from serving.client import Client, ServingDown
from webapp import assets, problems, settings

MOST_BYTES = 256 * 1024  # of a request's body
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def create_app(**overrides: Any) -> Flask:
    """Make the app. Settings come from the environment; `overrides` go before them, by the same names."""
    app = Flask(__name__, static_folder=None)
    app.config.update(settings.from_environment() | overrides, MAX_CONTENT_LENGTH=MOST_BYTES)
    app.json.sort_keys = False
    problems.install(app)
    assets.install(app)
    if origins := app.config["DIGITS_CORS_ORIGINS"]:
        CORS(app, origins=origins, resources="/api/*")
    app.after_request(_headers)
    client = Client(app.config["DIGITS_SERVING"] or embedded.start(), deadline=app.config["DIGITS_DEADLINE"])
    app.extensions["serving"] = client
    predict = Remembering(client.predict)

    @app.get("/")
    def page() -> str:
        return render_template("index.html")

    @app.get("/embed")
    def embed() -> str:
        return render_template("embed.html")

    @app.post("/api/recognize")
    def recognize() -> Response:
        begun = time.perf_counter()
        reading = digits.read(digits.parse(_document()), predict)
        return jsonify(told(reading, client.model, time.perf_counter() - begun))

    @app.get("/healthz")
    def alive() -> Response:
        return jsonify(status="ok")

    @app.get("/readyz")
    def ready() -> Response:
        try:
            return jsonify(status="ok", model={"name": client.model, "version": client.check()})
        except ServingDown:
            return problems.no_model()

    return app


def _document() -> Any:
    """The request's body as JSON, or the HTTP error that says what it is instead."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("The ink must come as application/json.")
    try:
        return json.loads(request.get_data())
    except (ValueError, RecursionError) as problem:
        raise BadRequest("The body is not JSON that can be read.") from problem


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    return response
