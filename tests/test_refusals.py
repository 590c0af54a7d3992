"""What the web server itself refuses, before the app hears of it: raw bytes in, a problem out."""

import json
import re
import socket
import urllib.request
from urllib.parse import urlsplit

import pytest
from live import running_app

from webapp.door import MOST_BYTES
from webapp.server import MOST_HEADERS

POST = b"POST /api/recognize HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nConnection: close\r\n"


@pytest.fixture(scope="module")
def live_url(traced):
    """Of an app whose web server is traced: nothing else makes it refuse."""
    with running_app() as (url, _):
        yield url


def raw(url, *sent):
    """Send bytes as they are; status, headers and body of what comes back."""
    with socket.create_connection((urlsplit(url).hostname, urlsplit(url).port), timeout=20) as connection:
        for part in sent:
            connection.sendall(part)
        with connection.makefile("rb") as reply:
            head, _, body = reply.read().partition(b"\r\n\r\n")
    status, *headers = head.decode().split("\r\n")
    return int(status.split()[1]), dict(header.split(": ", 1) for header in headers), body


@pytest.mark.parametrize(
    ("status", "sent"),
    [
        (400, b"GARBAGE\r\n\r\n"),
        (400, POST + b"Content-Length: many\r\n\r\n"),
        (400, POST + b"Content-Length: -1\r\n\r\n"),
        (400, POST + b"Content-Length: " + b"1" * 4301 + b"\r\n\r\n"),
        (400, b"GET http://[x HTTP/1.1\r\n\r\n"),
        (400, POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n"),
        (400, POST + b"Transfer-Encoding: ,\r\nContent-Length: 2\r\n\r\n{}"),
        (400, b"GET / HTTP/1.1\r\n\r\n"),
        (413, POST + b"Content-Length: 99999999999\r\n\r\n"),
        (431, b"GET / HTTP/1.1\r\nX: ".ljust(MOST_HEADERS + 1, b"a")),  # and no more, or the rest is cut off by a reset
        (501, POST + b"Transfer-Encoding: gzip\r\n\r\n"),
    ],
)
def test_what_is_no_request_is_a_problem_like_any_other(live_url, status, sent):
    got, headers, body = raw(live_url, sent)
    problem = json.loads(body)
    assert got == problem["status"] == status and headers["Content-Type"] == "application/problem+json"
    assert problem["request_id"] == headers["X-Request-Id"]
    assert headers["Content-Security-Policy"] and headers["Connection"] == "close"


@pytest.mark.parametrize(
    ("version", "connection"), [(b"1.0", b"keep-alive"), (b"1.0", b"close"), (b"1.1", b"keep-alive")]
)
def test_who_is_refused_is_told_once_that_the_connection_ends(live_url, version, connection):
    with socket.create_connection((urlsplit(live_url).hostname, urlsplit(live_url).port), timeout=20) as asking:
        asking.sendall(b"GET / HTTP/%s\r\nHost: a\r\nConnection: %s\r\nnonsense\r\n\r\n" % (version, connection))
        head = asking.makefile("rb").read().partition(b"\r\n\r\n")[0].lower()
    assert re.findall(rb"^connection: (\S+)", head, re.M) == [b"close"]


@pytest.mark.parametrize("sent", [b"GET / HTTP/1.1\r\n marker: a\r\n\r\n", b"marker / HTTP/1.1\r\n\r\n"])
def test_nothing_of_what_is_refused_is_repeated(live_url, sent):
    status, _, body = raw(live_url, sent)
    assert status == 400 and b"marker" not in body


def test_a_head_may_be_as_long_as_the_table_says(live_url):
    line = b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
    assert raw(live_url, (line + b"X: ").ljust(MOST_HEADERS - 4, b"a") + b"\r\n\r\n")[0] == 200


@pytest.mark.parametrize("sent", [b"GARBAGE\r\n\r\n", b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"])
def test_it_says_what_it_is_and_takes_itself_for_no_proxy(live_url, sent):
    _, headers, body = raw(live_url, sent)
    assert headers["Server"] == "inkdigits" and "Via" not in headers
    assert not re.search("python|waitress|werkzeug|flask", body.decode() + str(headers), re.IGNORECASE)


@pytest.mark.parametrize(
    ("coding", "end"),
    [(b"Content-Length: %d\r\n\r\n", b""), (b"Transfer-Encoding: chunked\r\n\r\n%x\r\n", b"\r\n0\r\n\r\n")],
)
def test_a_body_that_is_a_little_too_large_is_read_and_told_so(live_url, coding, end):
    size = MOST_BYTES + 1
    got, _, body = raw(live_url, POST + coding % size, b" " * size, end)
    assert got == 413 and json.loads(body)["status"] == 413


def figures(url, *names):
    """What has been counted under each of these names; nothing, where there is no such figure yet."""
    text = urllib.request.urlopen(f"{url}/metrics", timeout=60).read().decode()
    lines = dict(line.rsplit(" ", 1) for line in text.splitlines())
    return [float(lines.get(f"inkdigits_{name}", 0)) for name in names]


def large(count, coding=b"Content-Length: %d\r\n\r\n"):
    return POST + coding % count + b" " * count


@pytest.mark.parametrize(
    ("sent", "counted", "told"),
    [
        (large(MOST_BYTES + 1), 1, ("POST", "/api/recognize", 413)),
        (POST + b"Content-Length: 99999999999\r\n\r\n", 1, ("POST", "/api/recognize", 413)),
        (large(2 * MOST_BYTES - 7, b"Transfer-Encoding: chunked\r\n\r\n%x\r\n"), 1, ("POST", "/api/recognize", 413)),
        (b"PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n", 0, ("PUT", "-", 413)),
        (b"GARBAGE\r\n\r\n", 0, ("-", "-", 400)),
    ],
    ids=["by the app", "by its length", "by its chunks", "no ink", "no request"],
)
def test_what_is_too_large_is_told_and_counted_alike_whoever_refuses_it(live_url, sent, counted, told):
    names = 'refused_total{reason="size"}', 'requests_total{{method="{}",route="{}",status="{}"}}'.format(*told)
    refused, replies = figures(live_url, *names)
    status, _, body = raw(live_url, sent)
    assert figures(live_url, *names) == [refused + counted, replies + 1]
    assert status == told[2] and (status == 400 or f"more than {MOST_BYTES} bytes" in json.loads(body)["detail"])


def test_a_body_in_chunks_is_read_as_any_other(live_url):
    got, _, body = raw(live_url, POST + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")
    assert got == 400 and "object with" in json.loads(body)["detail"]


def test_after_chunks_beside_a_length_the_connection_ends(live_url):
    doubtful = POST.replace(b"Connection: close\r\n", b"") + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n"
    got, headers, body = raw(live_url, doubtful + b"2\r\n{}\r\n0\r\n\r\n" + b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
    assert got == 400 and headers["Connection"] == "close" and b"HTTP/1.1" not in body  # and what follows is not read


def test_a_request_that_never_ends_keeps_nobody_else_waiting(live_url):
    with socket.create_connection((urlsplit(live_url).hostname, urlsplit(live_url).port)) as slow:
        slow.sendall(POST + b"Content-Length: 100\r\n\r\n{")
        assert raw(live_url, b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")[0] == 200
