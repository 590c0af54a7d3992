"""One way to whoever answers Predict: one deadline, one kind of failure, and no answer that has not been looked at."""

import itertools
import os
import time
from pathlib import Path

import grpc
import numpy as np
from google.protobuf.message import DecodeError

from serving import predict_pb2 as pb
from serving import tensors
from serving.line import Line, NoReply

CLASSES = 11  # digits 0–9, then "not a digit"
IMAGES = ("uint8", [-1, 28, 28, 1])
PROBABILITIES = ("float", [-1, CLASSES])
LONGEST_DEADLINE = 3600.0  # seconds: with many more, gRPC gives up at once
LONGEST_LABEL = 500  # letters: one that it has not, a server repeats in a header, where gRPC takes 8 KB for certain
PASSED_OVER = 10.0  # seconds, for who has let a deadline pass, where there are others
RENEWED = 5.0  # seconds from one connection to an address to the next, at least

# a proxy that the environment names is for the world outside: it would cut off who is near, and hide why
DIRECT = ("grpc.enable_http_proxy", 0)
_OPTIONS = [
    DIRECT,
    # gRPC waits up to two minutes before it tries a lost server again; a person drawing does not
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 1000),  # also how long one attempt may take: a busy machine needs more than 100
    ("grpc.max_reconnect_backoff_ms", 500),
    # and it looks a name up again after half a minute at the earliest, where pods may long have other addresses
    ("grpc.dns_min_time_between_resolutions_ms", 1000),
    ("grpc.use_local_subchannel_pool", 1),  # else a forked process is handed its parent's connections
    ("grpc.enable_retries", 0),
    ("grpc.lb_policy_name", "round_robin"),  # over all that a dns:/// name stands for
]


class ServingDown(Exception):
    """No answer that can be trusted came from the endpoint; the message says why."""


class NoSuchLabel(ServingDown):
    """The endpoint is there, and no version of the model bears the label that was asked for."""


class Client:
    """Predict over gRPC, in turn to each of several addresses. May be used by many threads.

    After a fork too, where none of them had a call under way: that is all that gRPC itself bears.
    """

    def __init__(
        self, addresses: str, model: str = "digits", deadline: float = 2.0, certificates: str = "", label: str = ""
    ):
        """Connect when first used.

        `addresses` are host:port, dns:///name:port or unix:PATH, with commas between them; `deadline` is in seconds,
        for every call, however many addresses it tries; `certificates` names a file of the authorities to trust, and
        asks for TLS; `label` is that of the version that is asked where a call names none, by default the newest.
        """
        self.addresses = [one.strip() for one in addresses.split(",") if one.strip()]
        self.model, self.deadline, self.label = model, deadline, label
        self._credentials = grpc.ssl_channel_credentials(Path(certificates).read_bytes()) if certificates else None
        self._lines: list[Line] = []
        self._process = 0
        self._turn = itertools.count()
        self._late: dict[int, float] = {}  # who has let a deadline pass, and when
        self._renewed: dict[int, float] = {}  # to whom there is a new connection, and since when
        self._checked = False

    def predict(self, images: np.ndarray, label: str = "") -> tuple[np.ndarray, int]:
        """Images, uint8 [n, 28, 28, 1] → probabilities, float32 [n, 11], and the model version that gave them.

        `label` asks for the version that the server calls so, instead of the usual; NoSuchLabel if there is none.
        """
        if len(label) > LONGEST_LABEL:
            raise NoSuchLabel(f"no label has {len(label)} letters")
        spec = pb.ModelSpec(name=self.model, version_label=label or self.label or None)
        request = pb.PredictRequest(model_spec=spec, inputs={"images": tensors.to_proto(images)})
        try:
            reply = self._call("PredictionService/Predict", request, pb.PredictResponse)
        except NoSuchLabel as problem:
            if label:
                raise
            raise ServingDown(str(problem)) from problem  # not the fault of who asks, who has named no label
        return _trusted(reply, len(images)), reply.model_spec.version.value

    def check(self) -> int:
        """The version that answers, once it has been seen that it takes and gives what it should; or ServingDown."""
        if not self._checked:
            spec = pb.ModelSpec(name=self.model, version_label=self.label or None)
            request = pb.GetModelMetadataRequest(model_spec=spec, metadata_field=["signature_def"])
            _check_signature(self._call("PredictionService/GetModelMetadata", request, pb.GetModelMetadataResponse))
            self._checked = True
        return self.predict(np.zeros((1, 28, 28, 1), np.uint8))[1]

    def close(self) -> None:
        """Let go of the connections; calls under way fail."""
        for line in self._lines:
            line.close()

    def _call(self, method: str, request, reply_type: type):
        """Ask one address after the other until one is there; what the first that is there says, stands."""
        lines, first, told = self._connected(), next(self._turn), ""
        end = time.monotonic() + self.deadline
        in_turn = [(first + i) % len(lines) for i in range(len(lines))]
        path, sent = f"/tensorflow.serving.{method}", request.SerializeToString()
        for at in sorted(in_turn, key=self._was_late):
            try:
                return lines[at].ask(path, sent, reply_type.FromString, end - time.monotonic())
            except NoReply as problem:
                told = f"{self.addresses[at]}: {problem}"
                if problem.code is grpc.StatusCode.DEADLINE_EXCEEDED:
                    self._late[at] = time.monotonic()
                    self._renew(at)
                if "Unrecognized servable version label" in problem.details:
                    raise NoSuchLabel(told) from problem
                if problem.code is not grpc.StatusCode.UNAVAILABLE or time.monotonic() >= end:
                    break
        raise ServingDown(told)

    def _was_late(self, at: int) -> bool:
        """Whether others go first: a machine that has vanished looks, for a quarter of an hour, like a slow one."""
        return time.monotonic() < self._late.get(at, -PASSED_OVER) + PASSED_OVER

    def _renew(self, at: int) -> None:
        """Connect anew: who hangs may have all that it has room for, and of several that a name stands for, the one
        that hangs would keep its share for minutes.

        A connection that is there already stays, whatever the name stands for now; to who hangs, a new one never comes.
        """
        now = time.monotonic()
        if now >= self._renewed.get(at, -RENEWED) + RENEWED:
            self._renewed[at] = now
            self._lines[at] = self._line(self.addresses[at])  # calls under way hold the old one until they end

    def _connected(self) -> list[Line]:
        """The connections of this process: those that were there before a fork work in the parent alone."""
        if self._process != os.getpid():
            self._lines = [self._line(address) for address in self.addresses]
            self._process = os.getpid()
        return self._lines

    def _line(self, address: str) -> Line:
        if self._credentials and not address.startswith("unix:"):  # which leaves no machine
            return Line(grpc.secure_channel(address, self._credentials, _OPTIONS))
        return Line(grpc.insecure_channel(address, _OPTIONS))


def _check_signature(reply: pb.GetModelMetadataResponse) -> None:
    try:
        signatures = pb.SignatureDefMap.FromString(reply.metadata["signature_def"].value)
    except DecodeError as problem:
        raise ServingDown(f"the model's signature cannot be read: {problem}") from problem
    signature = signatures.signature_def["serving_default"]
    for name, ends, expected in (
        ("images", signature.inputs, IMAGES),
        ("probabilities", signature.outputs, PROBABILITIES),
    ):
        got = tensors.name(ends[name].dtype), [dim.size for dim in ends[name].tensor_shape.dim]
        if got != expected:
            raise ServingDown(f"the model's signature is another: expected {name} {expected}, got {got}")


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
