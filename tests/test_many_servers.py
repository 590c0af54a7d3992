"""The web part in front of several servers, some of which come and go while it is asked."""

import contextlib
import itertools
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import inks
import pytest

from serving.client import Client
from webapp.app import create_app

ROOT = Path(__file__).parents[1]


@pytest.fixture
def servers():
    """Starts and kills embedded servers by their place in a list of three addresses."""
    with contextlib.ExitStack() as stack:
        free = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(3)]
        addresses = [f"127.0.0.1:{one.getsockname()[1]}" for one in free]
    running = {}

    class Servers:
        names = ",".join(addresses)

        @staticmethod
        def start(place):
            command = [sys.executable, "-m", "serving", "--listen", addresses[place]]
            running[place] = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
            next(line for line in running[place].stderr if "listening" in line)

        @staticmethod
        def kill(place):
            process = running.pop(place)
            process.kill()
            process.communicate()

    yield Servers
    for place in list(running):
        Servers.kill(place)


@pytest.fixture
def asked(servers):
    """Asks the app all the time, never for what it has been asked before; the statuses of the replies, in order."""
    app = create_app(DIGITS_SERVING=servers.names)
    statuses, stopped, counter = [], threading.Event(), itertools.count()

    def ask():
        client = app.test_client()
        while not stopped.is_set():
            lean = next(counter) % 997 / 10
            strokes = [[[x + lean * y / 100, y] for x, y in stroke] for stroke in inks.one_seven]
            statuses.append(client.post("/api/recognize", json={"strokes": strokes}).status_code)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    yield statuses, lambda: [thread.start() for thread in threads]
    stopped.set()
    [thread.join() for thread in threads]
    app.extensions["serving"].close()


def wait_for_more(statuses, count=40):
    """So many more replies, and long enough for the client to have tried every address again."""
    enough, start = len(statuses) + count, time.monotonic()
    while len(statuses) < enough or time.monotonic() < start + 1.5:
        assert time.monotonic() < start + 20, f"after {len(statuses)} replies there were no more"
        time.sleep(0.01)


def test_no_request_is_lost_while_servers_are_killed_and_added(servers, asked):
    statuses, begin = asked
    servers.start(0), servers.start(1)
    begin()
    wait_for_more(statuses)
    servers.kill(0)
    wait_for_more(statuses)
    servers.start(2)
    wait_for_more(statuses)
    servers.kill(1)
    wait_for_more(statuses)
    counted = Counter(statuses)
    assert set(counted) <= {200, 503}
    assert counted[200] > 0.9 * len(statuses)


def test_servers_take_turns(servers, monkeypatch):
    servers.start(0), servers.start(1), servers.start(2)
    client = Client(servers.names)
    client.check()
    asked = Counter()
    for channel, name in zip(client._channels, servers.names.split(","), strict=True):
        unary = channel.unary_unary
        monkeypatch.setattr(channel, "unary_unary", lambda *a, n=name, u=unary: asked.update([n]) or u(*a))
    for _ in range(30):
        client.check()
    assert set(asked.values()) == {10}
    client.close()
