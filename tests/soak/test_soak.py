"""Very many requests, of which the app keeps nothing: from the middle on it holds no more than in the middle."""

import itertools
import json
import os
import socket
import threading
from pathlib import Path
from urllib.parse import urlsplit

import inks
import numpy as np
import pytest
from live import running_app

pytestmark = pytest.mark.soak

REQUESTS = int(os.environ.get("REQUESTS", "100000"))  # 8,000 are the fewest that tell a leak from noise
FEWER = max(8000, REQUESTS // 10)  # are enough to find the leak that there is
USERS = 4
MANY = 40  # users at first, so that all threads are there that may be
SAMPLES = 40
OTHERS = 800  # inks; more pictures than the app remembers, so that the model server works too
LEAKING = (str(Path(__file__).with_name("leaking.py")),)


def requests():
    """What is sent, again and again: numbers of five digits, and now and then something else."""
    shaken = np.random.default_rng(5)
    for i in range(OTHERS):
        row = [np.array(inks.ring(100 * k, 50, 60, 100) if k % 2 else inks.seven(100 * k - 30, 0)) for k in range(5)]
        strokes = [(stroke + shaken.normal(0, 1.5, stroke.shape)).round(1).tolist() for stroke in row]
        yield post(json.dumps({"strokes": strokes}).encode())
        if i % 20 == 0:
            yield post(b'{"strokes": [[[0, NaN]]]}')
            yield b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"


def post(body):
    head = b"POST /api/recognize HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    return head % len(body) + body


def held(process):
    """Megabytes, file descriptors and threads of a process and its children together."""
    family = [process.pid, *(int(c) for t in Path(f"/proc/{process.pid}/task").iterdir() for c in children(t))]
    memory = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in family)
    counts = [[len(list(Path(f"/proc/{pid}/{what}").iterdir())) for pid in family] for what in ("fd", "task")]
    return memory * os.sysconf("SC_PAGE_SIZE") / 1e6, *map(sum, counts)


def children(task):
    return (task / "children").read_text().split()


def use(url, turns, count):
    """One user on one connection: so many requests, each when the last one has been answered."""
    with socket.create_connection((urlsplit(url).hostname, urlsplit(url).port), timeout=60) as connection:
        for _ in range(count):
            connection.sendall(next(turns))
            told = b""
            while b"\r\n\r\n" not in told:
                told += connection.recv(65536)
            head, _, body = told.partition(b"\r\n\r\n")
            assert head[9:12] in (b"200", b"400"), head
            missing = int(head.lower().partition(b"content-length:")[2].split()[0]) - len(body)
            while missing > 0:
                missing -= len(connection.recv(65536))


def soaked(count, **program):
    """What the app held at each of so many moments while it answered so many requests."""
    with running_app(DIGITS_LOG="quiet", **program) as (url, process):
        turns, samples = itertools.cycle(list(requests())), []
        for at_once in (MANY, *[USERS] * (SAMPLES - 1)):
            each = count // SAMPLES // at_once
            users = [threading.Thread(target=use, args=(url, turns, each)) for _ in range(at_once)]
            [user.start() for user in users]
            [user.join() for user in users]
            samples.append(held(process))
    return np.array(samples)


def allowed(count):
    """Megabytes that are noise: of the allocator, and 40 bytes for each request of the second half."""
    return 3.0 + 40e-6 * count / 2


def growth(samples):
    """What memory, descriptors and threads have grown by from the middle to the end: of the medians of a tenth each."""
    middle, end = samples[SAMPLES // 2 :][: SAMPLES // 10], samples[-SAMPLES // 10 :]
    return np.median(end, axis=0) - np.median(middle, axis=0)


def test_nothing_grows_from_the_middle_on():
    samples = soaked(REQUESTS)
    memory, descriptors, threads = growth(samples)
    (middle, *_), (_, *last) = samples[SAMPLES // 2], samples[-1]
    print(f"\n  {REQUESTS:,} requests: from {middle:.0f} MB {memory:+.1f}, of which {allowed(REQUESTS):.1f} is noise;")
    print(f"  {descriptors:+.0f} of {last[0]:.0f} descriptors, {threads:+.0f} of {last[1]:.0f} threads")
    assert memory < allowed(REQUESTS) and descriptors <= 2 and threads <= 2


def test_a_leak_is_found():
    memory, *_ = growth(soaked(FEWER, program=LEAKING))
    print(f"\n  {FEWER:,} requests with a leak: {memory:+.1f} MB, up to {allowed(FEWER):.1f} is noise")
    assert memory > allowed(FEWER)
