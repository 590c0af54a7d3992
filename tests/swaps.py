"""Versions come and go under a server that is asked all the time; every answer is held against its version's own."""

import contextlib
import itertools
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import numpy as np

from serving import golden, labels
from serving.client import Client, ServingDown

ROOT = Path(__file__).parents[1]


def two_networks(folder):
    """Two published versions that answer differently, to make others of; TensorFlow is needed for them."""
    import keras

    from training import publish
    from training.networks import build, modern

    made = []
    for seed in (1, 2):
        keras.utils.set_random_seed(seed)
        made.append(publish.publish(build(modern(True, widths=(4, 6)), 11), 0.1, {}, folder / f"network-{seed}"))
    apart = np.abs(golden.read(made[0])[1] - golden.read(made[1])[1]).max(axis=1)
    assert np.median(apart) > 0.01, "the two could be taken for each other"
    return made


class Asked:
    """What came of asking: answers by version, what was wrong, the longest that an answer took."""

    def __init__(self, address, versions, rate):
        """Ask `rate` times a second for golden pictures, from `begin` to `end`."""
        self.answers, self.wrong, self.slowest, self.last = Counter(), [], 0.0, None
        self._address, self._versions, self._rate = address, versions, rate
        self._images, _ = golden.read(versions / "1")
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._ask)

    def begin(self):
        self._thread.start()

    def end(self):
        self._stopped.set()
        self._thread.join()

    def wait_for(self, version):
        """Until this version has answered ten times in a row."""
        end, seen = time.monotonic() + 60, 0
        while seen < 10:
            assert time.monotonic() < end, f"version {version} never came; {self.last} answers; {self.wrong[:3]}"
            before = sum(self.answers.values())
            time.sleep(1 / self._rate)
            seen = seen + sum(self.answers.values()) - before if self.last == version else 0

    def _ask(self):
        client, due = Client(self._address, deadline=20), time.monotonic()
        expected = {}
        for at in itertools.cycle(range(0, 96, 4)):
            due = max(due + 1 / self._rate, time.monotonic() - 1)  # after a pause, at most a second is made up for
            if self._stopped.wait(max(0, due - time.monotonic())):
                break
            begun = time.monotonic()
            try:
                given, version = client.predict(self._images[at : at + 4])
            except ServingDown as problem:
                self.wrong.append(str(problem))
                continue
            self.slowest = max(self.slowest, time.monotonic() - begun)
            if version not in expected:
                expected[version] = golden.read(self._versions / str(version))[1]
            if not np.allclose(given, expected[version][at : at + 4], rtol=0, atol=1e-5):
                self.wrong.append(f"an answer that names version {version} is not that version's")
            self.answers[version] += 1
            self.last = version
        client.close()


@contextlib.contextmanager
def serving(folder):
    """`python -m serving` for a folder of models: its address."""
    command = [sys.executable, "-m", "serving", "--models", folder, "--listen", f"unix:{folder}/s"]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    try:
        next(line for line in process.stderr if "listening" in line)
        yield f"unix:{folder}/s"
    finally:
        process.kill()
        process.communicate()


def swap_under_load(folder, networks, swaps, rollbacks, rate=50.0):
    """So many versions come, and after some of them the one before is gone back to; what came of asking meanwhile."""
    versions, config, network = folder / "digits", folder / "models.config", itertools.cycle(networks)
    numbers = itertools.count(1)

    def add():
        number = next(numbers)
        shutil.copytree(next(network), versions / f"new-{number}").rename(versions / str(number))
        if labels.held(config, "digits"):
            labels.label(config, "digits", labels.STABLE, number)
        return number

    add()
    with serving(folder) as address:
        asked = Asked(address, versions, rate)
        asked.begin()
        try:
            asked.wait_for(1)
            for i in range(swaps):
                number = add()
                asked.wait_for(number)
                if (i + 1) * rollbacks // swaps > i * rollbacks // swaps:
                    labels.roll_back(config, "digits")
                    asked.wait_for(number - 1)
        finally:
            asked.end()
    return asked
