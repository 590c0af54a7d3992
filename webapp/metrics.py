"""How the app is doing, in figures for Prometheus; no figure bears a name that a client could make up."""

from collections.abc import Callable

from flask import Flask, Response, g
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from digits import Predict
from webapp.asked import INKS, method, route

SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)
CANDIDATES = (1, 2, 5, 10, 20, 50, 100, 200, 500)
SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 1)
STAGES = ("turn", "segment", "predict", "total")  # the first is waiting for one's turn, see turn.py
REASONS = ("size", "type", "json", "ink", "limit", "label", "rate", "busy", "model")  # a refusal's, see problems.py

disable_created_metrics()  # a second figure beside each, for when it began


class Metrics:
    """All figures of one app."""

    def __init__(self):
        """Nothing has happened yet."""
        self._all = CollectorRegistry()
        ProcessCollector(registry=self._all)  # memory, processor time, file descriptors
        self._requests = self._make(Counter, "requests", "Replies sent", ["method", "route", "status"])
        seconds = self._make(Histogram, "seconds", "Time to read an ink, by stage", ["stage"], buckets=SECONDS)
        self._candidates = self._make(Histogram, "candidates", "Pictures that one ink may show", buckets=CANDIDATES)
        self._refused = self._make(Counter, "refused", "Inks that were not read", ["reason"])
        self._digits = self._make(Counter, "digits", "Digits read")
        self._unsure = self._make(Counter, "unsure", "Digits of those that were shown as unsure")
        self._confidence = self._make(Histogram, "confidence", "Confidence of the digits read", buckets=SHARES)
        self._version = self._make(Gauge, "model_version", "Version of the model that answered last")
        self._busy = self._requests.labels("POST", INKS, 503), self._refused.labels("busy")
        self._stages = [seconds.labels(stage) for stage in STAGES]
        for reason in REASONS:
            self._refused.labels(reason)  # 0 is told too

    def _make(self, kind: type, name: str, sentence: str, *labels: list[str], **more: object):
        return kind(f"inkdigits_{name}", sentence, *labels, registry=self._all, **more)

    def gauge(self, name: str, sentence: str, value: Callable[[], float]) -> None:
        """One more figure, looked up whenever somebody asks."""
        self._make(Gauge, name, sentence).set_function(value)

    def install(self, app: Flask) -> None:
        """Count every reply as it leaves, and tell at /metrics."""
        app.after_request(self._count)
        app.add_url_rule("/metrics", "metrics", self.told)

    def told(self) -> Response:
        """All figures in Prometheus's text format."""
        return Response(generate_latest(self._all), content_type=CONTENT_TYPE_LATEST)

    def counting(self, predict: Predict) -> Predict:
        """The same, with the candidates counted."""

        def counted(images):
            self._candidates.observe(len(images))
            return predict(images)

        return counted

    def count_busy(self) -> None:
        """Count an ink that was told to come again without the app."""
        for figure in self._busy:
            figure.inc()

    def _count(self, response: Response) -> Response:
        self._requests.labels(method(), route(), response.status_code).inc()
        if (reason := g.get("reason")) and route() == INKS:
            self._refused.labels(reason).inc()
        if reading := g.get("reading"):
            passed = g.waited, reading.segment_seconds, reading.predict_seconds, g.seconds
            for stage, seconds in zip(self._stages, passed, strict=True):
                stage.observe(seconds)
            self._version.set(reading.version)
            digits = reading.numbers[0].digits
            self._digits.inc(len(digits))
            self._unsure.inc(sum(digit.unsure for digit in digits))
            for digit in digits:
                self._confidence.observe(digit.confidence)
        return response
