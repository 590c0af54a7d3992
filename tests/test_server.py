import socket
import threading
import time

import grpc
import numpy as np
import pytest
from grpc import StatusCode
from grpc_health.v1 import health_pb2, health_pb2_grpc

from serving import config, server, tensors
from serving import predict_pb2 as pb
from serving.__main__ import MODELS
from serving.model import BadModel, Model

PICTURES = np.zeros((2, 28, 28, 1), np.uint8)


@pytest.fixture
def slow(tmp_path, monkeypatch):
    """A server with one place and room for one more to wait, whose engine takes as long as a test wants."""
    monkeypatch.setattr(server, "THREADS", 1)
    monkeypatch.setattr(server, "QUEUE", 1)
    made = server.Server(config.found(MODELS), f"unix:{tmp_path}/s")
    made.begun, made.may_end, made.runs, run = threading.Event(), threading.Event(), [], Model.run

    def waits(model, array):
        made.runs.append(array)
        made.begun.set()
        assert made.may_end.wait(60)
        return run(model, array)

    monkeypatch.setattr(Model, "run", waits)
    made.start()
    yield made
    made.may_end.set()
    made.stop()


@pytest.fixture
def ask(slow, tmp_path):
    """Begin to ask: a call whose `code()` waits for its end."""
    with grpc.insecure_channel(f"unix:{tmp_path}/s") as channel:
        call = channel.unary_unary(
            "/tensorflow.serving.PredictionService/Predict",
            pb.PredictRequest.SerializeToString,
            pb.PredictResponse.FromString,
        )
        spec = pb.ModelSpec(name="digits")
        request = pb.PredictRequest(model_spec=spec, inputs={"images": tensors.to_proto(PICTURES)})
        yield lambda seconds=60: call.future(request, timeout=seconds)


def until(condition):
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.01)


def test_past_the_queue_a_request_is_refused_at_once(slow, ask):
    first = ask()
    assert slow.begun.wait(60)
    others = [ask() for _ in range(5)]
    until(lambda: sum(call.done() for call in others) == 4)
    assert not first.done()
    slow.may_end.set()
    assert first.code() is StatusCode.OK
    assert sorted(call.code().name for call in others) == ["OK"] + 4 * ["RESOURCE_EXHAUSTED"]


def test_no_work_is_done_for_who_has_stopped_waiting(slow, ask):
    first = ask()
    assert slow.begun.wait(60)
    assert ask(0.2).code() is StatusCode.DEADLINE_EXCEEDED
    slow.may_end.set()
    assert first.code() is StatusCode.OK and ask().code() is StatusCode.OK
    assert len(slow.runs) == 2


def test_what_is_under_way_when_the_server_stops_is_finished_and_no_more_is_taken(slow, ask):
    first = ask()
    assert slow.begun.wait(60)
    stopping = threading.Thread(target=slow.stop, kwargs={"grace": 60})
    stopping.start()
    until(lambda: ask(5).code() is StatusCode.UNAVAILABLE)
    assert not first.done()
    slow.may_end.set()
    assert first.code() is StatusCode.OK
    stopping.join(60)
    assert not stopping.is_alive()


def test_a_version_that_is_being_loaded_when_the_server_stops_is_the_last(tmp_path, monkeypatch):
    begun, may_end, loaded = threading.Event(), threading.Event(), []

    def load(folder):
        begun.set()
        assert may_end.wait(60)
        loaded.append(folder.name)
        raise BadModel("it is none")

    monkeypatch.setattr("serving.versions.Model", load)
    made = server.Server([pb.ModelConfig(name="digits", base_path=f"{tmp_path}/digits")], f"unix:{tmp_path}/s")
    made.start()
    [(tmp_path / "new" / version).mkdir(parents=True) for version in "123"]
    (tmp_path / "new").rename(tmp_path / "digits")
    assert begun.wait(60)
    stopping = threading.Thread(target=made.stop)
    stopping.start()
    stopping.join(0.5)
    assert stopping.is_alive()
    may_end.set()
    stopping.join(60)
    assert loaded == ["3"] and not stopping.is_alive()


def test_a_server_with_nothing_to_serve_says_that_it_is_not_well_until_it_has(tmp_path):
    made = server.Server([], f"unix:{tmp_path}/s", lambda: config.found(tmp_path))
    made.start()
    with grpc.insecure_channel(f"unix:{tmp_path}/s") as channel:
        states = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest(), timeout=60)
        assert next(states).status == health_pb2.HealthCheckResponse.NOT_SERVING
        (tmp_path / "digits").symlink_to(MODELS / "digits")
        assert next(states).status == health_pb2.HealthCheckResponse.SERVING
    made.stop()


def test_a_server_that_stops_says_first_that_it_is_not_well(slow, ask, tmp_path):
    with grpc.insecure_channel(f"unix:{tmp_path}/s") as channel:
        states = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest(), timeout=60)
        assert next(states).status == health_pb2.HealthCheckResponse.SERVING
        first = ask()
        assert slow.begun.wait(60)
        stopping = threading.Thread(target=slow.stop, kwargs={"grace": 60})
        stopping.start()
        assert next(states).status == health_pb2.HealthCheckResponse.NOT_SERVING and not first.done()
        states.cancel()
    slow.may_end.set()
    stopping.join(60)
    assert first.code() is StatusCode.OK


def test_a_path_where_somebody_listens_is_not_taken_and_one_that_was_left_behind_is(tmp_path, ask):
    with pytest.raises(OSError, match="cannot be listened on"):
        server.Server([], f"unix://{tmp_path}/s")
    with socket.socket(socket.AF_UNIX) as busy:
        busy.bind(f"{tmp_path}/busy")
        busy.listen(0)
        with socket.socket(socket.AF_UNIX) as first:
            first.connect(f"{tmp_path}/busy")
            with pytest.raises(OSError, match="cannot be listened on"):
                server.Server([], f"unix:{tmp_path}/busy")
    server.Server([], f"unix:{tmp_path}/busy").stop()
