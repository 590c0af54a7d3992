import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import inks
import pytest
from live import post, running_app

from serving.client import Client
from webapp.__main__ import OTHER_PORT, PORT, _announce, _listen, main

pytestmark = pytest.mark.usefixtures("traced")

ROOT = Path(__file__).parents[1]


def test_the_whole_app_draws_its_page_and_reads_a_number(live_url):
    assert b"<title>" in urllib.request.urlopen(live_url, timeout=5).read()
    assert post(live_url, {"strokes": inks.one_seven})["number"] == "17"


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_cleanly(stop):
    with running_app() as (url, process):
        post(url, {"strokes": inks.one_seven})
        process.send_signal(stop)
        assert process.wait(10) == 0


def test_a_taken_port_is_one_sentence_that_says_what_to_do(capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["--host", "127.0.0.1", "--port", str(port)]) == 1
    told = capsys.readouterr().err
    assert told == (
        f"Port {port} cannot be used (Address already in use): choose another, such as `make run PORT=9000`.\n"
    )


def test_the_port_that_is_taken_is_not_the_one_to_choose(monkeypatch, capsys):
    def refuse(*_, **__):
        raise OSError(98, "Address already in use (while attempting to bind on address ('127.0.0.1', 9000))")

    monkeypatch.setattr(socket, "create_server", refuse)
    assert main(["--port", "9000"]) == 1
    assert "PORT=9001" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["http", "-1", "65536", "1.5"])
def test_what_is_no_port_is_said_to_be_none(capsys, port):
    with pytest.raises(SystemExit):
        main([f"--port={port}"])
    assert f"'{port}' is not a number between 0 and 65535" in capsys.readouterr().err


def test_a_host_that_is_not_ours_is_one_sentence(capsys):
    assert main(["--host", "192.0.2.1", "--port", "0"]) == 1
    told = capsys.readouterr().err
    assert told.startswith("192.0.2.1 cannot be listened on (") and told.count("\n") == 1


@pytest.mark.parametrize("refusal", [PermissionError(13, "Permission denied"), OSError(98, "Address already in use")])
def test_where_port_80_cannot_be_had_it_is_8080_and_says_so(monkeypatch, capsys, refusal):
    tried = []

    def create_server(address, family):
        tried.append(address[1])
        if address[1] == PORT:
            raise refusal
        return "listening"

    monkeypatch.setattr(socket, "create_server", create_server)
    assert _listen("127.0.0.1", None) == "listening"
    assert tried == [PORT, OTHER_PORT]
    assert f"so it is {OTHER_PORT}" in capsys.readouterr().out


def test_where_neither_can_be_had_only_that_is_said(monkeypatch, capsys):
    def refuse(*_, **__):
        raise OSError(98, "Address already in use")

    monkeypatch.setattr(socket, "create_server", refuse)
    assert main([]) == 1
    said = capsys.readouterr()
    assert said.out == "" and said.err.startswith(f"Port {OTHER_PORT} cannot be used")


@pytest.mark.parametrize(("name", "text"), [("DIGITS_SLOTS", "many"), ("DIGITS_CERTIFICATES", "/nowhere.pem")])
def test_a_setting_that_cannot_be_used_is_one_sentence(monkeypatch, capsys, name, text):
    monkeypatch.setenv(name, text)
    assert main(["--host", "127.0.0.1", "--port", "0"]) == 1
    assert capsys.readouterr().err.startswith(f"{name} cannot be '{text}'")


def test_a_model_that_never_comes_is_one_sentence(monkeypatch, capsys):
    monkeypatch.setattr("webapp.__main__.PATIENCE", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    client = Client("127.0.0.1:1", deadline=0.5)
    _announce("127.0.0.1", port, [], client)
    said, complained = capsys.readouterr()
    assert not said
    assert complained.startswith("The page is up, but the model does not answer: 127.0.0.1:1: UNAVAILABLE: ")
    monkeypatch.setattr(client, "check", lambda: 1)
    _announce("127.0.0.1", port, [], client)
    assert capsys.readouterr().err == "The page is up, but the model does not answer: it is slow\n"
    client.close()


def test_it_announces_itself_where_it_listens_and_by_a_name_that_it_takes(monkeypatch, serving_address):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with running_app(DIGITS_SERVING=serving_address, DIGITS_HOSTS="numbers.test") as (url, _):
        assert url.startswith("http://numbers.test:")


def test_it_listens_where_addresses_are_long(serving_address):
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no such address")
    with running_app("--host", "::1", DIGITS_SERVING=serving_address) as (url, _):
        assert url.startswith("http://127.0.0.1:")  # "localhost", as the helper reads it
        assert urllib.request.urlopen(url.replace("127.0.0.1", "[::1]"), timeout=5).status == 200


@pytest.mark.parametrize("port", ["-1", "65536", "many"])
def test_a_port_that_is_none_is_one_sentence(port, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--port", port])
    assert ended.value.code == 2 and "--port" in capsys.readouterr().err


def test_flask_run_gives_the_same_page_with_its_own_embedded_server(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "flask", "run", "--debug", "--host", "127.0.0.1", "--port", str(port)]
    with (tmp_path / "log").open("w") as log, subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log) as process:
        try:
            url = f"http://127.0.0.1:{port}"
            wait_until_ready(url)
            assert post(url, {"strokes": inks.one_seven})["number"] == "17"
            assert b"<title>" in urllib.request.urlopen(url, timeout=5).read()
        finally:
            process.terminate()
            process.wait(10)


def wait_until_ready(url, tries=300):
    for _ in range(tries):
        try:
            return urllib.request.urlopen(f"{url}/readyz", timeout=5).close()
        except OSError:
            time.sleep(0.05)
    raise AssertionError("never ready")
