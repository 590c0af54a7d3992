"""`make run` as a new user meets it: a fresh clone, an empty home, nothing of ours on the machine."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import inks
import pytest
from live import post, wait_for

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.clone


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A fresh clone of what is committed, and an environment with an empty home."""
    folder = tmp_path_factory.mktemp("fresh")
    subprocess.check_call(["git", "clone", "--quiet", str(ROOT), str(folder / "inkdigits")])
    (folder / "home").mkdir()
    kept = {"PATH", "LANG", "TMPDIR", "SSL_CERT_FILE", "PIP_INDEX_URL", "PIP_CERT", "NODE_EXTRA_CA_CERTS"}
    environment = {name: text for name, text in os.environ.items() if name in kept}
    return folder / "inkdigits", environment | {"HOME": str(folder / "home")}


def make_run(clone, *arguments):
    """`make run` in a group of its own, so that a signal reaches all of it, as Ctrl-C does."""
    folder, environment = clone
    return subprocess.Popen(
        ["make", "run", f"PYTHON={sys.executable}", *arguments],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def announced(process):
    """The address that it prints once it answers."""
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("Draw at "):
            return line.split()[2].rstrip("/").replace("localhost", "127.0.0.1")
    raise AssertionError("".join(lines))


def left_running(folder):
    """Processes that are at work in the clone; make names it in no command."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended, or is another's
            if (process / "cwd").readlink().is_relative_to(folder):
                found.append((process / "cmdline").read_text())
    return found


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_make_run_sets_up_answers_and_leaves_nothing_behind(clone, stop):
    folder, _ = clone
    begun = time.monotonic()
    with make_run(clone, f"PORT={free_port()}") as process:
        url = announced(process)
        print(f"the page answered after {time.monotonic() - begun:.1f} s")
        assert b"<title>" in urllib.request.urlopen(url, timeout=5).read()
        assert post(url, {"strokes": inks.one_seven})["number"] == "17"
        assert bool(left_running(folder)) == Path("/proc/self").exists()
        os.killpg(process.pid, stop)
        process.wait(10)
    wait_for(lambda: left_running(folder) == [], seconds=10)


def test_running_needs_at_most_450_megabytes_of_packages(clone):
    (packages,) = clone[0].glob(".venv/lib/python3*/site-packages")
    ours = [p for p in packages.rglob("*") if p.relative_to(packages).parts[0] not in ("pip", "setuptools")]
    assert sum(path.lstat().st_size for path in ours) < 450e6


def test_a_taken_port_is_one_sentence(clone):
    with socket.create_server(("0.0.0.0", 0)) as taken:  # noqa: S104
        port = taken.getsockname()[1]
        with make_run(clone, f"PORT={port}") as process:
            told = process.stdout.read()
    assert process.returncode != 0
    assert f"Port {port} cannot be used" in told and "Traceback" not in told


def test_without_a_network_it_says_what_is_missing(clone):
    folder, environment = clone
    shutil.rmtree(folder / ".venv" / "installed")
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_EXTRA_INDEX_URL": "", "PIP_RETRIES": "0"}
    lock = folder / "requirements" / "run.txt"
    other, changed = re.subn(r"^waitress==[\d.]+", "waitress==0.8.1", lock.read_text(), flags=re.MULTILINE)
    lock.write_text(other)
    with make_run((folder, environment | nowhere)) as process:
        told = process.stdout.read()
    assert changed == 1 and process.returncode != 0
    assert "could not be installed; the lines above say why. Is there a network" in told and "Traceback" not in told


def test_an_environment_whose_making_was_broken_off_is_made_again(clone, tmp_path):
    shutil.copy(ROOT / "install.py", tmp_path)
    subprocess.check_call([sys.executable, "-m", "venv", "--without-pip", tmp_path / ".venv"])
    whole = [sys.executable, "-c", "import install; print(install.whole())"]
    told = [subprocess.check_output(whole, cwd=folder, text=True) for folder in (clone[0], tmp_path)]
    assert told == ["True\n", "False\n"]


def test_an_environment_that_has_been_moved_is_made_again(tmp_path):
    asked = [sys.executable, "-c", "import install; print(install.whole())"]
    (tmp_path / "here").mkdir()
    shutil.copy(ROOT / "install.py", tmp_path / "here")
    subprocess.check_call([sys.executable, "-m", "venv", tmp_path / "here" / ".venv"])
    assert subprocess.check_output(asked, cwd=tmp_path / "here", text=True) == "True\n"
    (tmp_path / "here").rename(tmp_path / "there")
    assert subprocess.check_output(asked, cwd=tmp_path / "there", text=True) == "False\n"


def test_a_python_that_is_too_old_is_told_so(tmp_path):
    old = (ROOT / "install.py").read_text().replace("VERSIONS = ((3, 11), (3, 12), (3, 13))", "VERSIONS = ((2, 0),)")
    (tmp_path / "install.py").write_text(old)
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "run.txt").write_text("")
    reply = subprocess.run(
        [sys.executable, tmp_path / "install.py", "run"], capture_output=True, text=True, check=False
    )
    assert reply.returncode == 1 and "Python 3.11, 3.12 or 3.13 is needed" in reply.stderr
