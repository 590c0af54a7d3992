"""One connection to the web server: what it may leave behind, who works on it, who closes it."""

import contextlib
import json
import logging
import math
import re
import socket
import threading
import time
import urllib.request
from urllib.parse import urlsplit

import pytest
from live import running_app
from waitress.channel import ClientDisconnected, HTTPChannel

from webapp import server
from webapp.busy import Replies, Reply
from webapp.channel import MOST_PIPELINED

pytestmark = pytest.mark.usefixtures("traced")


def test_who_asks_for_much_and_reads_nothing_is_cut_off(serving_address):
    with running_app(DIGITS_SERVING=serving_address) as (url, _):
        page = urllib.request.urlopen(url, timeout=5).read().decode()
        ask = f"GET {re.search(r'/static/dist/page-[^.]+[.]css', page)[0]} HTTP/1.1\r\nHost: a\r\n\r\n".encode()
        address = urlsplit(url).hostname, urlsplit(url).port
        with contextlib.ExitStack() as stack:
            greedy = [stack.enter_context(socket.create_connection(address, timeout=5)) for _ in range(20)]
            for one in greedy:
                one.sendall(ask * 140)
            for one in greedy:
                with contextlib.suppress(ConnectionResetError):
                    while one.recv(1 << 20):
                        pass
            assert urllib.request.urlopen(f"{url}/healthz", timeout=5).status == 200


@pytest.fixture
def longest_silence(monkeypatch):
    """Seconds, other than waitress's own choice; to be asked for before the connection."""
    monkeypatch.setattr(server, "LONGEST_SILENCE", 1000)
    return 1000


@pytest.fixture
def connection(app):
    """A connection to a server that nobody runs, the server, and the other end."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        its = server.Server(app, listening)
        near, far = socket.socketpair()
        one = its._waitress.channel_class(its._waitress, near, ("", 0), its._waitress.adj, map=its._waitress._map)
        yield one, its, far
        near.close()
        far.close()
        its._waitress.close()


@pytest.mark.parametrize(("more", "closed"), [(-100, False), (1, True)])
def test_who_is_silent_for_longer_than_the_table_says_is_closed(longest_silence, connection, more, closed):
    one, its, _ = connection
    one._active -= longest_silence + more
    its._turn(0)
    assert (not its._waitress.active_channels) == closed


@pytest.mark.parametrize("off_by", [86_400, -86_400])
def test_a_clock_that_is_set_anew_neither_closes_a_connection_nor_keeps_a_silent_one(connection, monkeypatch, off_by):
    one, its, _ = connection
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + off_by)
    its._turn(0)
    assert its._waitress.active_channels
    one.last_activity = time.time()  # as waitress has it
    one._active -= server.LONGEST_SILENCE + 1
    its._next_silent = its._loop._next = 0.0
    its._turn(0)
    assert not its._waitress.active_channels


@pytest.mark.parametrize(("more", "cut_off"), [(0, False), (1, True)])
def test_as_many_requests_may_be_sent_in_advance_as_the_table_says(connection, monkeypatch, more, cut_off):
    one, _, _ = connection
    monkeypatch.setattr(one.server, "add_task", lambda _: None)
    one.received(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * (MOST_PIPELINED + more))
    assert one.will_close == cut_off


def test_who_has_just_connected_is_heard_before_all_are_looked_at(connection, monkeypatch):
    one, its, far = connection
    monkeypatch.setattr(its._loop, "_next", math.inf)
    monkeypatch.setattr(one.server, "add_task", lambda _: None)
    far.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    its._turn(0)
    assert one.requests


def test_who_finds_no_turn_is_told_so_for_its_own_site(connection, monkeypatch):
    one, _, far = connection
    asked = []
    monkeypatch.setattr(
        Replies, "reply", lambda _, *about: asked.append(about) or Reply(b"HTTP/1.1 503 Busy", "", False)
    )
    monkeypatch.setattr(one.server, "add_task", lambda _: None)
    one.received(b"POST / HTTP/1.1\r\nHost: a\r\nOrigin: https://a.test\r\nContent-Length: 0\r\n\r\n")
    one.requests[0].came, one.requests[0].refused = 7.0, True
    one.service()
    ((site, way, came, _),) = asked
    assert (site, way[:3], came) == ("https://a.test", ("1.1", "", False), 7.0)
    assert far.recv(100) == b"HTTP/1.1 503 Busy"


@pytest.mark.parametrize(
    ("first", "connection_is", "told", "ends"),
    [
        ("HTTP/1.1", "X: y", None, False),
        ("HTTP/1.1", "Connection: close", "close", True),
        ("HTTP/1.0", "X: y", "close", True),
        ("HTTP/1.0", "Connection: keep-alive", "Keep-Alive", False),
    ],
)
def test_who_finds_no_turn_keeps_the_connection_as_anybody_does(
    first, connection_is, told, ends, connection, monkeypatch
):
    one, its, far = connection
    monkeypatch.setattr(one.server, "add_task", lambda _: None)
    for _ in range(2):  # it is told anew and again
        another = its._waitress.channel_class(its._waitress, one.socket, ("", 0), its._waitress.adj, map={})
        another.received(f"POST / {first}\r\nHost: a\r\n{connection_is}\r\nContent-Length: 0\r\n\r\n".encode())
        another.requests[0].came, another.requests[0].refused = time.monotonic(), True
        another.service()
        head = far.recv(10_000).partition(b"\r\n\r\n")[0].decode()
        assert head.startswith(f"{first} 503 ") and another.close_when_flushed == ends
        assert re.findall(r"^Connection: (.*)\r$", head, re.M) == ([told] if told else [])
        assert "\r\nDate: " in head


@pytest.mark.parametrize("refused", [False, True])
def test_head_and_body_of_a_reply_go_out_together(refused, connection, monkeypatch):
    one, _, far = connection
    parts, send = [], one.send
    monkeypatch.setattr(one, "send", lambda data, **more: parts.append(len(data)) or send(data, **more))
    monkeypatch.setattr(one.server, "add_task", lambda _: None)
    one.received(b"POST /api/recognize HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
    one.requests[0].came, one.requests[0].refused = time.monotonic(), refused
    one.service()
    head, _, body = far.recv(10_000).partition(b"\r\n\r\n")
    assert parts == [len(head) + 4 + len(body)]
    assert f"\r\nContent-Length: {len(body)}\r\n".encode() in head and json.loads(body)["status"] in (415, 503)


def test_a_reply_without_a_body_is_a_head(connection, monkeypatch):
    one, _, far = connection
    monkeypatch.setattr(one.server, "add_task", lambda _: None)
    one.received(b"HEAD /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
    one.requests[0].came, one.requests[0].refused = time.monotonic(), False
    one.service()
    reply = far.recv(10_000)
    assert reply.startswith(b"HTTP/1.1 200 OK\r\n") and reply.endswith(b"\r\n\r\n")


def test_a_thread_that_finds_nobody_there_leaves_the_closing_to_the_loop(connection):
    one, its, far = connection
    far.close()
    one.received(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: 100-continue\r\n")  # and no end yet
    its._loop.at_work.append(one)
    one.send_continue()
    assert its._waitress.active_channels
    its._loop.at_work.remove(one)
    its._turn(0)
    assert not its._waitress.active_channels


def test_a_connection_is_at_work_for_as_long_as_any_thread_works_on_it(connection, monkeypatch):
    one, its, _ = connection
    begun, may_end, threads = threading.Event(), threading.Event(), []

    def next_request(_):
        begun.set()
        assert may_end.wait(60)

    def first_request(_):
        monkeypatch.setattr(HTTPChannel, "service", next_request)
        threads.append(threading.Thread(target=one.service))  # as waitress hands what is left to another
        threads[0].start()
        assert begun.wait(60)

    monkeypatch.setattr(HTTPChannel, "service", first_request)
    its._loop.changed.clear()
    one.service()
    assert one in its._loop.at_work
    may_end.set()
    threads[0].join(60)
    assert one not in its._loop.at_work and list(its._loop.changed) == [one, one]


def test_who_leaves_before_hearing_what_was_wrong_is_no_fault_of_ours(connection, monkeypatch, caplog):
    one, _, _ = connection

    def gone(_):
        raise ClientDisconnected

    monkeypatch.setattr(one, "write_soon", gone)
    monkeypatch.setattr(one.server, "add_task", lambda _: None)
    one.received(b"GARBAGE\r\n\r\n")
    one.service()
    assert one.close_when_flushed and not [record for record in caplog.records if record.levelno >= logging.ERROR]
