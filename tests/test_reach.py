"""The way to a server: straight, whatever proxy there is for the world outside, and soon tried again when it fails."""

import contextlib
import socket
import threading
import time

import numpy as np
import pytest
from live import wait_for

from serving import config, tell
from serving import predict_pb2 as pb
from serving.__main__ import MODELS
from serving.client import Client, ServingDown
from serving.server import Server


@pytest.fixture
def port():
    """Where an embedded server answers."""
    server = Server(config.found(MODELS), "127.0.0.1:0")
    server.start()
    yield server.port
    server.stop()


@pytest.mark.parametrize("name", ["http_proxy", "https_proxy", "grpc_proxy"])
def test_a_proxy_that_the_environment_names_is_not_between_us_and_the_model(port, monkeypatch, name):
    for exception in ("no_proxy", "NO_PROXY", "no_grpc_proxy"):
        monkeypatch.delenv(exception, raising=False)
    monkeypatch.setenv(name, "http://127.0.0.1:9")
    client = Client(f"dns:///localhost:{port}", deadline=20)
    assert client.check() >= 1
    client.close()
    served = pb.ModelServerConfig(model_config_list=pb.ModelConfigList(config=config.found(MODELS)))
    tell.load(f"localhost:{port}", served, served, "digits")
    tell.move(f"localhost:{port}", served, "digits")


@contextlib.contextmanager
def door(hangs_up):
    """Whoever comes is let in, and put out at once or never told a word: the port, and those who have come."""
    came = []

    def wait():
        with contextlib.suppress(OSError):  # it has been closed
            while True:
                came.append(listening.accept()[0])
                if hangs_up:
                    came[-1].close()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=wait)
        thread.start()
        try:
            yield listening.getsockname()[1], came
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()
            [connection.close() for connection in came]


@pytest.mark.parametrize(("hangs_up", "times"), [(True, 12), (False, 2)])
def test_a_server_that_is_away_is_tried_again_soon_however_long_it_has_been_away(hangs_up, times):
    with door(hangs_up) as (port, came):
        client = Client(f"127.0.0.1:{port}", deadline=0.5)

        def tried():
            with contextlib.suppress(ServingDown):
                client.check()
            return len(came) >= times

        wait_for(tried, seconds=12)  # 4.5 and 1; gRPC's own choice is 281 and 20
        client.close()


def test_the_deadline_is_for_the_whole_call_however_many_addresses_say_nothing(port):
    with contextlib.ExitStack() as doors:
        silent = [f"127.0.0.1:{doors.enter_context(door(hangs_up=False))[0]}" for _ in range(3)]
        client, begun = Client(",".join(silent), deadline=1.2), time.monotonic()
        with pytest.raises(ServingDown):
            client.predict(np.zeros((1, 28, 28, 1), np.uint8))
        assert time.monotonic() - begun < 2  # each of them alone takes 1
        client.close()
        last = Client(f"{silent[0]},127.0.0.1:{port}", deadline=20)
        assert last.check() >= 1  # with what the first has left
        last.close()
