"""The embedded server beside the same server over TensorFlow's own runtime, in one run. Prints; asserts nothing."""

import contextlib
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from serving.__main__ import MODELS
from serving.client import Client
from serving.model import Model

pytestmark = pytest.mark.bench

ROOT = Path(__file__).parents[2]
PICTURES = np.random.default_rng(1).integers(0, 256, (4, 28, 28, 1), np.uint8)
SECONDS = 3.0


@contextlib.contextmanager
def server(folder, *command):
    """A server in a process of its own: its address, its process id, and the seconds until it listened."""
    address, begun = f"unix:{folder}/s", time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *command, "--listen", address],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        next(line for line in process.stderr if "listening" in line)
        yield address, process.pid, time.perf_counter() - begun
    finally:
        process.kill()
        process.communicate()


def rate(address, clients):
    """Requests of four pictures answered in a second, by so many clients at once."""
    counts, end = [0] * clients, time.perf_counter() + SECONDS

    def ask(i):
        client = Client(address)
        while time.perf_counter() < end:
            client.predict(PICTURES)
            counts[i] += 1
        client.close()

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(clients)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return sum(counts) / SECONDS


def processor_seconds(pid):
    """What a process has used of the processor."""
    used = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")


def resident(pid):
    """Megabytes that a process holds."""
    (line,) = [line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) / 1000


def test_the_embedded_server_beside_tensorflows_runtime(tmp_path):
    (tmp_path / "a").mkdir(), (tmp_path / "b").mkdir()
    with (
        server(tmp_path / "a", "-m", "serving") as (embedded, pid, started),
        server(tmp_path / "b", "tests/bench/tensorflow_server.py") as (tensorflow, other, _),
    ):
        print(f"\nlistening after {started:.2f} s; {resident(pid):.0f} MB, over TensorFlow {resident(other):.0f} MB")
        for clients in (1, 8):
            rates = [rate(address, clients) for address in (embedded, tensorflow)]
            print(
                f"{clients} clients, four pictures: {rates[0]:.0f} requests/s, over TensorFlow {rates[1]:.0f}, "
                f"ratio {rates[0] / rates[1]:.2f}"
            )
        before, begun = processor_seconds(pid), 0
        client = Client(embedded)
        while begun < 2000:
            client.predict(PICTURES)
            begun += 1
        each = 1000 * (processor_seconds(pid) - before) / begun
        client.close()
    engine = engine_milliseconds()
    print(f"processor per request: {each:.2f} ms, of which the engine {engine:.2f}, the server {each - engine:.2f}")


def engine_milliseconds(calls=1000):
    """What the bare engine needs of the processor for the same four pictures."""
    model = Model(max(MODELS.glob("digits/[0-9]*"), key=lambda path: int(path.name)), threads=1)
    begun = time.process_time()
    for _ in range(calls):
        model.run(PICTURES)
    return 1000 * (time.process_time() - begun) / calls


def test_the_cost_of_a_picture_by_batch():
    model = Model(max(MODELS.glob("digits/[0-9]*"), key=lambda path: int(path.name)), threads=1)
    print()
    for size in (1, 4, 8, 16, 32, 64, 128):
        pictures = np.repeat(PICTURES[:1], size, axis=0)
        times = []
        for _ in range(30):
            begun = time.perf_counter()
            model.run(pictures)
            times.append(time.perf_counter() - begun)
        print(f"batch {size:>3}: {1000 * min(times) / size:.3f} ms a picture")
