"""What `install.py` does on machines that are not as one would wish."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import install

ROOT = Path(__file__).parents[1]


def test_packages_of_another_branch_are_no_reason_to_install_none(tmp_path, monkeypatch):
    venv, commands, locks = tmp_path / ".venv", [], [tmp_path / name for name in ("run.txt", "test.txt")]
    monkeypatch.setattr(install, "VENV", venv)
    monkeypatch.setattr(install, "whole", lambda: True)
    monkeypatch.setattr(install, "run", lambda command, *_: commands.append(Path(command[-1]).name))
    venv.mkdir()
    for content, asked in (("a", locks), ("b", locks[:1]), ("a", locks)):
        for lock in locks:
            lock.write_text(content)
        for lock in asked:
            install.packages(lock)
    assert commands == ["run.txt", "test.txt", "run.txt", "run.txt", "test.txt"]


def test_packages_of_a_python_that_is_gone_are_installed_anew(tmp_path, monkeypatch):
    lock, venv, commands = tmp_path / "run.txt", tmp_path / ".venv", []
    lock.write_text("")
    (venv / "installed").mkdir(parents=True)
    (venv / "installed" / lock.name).write_text(install.digest([lock]))
    monkeypatch.setattr(install, "VENV", venv)
    monkeypatch.setattr(install, "PYTHON", venv / "bin" / "python")
    monkeypatch.setattr(install, "run", lambda command, *_: commands.append(command[2]))
    install.packages(lock)
    assert commands == ["venv", "pip"]


def test_a_pip_that_is_told_to_install_for_a_user_installs_into_the_environment_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setattr(install, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(install, "VENV", tmp_path)
    monkeypatch.setattr(install, "whole", lambda: True)
    (tmp_path / "run.txt").write_text(f"{tmp_path}/nothing.whl\n")
    told = []
    monkeypatch.setattr(install, "run", lambda command, _, env: told.append(outcome(command, env)))
    install.packages(tmp_path / "run.txt")
    assert "nothing.whl" in told[0] and "--user" not in told[0]


def outcome(command, environment):
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False).stderr


@pytest.mark.parametrize(("home", "cache"), [("home", "home/.npm"), ("nowhere", ".venv/npm"), ("owned", ".venv/npm")])
def test_npm_keeps_what_it_loads_where_it_can_be_written(tmp_path, monkeypatch, home, cache):
    (tmp_path / "home").mkdir()
    owned = tmp_path / "owned" / ".npm"
    owned.mkdir(parents=True)
    access = os.access  # who runs as root may write everywhere
    monkeypatch.setattr(os, "access", lambda path, mode: access(path, mode) and (path, mode) != (owned, os.W_OK))
    monkeypatch.setattr(install, "VENV", tmp_path / ".venv")
    monkeypatch.setenv("HOME", str(tmp_path / home))
    assert install.npm_cache() == str(tmp_path / cache)


@pytest.fixture
def asked(monkeypatch):
    """What is run to have a browser, by somebody who cannot install packages of the system."""
    commands = []
    monkeypatch.delenv("DIGITS_BROWSER", raising=False)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(install, "run", lambda command, _: commands.append(command[3]))
    return commands


@pytest.mark.parametrize(
    ("starts", "commands"), [([True], []), ([False, True], ["install"]), ([False, False], ["install", "install-deps"])]
)
def test_a_browser_is_installed_only_where_none_starts_and_what_it_needs_only_where_it_does_not(
    asked, monkeypatch, starts, commands
):
    monkeypatch.setattr(install, "browser_starts", iter(starts).__next__)
    install.browser()
    assert asked == commands


def test_a_browser_starts_or_not(monkeypatch):
    monkeypatch.setattr(install, "PYTHON", sys.executable)
    assert install.browser_starts()
    monkeypatch.setenv("DIGITS_BROWSER", "/nowhere")
    assert not install.browser_starts()
