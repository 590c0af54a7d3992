"""Many who are slow: nobody else waits for them."""

import os
import socket
import threading
import time

import pytest
from test_fuzz_sockets import INK, request
from watched import seen, unharmed, watched

pytestmark = pytest.mark.faults

SLOW = 900
SECONDS = float(os.environ.get("SLOW_SECONDS", "60"))


def test_900_slow_connections(tmp_path):
    """A third of them slow with their heads, a third with their bodies, a third silent."""
    with watched(tmp_path, DIGITS_LOG="quiet") as app, unharmed(app):
        slow = [socket.create_connection(app.place, timeout=60) for _ in range(SLOW)]
        over = threading.Event()

        def drip():
            [one.sendall(request(b"", length=len(INK))) for one in slow[::3]]
            for at in range(len(INK) - 1):
                for i, one in enumerate(slow):
                    if i % 3 != 2:
                        one.sendall(INK[at : at + 1])
                if over.wait(1):
                    return

        dripping = threading.Thread(target=drip)
        dripping.start()
        try:
            waits, end = [], time.monotonic() + SECONDS
            while time.monotonic() < end:
                status, _, seconds = app.recognize()
                assert status == 200
                waits.append(seconds)
                time.sleep(0.1)
        finally:
            over.set()
            dripping.join()
            [one.close() for one in slow]
        seen(f"{SLOW} for {SECONDS:.0f} s: {len(waits)} others answered, the slowest after {1000 * max(waits):.0f} ms")
        assert max(waits) < 1.5
