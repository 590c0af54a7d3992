"""A model server that lies: whatever it says that is no probabilities becomes a 503 and a line of the log."""

from concurrent.futures import ThreadPoolExecutor

import grpc
import inks
import numpy as np
import pytest
from google.protobuf import any_pb2

from serving import predict_pb2 as pb
from serving import tensors
from webapp.app import create_app


def probabilities(array):
    """A reply that says this."""
    return pb.PredictResponse(
        outputs={"probabilities": tensors.to_proto(array)}, model_spec={"version": {"value": 1}}
    ).SerializeToString()


def sure(images, share=1.0):
    """That each is a 1."""
    return np.tile(np.eye(11, dtype=np.float32)[1] * share, (images, 1))


def hundred_sided():
    shape = pb.TensorShapeProto(dim=[pb.TensorShapeProto.Dim(size=1)] * 100)
    tensor = pb.TensorProto(dtype=pb.DT_FLOAT, tensor_shape=shape, tensor_content=bytes(4))
    return pb.PredictResponse(outputs={"probabilities": tensor}).SerializeToString()


def cut(message):
    return message[: len(message) // 2]


LIES = {
    "too few rows": lambda images: probabilities(sure(images - 1)),
    "too many rows": lambda images: probabilities(sure(images + 1)),
    "ten columns": lambda images: probabilities(sure(images)[:, 1:]),
    "one number": lambda _: probabilities(np.float32([1])),
    "NaN": lambda images: probabilities(sure(images, np.nan)),
    "infinity": lambda images: probabilities(sure(images, np.inf)),
    "sums of 0.5": lambda images: probabilities(sure(images, 0.5)),
    "sums of 1 with negative parts": lambda images: probabilities(sure(images, 2) - sure(images)[:, ::-1]),
    "whole numbers": lambda images: probabilities(sure(images).astype(np.int64)),
    "nothing": lambda _: b"",
    "another name": lambda _: pb.PredictResponse(outputs={"logits": tensors.to_proto(sure(2))}).SerializeToString(),
    "half a message": lambda images: cut(probabilities(sure(images))),
    "no message": lambda _: b"\xff" * 100,
    "a hundred sides": lambda _: hundred_sided(),
    "5 MB": lambda _: probabilities(sure(5_000_000 // 44)),
}


class Liar(grpc.GenericRpcHandler):
    """Answers with what `lie` makes of the number of images; has no signature that could be read."""

    def service(self, details):
        def answer(request, _):
            return self.lie(request.inputs["images"].tensor_shape.dim[0].size)

        if details.method.endswith("Metadata"):
            unsigned = pb.GetModelMetadataResponse(metadata={"signature_def": any_pb2.Any(value=b"\xff")})
            return grpc.unary_unary_rpc_method_handler(lambda *_: unsigned.SerializeToString())
        return grpc.unary_unary_rpc_method_handler(answer, pb.PredictRequest.FromString)


@pytest.fixture(scope="module")
def liar(tmp_path_factory):
    """What answers, and the app that asks it."""
    handler, address = Liar(), f"unix:{tmp_path_factory.mktemp('liar')}/s"
    server = grpc.server(ThreadPoolExecutor(1), handlers=[handler])
    server.add_insecure_port(address)
    server.start()
    app = create_app(DIGITS_SERVING=address)
    yield handler, app.test_client()
    app.extensions["serving"].close()
    server.stop(0)


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_never_an_answer(liar, lie, caplog):
    handler, client = liar
    handler.lie = LIES[lie]
    reply = client.post("/api/recognize", json={"strokes": inks.moved(inks.one_seven, len(lie))})
    assert reply.status_code == 503 and reply.headers["Retry-After"]
    (line,) = [record for record in caplog.records if "no answer from the model" in record.message]
    assert reply.json["request_id"] in line.message and len(line.message) < 500


def test_a_signature_that_cannot_be_read_is_no_readiness(liar):
    assert liar[1].get("/readyz").status_code == 503


def test_after_all_lies_the_truth_is_believed(liar):
    handler, client = liar
    handler.lie = lambda images: probabilities(sure(images))
    assert client.post("/api/recognize", json={"strokes": inks.one_seven}).json["number"] == "11"
