import struct

import pytest

from serving import predict_pb2 as pb
from serving import warmup
from serving.__main__ import MODELS


def record(message):
    data = message.SerializeToString()
    return struct.pack("<QI", len(data), 0) + data + bytes(4)


def written(tmp_path, data):
    path = tmp_path / warmup.NAME
    path.parent.mkdir()
    path.write_bytes(data)
    return list(warmup.requests(tmp_path))


def log(name):
    return pb.PredictionLog(predict_log=pb.PredictLog(request=pb.PredictRequest(output_filter=[name])))


def test_a_version_without_the_file_has_no_requests(tmp_path):
    assert list(warmup.requests(tmp_path)) == []


def test_requests_come_in_their_order_and_other_kinds_are_passed_over(tmp_path):
    data = record(log("a")) + record(pb.PredictionLog()) + record(log("b"))
    assert [request.output_filter[0] for request in written(tmp_path, data)] == ["a", "b"]


def test_no_more_are_read_than_tensorflow_serving_reads(tmp_path):
    assert len(written(tmp_path, record(log("a")) * (warmup.MOST + 5))) == warmup.MOST


@pytest.mark.parametrize("data", [b"abc", record(log("a"))[:-8], record(log("a")) + b"abc", b"\xff" * 40])
def test_a_broken_file_is_an_error(tmp_path, data):
    with pytest.raises(ValueError, match="tf_serving_warmup_requests"):
        written(tmp_path, data)


def test_the_shipped_version_brings_requests_that_it_takes():
    newest = max(MODELS.glob("digits/[0-9]*"), key=lambda path: int(path.name))
    assert [request.inputs["images"].dtype for request in warmup.requests(newest)] != []
