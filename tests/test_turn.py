import io
import json
import queue
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import inks
import numpy as np
from werkzeug.test import EnvironBuilder, run_wsgi_app

from digits import lattice
from serving import embedded
from serving.client import Client
from webapp.app import create_app


def test_inks_are_read_one_at_a_time_and_the_next_one_while_the_model_answers(monkeypatch):
    answering, overlapping, reading = threading.Barrier(2), [], threading.Lock()
    build = lattice.build

    def slow(*ink):
        overlapping.append(not reading.acquire(blocking=False))
        time.sleep(0.02)
        reading.release()
        return build(*ink)

    def predict(self, images, label=""):
        answering.wait(10)  # until the other one is here too
        return np.full((len(images), 11), 1 / 11, np.float32), 1

    monkeypatch.setattr(lattice, "build", slow)
    monkeypatch.setattr(Client, "predict", predict)
    app, statuses = create_app(DIGITS_SERVING="127.0.0.1:1"), []

    def ask(label):
        reply = app.test_client().post(f"/api/recognize?label={label}", json={"strokes": inks.one_seven})
        statuses.append(reply.status_code)

    threads = [threading.Thread(target=ask, args=(label,)) for label in ("", "canary")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200, 200] and overlapping == [False, False]


def test_what_two_inks_show_is_asked_in_one_call_while_our_own_model_server_answers_a_third(monkeypatch):
    monkeypatch.setattr("webapp.together.PATIENCE", 10)
    asked, waiting, calls = threading.Event(), threading.Semaphore(0), []

    class Place(queue.SimpleQueue):
        def get(self, timeout=None):
            if self.empty():
                waiting.release()
            return super().get(timeout=timeout)

    def predict(self, images, label=""):
        calls.append(len(images))
        if len(calls) == 1:
            asked.set()
            assert all(waiting.acquire(timeout=10) for _ in range(2))
        return np.full((len(images), 11), 1 / 11, np.float32), 1

    monkeypatch.setattr("webapp.together.SimpleQueue", Place)
    monkeypatch.setattr(Client, "predict", predict)
    monkeypatch.setattr(embedded, "spare_cores", lambda: 1)
    monkeypatch.setattr(embedded, "start", lambda apart: "127.0.0.1:1")
    app, statuses = create_app(DIGITS_SERVING=""), []

    def ask(strokes):
        statuses.append(app.test_client().post("/api/recognize", json={"strokes": strokes}).status_code)

    threads = [threading.Thread(target=ask, args=(ink,)) for ink in (inks.one_seven, inks.two_zeros, inks.four_open)]
    threads[0].start()
    asked.wait(10)
    [thread.start() for thread in threads[1:]]
    [thread.join() for thread in threads]
    assert statuses == [200, 200, 200] and len(calls) == 2


def test_who_answers_elsewhere_is_asked_about_every_ink_at_once(monkeypatch):
    """It may have any number of cores."""
    together = threading.Barrier(3)

    def predict(self, images, label=""):
        together.wait(10)
        return np.full((len(images), 11), 1 / 11, np.float32), 1

    monkeypatch.setattr(Client, "predict", predict)
    app = create_app(DIGITS_SERVING="127.0.0.1:1")
    with ThreadPoolExecutor(3) as pool:
        asked = [
            pool.submit(app.test_client().post, "/api/recognize", json={"strokes": strokes})
            for strokes in (inks.one_seven, inks.two_zeros, inks.four_open)
        ]
    assert [one.result().status_code for one in asked] == [200, 200, 200]


def test_waiting_for_another_ink_is_told_apart_from_the_model(monkeypatch):
    asked, reading, told = threading.Event(), threading.Event(), {}
    build = lattice.build

    def predict(self, images, label=""):
        asked.set()
        reading.wait(10)  # until the other ink has the turn
        return np.full((len(images), 11), 1 / 11, np.float32), 1

    def slow(*ink):
        if asked.is_set():
            reading.set()
            time.sleep(0.3)
        return build(*ink)

    monkeypatch.setattr(lattice, "build", slow)
    monkeypatch.setattr(Client, "predict", predict)
    app = create_app(DIGITS_SERVING="127.0.0.1:1")

    def ask(name):
        reply = app.test_client().post("/api/recognize", json={"strokes": inks.one_seven})
        told[name] = reply.json["milliseconds"]

    first = threading.Thread(target=ask, args=["first"])
    first.start()
    asked.wait(10)
    ask("second")
    first.join()
    assert told["first"]["total"] - told["first"]["predict"] > 200
    figures = app.test_client().get("/metrics").text
    assert float(re.search(r'^inkdigits_seconds_sum{stage="turn"} (.+)$', figures, re.M)[1]) > 0.2


def test_an_ink_that_has_not_come_yet_keeps_nobody_waiting(serving_address):
    """waitress hands over what is there, Flask's own server what is still on its way."""
    app, answered, ink = create_app(DIGITS_SERVING=serving_address), [], {"strokes": inks.one_seven}
    other = threading.Thread(target=app.test_client().post, args=["/api/recognize"], kwargs={"json": ink})

    class Slow(io.BytesIO):
        def readinto(self, into):
            if not answered:
                other.start()
                other.join(10)
                answered.append(not other.is_alive())
            return super().readinto(into)

    environ = EnvironBuilder("/api/recognize", method="POST", json=ink).get_environ()
    environ["wsgi.input"] = Slow(json.dumps(ink).encode())
    _, status, _ = run_wsgi_app(app, environ)
    assert status == "200 OK" and answered == [True]
    app.extensions["serving"].close()
