import json
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import numpy as np
import pytest
from live import wait_for

from serving import config
from serving.__main__ import MODELS, main
from serving.client import Client, ServingDown
from serving.server import POLL, Server

ROOT = Path(__file__).parents[1]


@pytest.fixture
def started(tmp_path):
    """`python -m serving` with the given arguments, once it says that it listens: its process and that line."""
    processes = []

    def started(*arguments):
        command = [sys.executable, "-m", "serving", "--listen", f"unix:{tmp_path}/s", *map(str, arguments)]
        process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
        processes.append(process)
        return process, next(line for line in process.stderr if "listening" in line)

    yield started
    for process in processes:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_it_answers_and_stops_cleanly(started, tmp_path, stop):
    process, _ = started()
    client = Client(f"unix:{tmp_path}/s", deadline=20)
    assert client.check() >= 1
    client.close()
    process.send_signal(stop)
    assert process.wait(10) == 0


def test_it_stops_cleanly_after_a_version_has_been_let_go(started, tmp_path):
    shutil.copytree(MODELS / "digits" / "1", tmp_path / "models" / "digits" / "1")
    process, _ = started("--models", tmp_path / "models")
    shutil.copytree(MODELS / "digits" / "1", tmp_path / "2").rename(tmp_path / "models" / "digits" / "2")
    assert next(line for line in process.stderr if "version 1 of digits is let go" in line)
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0


def test_a_folder_with_nothing_to_serve_is_told(started):
    process, _ = started("--models", MODELS / "digits")  # one too deep
    assert f"there is nothing to serve yet in {MODELS / 'digits'}" in next(process.stderr)


TO_A_THREAD = """
import runpy, signal, sys, threading

def wait():
    sys.stdin.readline()
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)

threading.Thread(target=wait, daemon=True).start()
runpy.run_module("serving", run_name="__main__")
"""


def test_a_signal_that_does_not_interrupt_the_main_thread_stops_it_too(tmp_path):
    command = [sys.executable, "-c", TO_A_THREAD, "--listen", f"unix:{tmp_path}/s"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert next(line for line in process.stderr if "listening" in line)
            process.stdin.write("now\n")
            process.stdin.flush()
            assert process.wait(10) == 0
        finally:
            process.kill()


def test_a_port_that_the_system_chose_is_told(started):
    _, line = started("--listen", "127.0.0.1:0")
    client = Client(line.split()[-1], deadline=20)
    assert client.check() >= 1
    client.close()


def test_its_lines_are_written_as_the_apps_are(started, monkeypatch):
    monkeypatch.setenv("DIGITS_LOG", "json")
    _, line = started()
    told = json.loads(line)
    assert told["level"] == "INFO" and told["message"].startswith("listening on ")


def test_if_quiet_it_tells_of_trouble_alone(tmp_path):
    command = [
        sys.executable,
        "-m",
        "serving",
        "--models",
        tmp_path,
        "--listen",
        f"unix:{tmp_path}/s",
        "--log",
        "quiet",
    ]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert "there is nothing to serve yet" in process.stderr.readline()
        finally:
            process.kill()


def test_models_may_come_from_a_models_config_and_rest_on_a_second_port(started, tmp_path):
    text = f'model_config_list {{ config {{ name: "mine" base_path: "{MODELS / "digits"}" }} }}'
    (tmp_path / "models.config").write_text(text)
    _, line = started("--config", tmp_path / "models.config", "--rest", "127.0.0.1:0")
    port = int(line.rsplit(" ", 1)[1])
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/models/mine", timeout=5) as reply:
        assert b"AVAILABLE" in reply.read()


PICTURE = np.zeros((1, 28, 28, 1), np.uint8)


def answered(address, label, version):
    """Wait until this version answers for that label."""
    client, end, told = Client(address, deadline=20), time.monotonic() + 20, None
    while told != version:
        assert time.monotonic() < end, f"{label!r} is still answered by {told}"
        try:
            told = client.predict(PICTURE, label)[1]
        except ServingDown as problem:
            told = problem
        time.sleep(0.02)
    client.close()


def test_labels_are_followed_by_a_server_that_runs_and_rolled_back_in_one_command(started, tmp_path, capsys):
    for version in "12":
        shutil.copytree(MODELS / "digits" / "1", tmp_path / "models" / "digits" / version)
    models = ["--models", str(tmp_path / "models")]
    started(*models)
    answered(f"unix:{tmp_path}/s", "", 2)
    assert main(["label", "canary", "2", *models]) == 0
    answered(f"unix:{tmp_path}/s", "stable", 1)
    answered(f"unix:{tmp_path}/s", "canary", 2)
    assert main([*models, "promote", "canary"]) == 0
    answered(f"unix:{tmp_path}/s", "stable", 2)
    assert main(["rollback", *models]) == 0
    answered(f"unix:{tmp_path}/s", "", 1)
    assert capsys.readouterr().out.splitlines() == [
        "digits: canary 2, stable 1",
        "digits: canary 2, stable 2",
        "digits: stable 1",
    ]


def test_a_config_that_comes_to_be_broken_is_told_of_and_what_is_served_stays(started, tmp_path):
    path = tmp_path / "models.config"
    path.write_text(f'model_config_list {{ config {{ name: "digits" base_path: "{MODELS / "digits"}" }} }}')
    process, _ = started("--config", path)
    path.write_text("model_config_list {")
    assert "the configuration is not followed" in next(line for line in process.stderr if "configuration" in line)
    answered(f"unix:{tmp_path}/s", "", max(int(v.name) for v in MODELS.glob("digits/[0-9]*")))


def test_a_change_that_cannot_be_made_is_one_sentence(tmp_path, capsys):
    shutil.copytree(MODELS / "digits" / "1", tmp_path / "digits" / "1")
    assert main(["--models", str(tmp_path), "label", "canary", "7"]) == 1
    assert capsys.readouterr().err == f"serving: there is no whole version 7 of digits in {tmp_path}/digits\n"


def test_a_config_that_cannot_be_served_is_one_sentence(tmp_path, capsys):
    (tmp_path / "models.config").write_text("model_config_list {}")
    assert main(["--config", str(tmp_path / "models.config")]) == 1
    assert capsys.readouterr().err == "serving: no model is configured in model_config_list\n"


def test_a_kind_of_log_that_is_none_is_one_sentence(monkeypatch, capsys):
    monkeypatch.setenv("DIGITS_LOG", "loud")
    monkeypatch.setattr("serving.__main__.Server", None)  # none is made
    assert main([]) == 1
    assert capsys.readouterr().err == "serving: DIGITS_LOG cannot be 'loud': it is one of text, json, quiet\n"


@pytest.mark.parametrize("address", ["nowhere", "127.0.0.1:99999"])
def test_an_address_for_rest_that_is_none_is_one_sentence(address, tmp_path, caplog, capsys):
    assert main(["--listen", f"unix:{tmp_path}/s", "--rest", address]) == 1
    assert f"{address} is no host:port" in caplog.text + capsys.readouterr().err


@pytest.mark.parametrize("address", ["127.0.0.1:65536", "127.0.0.1"])
def test_a_port_that_is_none_is_one_sentence(address, capsys):
    assert main(["--listen", address]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == f"serving: {address} is no host:port to listen on"


def test_by_default_it_listens_to_this_machine_alone_and_to_no_rest(monkeypatch, capsys):
    def made(configs, address, reread):
        raise OSError(address)

    monkeypatch.setattr("serving.__main__.Server", made)
    assert main([]) == 1 and capsys.readouterr().err == "serving: 127.0.0.1:8500\n"


def test_a_taken_port_is_one_sentence(capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert main(["--listen", f"127.0.0.1:{taken.getsockname()[1]}"]) == 1
    assert "cannot be listened on" in capsys.readouterr().err.splitlines()[-1]


def test_new_versions_are_looked_for_often_enough_to_be_served_within_a_second(tmp_path):
    shutil.copytree(MODELS / "digits" / "1", tmp_path / "digits" / "1")
    server = Server(config.found(tmp_path), f"unix:{tmp_path}/s")
    server.start()
    shutil.copytree(MODELS / "digits" / "1", tmp_path / "new").rename(tmp_path / "digits" / "2")
    wait_for(lambda: server.catalogue.find("digits").version == 2)
    server.stop()
    assert POLL <= 0.5


def test_models_that_are_all_gone_are_served_on(tmp_path, caplog):
    server = Server(config.found(MODELS), f"unix:{tmp_path}/s", reread=list)
    server._follow()
    assert server.catalogue.find("digits").version == 1
    assert "the configuration is not followed: there are no models" in caplog.text
    server.stop()
