"""The requests that a version brings along to be warmed up with: TensorFlow Serving's own file of them.

A TFRecord file of PredictionLog: for each, its length, a checksum of that, the message, a checksum of that.
"""

import struct
from collections.abc import Iterator
from pathlib import Path

from google.protobuf.message import DecodeError

from serving import predict_pb2 as pb

NAME = Path("assets.extra") / "tf_serving_warmup_requests"
MOST = 1000  # as in TensorFlow Serving


def requests(folder: Path) -> Iterator[pb.PredictRequest]:
    """The Predict requests in a version's warm-up file, if it has one; ValueError if it is broken."""
    path = folder / NAME
    data = path.read_bytes() if path.exists() else b""
    at = count = 0
    while at < len(data) and count < MOST:
        try:
            (size,) = struct.unpack_from("<Q", data, at)
            record = data[at + 12 : at + 12 + size]
            log = pb.PredictionLog.FromString(record)
        except (struct.error, DecodeError) as problem:
            raise ValueError(f"{NAME} is broken after {count} requests") from problem
        if len(record) != size:
            raise ValueError(f"{NAME} ends within a request")
        if log.HasField("predict_log"):
            yield log.predict_log.request
        at, count = at + 16 + size, count + 1
