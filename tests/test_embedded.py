import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from live import state, stopped, wait_for

from serving import embedded
from serving.client import Client, ServingDown

ROOT = Path(__file__).parents[1]
STARTS = """
import signal, sys, time
from serving import embedded
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell in the background has it ignored
print(embedded.start(len(sys.argv) > 1), flush=True)
for _ in range(600):
    time.sleep(0.1)  # a signal that comes to another thread does not interrupt it
"""


@pytest.fixture
def parent(request):
    """A process that has started an embedded server, and a client of that server."""
    with subprocess.Popen(
        [sys.executable, "-c", STARTS, *getattr(request, "param", ())],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        process_group=0,
    ) as process:
        client = Client(process.stdout.readline().strip())
        wait_for(lambda: answers(client))
        yield process, client
        client.close()
        process.kill()


def answers(client):
    try:
        return client.check()
    except ServingDown:
        return 0


def children(process):
    return [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()] + [
        int(pid)
        for task in Path(f"/proc/{process.pid}/task").iterdir()
        if task.name != str(process.pid)
        for pid in (task / "children").read_text().split()
    ]


@pytest.mark.parametrize("parent", [["apart"]], indirect=True)
def test_apart_the_server_has_all_cores_but_the_one_of_who_started_it_also_the_next_time(parent):
    process, client = parent
    mine, *others = sorted(os.sched_getaffinity(0))
    for _ in range(2):
        (pid,) = children(process)
        assert os.sched_getaffinity(process.pid) == {mine}
        assert os.sched_getaffinity(pid) == set(others or [mine])
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda gone=pid: children(process) not in ([], [gone]) and answers(client))


def test_the_server_has_the_cores_that_python_leaves_it_and_one_where_there_is_no_other(monkeypatch):
    for usable, spare in ((8, 7), (2, 1), (1, 1)):
        monkeypatch.setattr("serving.cores.usable", lambda usable=usable: usable)
        assert embedded.spare_cores() == spare


def running(pid):
    return state(pid) not in ("", "Z")


pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads Linux's /proc")


@pytest.mark.parametrize("last", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_the_server_and_its_folder_go_however_its_parent_goes(parent, last):
    process, client = parent
    folder = Path(client.addresses[0].removeprefix("unix:")).parent
    (server,) = children(process)
    process.send_signal(last)
    process.wait(10)
    wait_for(lambda: not running(server))
    assert not folder.exists()


@pytest.mark.parametrize("last", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_to_all_ends_the_server_with_its_parent_and_not_before(parent, last):
    """A service manager sends SIGTERM to every process, a terminal Ctrl-C to every process of a group."""
    process, client = parent
    (server,) = children(process)
    with stopped(process.pid):
        if last is signal.SIGTERM:
            os.kill(server, last)
        os.killpg(process.pid, last)
        time.sleep(0.3)  # what a server that ends needs to be heard of
        assert answers(client) and running(server)
    process.wait(10)
    wait_for(lambda: not running(server))


def test_a_server_that_dies_is_started_again(parent):
    process, client = parent
    (server,) = children(process)
    os.kill(server, signal.SIGKILL)
    wait_for(lambda: not running(server))
    wait_for(lambda: answers(client))
    assert children(process) != [server]


@pytest.mark.parametrize("name", ["of many letters " * 6, "50%41", "a,b", "a#b?c"])
def test_a_folder_for_temporary_files_that_no_address_can_name_is_not_used(tmp_path, name):
    folder = tmp_path / name
    folder.mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", STARTS], cwd=ROOT, stdout=subprocess.PIPE, env={**os.environ, "TMPDIR": str(folder)}
    ) as process:
        client = Client(process.stdout.readline().decode().strip())
        try:
            wait_for(lambda: answers(client), seconds=30)
        finally:
            client.close()
            process.send_signal(signal.SIGINT)
    assert not Path(client.addresses[0].removeprefix("unix:")).parent.exists()


def test_a_server_that_never_listens_is_told_of_once_and_tried_ever_later(monkeypatch, caplog, tmp_path):
    def spawn(keeper):
        started.append(time.monotonic())
        if len(started) == 5:
            keeper._socket.touch()  # this one listens
        return subprocess.Popen([sys.executable, "-S", "-c", ""], stdin=subprocess.PIPE)

    started = []
    monkeypatch.setattr(embedded._Keeper, "_spawn", spawn)
    monkeypatch.setattr(embedded, "PAUSE", 0.05)
    keeper = embedded._Keeper(f"unix:{tmp_path}/s")
    keeper.start()
    wait_for(lambda: len(started) > 5)
    keeper.stop()
    keeper.join(15)
    assert all(started[i + 1] - started[i] >= 0.05 * 2 ** (i + 1) for i in range(4))
    assert ["before it listened" in line for line in caplog.messages] == [True, False]


FORKS = """
import os, sys
from serving import embedded
folder = os.path.dirname(embedded.start().removeprefix("unix:"))
if not os.fork():
    sys.exit()
os.wait()
print(os.path.exists(folder))
"""


def test_a_process_that_was_forked_from_its_parent_goes_without_it():
    told = subprocess.check_output([sys.executable, "-W", "ignore", "-c", FORKS], cwd=ROOT, text=True)
    assert told == "True\n"


def test_a_server_that_cannot_be_started_again_is_started_later(monkeypatch, caplog):
    def spawn(_):
        started.append(1)
        if len(started) == 2:
            raise OSError(24, "Too many open files")
        return subprocess.Popen([sys.executable, "-c", ""], stdin=subprocess.PIPE)

    started = []
    monkeypatch.setattr(embedded._Keeper, "_spawn", spawn)
    monkeypatch.setattr(embedded, "LATER", 0.01)
    monkeypatch.setattr(embedded, "PAUSE", 0.01)
    keeper = embedded._Keeper("unix:/nowhere")
    keeper.start()
    wait_for(lambda: len(started) > 3)
    keeper.stop()
    keeper.join(15)
    assert any("cannot be started: [Errno 24]" in line for line in caplog.messages)


def test_a_server_that_is_started_while_the_keeper_is_told_to_stop_goes_too(monkeypatch):
    def spawn(keeper):
        if started:
            stopping.start()
            time.sleep(0.1)
        started.append(subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE))
        return started[-1]

    started = []
    monkeypatch.setattr(embedded._Keeper, "_spawn", spawn)
    keeper = embedded._Keeper("unix:/nowhere")
    stopping = threading.Thread(target=keeper.stop)
    keeper.start()
    started[0].kill()
    keeper.join(15)
    stopping.join(15)
    assert [process.poll() is None for process in started] == [False, False]
