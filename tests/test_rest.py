import http.client
import json
import socket
import struct
import threading
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor, wait

import numpy as np
import pytest
from live import wait_for

from serving import config
from serving.__main__ import MODELS
from serving.catalogue import Catalogue
from serving.metrics import Metrics
from serving.model import Model
from serving.rest import Rest

PICTURES = np.random.default_rng(4).integers(0, 256, (2, 28, 28, 1), np.uint8)


@pytest.fixture(scope="module")
def rest():
    """The REST side of a server."""
    rest = Rest(Catalogue(config.found(MODELS)), Metrics(), "127.0.0.1:0")
    rest.start()
    yield rest
    rest.stop()


@pytest.fixture(scope="module")
def ask(rest):
    """Asks it: status and decoded reply."""

    def ask(path, document=None, decode=json.loads):
        body = None if document is None else json.dumps(document).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{rest.port}{path}", body)
        try:
            with urllib.request.urlopen(request, timeout=10) as reply:
                return reply.status, decode(reply.read())
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, decode(refusal.read())

    return ask


@pytest.mark.parametrize(
    ("document", "key"),
    [
        ({"instances": PICTURES.tolist()}, "predictions"),
        ({"instances": [{"images": picture} for picture in PICTURES.tolist()]}, "predictions"),
        ({"inputs": PICTURES.tolist()}, "outputs"),
        ({"inputs": {"images": PICTURES.tolist()}, "signature_name": "serving_default"}, "outputs"),
    ],
)
def test_rows_and_columns_are_predicted(ask, document, key):
    status, reply = ask("/v1/models/digits:predict", document)
    assert status == 200
    np.testing.assert_allclose(reply[key], Model(MODELS / "digits" / "1").run(PICTURES), atol=1e-6)


@pytest.mark.parametrize(
    ("path", "document", "status", "told"),
    [
        ("/v1/models/digits/labels/canary:predict", {"instances": []}, 400, "Unrecognized servable version label"),
        ("/v1/models/digits:predict", {"inputs": [1], "signature_name": "x"}, 400, 'signature key "x" not found'),
        ("/v1/models/digits:predict", {"instances": [[1, 2]]}, 400, "is not compatible with expected shape"),
        ("/v1/models/digits:predict", {"instances": [300]}, 400, "JSON Parse error"),
        ("/v1/models/digits:predict", {"rows": []}, 400, "JSON Parse error"),
        ("/v1/models/digits:predict", {"instances": [0.5]}, 400, "float64 is not uint8"),
        ("/v1/models/digits:predict", {"instances": ["200"]}, 400, "is not uint8"),
        ("/v1/models/digits:predict", {"instances": [True]}, 400, "bool is not uint8"),
        ("/v1/models/digits:predict", {"instances": [1], "inputs": [1]}, 400, "either instances or inputs"),
        ("/v1/models/digits:predict", {"instances": [{"images": 1, "more": 1}]}, 400, "images is the one input"),
        ("/v1/models/digits/labels/my%20canary/metadata", None, 400, "label: my canary"),
        ("/v1/models/digits:predict", [], 400, "JSON Parse error"),
        ("/v1/models/digits:predict", None, 400, "predict is asked with POST"),
        ("/v1/models/digits", {}, 400, "only :predict is asked with POST"),
        ("/nowhere", None, 400, "no such path"),
        (f"/v1/models/digits/versions/{2**63 - 1}?a=b", None, 404, f"version {2**63 - 1} of model digits"),
        (f"/v1/models/digits/versions/{2**63}", None, 400, f"Failed to convert version: {2**63} to numeric."),
        (f"/v1/models/digits/versions/{'9' * 5000}:predict", {"inputs": [1]}, 400, "Failed to convert version: 999"),
        ("/v1/models/nobody?digits", None, 404, "versions of model nobody"),
    ],
)
def test_a_wrong_request_is_refused_with_a_sentence(ask, path, document, status, told):
    given, reply = ask(path, document)
    assert given == status and told in reply["error"]


def test_a_connection_goes_on_after_a_refusal_and_its_end_is_announced(rest):
    connection = http.client.HTTPConnection("127.0.0.1", rest.port)
    for method, path, body, announced in (
        ("POST", "/nowhere", b"{}", None),
        ("POST", "/v1/models/digits", b"{}", None),
        ("GET", "/v1/models/digits", None, None),
        ("GET", "/v1/models/digits", b"GET / HTTP/1.1", "close"),
        ("GET", "/monitoring/prometheus/metrics", b"GET / HTTP/1.1", "close"),
        ("GET", "/v1/models/digits", None, None),
    ):
        connection.request(method, path, body)
        reply = connection.getresponse()
        reply.read()
        assert reply.headers["Connection"] == announced
    connection.close()


@pytest.mark.parametrize("other", [b"Transfer-Encoding: chunked", b"Content-Length: 99"])
def test_a_body_of_two_lengths_is_refused_and_its_rest_is_no_request(other, rest):
    hidden = b"GET /v1/models/secret HTTP/1.1\r\nHost: a\r\n\r\n"
    head = b"POST /v1/models/digits:predict HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n%s\r\n\r\n" % other
    with socket.create_connection(("127.0.0.1", rest.port)) as connection:
        connection.sendall(head + b"%x\r\n" % len(hidden) + hidden + b"\r\n0\r\n\r\n")
        got = b"".join(iter(lambda: connection.recv(4096), b""))
    assert got.count(b"HTTP/1.1 ") == 1 and b"400" in got and b"secret" not in got


def test_a_client_that_goes_away_is_no_failure_of_ours(rest, capsys):
    with socket.create_connection(("127.0.0.1", rest.port)) as connection:
        connection.sendall(b"POST /v1/models/digits:predict HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n[")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # ends with a reset
    wait_for(lambda: sum(thread.name.endswith("(process_request_thread)") for thread in threading.enumerate()) == 0)
    assert capsys.readouterr().err == ""


def test_where_no_host_is_named_it_is_this_machine_alone():
    rest = Rest(Catalogue([]), Metrics(), ":0")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", rest.port))
    socket.create_connection(("127.0.0.1", rest.port)).close()
    rest._server.server_close()


@pytest.fixture
def held(monkeypatch):
    """A REST side whose engine takes as long as a test wants; its address, that it has begun, that it may end."""
    begun, may_end, run = threading.Event(), threading.Event(), Model.run
    catalogue = Catalogue(config.found(MODELS))

    def waits(model, array):
        begun.set()
        assert may_end.wait(60)
        return run(model, array)

    monkeypatch.setattr(Model, "run", waits)
    monkeypatch.setattr("serving.rest.PLACES", 1)
    rest = Rest(catalogue, Metrics(), "127.0.0.1:0")
    rest.start()
    yield rest, begun, may_end
    may_end.set()


BODY = json.dumps({"instances": PICTURES.tolist()}).encode()


def predict(rest):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{rest.port}/v1/models/digits:predict", BODY, 60) as reply:
            return reply.status
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code


def test_what_finds_no_place_is_refused_and_what_is_under_way_at_the_end_is_finished(held):
    rest, begun, may_end = held
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(predict, rest)
        assert begun.wait(60)
        assert predict(rest) == 429
        stopping = pool.submit(rest.stop, 60)
        assert not wait([first, stopping], 0.3).done
        may_end.set()
        assert first.result(60) == 200
        stopping.result(60)


HEAD = b"POST /v1/models/digits:predict HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\n"


def test_who_is_still_sending_takes_no_place_and_who_finds_none_is_counted(held):
    rest, begun, may_end = held
    with socket.create_connection(("127.0.0.1", rest.port)) as slow, ThreadPoolExecutor(1) as pool:
        slow.sendall(HEAD)
        wait_for(lambda: [thread for thread in threading.enumerate() if "process_request_thread" in thread.name])
        first = pool.submit(predict, rest)
        assert begun.wait(60) and predict(rest) == 429
        may_end.set()
        assert first.result(60) == 200
    with urllib.request.urlopen(f"http://127.0.0.1:{rest.port}/monitoring/prometheus/metrics", timeout=10) as reply:
        assert b'request_count{model_name="digits",status="RESOURCE_EXHAUSTED"} 1' in reply.read()


def test_who_sends_drop_by_drop_has_as_long_as_anybody(rest, monkeypatch):
    monkeypatch.setattr("serving.rest._Handler.timeout", 0.5)
    with socket.create_connection(("127.0.0.1", rest.port), timeout=60) as slow:
        slow.sendall(HEAD)
        slow.settimeout(0.05)
        wait_for(lambda: closed(slow), seconds=4)  # all of it would take 5


def test_all_bodies_together_have_so_much_room_which_comes_back(monkeypatch):
    monkeypatch.setattr("serving.rest.ROOM", len(BODY) + 10)
    rest = Rest(Catalogue(config.found(MODELS)), Metrics(), "127.0.0.1:0")
    rest.start()
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", rest.port), timeout=60) as slow:
            slow.sendall(HEAD + b" " * 20)
            wait_for(lambda: predict(rest) == 429)
        wait_for(lambda: predict(rest) == 200)
    rest.stop()


def closed(connection):
    """Whether the other side has hung up, when one byte more is sent to it."""
    try:
        connection.sendall(b" ")
        return connection.recv(1) == b""
    except TimeoutError:
        return False
    except ConnectionError:
        return True


def test_requests_are_counted_under_tensorflow_servings_names(ask):
    ask("/v1/models/digits:predict", {"instances": PICTURES.tolist()})
    ask("/v1/models/digits:predict", {"instances": [[1, 2]]})
    status, text = ask("/monitoring/prometheus/metrics?at=once", decode=bytes.decode)
    assert status == 200
    assert ':tensorflow:serving:request_count{model_name="digits",status="OK"}' in text
    assert ':tensorflow:serving:request_count{model_name="digits",status="INVALID_ARGUMENT"}' in text
    assert ':tensorflow:serving:request_latency_count{model_name="digits",API="predict",entrypoint="REST"' in text


def test_names_that_others_make_up_are_counted_under_none(ask):
    assert ask('/v1/models/x"y:predict', {"instances": [[1, 2]]})[0] == 404
    _, text = ask("/monitoring/prometheus/metrics", decode=bytes.decode)
    assert ':tensorflow:serving:request_count{model_name="",status="NOT_FOUND"}' in text and 'x"y' not in text
