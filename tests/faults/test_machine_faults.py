"""The machine runs out of something, or its clock is set anew."""

import resource
import socket
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from live import running_app, wait_for
from watched import Watched, load, seen, statuses, unharmed, watched

from webapp import door

pytestmark = pytest.mark.faults

LARGE = b" " * (3 * door.MOST_BYTES // 2)  # no ink, but taken in before it is refused


def test_the_disk_is_full(tmp_path):
    """No file may grow: not the log, nor anything that large bodies might be laid down in."""
    with watched(tmp_path, DIGITS_LOG="text") as app, unharmed(app):
        said = app.log.stat().st_size
        resource.prlimit(app.process.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        with load(app) as answered:
            large = [app.ask("POST", "/api/recognize", LARGE)[0] for _ in range(20)]
            wait_for(lambda: len(answered) > 200)
        assert app.log.stat().st_size == said
        assert set(statuses(answered)) == {200} and set(large) == {413}
        resource.prlimit(app.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        assert app.ask("POST", "/api/recognize", LARGE)[0] == 413
        seen(f"{dict(statuses(answered))}; large bodies: {set(large)}")


@pytest.mark.parametrize("jump", [86_400.0, -86_400.0])
def test_the_clock_jumps(tmp_path, jump):
    off_by, log = tmp_path / "off_by", tmp_path / "app.log"
    off_by.write_text("0")
    clock = (str(Path(__file__).with_name("clock.py")),)
    with log.open("w") as file, running_app(program=clock, log=file, CLOCK_OFF_BY=str(off_by)) as (url, process):
        app = Watched(url, process, log)
        with unharmed(app), load(app) as answered:
            wait_for(lambda: len(answered) > 50)
            off_by.write_text(str(jump))
            told = len(answered)
            wait_for(lambda: len(answered) > told + 200)
        slowest = max(seconds for _, _, seconds in answered[told:])
        assert set(statuses(answered)) == {200}
        seen(f"{jump:+.0f} s: {dict(statuses(answered))}, the slowest after it {1000 * slowest:.0f} ms")


def test_connections_use_up_what_may_be_used(tmp_path):
    """More connections than the server takes at once: those that are there are answered, the others when it can."""
    with ExitStack() as idle, watched(tmp_path, DIGITS_LOG="quiet") as app, unharmed(app):
        for _ in range(1200):
            idle.enter_context(socket.create_connection(app.place, timeout=60))
        wait_for(lambda: app.held()[0] > 900)
        held = app.held()[0]
        idle.close()
        back = wait_for(lambda: app.recognize()[0] == 200)
        seen(f"1,200 silent connections: {held} descriptors; answered again {1000 * back:.0f} ms after they went")


def test_no_file_descriptor_is_left(tmp_path):
    with watched(tmp_path, DIGITS_LOG="quiet") as app, unharmed(app):
        kept, most = app.held()[0], resource.prlimit(app.process.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(app.process.pid, resource.RLIMIT_NOFILE, (kept, most[1]))
        with ExitStack() as others:
            for _ in range(20):
                others.enter_context(socket.create_connection(app.place, timeout=60))
            time.sleep(1)
            assert app.process.poll() is None
        resource.prlimit(app.process.pid, resource.RLIMIT_NOFILE, most)
        back = wait_for(lambda: app.recognize()[0] == 200)
        assert 1 <= app.log.read_text().count("\n") < 5  # again, where one was let in meanwhile
        seen(f"none of {kept} left for a second; answered again {1000 * back:.0f} ms after there were")
