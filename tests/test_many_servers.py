"""The web part in front of several servers, some of which come and go while it is asked."""

import contextlib
import itertools
import re
import socket
import struct
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import inks
import pytest
from live import stopped, wait_for

from serving.client import Client, ServingDown
from webapp.app import create_app

ROOT = Path(__file__).parents[1]
ASKING = 3  # who ask at the same time


@pytest.fixture(params=["a list", "one name"])
def servers(request):
    """Starts and kills embedded servers by their place in a list of three, or behind one name that stands for them."""
    hosts, running, figures = [f"127.0.0.{i}" for i in (1, 2, 3)], {}, {}
    port = free_on_all(hosts)
    with Names(lambda: [hosts[place] for place in running]) as names:

        class Servers:
            addresses = names.of(port) if request.param == "one name" else ",".join(f"{host}:{port}" for host in hosts)

            @staticmethod
            def start(place):
                command = ["--listen", f"{hosts[place]}:{port}", "--rest", f"{hosts[place]}:0"]
                process = subprocess.Popen(
                    [sys.executable, "-m", "serving", *command], cwd=ROOT, stderr=subprocess.PIPE, text=True
                )
                figures[place] = int(next(line for line in process.stderr if "listening" in line).rsplit(" ", 1)[1])
                running[place] = process

            @staticmethod
            def kill(place):
                process = running.pop(place)
                process.kill()
                process.communicate()

            @staticmethod
            def hanging(place):
                return stopped(running[place].pid)

            @staticmethod
            def answered(place):
                where = f"http://{hosts[place]}:{figures[place]}/monitoring/prometheus/metrics"
                with urllib.request.urlopen(where, timeout=5) as reply:
                    counted = re.findall(r'request_count{model_name="digits",status="OK"} (\d+)', reply.read().decode())
                return sum(map(int, counted))

        yield Servers
        for place in list(running):
            Servers.kill(place)


def free_on_all(hosts):
    """A port that is free on each of these addresses."""
    with contextlib.ExitStack() as stack:
        port = 0
        for host in hosts:
            try:
                port = stack.enter_context(socket.create_server((host, port))).getsockname()[1]
            except OSError as problem:
                pytest.skip(f"{host} cannot be listened on: {problem}")
        return port


class Names:
    """A name server that gives one and the same list of addresses to whoever asks for any name."""

    def __init__(self, addresses):
        self._addresses, self._socket = addresses, socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._answer)

    def of(self, port):
        return f"dns://127.0.0.1:{self._socket.getsockname()[1]}/model.test:{port}"

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._socket.sendto(b"", self._socket.getsockname())
        self._thread.join()
        self._socket.close()

    def _answer(self):
        """RFC 1035: a header of twelve bytes, the question as it was asked, an address for each that is there."""
        while query := (received := self._socket.recvfrom(512))[0]:
            end = query.index(b"\0", 12) + 5
            wanted = query[end - 4 : end - 2] == b"\0\1"  # of version 4
            found = self._addresses() if wanted else []
            head = query[:2] + struct.pack(">5H", 0x8180, 1, len(found), 0, 0)
            records = [b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 0, 4) + socket.inet_aton(one) for one in found]
            self._socket.sendto(head + query[12:end] + b"".join(records), received[1])


@pytest.fixture
def asked(servers):
    """Asks the app many times a second, never the same; the statuses of the replies, in order."""
    app = create_app(DIGITS_SERVING=servers.addresses, DIGITS_DEADLINE=30)
    statuses, stopped, counter = [], threading.Event(), itertools.count()

    def ask():
        client = app.test_client()
        while not stopped.wait(0.1):
            lean = next(counter) % 997 / 10
            strokes = [[[x + lean * y / 100, y] for x, y in stroke] for stroke in inks.one_seven]
            statuses.append(client.post("/api/recognize", json={"strokes": strokes}).status_code)

    threads = [threading.Thread(target=ask) for _ in range(ASKING)]
    yield statuses, lambda: [thread.start() for thread in threads]
    stopped.set()
    [thread.join() for thread in threads]
    app.extensions["serving"].close()


def settled(statuses, count=20):
    """Long enough for the client to have tried every address again, and so many answers in a row at the end of it."""
    start = time.monotonic()
    while time.monotonic() < start + 1.5 or statuses[-count:] != [200] * count:
        assert time.monotonic() < start + 30, f"after {len(statuses)} replies: {statuses[-10:]}"
        time.sleep(0.01)


def test_nothing_is_lost_but_what_a_killed_server_had_begun_where_only_a_name_is_known(servers, asked):
    statuses, begin = asked
    servers.start(0), servers.start(1)
    begin()
    settled(statuses)
    servers.kill(0)
    settled(statuses)
    servers.start(2)
    settled(statuses)
    servers.kill(1)
    settled(statuses)
    begun = ASKING * 2 if servers.addresses.startswith("dns:") else 0  # in a list, the next is asked instead
    assert set(statuses) <= {200, 503} and statuses.count(503) <= begun, statuses.count(503)


def answers(client):
    try:
        return client.check()
    except ServingDown:
        return 0


def test_servers_take_turns(servers):
    for place in (0, 1, 2):
        servers.start(place)
    client = Client(servers.addresses)
    end = time.monotonic() + 20
    while not all(before := [servers.answered(place) for place in (0, 1, 2)]):
        assert time.monotonic() < end, f"answers: {before}"
        client.check()
    for _ in range(30):
        client.check()
    after = [servers.answered(place) for place in (0, 1, 2)]
    assert all(b - a >= 8 for a, b in zip(before, after, strict=True)), (before, after)
    client.close()


def test_a_name_that_stands_for_other_servers_now_is_looked_up_again(servers):
    servers.start(0)
    client = Client(servers.addresses)
    client.check()
    servers.kill(0)
    servers.start(2)
    wait_for(lambda: answers(client))
    client.close()


def test_a_server_that_hangs_is_soon_asked_no_more(servers):
    servers.start(0), servers.start(1)
    client = Client(servers.addresses, deadline=1)
    wait_for(lambda: all(answers(client) and servers.answered(place) for place in (0, 1)))
    with servers.hanging(0):
        wait_for(lambda: all(answers(client) for _ in range(10)))
    client.close()
