"""Many users at once, in one thread: requests over connections that stay open, counted by status and timed."""

import asyncio
import json
import os
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import inks
import numpy as np

OTHERS = 2500  # numbers drawn: more pictures than the app remembers, also where three of four are refused


@dataclass
class Seen:
    """What came back: how often which status (0 for a connection that broke), and the seconds that each 200 took."""

    seconds: float = 0.0
    statuses: Counter = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)

    @property
    def useful(self):
        """Numbers read in a second."""
        return self.statuses[200] / self.seconds

    def quantile(self, share):
        """Milliseconds that so large a share of the 200s stayed below."""
        return 1000 * float(np.quantile(self.times, share)) if self.times else float("nan")


def requests(digits=5, others=OTHERS):
    """So many different numbers of so many digits, each of about 40 points, as bytes to send."""
    random = np.random.default_rng(digits)
    return [_request(_drawn(digits, random)) for _ in range(others)]


def _drawn(digits, random):
    row = [inks.ring(100 * i, 50, 60, 100) if i % 2 else inks.seven(100 * i - 30, 0) for i in range(digits)]
    return [(np.array(stroke) + random.normal(0, 1.5, (len(stroke), 2))).round(1).tolist() for stroke in row]


def _request(strokes):
    body = json.dumps({"strokes": strokes}).encode()
    head = f"POST /api/recognize HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    return head.encode() + b"\r\n\r\n" + body


class _User(asyncio.Protocol):
    """One connection: sends a request, and tells `done` the status that came back, 0 if the connection broke."""

    def __init__(self, done):
        self._done, self._waits, self._held = done, False, b""

    def connection_made(self, transport):
        self.transport = transport

    def ask(self, request):
        self._waits, self._held = True, b""
        self.transport.write(request)

    def data_received(self, data):
        self._held += data
        head, end, body = self._held.partition(b"\r\n\r\n")
        if end and len(body) >= int(head.lower().partition(b"content-length:")[2].split()[0]):
            self._waits = False
            self._done(self, int(self._held[9:12]))

    def connection_lost(self, problem):
        if self._waits:
            self._done(self, 0)


def closed(url, clients, seconds, sent):
    """So many users who each send the next number when the last one has been answered.

    `sent` is to go on where it was at the next call: what was asked lately, the app remembers.
    """
    return asyncio.run(_closed(url, clients, seconds, sent))


async def _closed(url, clients, seconds, sent):
    seen, turns, loop, begun, tasks = Seen(), iter(sent), asyncio.get_running_loop(), {}, set()
    end = time.perf_counter() + seconds

    def done(user, status):
        now = time.perf_counter()
        if now < end:
            seen.statuses[status] += 1
            if status == 200:
                seen.times.append(now - begun[user])
            if user.transport.is_closing() or not status:
                tasks.add(asyncio.ensure_future(join()))
            else:
                ask(user)

    def ask(user):
        begun[user] = time.perf_counter()
        user.ask(next(turns))

    async def join():
        _, user = await loop.create_connection(lambda: _User(done), *_place(url))
        ask(user)

    await asyncio.gather(*(join() for _ in range(clients)))
    start = time.perf_counter()
    await asyncio.sleep(end - start)
    seen.seconds = seconds
    [user.transport.abort() for user in begun]
    return seen


def steady(url, rate, seconds, sent):
    """So many requests a second, whether those before are answered or not; each is timed from when it was due."""
    return asyncio.run(_steady(url, rate, seconds, sent))


async def _steady(url, rate, seconds, sent):
    seen, turns, loop = Seen(), iter(sent), asyncio.get_running_loop()
    idle, due = deque(), {}
    everyone = []

    def done(user, status):
        seen.statuses[status] += 1
        if status == 200:
            seen.times.append(time.perf_counter() - due[user])
        if status and not user.transport.is_closing():
            idle.append(user)

    async def ask(when):
        user = idle.pop() if idle else None
        if user is None or user.transport.is_closing():  # the server may close what is idle
            try:
                _, user = await loop.create_connection(lambda: _User(done), *_place(url))
            except OSError:  # nobody took it up in time
                seen.statuses[0] += 1
                return
            everyone.append(user)
        due[user] = when
        user.ask(next(turns))

    start, tasks = time.perf_counter(), []
    for i in range(int(rate * seconds)):
        when = start + i / rate
        await asyncio.sleep(max(0.0, when - time.perf_counter()))
        tasks.append(asyncio.ensure_future(ask(when)))
    await asyncio.gather(*tasks)
    while sum(seen.statuses.values()) < len(tasks) and time.perf_counter() < start + seconds + 10:
        await asyncio.sleep(0.01)
    seen.seconds = time.perf_counter() - start  # what is answered later is no more a second
    [user.transport.abort() for user in everyone]
    return seen


def processor_seconds(pid):
    """What a process has used of the processor."""
    used = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")


def _place(url):
    return urlsplit(url).hostname, urlsplit(url).port
