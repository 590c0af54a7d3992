import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from serving.__main__ import MODELS, main
from serving.client import Client

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
    client = Client(f"unix:{tmp_path}/s")
    assert client.check() >= 1
    client.close()
    process.send_signal(stop)
    assert process.wait(10) == 0


def test_models_may_come_from_a_models_config_and_rest_on_a_second_port(started, tmp_path):
    text = f'model_config_list {{ config {{ name: "mine" base_path: "{MODELS / "digits"}" }} }}'
    (tmp_path / "models.config").write_text(text)
    _, line = started("--config", tmp_path / "models.config", "--rest", "127.0.0.1:0")
    port = int(line.rsplit(" ", 1)[1])
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/models/mine", timeout=5) as reply:
        assert b"AVAILABLE" in reply.read()


def test_a_config_that_cannot_be_served_is_one_sentence(tmp_path, capsys):
    (tmp_path / "models.config").write_text("model_config_list {}")
    assert main(["--config", str(tmp_path / "models.config")]) == 1
    assert capsys.readouterr().err == "serving: no model is configured in model_config_list\n"


def test_a_taken_port_is_one_sentence(capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert main(["--listen", f"127.0.0.1:{taken.getsockname()[1]}"]) == 1
    assert "cannot be listened on" in capsys.readouterr().err.splitlines()[-1]
