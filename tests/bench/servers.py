"""`make servers`: this app on waitress, gunicorn and granian, in front of one model server. Prints a table.

Each is measured by turns and the best of its turns stands, for the machine is shared: requests a second of five-digit
numbers by 16 users, what each takes of the processor, what 99 of 100 wait, megabytes, the longest wait of somebody else
while many connections drip, and what a SIGTERM under load costs.
"""

import contextlib
import importlib.util
import itertools
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import load  # noqa: E402
from test_bench_serving import resident  # noqa: E402

TURNS = 2
SECONDS = 3.0
USERS = 16
DRIPPING = 300
PORT = 8099

GUNICORN = ["gunicorn", "--bind", f"127.0.0.1:{PORT}", "--log-level", "error", "webapp.app:create_app()"]
GRANIAN = ["granian", "--interface", "wsgi", "--port", str(PORT), "--no-log", "--factory", "webapp.app:create_app"]
SERVERS = {
    "waitress, as `make run` starts it": ["webapp", "--host", "127.0.0.1", "--port", str(PORT)],
    "gunicorn, 1 worker of 64 threads": [*GUNICORN, "--workers", "1", "--threads", "64"],
    "gunicorn, 2 workers of 32 threads": [*GUNICORN, "--workers", "2", "--threads", "32"],
    "gunicorn, 4 workers of 16 threads": [*GUNICORN, "--workers", "4", "--threads", "16"],
    "granian, 1 worker of 64 threads": [*GRANIAN, "--workers", "1", "--blocking-threads", "64"],
    "granian, 2 workers of 32 threads": [*GRANIAN, "--workers", "2", "--blocking-threads", "32"],
}


@contextlib.contextmanager
def running(command, address):
    """A server in processes of its own, once it answers."""
    environment = os.environ | {"DIGITS_SERVING": address, "DIGITS_LOG": "quiet"}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, env=environment, **quiet)
    url = f"http://127.0.0.1:{PORT}"
    try:
        for _ in range(600):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{url}/readyz", timeout=5).close()
                break
            time.sleep(0.05)
        yield url, process
    finally:
        process.terminate()
        process.wait(60)


def family(pid):
    """A process and all that it started."""
    children = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout.split()
    return [pid, *(one for child in children for one in family(int(child)))]


def longest_wait(url):
    """Seconds that a probe waits at the most while many connections send a byte now and then; None if one fails."""
    head = b"POST /api/recognize HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n"
    dripping = [socket.create_connection(("127.0.0.1", PORT), timeout=5) for _ in range(DRIPPING)]
    [one.sendall(head) for one in dripping]
    longest, end = 0.0, time.perf_counter() + SECONDS
    try:
        while time.perf_counter() < end:
            for one in dripping:
                with contextlib.suppress(OSError):
                    one.sendall(b" ")
            begun = time.perf_counter()
            urllib.request.urlopen(f"{url}/healthz", timeout=5).close()
            longest = max(longest, time.perf_counter() - begun)
            time.sleep(0.1)
    except OSError:
        return None
    finally:
        [one.close() for one in dripping]
    return longest


def ended(process, sent):
    """How often which end a request has around a SIGTERM under load, and the seconds until the process has gone."""
    counted, gone = Counter(), threading.Event()

    def ask(i):
        while not gone.is_set():
            try:
                connection = socket.create_connection(("127.0.0.1", PORT), timeout=10)
            except OSError:
                return
            with connection:
                try:
                    connection.sendall(sent[i % len(sent)].replace(b"Host: a", b"Host: a\r\nConnection: close"))
                    counted["answered" if connection.recv(12) else "lost"] += 1
                except OSError:
                    counted["lost"] += 1
            i += USERS

    users = [threading.Thread(target=ask, args=(i,)) for i in range(USERS)]
    [user.start() for user in users]
    time.sleep(1)
    begun = time.perf_counter()
    process.send_signal(signal.SIGTERM)
    process.wait(60)
    took = time.perf_counter() - begun
    gone.set()
    [user.join() for user in users]
    return counted, took


def measured(command, address, sent):
    """All figures of one turn."""
    with running(command, address) as (url, process):
        turns = itertools.cycle(sent)
        load.closed(url, USERS, 1.0, turns)
        everyone = family(process.pid)
        used = -sum(map(load.processor_seconds, everyone))
        seen = load.closed(url, USERS, SECONDS, turns)
        used += sum(map(load.processor_seconds, everyone))
        megabytes = sum(resident(pid) for pid in everyone)
        waits = longest_wait(url)
        counted, took = ended(process, sent)
    return seen.useful, 1000 * used / seen.statuses[200], seen.quantile(0.99), megabytes, waits, counted["lost"], took


def main():
    """Measure what is installed, by turns."""
    there = {name: command for name, command in SERVERS.items() if importlib.util.find_spec(command[0])}
    seen = {name: [] for name in there}
    sent = load.requests()
    with tempfile.TemporaryDirectory() as folder:
        address = f"unix:{folder}/s"
        command = [sys.executable, "-m", "serving", "--listen", address]
        with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as model:
            next(line for line in model.stderr if "listening" in line)
            for _ in range(TURNS):
                for name, command in there.items():
                    seen[name].append(measured(command, address, sent))
                    print(name, *seen[name][-1], file=sys.stderr)
            model.terminate()
    columns = [
        "requests/s",
        "processor, ms each",
        "p99, ms",
        "MB",
        f"{DRIPPING} dripping",
        "SIGTERM: lost",
        "gone in s",
    ]
    print(f"| Server | {' | '.join(columns)} |\n|---" + "|---" * len(columns) + "|")
    for name, turns in seen.items():
        rate, used, p99, megabytes, waits, lost, took = zip(*turns, strict=True)
        worst = "nobody is answered" if None in waits else f"{min(waits):.2f} s"
        best = f"{max(rate):.0f} | {min(used):.2f} | {min(p99):.0f} | {max(megabytes):.0f}"
        print(f"| {name} | {best} | {worst} | {max(lost)} | {min(took):.1f} |")


if __name__ == "__main__":
    main()
