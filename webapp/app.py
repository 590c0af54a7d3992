"""The web app: routes are parse → recognise → reply; what they need is put together in `create_app`."""

import re
import time
from dataclasses import replace
from functools import partial
from typing import Any

import cv2
import orjson
from flask import Flask, Response, g, jsonify, render_template, request
from flask.json.provider import JSONProvider
from flask_cors import CORS
from werkzeug.middleware.proxy_fix import ProxyFix

import digits
from digits.remember import Remembering
from digits.reply import told
from serving import embedded
from serving.client import Client, ServingDown
from webapp import assets, compress, door, logs, openapi, problems, settings
from webapp.asked import INKS, request_id
from webapp.metrics import Metrics
from webapp.rate import Rate
from webapp.ready import Readiness
from webapp.schemas import kind, laid
from webapp.together import Together
from webapp.turn import Turn

READY = 0.15  # seconds that the model has to say that it is there: who asks has not much more
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Json(JSONProvider):
    """By orjson, because Python's own module is slow where most of a reply is figures."""

    def dumps(self, obj: Any, **_: Any) -> str:
        """As text, and a line's end, which whoever reads it in a terminal is glad of."""
        return orjson.dumps(obj, option=orjson.OPT_APPEND_NEWLINE).decode()

    def loads(self, s: str | bytes, **_: Any) -> Any:
        """From text."""
        return orjson.loads(s)


def create_app(**overrides: Any) -> Flask:
    """Make the app. Settings come from the environment; `overrides` go before them, by the same names."""
    cv2.setNumThreads(1)  # pictures are too small to be shared among threads, which takes waking them
    app = Flask(__name__, static_folder=None)
    app.config.update(settings.from_environment() | overrides)
    app.json = Json(app)
    if proxies := app.config["DIGITS_PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies)
    rate = Rate(app.config["DIGITS_RATE"])
    metrics = app.extensions["metrics"] = Metrics()
    metrics.install(app)  # what is installed first sees a reply last
    logs.install(app)
    door.install(app)
    problems.install(app)
    assets.install(app)
    compress.install(app)
    if origins := app.config["DIGITS_CORS_ORIGINS"]:
        exact = [one if one == "*" else re.compile(re.escape(one) + r"\Z", re.IGNORECASE) for one in origins]
        # it would take a string with a dot or a star for a pattern
        CORS(app, origins=exact, resources="/api/*", expose_headers=["Retry-After", "X-Request-Id"])
    app.after_request(_headers)
    own, spare = not app.config["DIGITS_SERVING"], embedded.spare_cores()
    reach = partial(
        Client,
        embedded.start(app.config["DIGITS_APART"]) if own else app.config["DIGITS_SERVING"],
        certificates=app.config["DIGITS_CERTIFICATES"],
        label=app.config["DIGITS_LABEL"],
    )
    client = app.extensions["serving"] = reach(deadline=app.config["DIGITS_DEADLINE"])
    hasty = app.extensions["readiness"] = Readiness(reach(deadline=READY))
    turn = Turn()
    usual = Remembering(turn.left_for(Together(client.predict, spare) if own else client.predict))

    @app.get("/")
    def page() -> str:
        return render_template("index.html")

    @app.get("/embed")
    def embed() -> str:
        return render_template("embed.html")

    @app.get("/api/docs")
    def docs() -> str:
        return render_template("docs.html", api=openapi.description(), kind=kind, laid=laid)

    @app.get("/api/openapi.json")
    def description() -> Response:
        return jsonify(openapi.description())

    @app.post(INKS)
    def recognize() -> Response:
        begun = time.perf_counter()
        rate.let_in(request.remote_addr or "")
        label = request.args.get("label", "")
        # what a labelled version says is not remembered: a label may be given to another version at any time
        predict = turn.left_for(partial(client.predict, label=label)) if label else usual
        document = door.document()  # before the turn: Flask's own server hands over a body that has not come yet
        with turn:
            first = turn.waited
            reading = digits.read(digits.parse(document), metrics.counting(predict))
            g.waited, g.seconds = turn.waited, time.perf_counter() - begun
            g.reading = replace(reading, predict_seconds=reading.predict_seconds - (g.waited - first))
            return jsonify(told(g.reading, client.model, g.seconds))

    @app.get("/healthz")
    def alive() -> Response:
        return jsonify(status="ok")

    @app.get("/readyz")
    def ready() -> Response:
        try:
            return jsonify(status="ok", model={"name": client.model, "version": hasty.check()})
        except ServingDown:
            return problems.no_model()

    return app


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    response.headers["X-Request-Id"] = request_id()
    return response
