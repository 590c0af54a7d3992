"""Bytes on a connection that no client should send: each is answered as HTTP asks or with nothing, never with a 5xx."""

import contextlib
import json
import random
import re
import socket
import time
from urllib.parse import urlsplit

import inks
import pytest
import strategies
from live import post, running_app

INK = json.dumps({"strokes": inks.one_seven}).encode()
JSON = b"Content-Type: application/json\r\n"
EXPECTING = b"Connection: close\r\nExpect: 100-continue\r\n"
CHUNKED = b"POST /api/recognize HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n" + JSON


def request(body=INK, more=b"Connection: close\r\n", length=None):
    head = b"POST /api/recognize HTTP/1.1\r\nHost: a\r\n%s%sContent-Length: %d\r\n\r\n"
    return head % (JSON, more, len(body) if length is None else length) + body


def get(path=b"/healthz", head=b"Host: a", version=b"1.1"):
    return b"GET %s HTTP/%s\r\n%s\r\nConnection: close\r\n\r\n" % (path, version, head)


@pytest.fixture(scope="module")
def app():
    """The address of an app of our own, and its process."""
    with running_app(DIGITS_LOG="quiet") as (url, process):
        yield url, process


def connected(url):
    return socket.create_connection((urlsplit(url).hostname, urlsplit(url).port), timeout=20)


def replies(url, sent, cut=None):
    """The statuses of all that comes back until the server closes; `cut` is after how many seconds we do."""
    told = b""
    with connected(url) as connection, contextlib.suppress(ConnectionError):
        connection.sendall(sent)
        if cut is not None:
            time.sleep(cut)
            connection.shutdown(socket.SHUT_WR)
        while part := connection.recv(65536):
            told += part
    return [int(status) for status in re.findall(rb"^HTTP/1\.[01] (\d{3}) ", told, re.M)]


def still_well(app):
    url, process = app
    return process.poll() is None and post(url, {"strokes": inks.one_seven})["number"] == "17"


UNFINISHED = {
    "nothing": b"",
    "half a line": b"POST /api/rec",
    "half a head": b"POST /api/recognize HTTP/1.1\r\nHost: a\r\nX",
    "no body": request(b"", length=100),
    "half a body": request(INK[:50], length=len(INK)),
    "a body that is one byte short": request(INK[:-1], length=len(INK)),
    "chunks without an end": CHUNKED + b"\r\n%x\r\n%s\r\n" % (len(INK), INK),
    "a chunk that is shorter than it says": CHUNKED + b"\r\nffff\r\n" + INK,
    "half the length of a chunk": CHUNKED + b"\r\n1",
    "lines that end in LF alone": get().replace(b"\r\n", b"\n"),
    "a chunk as large as memory": CHUNKED + b"\r\nffffffffffffffff\r\n" + INK,
}
ODD = {
    "a body that is longer than it says": (request(INK, length=10), 400),
    "two lengths that differ": (request(more=b"Connection: close\r\nContent-Length: 5\r\n"), 400),
    "a length and chunks": (CHUNKED + b"Content-Length: 5\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(INK), INK), 200),
    "a length in hexadecimal": (request().replace(b"Length: ", b"Length: 0x"), 400),
    "a length with a plus": (request().replace(b"Length: ", b"Length: +"), 400),
    "a length that is larger than any": (request(length=10**30), 413),
    "a length and no chunks": (request(more=b"Connection: close\r\nTransfer-Encoding: ,\r\n"), 400),
    "chunks in a header that goes on": (request(more=b"Connection: close\r\nX: y\r\n Transfer-Encoding: a\r\n"), 200),
    "chunks said twice": (CHUNKED.replace(b"chunked", b"chunked, chunked") + b"\r\n0\r\n\r\n", 400),
    "chunks in other letters": (CHUNKED.replace(b"chunked", b"\x0bchunked") + b"\r\n0\r\n\r\n", 400),
    "a chunk of negative length": (CHUNKED + b"\r\n-5\r\nabc\r\n", 400),
    "a chunk that is longer than it says": (CHUNKED + b"\r\n5\r\n%s\r\n0\r\n\r\n" % INK, 400),
    "a chunk with an extension and a trailer": (CHUNKED + b"\r\n2;a=b\r\n{}\r\n0\r\nX: y\r\n\r\n", 400),
    "lines that end in CR alone": (get().replace(b"\r\n", b"\r") + b"\r\n\r\n", 400),
    "a header without a colon": (get(head=b"Host: a\r\nnonsense"), 400),
    "a space before the colon": (get(head=b"Host : a"), 400),
    "a header that goes on in the next line": (get(head=b"Host: a\r\nX: a\r\n b"), 200),
    "NUL in a header": (get(head=b"X: a\x00b"), 400),
    "NUL in the path": (get(b"/health\x00z"), 404),
    "NUL in the path, quoted": (get(b"/static/dist/%00"), 404),
    "a path that is no UTF-8": (get(b"/\xff\xfe"), 400),
    "a path with a broken quote": (get(b"/%zz%"), 404),
    "a path that goes up": (get(b"/static/dist/..%2f..%2f..%2fapp.py"), 404),
    "a path of 10,000 letters": (get(b"/" + b"a" * 10_000), 404),
    "an address with another's name": (get(b"http://elsewhere/healthz"), 200),
    "no host": (get(head=b"X: y"), 400),
    "two hosts": (get(head=b"Host: a\r\nHost: b"), 400),
    "a host that is none": (get(head=b"Host: a b/c?d"), 400),
    **{f"a host with a {sign}": (get(head=f"Host: a{sign}b".encode()), 400) for sign in ",/?#@\\"},
    "no host in the HTTP before": (get(head=b"X: y", version=b"1.0"), 200),
    "chunks in the HTTP before": (CHUNKED.replace(b"1.1", b"1.0") + b"\r\n2\r\n{}\r\n0\r\n\r\n", 400),
    "a host of 8,000 letters": (get(head=b"Host: " + b"a" * 8000), 400),
    "1,000 headers": (get(head=b"\r\n".join([b"Host: a", *(b"X%d: y" % i for i in range(1000))])), 200),
    "no method": (b" / HTTP/1.1\r\n\r\n", 400),
    "a method of its own": (b"\xf0\x9f\x98\x80 / HTTP/1.1\r\n\r\n", 400),
    "no version": (b"GET /healthz\r\n\r\n", 200),
    "a version to come": (get(version=b"9.9"), 200),
    "the hello of TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(100) + b"\r\n\r\n", 400),
    "the preface of HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 404),
    "an expectation": (request(more=EXPECTING), 100),
    "an expectation with no body to come": (get(head=b"Host: a\r\nExpect: 100-continue"), 200),
    "an expectation with an empty body": (request(b"", more=EXPECTING), 400),
    "an expectation with a length that is none": (request(more=EXPECTING).replace(b"Length: ", b"Length: x"), 400),
    "an expectation with a body that is too large": (request(more=EXPECTING, length=10**7), 413),
    "an upgrade": (get(head=b"Host: a\r\nUpgrade: websocket\r\nSec-WebSocket-Key: a"), 200),
}


@pytest.mark.parametrize("name", UNFINISHED)
def test_a_request_that_breaks_off_gets_no_answer_and_does_no_harm(app, name):
    assert replies(app[0], UNFINISHED[name], cut=0) == []
    assert still_well(app)


@pytest.mark.parametrize("name", ODD)
def test_an_odd_request_is_answered_as_http_asks(app, name):
    sent, first = ODD[name]
    statuses = replies(app[0], sent)
    assert statuses[0] == first and max(statuses) < 500
    assert still_well(app)


def test_requests_sent_in_one_go_are_answered_in_their_order(app):
    assert replies(app[0], request(more=b"") + get(b"/nowhere")) == [200, 404]


def test_an_expectation_is_answered_once_and_then_the_request(app):
    assert replies(app[0], ODD["an expectation"][0]) == [100, 200]


def test_what_is_left_of_a_body_that_lied_is_not_taken_for_a_request(app):
    assert replies(app[0], request(length=5, more=b"") + request()) == [400, 400]


def test_a_request_after_accidents_does_no_harm(app):
    chance = random.Random(11)  # noqa: S311
    for _ in range(200):
        sent = strategies.mutated(chance.choice((request(), get())), chance)
        assert max(replies(app[0], sent, cut=0.02), default=0) < 500, sent
    assert still_well(app)


def test_a_hundred_slow_clients_keep_nobody_waiting(app):
    slow = [connected(app[0]) for _ in range(100)]
    try:
        [one.sendall(request(b"", length=len(INK))) for one in slow[::2]]  # the others are slow with their heads too
        for turn in range(20):
            [one.sendall(INK[turn : turn + 1]) for one in slow]
            begun = time.monotonic()
            assert still_well(app)
            assert time.monotonic() - begun < 10  # a slow one may be silent for two minutes
    finally:
        [one.close() for one in slow]
