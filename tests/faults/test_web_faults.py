"""The web server is killed, or told to go, while it is busy."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from live import ROOT, wait_for
from watched import REFUSED, Watched, load, seen, statuses, unharmed, watched

pytestmark = pytest.mark.faults


def test_killed_under_load(tmp_path):
    with watched(tmp_path, DIGITS_LOG="quiet") as app, load(app) as answered:
        wait_for(lambda: len(answered) > 20)
        (server,) = app.children()
        folder = Path(Path(f"/proc/{server}/cmdline").read_text().split("unix:")[1].split("\0")[0]).parent
        app.process.kill()
        gone = wait_for(lambda: not Path(f"/proc/{server}").exists() and not folder.exists())
        null, again = (
            subprocess.DEVNULL,
            [sys.executable, "-m", "webapp", "--host", "127.0.0.1", "--port", str(app.place[1])],
        )
        environment = {name: text for name, text in os.environ.items() if name != "DIGITS_SERVING"}
        with subprocess.Popen(again, cwd=ROOT, env=environment, stdout=null, stderr=null) as process:
            ready = wait_for(lambda: app.ask(path="/readyz")[0] == 200)
            with unharmed(Watched(app.url, process, app.log)):
                pass
            process.terminate()
        seen(f"its model server and folder are gone after {gone:.2f} s; a new one is ready after {ready:.1f} s")


@pytest.mark.parametrize("who", ["the app", "its model server too"])  # as systemd does
def test_terminated_under_load(tmp_path, who):
    with watched(tmp_path, DIGITS_LOG="quiet") as app, load(app, users=16) as answered:
        wait_for(lambda: len(answered) > 100)
        begun = time.monotonic()
        [os.kill(child, signal.SIGTERM) for child in app.children() if who != "the app"]
        app.process.send_signal(signal.SIGTERM)
        assert app.process.wait(20) == 0
        took = time.monotonic() - begun
        wait_for(lambda: statuses(answered)[REFUSED] > 20)
    told = statuses(answered)
    seen(f"exit 0 after {took:.2f} s; {told[200]} answered, {told[0]} broken, then {told[REFUSED]} not let in")
    assert set(told) <= {200, REFUSED} and took < 15


def test_its_port_is_taken(tmp_path):
    with watched(tmp_path, DIGITS_LOG="quiet") as app, unharmed(app):
        second = [sys.executable, "-m", "webapp", "--host", "127.0.0.1", "--port", str(app.place[1])]
        told = subprocess.run(second, cwd=ROOT, capture_output=True, text=True, timeout=60)
        assert told.returncode == 1 and told.stderr.startswith(f"Port {app.place[1]} cannot be used")
        seen(f"the second one says: {told.stderr.strip()}")
