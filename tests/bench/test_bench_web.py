"""The whole app under load: five-digit numbers, never the same, from this machine. Prints; asserts no times."""

import itertools
import json
import os
import subprocess
import time
from collections import Counter

import load
import numpy as np
import pytest
from live import running_app

import digits
from digits import lattice, raster
from serving.__main__ import MODELS
from serving.model import Model

pytestmark = pytest.mark.bench

NUMBERS = load.requests()
SENT = itertools.cycle(NUMBERS)
SECONDS = float(os.environ.get("DIGITS_BENCH_SECONDS", "5"))  # reliability asks for 60
TURNS = 4


@pytest.fixture(scope="module", params=["", "yes"], ids=["anywhere", "apart"])
def app(request):
    """The app's address and the process ids of its two halves."""
    with running_app(DIGITS_LOG="quiet", DIGITS_APART=request.param) as (url, process):
        (model,) = subprocess.check_output(["pgrep", "-P", str(process.pid)], text=True).split()
        load.closed(url, 4, 1, SENT)
        yield url, process.pid, int(model)


@pytest.fixture(scope="module")
def candidates():
    """What the network is asked about every number, as pictures."""
    inks = [digits.parse(json.loads(sent.partition(b"\r\n\r\n")[2])) for sent in NUMBERS]
    lattices = [lattice.build(ink.strokes) for ink in inks]
    return [raster.pictures(one.drawings, one.height) for one in lattices]


@pytest.mark.parametrize("users", [1, 16])
def test_five_digits_by_users_at_once(app, candidates, users):
    """And what that takes of the processor, beside what the bare network takes for the same pictures."""
    url, *pids = app
    before = [load.processor_seconds(pid) for pid in pids]
    seen = load.closed(url, users, SECONDS, SENT)
    used = [load.processor_seconds(pid) - was for pid, was in zip(pids, before, strict=True)]
    engine = Model(max(MODELS.glob("digits/[0-9]*"), key=lambda path: int(path.name)), threads=1)
    begun = time.thread_time()
    for pictures in candidates:
        engine.run(pictures)
    bare = 1000 * (time.thread_time() - begun) / len(candidates)
    web, model = (1000 * seconds / sum(seen.statuses.values()) for seconds in used)
    print(f"\n{users} users: {seen.useful:.0f} numbers/s, half within {seen.quantile(0.5):.0f} ms, 99 of 100 within "
          f"{seen.quantile(0.99):.0f} ms {dict(seen.statuses)}; processor, ms each: web {web:.2f}, model {model:.2f}, "
          f"bare network {bare:.2f}, ratio {(web + model) / bare:.2f}")  # fmt: skip
    assert set(seen.statuses) <= {200, 503}  # an ink that waited for half a second, where others use the machine


def test_fifty_a_second(app):
    seen = load.steady(app[0], 50, SECONDS, SENT)
    print(f"\n50 requests/s: half within {seen.quantile(0.5):.0f} ms, 99 of 100 within {seen.quantile(0.99):.0f} ms")
    assert set(seen.statuses) == {200}


def test_four_times_more_than_can_be_read(app):
    """By four times as many users as it takes, and by four times as many requests as can be answered.

    By turns with what can be answered, for that is not the same from one moment to the next on a shared machine.
    """
    usual = [load.closed(app[0], 16, SECONDS, SENT).useful]
    ways = {
        "64 users": lambda: load.closed(app[0], 64, SECONDS, SENT),
        "4 × capacity": lambda: load.steady(app[0], 4 * usual[-1], SECONDS, SENT),
    }
    for name, overload in ways.items():
        first, seen = len(usual), []
        for _ in range(TURNS):
            seen.append(overload())
            usual.append(load.closed(app[0], 16, SECONDS, SENT).useful)
        beside = usual[first - 1 :]
        statuses = sum((one.statuses for one in seen), Counter())
        share = np.mean([one.useful for one in seen]) / np.mean(beside)
        slowest = max(one.quantile(0.99) for one in seen)
        print(f"\n{name}: {dict(statuses)}, useful {share:.0%} of {min(beside):.0f} to {max(beside):.0f}/s, "
              f"99 of 100 within {slowest:.0f} ms")  # fmt: skip
        assert set(statuses) <= {200, 503}
    time.sleep(2)
    after = load.steady(app[0], 20, 1, SENT)
    print(f"two seconds later: {dict(after.statuses)}, 99 of 100 within {after.quantile(0.99):.0f} ms")
