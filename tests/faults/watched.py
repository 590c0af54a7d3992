"""An app that is watched while something is done to it: what it answers, what it holds, what it says."""

import contextlib
import http.client
import itertools
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import inks
import numpy as np
from live import ROOT, running_app, wait_for

_inks = itertools.count()
REFUSED = -1


class Watched:
    """A live app, its process and its log."""

    def __init__(self, url, process, log):
        self.url, self.process, self.log = url, process, log
        self.place = urlsplit(url).hostname, urlsplit(url).port

    def ask(self, method="GET", path="/healthz", body=None, timeout=20):
        """Status, body and seconds of one request on a connection of its own.

        Status 0 is a connection that broke, REFUSED one that nobody took.
        """
        connection, begun = http.client.HTTPConnection(*self.place, timeout=timeout), time.monotonic()
        try:
            connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
            reply = connection.getresponse()
            return reply.status, reply.read(), time.monotonic() - begun
        except ConnectionRefusedError:
            return REFUSED, b"", time.monotonic() - begun
        except (OSError, http.client.HTTPException):
            return 0, b"", time.monotonic() - begun
        finally:
            connection.close()

    def recognize(self, strokes=None):
        """Status, body and seconds for these strokes, or for some that it has not seen yet, and cannot remember."""
        body = json.dumps({"strokes": strokes or drawn()}).encode()
        return self.ask("POST", "/api/recognize", body)

    def answer(self):
        """What it says of the one ink, but for the time that it took; nothing if it does not answer."""
        status, body, _ = self.recognize(inks.one_seven)
        return json.loads(body) | {"milliseconds": None} if status == 200 else None

    def children(self):
        """Processes that it has started."""
        tasks = Path(f"/proc/{self.process.pid}/task").iterdir()
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]

    def held(self):
        """How many file descriptors, threads and children it has."""
        here = Path(f"/proc/{self.process.pid}")
        return len(list((here / "fd").iterdir())), len(list((here / "task").iterdir())), len(self.children())

    def said(self, pattern):
        """How often a line of the log fits."""
        return len(re.findall(pattern, self.log.read_text()))


def drawn():
    """A 17 that nobody has drawn before."""
    shaken = np.random.default_rng(next(_inks))
    return [(np.array(stroke) + shaken.normal(0, 1, (len(stroke), 2))).round(2).tolist() for stroke in inks.one_seven]


@contextlib.contextmanager
def watched(folder, **environment):
    """A running app whose log goes to a file in the folder."""
    log = folder / "app.log"
    with log.open("w") as file, running_app(log=file, **environment) as (url, process):
        yield Watched(url, process, log)


@contextlib.contextmanager
def unharmed(app):
    """Afterwards it answers as before and holds no more than before; a few of gRPC's threads come and go."""
    with load(app, users=16) as warming:  # threads are started when they are needed, and stay
        wait_for(lambda: len(warming) > 200)
    before = app.answer()
    descriptors, threads, children = app.held()
    assert before
    yield
    wait_for(lambda: app.recognize()[0] == 200 and app.answer() == before)
    limits = descriptors + 5, threads + 5, children
    wait_for(lambda: all(now <= most for now, most in zip(app.held(), limits, strict=True)))


@contextlib.contextmanager
def load(app, users=4):
    """So many users who ask again and again; a list of (when it was answered, status, seconds) that grows meanwhile."""
    seen, over = [], threading.Event()

    def use():
        while not over.is_set():
            status, _, seconds = app.recognize()
            seen.append((time.monotonic(), status, seconds))
            if status != 200:
                time.sleep(0.02)

    threads = [threading.Thread(target=use) for _ in range(users)]
    [thread.start() for thread in threads]
    try:
        yield seen
    finally:
        over.set()
        [thread.join() for thread in threads]


def statuses(seen):
    return Counter(status for _, status, _ in seen)


class Model:
    """A model server in a process of its own, which can be started again at the same address."""

    def __init__(self, folder, *arguments, address=""):
        self.address, self.log = address or f"unix:{folder}/predict", folder / "model.log"
        self._command = [sys.executable, "-m", "serving", "--listen", self.address, *map(str, arguments)]
        self.log.touch()

    def start(self):
        """Come back when it listens, or has ended because it cannot."""
        before = self.said("listening on")
        with self.log.open("a") as file:
            self.process = subprocess.Popen(self._command, cwd=ROOT, stderr=file)
        wait_for(lambda: self.said("listening on") > before or self.process.poll() is not None)

    def end(self, number=signal.SIGKILL):
        self.process.send_signal(number)
        self.process.wait(20)

    def said(self, pattern):
        return len(re.findall(pattern, self.log.read_text()))


@contextlib.contextmanager
def model(folder, *arguments, address=""):
    """A running model server."""
    server = Model(folder, *arguments, address=address)
    server.start()
    try:
        yield server
    finally:
        server.end()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def seen(sentence):
    """Print a figure for docs/reliability.md."""
    print(f"\n  {os.environ['PYTEST_CURRENT_TEST'].rpartition('::')[2].split(' ')[0]}: {sentence}", flush=True)
