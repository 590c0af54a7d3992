"""The embedded server as a child of the app: started with it, started again when it dies, gone when it goes.

It listens on a UNIX socket in a private folder, and holds the app's end of a pipe: however the app ends, the pipe
closes, and the server with it.
"""

import atexit
import contextlib
import logging
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from serving import cores

log = logging.getLogger(__name__)

PAUSE = 0.2  # seconds before a server that has died is started again
DOUBLINGS = 6  # of that, once for every time in a row that it ended before it listened: 13 seconds then
LATER = 1.0  # seconds before a process is tried to be had again
PLAIN = re.compile(r"[\w/.~+-]{1,70}", re.ASCII)  # a folder whose name gRPC takes as it is, short enough for a socket's
ROOT = Path(__file__).parents[1]


def start(apart: bool = False) -> str:
    """Start the server and return its address at once; it listens half a second later.

    The address goes into DIGITS_SERVING, so that the child processes of the app, such as the one that Flask's
    reloader makes, use this server instead of starting another. Where the two are to be `apart`, whoever calls keeps to
    one core from then on, and the server to the others.
    """
    usual = tempfile.gettempdir()
    folder = tempfile.mkdtemp(prefix="inkdigits-", dir=usual if PLAIN.fullmatch(usual) else "/tmp")  # noqa: S108
    address = f"unix:{folder}/predict"
    os.environ["DIGITS_SERVING"] = address
    with _other_cores() if apart else contextlib.nullcontext():
        keeper = _Keeper(address)
        keeper.start()
    atexit.register(_end, os.getpid(), keeper, folder)
    return address


def spare_cores() -> int:
    """How many the server has beside the one that Python's own lock lets the app use; one, where there is no other."""
    return max(1, cores.usable() - 1)


@contextlib.contextmanager
def _other_cores() -> Iterator[None]:
    """For what is started in here, and what that starts, all cores but one; to that one the rest of us then keeps.

    Moved about by the system, the same work takes a tenth more of the processor, and longer (`make bench`).
    """
    mine, *others = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, others or [mine])
    yield
    os.sched_setaffinity(0, [mine])


def _end(starter: int, keeper: "_Keeper", folder: str) -> None:
    """End the server with the process that started it, and not with one that was forked from that."""
    if os.getpid() == starter:
        keeper.stop()
        shutil.rmtree(folder, ignore_errors=True)


class _Keeper(threading.Thread):
    """Keeps one server running until the interpreter ends."""

    def __init__(self, address: str):
        super().__init__(name="embedded server", daemon=True)
        self._socket = Path(address.removeprefix("unix:"))
        self._command = [sys.executable, "-m", "serving", "--listen", address, "--while-stdin"]
        self._ending = threading.Event()
        self._starting = threading.Lock()  # so that nothing is started once it is told to end
        self._process = self._spawn()

    def run(self) -> None:
        failed = 0  # times in a row that it ended before it listened
        while not self._ending.is_set():
            code = self._process.wait()
            self._process.stdin.close()
            failed = 0 if self._socket.exists() else failed + 1
            if not self._ending.wait(PAUSE * 2 ** min(failed, DOUBLINGS)):
                if failed < 2:
                    early = " before it listened" if failed else ""
                    log.error("the embedded server ended with %d%s and is started again", code, early)
                self._spawn_again()

    def _spawn_again(self) -> None:
        """Start another, as soon as the machine has room for one."""
        while not self._ending.is_set():
            try:
                with self._starting:
                    if not self._ending.is_set():
                        self._process = self._spawn()
            except OSError as problem:
                log.error("the embedded server cannot be started: %s", problem)
                self._ending.wait(LATER)
            else:
                return

    def _spawn(self) -> subprocess.Popen:
        self._socket.unlink(missing_ok=True)  # one that was killed has left it
        # a session of its own, for Ctrl-C is for the app: its last requests still need the server
        return subprocess.Popen(self._command, stdin=subprocess.PIPE, cwd=ROOT, start_new_session=True)

    def stop(self) -> None:
        """Let it finish what it has begun."""
        with self._starting:
            self._ending.set()
        self._process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=5)
        self._process.kill()
