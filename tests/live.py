"""The whole app as its users meet it: a process, an address, a request."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[1]


@contextlib.contextmanager
def running_app(*arguments, log=None, program=("-m", "webapp"), **environment):
    """`python -m webapp` on a free port, once it answers: its address and its process; `log` takes what it says."""
    command = [sys.executable, *program, "--host", "127.0.0.1", "--port", "0", *arguments]
    environment = {name: text for name, text in os.environ.items() if name != "DIGITS_SERVING"} | environment
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=log, text=True) as process:
        try:
            announcement = process.stdout.readline()
            assert announcement.startswith("Draw at "), announcement
            yield announcement.split()[2].rstrip("/").replace("localhost", "127.0.0.1"), process
        finally:
            process.terminate()


@contextlib.contextmanager
def stopped(pid):
    """A process that holds still from here to the end at the latest; told to, it may still answer for a moment."""
    os.kill(pid, signal.SIGSTOP)
    try:
        while state(pid) not in "T":  # where there is no /proc, it will have to do
            time.sleep(0.001)
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def state(pid):
    """The letter that Linux has for what a process is doing; nothing if there is no such process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return ""


def post(url, document):
    """One request to a live app: the reply, decoded."""
    request = urllib.request.Request(
        f"{url}/api/recognize", json.dumps(document).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as reply:
        return json.load(reply)


def wait_for(condition, seconds=60):
    """Until it has come true; the seconds that it took."""
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < seconds, "it never came true"
        time.sleep(0.005)
    return time.monotonic() - begun
