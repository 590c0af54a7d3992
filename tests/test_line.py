"""Nothing that is asked of a server that has stopped reading outlives its deadline by much."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from live import stopped, wait_for

from serving.client import Client, ServingDown

ROOT = Path(__file__).parents[1]
DEADLINE = 0.1


@pytest.fixture
def server(tmp_path):
    """A model server in a process of its own: its address and its process."""
    address = f"unix:{tmp_path}/s"
    command = [sys.executable, "-m", "serving", "--listen", address]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        next(line for line in process.stderr if "listening" in line)
        try:
            yield address, process
        finally:
            process.kill()


@pytest.mark.parametrize(("pictures", "at_once"), [(10, 1), (500, 8)])
def test_however_much_is_sent_to_who_does_not_read_the_deadline_holds(server, pictures, at_once):
    address, process = server
    client = Client(address, deadline=20)
    images = np.zeros((pictures, 28, 28, 1), np.uint8)
    before = client.predict(images)[0]
    client.deadline = DEADLINE

    def ask(_):
        with pytest.raises(ServingDown, match=r"DEADLINE_EXCEEDED|UNAVAILABLE"):
            client.predict(images)

    with ThreadPoolExecutor(at_once) as pool:
        with stopped(process.pid):
            asked = [pool.submit(ask, i) for i in range(60)]
            for one in asked:
                one.result(timeout=10)
        client.deadline = 20
        wait_for(lambda: answered(client, images) == before.tolist())
    client.close()


def answered(client, images):
    try:
        return client.predict(images)[0].tolist()
    except ServingDown:  # between two attempts to connect
        return None
