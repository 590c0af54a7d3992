import itertools
import shutil
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import grpc
import numpy as np
import pytest
from live import wait_for
from test_trusted import GOOD, answer

from serving import predict_pb2 as pb
from serving.client import (
    LONGEST_LABEL,
    PASSED_OVER,
    RENEWED,
    Client,
    NoSuchLabel,
    ServingDown,
)

ROOT = Path(__file__).parents[1]
PICTURES = np.zeros((2, 28, 28, 1), np.uint8)


@pytest.fixture
def asking(serving_address):
    client = Client(serving_address, deadline=20)
    yield client
    client.close()


def test_pictures_come_back_as_probabilities_and_the_version_that_answered(asking):
    probabilities, version = asking.predict(PICTURES)
    assert probabilities.shape == (2, 11) and version == 1


def test_a_check_names_the_version_that_answers(asking):
    assert asking.check() == 1


def test_the_signature_is_read_once(asking, monkeypatch):
    asked, call = [], asking._call
    monkeypatch.setattr(asking, "_call", lambda method, *what: asked.append(method) or call(method, *what))
    asking.check(), asking.check()
    predict = "PredictionService/Predict"
    assert asked == ["PredictionService/GetModelMetadata", predict, predict]


def test_a_server_that_is_not_there_is_down_and_says_where(tmp_path):
    with pytest.raises(ServingDown, match=rf"unix:{tmp_path}/nobody: UNAVAILABLE"):
        Client(f"unix:{tmp_path}/nobody").predict(PICTURES)


def test_a_refusal_is_the_same_failure(asking):
    with pytest.raises(ServingDown, match="INVALID_ARGUMENT: Shape of tensor images"):
        asking.predict(PICTURES[:, :5])


def test_a_model_that_is_not_there_is_the_same_failure(serving_address):
    with pytest.raises(ServingDown, match=r"NOT_FOUND: .*Latest\(letters\)"):
        Client(serving_address, model="letters").check()


def test_several_addresses_take_turns_and_stand_in_for_each_other(serving_address, tmp_path):
    client = Client(f"unix:{tmp_path}/nobody,{serving_address}")
    assert [client.predict(PICTURES)[1] for _ in range(4)] == [1] * 4
    client.close()


def test_who_has_let_a_deadline_pass_is_asked_again_later(serving_address, tmp_path, monkeypatch):
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(f"{tmp_path}/silent")
        silent.listen()  # a machine that has vanished: connected to, and never heard of
        client = Client(f"unix:{tmp_path}/silent,{serving_address}", deadline=0.3)
        with pytest.raises(ServingDown, match=r"DEADLINE_EXCEEDED|UNAVAILABLE"):
            client.predict(PICTURES)
        client.deadline = 20
        begun = time.monotonic()
        assert [client.predict(PICTURES)[1] for _ in range(4)] == [1] * 4
        assert time.monotonic() - begun < 10
        later = time.monotonic() + PASSED_OVER
        monkeypatch.setattr("time.monotonic", lambda: later)
        client.deadline = 0.3
        with pytest.raises(ServingDown):
            [client.predict(PICTURES) for _ in range(2)]
        client.close()


def test_what_is_under_way_when_a_name_is_looked_up_again_is_answered():
    peers, may_end = [], threading.Event()

    def predict(_, context):
        peers.append(context.peer())
        assert may_end.wait(60)
        return answer(GOOD)

    method = grpc.unary_unary_rpc_method_handler(predict, response_serializer=pb.PredictResponse.SerializeToString)
    server = grpc.server(ThreadPoolExecutor(3))
    server.add_registered_method_handlers("tensorflow.serving.PredictionService", {"Predict": method})
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    client = Client(f"dns:///127.0.0.1:{port}", deadline=60)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(client.predict, PICTURES)
        wait_for(lambda: len(peers) == 1)
        client.deadline = 0.3
        with pytest.raises(ServingDown, match="DEADLINE_EXCEEDED"):
            client.predict(PICTURES)
        may_end.set()
        client.deadline = 20
        client.predict(PICTURES)
        assert first.result(60)[0].shape == (2, 11) and peers[0] != peers[-1]
    client.close()
    server.stop(None)


def test_who_is_late_is_connected_to_anew_but_not_too_often(monkeypatch):
    client, now, channels = Client("dns:///a.test:1,unix:b"), [100.0], []
    monkeypatch.setattr("serving.client.time", SimpleNamespace(monotonic=lambda: now[0]))
    for passed in (0, 0, RENEWED - 1, 1):
        now[0] += passed
        channels.append(list(client._connected()))
        client._renew(0)
        if len(channels) > 1:
            client._renew(1)
    channels.append(client._connected())
    renewed = [[one is not other for one, other in zip(*pair, strict=True)] for pair in itertools.pairwise(channels)]
    assert renewed == [[True, False], [False, True], [False, False], [True, True]]
    client.close()


def test_commas_and_spaces_between_addresses_name_no_server(serving_address):
    assert Client(f" a:8500, b:8500,{serving_address},").addresses == ["a:8500", "b:8500", serving_address]


def test_all_addresses_away_is_one_failure(tmp_path):
    with pytest.raises(ServingDown, match="UNAVAILABLE"):
        Client(f"unix:{tmp_path}/a,unix:{tmp_path}/b").predict(PICTURES)


def test_a_label_that_the_server_does_not_know_is_no_silence_of_the_server(asking):
    with pytest.raises(NoSuchLabel, match="Unrecognized servable version label: canary"):
        asking.predict(PICTURES, label="canary")


def test_the_version_that_is_checked_is_the_one_that_answers(monkeypatch):
    asked = []
    client = Client("unix:none", label="stable")
    monkeypatch.setattr("serving.client._check_signature", lambda _: None)
    monkeypatch.setattr(client, "_call", lambda method, request, *_: asked.append(request) or answer(GOOD[:1]))
    client.check()
    assert {request.model_spec.version_label for request in asked} == {"stable"}


def test_nor_is_one_that_is_too_long_to_be_told_back(asking):
    for label in ("🖊" * LONGEST_LABEL, "a" * 9500):
        with pytest.raises(NoSuchLabel):
            asking.predict(PICTURES, label=label)


@pytest.mark.skipif(not shutil.which("openssl"), reason="makes its certificate with openssl")
def test_tls_is_spoken_to_those_who_are_certified(serving_address, tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = f"openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -keyout {key} -out {certificate}"
    subprocess.run([*made.split(), "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
    relay = grpc.server(ThreadPoolExecutor(1), handlers=[Relay(serving_address)])
    credentials = grpc.ssl_server_credentials([(key.read_bytes(), certificate.read_bytes())])
    port = relay.add_secure_port("localhost:0", credentials)
    relay.start()
    client = Client(f"localhost:{port}", certificates=str(certificate))
    assert client.check() == 1
    near = Client(serving_address, certificates=str(certificate))  # a socket of this machine speaks none
    assert near.check() == 1
    near.close()
    with pytest.raises(ServingDown):
        Client(f"localhost:{port}").check()
    client.close()
    relay.stop(None)


class Relay(grpc.GenericRpcHandler):
    """Hands every call on, as it is, to a server without TLS."""

    def __init__(self, address):
        self.channel = grpc.insecure_channel(address)

    def service(self, details):
        call = self.channel.unary_unary(details.method)
        return grpc.unary_unary_rpc_method_handler(lambda request, _: call(request, timeout=5))


FORKS = """
import os, sys
import numpy as np
from serving.client import Client

client, pictures = Client(sys.argv[1], deadline=20), np.zeros((1, 28, 28, 1), np.uint8)
client.predict(pictures)
if child := os.fork():
    client.predict(pictures)
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
client.predict(pictures)
os._exit(0)
"""


@pytest.mark.parametrize("time", [1, 2, 3])
def test_both_sides_of_a_fork_are_answered(serving_address, time):
    subprocess.run([sys.executable, "-W", "ignore", "-c", FORKS, serving_address], cwd=ROOT, check=True, timeout=60)
