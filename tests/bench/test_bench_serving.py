"""The embedded server beside the same server over TensorFlow's own runtime, in one run. Prints; asserts nothing."""

import contextlib
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import numpy as np
import pytest
from swaps import swap_under_load, two_networks

from serving import config, tensors
from serving import predict_pb2 as pb
from serving.__main__ import MODELS
from serving.model import Model
from serving.server import THREADS, Server

pytestmark = pytest.mark.bench

ROOT = Path(__file__).parents[2]
NEWEST = max(MODELS.glob("digits/[0-9]*"), key=lambda path: int(path.name))
PICTURES = np.random.default_rng(1).integers(0, 256, (4, 28, 28, 1), np.uint8)
ROUNDS, SECONDS = 5, 1.0
# bytes in, bytes out: what the asking costs is not what is measured
PREDICT = "/tensorflow.serving.PredictionService/Predict"
REQUEST = pb.PredictRequest(
    model_spec=pb.ModelSpec(name="digits"), inputs={"images": tensors.to_proto(PICTURES)}
).SerializeToString()
ASK = """
import sys, threading, grpc
address, path, data, count, clients = sys.argv[1], sys.argv[2], bytes.fromhex(sys.argv[3]), *map(int, sys.argv[4:])

def ask():
    with grpc.insecure_channel(address, [("grpc.use_local_subchannel_pool", 1)]) as channel:
        call = channel.unary_unary(path)
        for _ in range(count // clients):
            call(data, timeout=60)

threads = [threading.Thread(target=ask) for _ in range(clients)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""
CALLS = 1000


def processor_milliseconds(address, clients):
    """What this process uses of the processor for each request that another process asks of it."""
    begun = time.process_time()
    command = [sys.executable, "-c", ASK, address, PREDICT, REQUEST.hex(), str(CALLS), str(clients)]
    subprocess.run(command, check=True)
    return 1000 * (time.process_time() - begun) / CALLS


@contextlib.contextmanager
def server(folder, *command):
    """A server in a process of its own: its address, its process id, and the seconds until it listened."""
    folder.mkdir()
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
        with grpc.insecure_channel(address, [("grpc.use_local_subchannel_pool", 1)]) as channel:
            call = channel.unary_unary(PREDICT)
            while time.perf_counter() < end:
                call(REQUEST, timeout=60)
                counts[i] += 1

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
    starts = []
    for i in range(ROUNDS):
        with server(tmp_path / str(i), "-m", "serving") as (_, _, started):
            starts.append(started)
    with (
        server(tmp_path / "a", "-m", "serving") as (embedded, pid, _),
        server(tmp_path / "b", "tests/bench/tensorflow_server.py") as (tensorflow, other, _),
    ):
        print(f"\nlistening after {min(starts):.2f} s; {resident(pid):.0f} MB, over TensorFlow {resident(other):.0f}")
        for clients in (1, 8):
            # in turn, and the best of each: what else the machine does slows both
            rates = [[rate(address, clients) for address in (embedded, tensorflow)] for _ in range(ROUNDS)]
            ours, theirs = (max(column) for column in zip(*rates, strict=True))
            ratios = sorted(one / two for one, two in rates)
            print(
                f"{clients} clients, four pictures: {ours:.0f} requests/s, over TensorFlow {theirs:.0f}, "
                f"ratio {ours / theirs:.2f} (in each round {', '.join(f'{ratio:.2f}' for ratio in ratios)})"
            )
        for name, address, process in (("embedded", embedded, pid), ("over TensorFlow", tensorflow, other)):
            before = processor_seconds(process)
            answered = SECONDS * sum(rate(address, 1) for _ in range(ROUNDS))
            each = (processor_seconds(process) - before) / answered
            print(f"{name}: {1000 * each:.2f} ms of the processor per request, {1 / each:.0f} requests/s a core")


def test_what_the_server_costs_beyond_the_engine(tmp_path, monkeypatch):
    spent, run = [], Model.run

    def timed(model, array):
        begun = time.thread_time()
        try:
            return run(model, array)
        finally:
            spent.append(time.thread_time() - begun)

    monkeypatch.setattr(Model, "run", timed)
    # Python's gRPC alone, which hands a request in and an answer out
    answers = grpc.unary_unary_rpc_method_handler(lambda request, context: bytes(250))
    methods = grpc.method_handlers_generic_handler(PREDICT.split("/")[1], {"Predict": answers})
    bare = grpc.server(ThreadPoolExecutor(THREADS), handlers=[methods])
    bare.add_insecure_port(f"unix:{tmp_path}/n")
    bare.start()
    embedded = Server(config.found(MODELS), f"unix:{tmp_path}/s")
    embedded.start()
    print()
    for clients in (1, 8):
        rows, alone = [], []
        for _ in range(ROUNDS):
            spent.clear()
            rows.append((processor_milliseconds(f"unix:{tmp_path}/s", clients), 1000 * sum(spent) / CALLS))
            alone.append(processor_milliseconds(f"unix:{tmp_path}/n", clients))
        every, engine = min(rows, key=lambda row: row[0] - row[1])
        print(
            f"{clients} clients: {every:.2f} ms of the processor a request, of which the engine {engine:.2f} and the "
            f"server {every - engine:.2f}; gRPC alone needs {min(alone):.2f}"
        )
    embedded.stop()
    bare.stop(None).wait()


def test_the_cost_of_a_picture_by_batch():
    model = Model(NEWEST, threads=1)
    print()
    for size in (1, 4, 8, 16, 32, 64, 128):
        pictures = np.repeat(PICTURES[:1], size, axis=0)
        times = []
        for _ in range(30):
            begun = time.thread_time()
            model.run(pictures)
            times.append(time.thread_time() - begun)
        print(f"batch {size:>3}: {1000 * min(times) / size:.3f} ms of the processor a picture")


def test_twenty_swaps_and_three_rollbacks_under_load(tmp_path):
    asked = swap_under_load(tmp_path / "models", two_networks(tmp_path), swaps=20, rollbacks=3)
    print(
        f"\n20 swaps and 3 rollbacks at 50 requests/s: {sum(asked.answers.values())} answers of {len(asked.answers)} "
        f"versions, {len(asked.wrong)} failed or another version's; the slowest took {1000 * asked.slowest:.0f} ms"
    )
