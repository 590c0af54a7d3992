"""TensorFlow Serving's REST paths, for curl, probes and Prometheus: the same answers as over gRPC, as JSON."""

import contextlib
import json
import re
import socket
import sys
import threading
import time
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

import numpy as np
from google.protobuf import json_format
from grpc import StatusCode

from serving import predict_pb2 as pb
from serving import service, tensors
from serving.catalogue import Catalogue
from serving.config import LARGEST as NEWEST
from serving.metrics import Metrics

PATH = re.compile(r"/v1/models/([^/:]+)(?:/versions/(\d+)|/labels/([^/:]+))?(/metadata|:predict)?")
METRICS = "/monitoring/prometheus/metrics"
LARGEST = 64 << 20  # bytes of a request: 4 MB of pictures, written out as numbers
ROOM = 4 * LARGEST  # bytes of all bodies that are being read or answered; who needs more is told 429
PLACES = 32  # requests to predict at once; what comes after is told 429
CODES = {
    StatusCode.NOT_FOUND: 404,
    StatusCode.INVALID_ARGUMENT: 400,
    StatusCode.FAILED_PRECONDITION: 400,
    StatusCode.RESOURCE_EXHAUSTED: 429,
}


class Rest:
    """The REST side of a server, on host:port, from `start` to `stop`."""

    def __init__(self, catalogue: Catalogue, metrics: Metrics, address: str):
        """Raise OSError when the address is taken, or is none."""
        host, _, port = address.rpartition(":")
        if not (port.isdecimal() and int(port) < 2**16):
            raise OSError(f"{address} is no host:port to listen on")
        self._places = threading.BoundedSemaphore(PLACES)
        shared = {"catalogue": catalogue, "metrics": metrics, "places": self._places, "room": _Room(ROOM)}
        handler = type("Handler", (_Handler,), shared)
        self._server = _HttpServer((host or "127.0.0.1", int(port)), handler)
        self.port = self._server.server_address[1]

    def start(self) -> None:
        """Answer until `stop`."""
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self, grace: float = 4.0) -> None:
        """Take no more requests, finish those that are under way."""
        self._server.shutdown()
        end = time.monotonic() + grace
        for _ in range(PLACES):
            self._places.acquire(timeout=max(0, end - time.monotonic()))
        self._server.server_close()


class _Room:
    """So many bytes that all requests share."""

    def __init__(self, size: int):
        self._left, self._lock = size, threading.Lock()

    def take(self, size: int) -> bool:
        """Whether there were so many left, which then are taken; fewer than none gives them back."""
        with self._lock:
            fits = size <= self._left
            self._left -= size * fits
            return fits


class _HttpServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: socket.socket, client_address: tuple) -> None:
        """Tell of what failed here, not of a client that went away."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    catalogue: Catalogue
    metrics: Metrics
    places: threading.BoundedSemaphore
    room: _Room
    protocol_version = "HTTP/1.1"
    timeout = 30  # seconds of silence, and for a whole body
    server_version, sys_version = "serving", ""

    def do_GET(self) -> None:
        # a body that nobody reads would be the next request
        self.close_connection |= "Content-Length" in self.headers or "Transfer-Encoding" in self.headers
        if self.path.partition("?")[0] == METRICS:
            self._send(200, self.metrics.text().encode(), "text/plain; version=0.0.4")
        else:
            self._answer(self._get)

    def do_POST(self) -> None:
        with contextlib.ExitStack() as place:  # kept until the answer is sent
            self._answer(partial(self._post, place))

    def log_message(self, *about: object) -> None:
        """Say nothing: requests are counted, not listed."""

    def _answer(self, work) -> None:
        try:
            status, reply = 200, work()
        except service.Refused as refusal:
            status, reply = CODES.get(refusal.code, 500), {"error": str(refusal)}
        self._send(status, json.dumps(reply).encode(), "application/json")

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def _spec(self) -> tuple[pb.ModelSpec, str]:
        match = PATH.fullmatch(self.path.partition("?")[0])
        if not match:
            raise service.Refused(StatusCode.INVALID_ARGUMENT, "Malformed request: there is no such path")
        name, version, label, verb = match.groups()
        if version and (len(version) > len(str(NEWEST)) or int(version) > NEWEST):
            raise service.Refused(StatusCode.INVALID_ARGUMENT, f"Failed to convert version: {version:.99} to numeric.")
        spec = pb.ModelSpec(name=unquote(name), version_label=unquote(label or "") or None)
        if version:
            spec.version.value = int(version)
        return spec, verb or ""

    def _get(self) -> dict:
        spec, verb = self._spec()
        if verb == ":predict":
            raise service.Refused(StatusCode.INVALID_ARGUMENT, "Malformed request: predict is asked with POST")
        if not verb:
            return _as_json(service.status(self.catalogue, pb.GetModelStatusRequest(model_spec=spec)))
        request = pb.GetModelMetadataRequest(model_spec=spec, metadata_field=["signature_def"])
        reply = service.metadata(self.catalogue, request)
        signatures = pb.SignatureDefMap.FromString(reply.metadata["signature_def"].value)
        return {"model_spec": _as_json(reply.model_spec), "metadata": {"signature_def": _as_json(signatures)}}

    def _post(self, place: contextlib.ExitStack) -> dict:
        # first, or the client might not see the answer; and who sends it slowly takes no place meanwhile
        body = self._body(place)
        spec, verb = self._spec()
        if verb != ":predict":
            raise service.Refused(StatusCode.INVALID_ARGUMENT, "Malformed request: only :predict is asked with POST")
        begun, status = time.perf_counter(), "UNKNOWN"
        try:
            self._take(place)
            reply = self._predict(spec, body)
        except service.Refused as refusal:
            status = refusal.code.name
            raise
        else:
            status = "OK"
            return reply
        finally:
            self.metrics.count(self.catalogue.known(spec.name), "REST", status, time.perf_counter() - begun)

    def _take(self, place: contextlib.ExitStack) -> None:
        if not self.places.acquire(blocking=False):
            raise service.Refused(StatusCode.RESOURCE_EXHAUSTED, f"{PLACES} requests are under way; please wait")
        place.callback(self.places.release)

    def _body(self, place: contextlib.ExitStack) -> bytearray:
        """All that was promised. TimeoutError or ConnectionError, which end the connection, if it does not come."""
        size, body, end = self._size(), bytearray(), time.monotonic() + self.timeout
        place.callback(lambda: self.room.take(-len(body)))
        while len(body) < size:
            left = end - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self.connection.settimeout(left)
            if not (part := self.rfile.read1(min(size - len(body), 1 << 16))):
                raise ConnectionError
            if not self.room.take(len(part)):  # of what has come: a promise costs nothing
                self.close_connection = True
                raise service.Refused(StatusCode.RESOURCE_EXHAUSTED, "too much is being sent at once; please wait")
            body += part
        self.connection.settimeout(self.timeout)
        return body

    def _size(self) -> int:
        # of two lengths, a proxy may believe the other, and the rest would be a request of its own
        lengths = self.headers.get_all("Content-Length", [])
        size = lengths[0] if len(lengths) == 1 and "Transfer-Encoding" not in self.headers else ""
        if not size.isdecimal() or len(size) > len(str(LARGEST)) or int(size) > LARGEST:
            self.close_connection = True
            raise service.Refused(StatusCode.INVALID_ARGUMENT, f"a body of at most {LARGEST} bytes is needed")
        return int(size)

    def _predict(self, spec: pb.ModelSpec, body: bytearray) -> dict:
        """Rows in `instances` come back as `predictions`, columns in `inputs` as `outputs`."""
        model = service.find(self.catalogue, spec)
        try:
            document = json.loads(body)
            rows, given = _given(document)
            spec.signature_name = document.get("signature_name", "")
            if rows and isinstance(given[0], dict):
                given = [_only(row, model.input_name) for row in given]
            elif isinstance(given, dict):
                given = _only(given, model.input_name)
            array = _array(given, tensors.dtype(model.input.dtype))
        except (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError) as problem:
            raise service.Refused(StatusCode.INVALID_ARGUMENT, f"JSON Parse error: {problem!r:.200}") from problem
        request = pb.PredictRequest(model_spec=spec, inputs={model.input_name: tensors.to_proto(array)})
        reply = service.predict(self.catalogue, request)
        answer = tensors.from_proto(reply.outputs[model.output_name]).tolist()
        return {"predictions" if rows else "outputs": answer}


def _given(document: dict) -> tuple[bool, Any]:
    """Whether they are rows, and what they are."""
    if "instances" in document and "inputs" in document:
        raise ValueError("either instances or inputs")
    rows = "instances" in document
    return rows, document["instances" if rows else "inputs"]


def _only(inputs: dict, name: str) -> list:
    """The one input that there is."""
    if set(inputs) != {name}:
        raise ValueError(f"{name} is the one input")
    return inputs[name]


def _array(given: list, dtype: np.dtype) -> np.ndarray:
    """As JSON has it: a fraction is no whole number, text is none at all, nor is true (which is 1 among numbers)."""
    array = np.array(given)
    if array.size and array.dtype.kind not in ("iu" if dtype.kind in "iu" else "iuf" if dtype.kind == "f" else "b"):
        raise TypeError(f"{array.dtype} is not {dtype}")
    cast = array.astype(dtype)
    if dtype.kind in "iu" and (cast != array).any():
        raise OverflowError(f"beyond {dtype}")
    return cast


def _as_json(message) -> dict:
    every = {"preserving_proto_field_name": True, "always_print_fields_with_no_presence": True}
    return json_format.MessageToDict(message, **every)
