"""One channel to whoever answers Predict, one deadline, one kind of failure."""

import grpc
import numpy as np

from serving import predict_pb2 as pb
from serving import tensors

CLASSES = 11  # digits 0–9, then "not a digit"

_OPTIONS = [
    # gRPC waits up to two minutes before it tries a lost server again; a person drawing does not
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 500),
    ("grpc.enable_retries", 0),
]


class ServingDown(Exception):
    """No answer that can be trusted came from the endpoint; the message says why."""


class Client:
    """Predict over gRPC. May be used from many threads; make it after a fork, not before."""

    def __init__(self, address: str, model: str = "digits", deadline: float = 2.0):
        """`address` is host:port or unix:PATH; `deadline` is in seconds, for every call. Connects when first used."""
        self.address, self.model, self.deadline = address, model, deadline
        self._channel = grpc.insecure_channel(address, _OPTIONS)
        self._predict = self._channel.unary_unary(
            "/tensorflow.serving.PredictionService/Predict",
            pb.PredictRequest.SerializeToString,
            pb.PredictResponse.FromString,
        )

    def predict(self, images: np.ndarray) -> tuple[np.ndarray, int]:
        """Images, uint8 [n, 28, 28, 1] → probabilities, float32 [n, 11], and the model version that gave them."""
        request = pb.PredictRequest(
            model_spec=pb.ModelSpec(name=self.model), inputs={"images": tensors.to_proto(images)}
        )
        try:
            reply = self._predict(request, timeout=self.deadline)
        except grpc.RpcError as problem:
            raise ServingDown(f"{self.address}: {problem.code().name}: {problem.details()}") from problem
        return _trusted(reply, len(images)), reply.model_spec.version.value

    def check(self) -> int:
        """Ask for one blank picture and return the version that answers, or raise ServingDown."""
        return self.predict(np.zeros((1, 28, 28, 1), np.uint8))[1]

    def close(self) -> None:
        """Let go of the channel; calls under way fail."""
        self._channel.close()


def _trusted(reply: pb.PredictResponse, count: int) -> np.ndarray:
    """The probabilities of the reply, once they have been seen to be probabilities."""
    try:
        answer = tensors.from_proto(reply.outputs["probabilities"])
    except tensors.BadTensor as problem:
        raise ServingDown(f"the answer's probabilities cannot be read: {problem}") from problem
    if answer.shape != (count, CLASSES) or answer.dtype != np.float32:
        raise ServingDown(f"expected probabilities float32 {[count, CLASSES]}, got {answer.dtype} {list(answer.shape)}")
    # written so that NaN fails too
    if not (np.all(answer >= 0) and np.all(np.abs(answer.sum(axis=1) - 1) < 1e-3)):
        raise ServingDown("the answer's probabilities are negative, not numbers, or do not sum to one")
    return answer
