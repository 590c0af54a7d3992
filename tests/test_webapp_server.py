"""The web server while the model hangs, and while it is told to go: who is inside, who waits, who has just come."""

import contextlib
import http.client
import json
import logging
import re
import signal
import socket
import threading
import time
import urllib.request
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import inks
import pytest
from live import post, running_app, stopped, wait_for
from test_refusals import POST, raw

from webapp import door, server
from webapp.app import create_app
from webapp.gate import MOST_WAITING
from webapp.settings import DEFAULTS

pytestmark = pytest.mark.usefixtures("traced")

SLOTS = DEFAULTS["DIGITS_SLOTS"]
FEW = "from webapp import server, __main__; server.MOST_CONNECTIONS = 20; __main__.main()"
BODY = json.dumps({"strokes": inks.one_seven}).encode()


class Asked(threading.Thread):
    """One request on a connection of its own; its status, or what went wrong instead."""

    def __init__(self, url):
        super().__init__(daemon=True)
        self._url, self.sent, self.status = urlsplit(url), False, None
        self.start()

    def run(self):
        connection = http.client.HTTPConnection(self._url.hostname, self._url.port, timeout=60)
        try:
            connection.request("POST", "/api/recognize", BODY, {"Content-Type": "application/json"})
            self.sent = True
            self.status = connection.getresponse().status
        except OSError as problem:
            self.status = problem
        finally:
            connection.close()


@contextlib.contextmanager
def hanging(url, process, count):
    """So many requests under way while the model hangs; after it has gone on, how often there was which status."""
    post(url, {"strokes": inks.two_zeros})  # connected: to a model that was never there, nobody hangs
    statuses = Counter()
    with stopped(process.pid):
        asked = [Asked(url) for _ in range(count)]
        wait_for(lambda: all(one.sent for one in asked) and figure(url, "gate_inside") == SLOTS)
        yield statuses
    [one.join(60) for one in asked]
    statuses.update(one.status for one in asked)


def figure(url, name):
    text = urllib.request.urlopen(f"{url}/metrics", timeout=60).read().decode()
    return float(re.search(rf"^inkdigits_{re.escape(name)} (\S+)$", text, re.M)[1])


def status(url, path):
    return raw(url, f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())[0]


def test_while_the_model_hangs_the_rest_answers_and_says_so(model_process):
    address, process = model_process
    with running_app(DIGITS_SERVING=address, DIGITS_DEADLINE="60") as (url, _):
        with hanging(url, process, SLOTS + MOST_WAITING + 5) as statuses:
            begun = time.monotonic()
            assert [status(url, path) for path in ("/readyz", "/healthz", "/", "/readyz")] == [503, 200, 200, 503]
            assert time.monotonic() - begun < 30  # not the model's own deadline
            wait_for(lambda: figure(url, 'refused_total{reason="busy"}') == MOST_WAITING + 5)
        assert statuses == {200: SLOTS, 503: MOST_WAITING + 5}
        wait_for(lambda: status(url, "/readyz") == 200)
        assert figure(url, "gate_inside") == figure(url, "gate_waiting") == figure(url, "queue") == 0


def test_a_model_that_hangs_is_one_line_that_says_so(model_process, caplog):
    address, process = model_process
    app = create_app(DIGITS_SERVING=address, DIGITS_DEADLINE=0.1)
    with stopped(process.pid):
        reply = app.test_client().post("/api/recognize", json=json.loads(BODY))
    (line,) = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert reply.status_code == 503 and "DEADLINE_EXCEEDED" in line and reply.json["request_id"] in line
    app.extensions["serving"].close()


def test_who_has_come_is_answered_before_the_end(model_process):
    address, process = model_process
    with running_app(DIGITS_SERVING=address, DIGITS_DEADLINE="60") as (url, app):
        with hanging(url, process, 60) as statuses:
            app.send_signal(signal.SIGTERM)
        assert app.wait(30) == 0
    assert set(statuses) <= {200, 503} and statuses[200] >= SLOTS and statuses.total() == 60


def test_who_has_connected_and_is_not_yet_let_in_is_answered_before_the_end(serving_address):
    with running_app(DIGITS_SERVING=serving_address) as (url, app):
        with stopped(app.pid):
            asked = [Asked(url) for _ in range(10)]
            wait_for(lambda: all(one.sent for one in asked))
            app.send_signal(signal.SIGTERM)
        [one.join(60) for one in asked]
        assert {one.status for one in asked} == {200} and app.wait(30) == 0


def test_who_is_just_about_to_ask_is_answered_before_the_end(serving_address):
    with (
        running_app(DIGITS_SERVING=serving_address) as (url, app),
        socket.create_connection((urlsplit(url).hostname, urlsplit(url).port), timeout=30) as connection,
    ):
        head = POST.replace(b"Connection: close", b"X: y") + b"Content-Length: %d\r\n\r\n" % len(BODY)
        connection.sendall(head + BODY[:9])
        wait_for(lambda: figure(url, "connections") == 2)  # this one, and who asks for the figure
        app.send_signal(signal.SIGTERM)
        wait_for(lambda: refused(url))
        connection.sendall(BODY[9:])
        reply = connection.makefile("rb").read()
        assert reply.startswith(b"HTTP/1.1 200") and b"Connection: close" in reply
        assert app.wait(30) == 0


def refused(url):
    """Whether nobody is let in any more."""
    try:
        socket.create_connection((urlsplit(url).hostname, urlsplit(url).port), timeout=30).close()
    except (ConnectionRefusedError, ConnectionResetError):  # reset, if it came just when the door was shut
        return True
    return False


def test_that_it_stops_is_a_line_of_the_log(serving_address, tmp_path):
    with (tmp_path / "log").open("w") as log, running_app(DIGITS_SERVING=serving_address, log=log) as (_, app):
        app.send_signal(signal.SIGTERM)
        assert app.wait(30) == 0
    assert " stopping, once those who have come are answered\n" in (tmp_path / "log").read_text()


def test_who_never_finishes_asking_does_not_hold_up_the_end(serving_address):
    with (
        running_app(DIGITS_SERVING=serving_address) as (url, app),
        socket.create_connection((urlsplit(url).hostname, urlsplit(url).port)) as slow,
    ):
        slow.sendall(POST + b"Content-Length: 100\r\n\r\n{")
        wait_for(lambda: figure(url, "connections") == 2)
        app.send_signal(signal.SIGTERM)
        assert app.wait(30) == 0


def test_silent_connections_make_room_for_others(serving_address):
    with running_app(program=("-c", FEW), DIGITS_SERVING=serving_address) as (url, _), contextlib.ExitStack() as stack:
        place = urlsplit(url).hostname, urlsplit(url).port
        silent = [stack.enter_context(socket.create_connection(place, timeout=30)) for _ in range(40)]
        silent[0].sendall(b"GET /healthz HTTP/1.1\r\n")  # slow, and silent since
        assert status(url, "/healthz") == 200
        with contextlib.suppress(ConnectionResetError):  # closed before its bytes were read
            assert silent[0].recv(1) == b""


@pytest.mark.parametrize(("least", "most", "got"), [(50, 80, 80), (50, 9999, 1100), (5000, 9999, 5000), (50, -1, 1100)])
def test_as_many_descriptors_are_asked_for_as_can_be_used(monkeypatch, least, most, got):
    asked = []
    monkeypatch.setattr("resource.getrlimit", lambda _: (least, most))
    monkeypatch.setattr("resource.setrlimit", lambda _, limits: asked.append(limits))
    assert server._descriptors() == got
    assert asked == ([] if got == least else [(got, most)])


def test_a_body_on_its_way_takes_no_descriptor_beside_its_connections(serving_address):
    with running_app(DIGITS_SERVING=serving_address) as (url, process), contextlib.ExitStack() as open_:
        descriptors = Path(f"/proc/{process.pid}/fd")
        before = len(list(descriptors.iterdir()))
        for _ in range(20):
            one = open_.enter_context(socket.create_connection((urlsplit(url).hostname, urlsplit(url).port)))
            most = 2 * door.MOST_BYTES - 1
            one.sendall(POST + b"Content-Length: %d\r\n\r\n" % most + b" " * (most - 1))
        assert urllib.request.urlopen(f"{url}/healthz", timeout=5).status == 200
        wait_for(lambda: figure(url, "connections") >= 20)
        time.sleep(0.2)  # for the last bodies
        assert len(list(descriptors.iterdir())) - before <= 20 + 2
