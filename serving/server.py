"""The embedded server: TensorFlow Serving's gRPC API over the same SavedModel, without TensorFlow."""

import errno
import logging
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import unquote, urlsplit

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from serving import predict_pb2 as pb
from serving import service
from serving.catalogue import Catalogue
from serving.config import BadConfig
from serving.metrics import Metrics
from serving.model import THREADS

log = logging.getLogger(__name__)

QUEUE = 100  # requests waiting beyond THREADS; what comes after is told RESOURCE_EXHAUSTED at once
POLL = 0.5  # seconds between looks for new versions


class Server:
    """Models behind one address, from `start` to `stop`."""

    def __init__(self, configs: list[pb.ModelConfig], address: str, reread: Callable[[], list] | None = None):
        """Load what there is to load; raise OSError when the address is taken.

        `reread` gives the configuration as it is now, and is followed: what it gives anew is served.
        """
        self.catalogue, self.metrics = Catalogue(configs), Metrics()
        self._configs, self._reread, self._refused = configs, reread, ""
        self._stopping = threading.Event()
        self._poller = threading.Thread(target=self._poll, daemon=True)
        self._health = health.HealthServicer()
        self._grpc = grpc.server(
            ThreadPoolExecutor(THREADS),
            handlers=_handlers(self.catalogue, self.metrics),
            maximum_concurrent_rpcs=THREADS + QUEUE,
            options=[("grpc.so_reuseport", 0)],
        )
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._grpc)
        self._tell_health()
        port = address.rpartition(":")[2]
        # or gRPC would take a port of its own choice: 443 where none is named, another one than is too large
        if not address.startswith(("unix:", "unix-abstract:")) and not (port.isdecimal() and int(port) < 2**16):
            raise OSError(f"{address} is no host:port to listen on")
        if address.startswith("unix:"):
            _check_free(unquote(urlsplit(address).path))
        try:
            self.port = self._grpc.add_insecure_port(address)
        except RuntimeError as problem:
            raise OSError(f"{address} cannot be listened on: is something else there?") from problem

    def start(self) -> None:
        """Answer, and look for new versions, until `stop`."""
        self._grpc.start()
        self._poller.start()

    def stop(self, grace: float = 4.0) -> None:
        """Take no more requests, finish those that are under way, and the version that is being loaded."""
        self._stopping.set()
        self.catalogue.stop()
        self._health.enter_graceful_shutdown()
        self._grpc.stop(grace).wait()
        if self._poller.is_alive():  # the interpreter's end would take the engine away from under it
            self._poller.join()

    def _poll(self) -> None:
        while not self._stopping.wait(POLL):
            if self._reread:
                self._follow()
            self.catalogue.look()
            self._tell_health()

    def _follow(self) -> None:
        """Serve what the configuration says now; what cannot be served so is told once, and tried again."""
        try:
            configs = self._reread()
            if configs != self._configs:
                self.catalogue.reload(configs)
                self._configs, self._refused = configs, ""
        except (OSError, BadConfig) as problem:
            if str(problem) != self._refused:
                log.error("the configuration is not followed: %s", problem)
                self._refused = str(problem)

    def _tell_health(self) -> None:
        known = health_pb2.HealthCheckResponse
        self._health.set("", known.SERVING if self.catalogue.ready else known.NOT_SERVING)


def _check_free(path: str) -> None:
    """OSError if somebody listens there, from whom gRPC would take the path in silence; who was killed has left it."""
    with socket.socket(socket.AF_UNIX) as asking:
        asking.setblocking(False)  # who is too busy to let anybody in is there all the same
        if asking.connect_ex(path) not in (errno.ECONNREFUSED, errno.ENOENT):
            raise OSError(f"{path} cannot be listened on: is something else there?")


def _handlers(catalogue: Catalogue, metrics: Metrics) -> list[grpc.GenericRpcHandler]:
    """The methods under TensorFlow Serving's own names; the others are UNIMPLEMENTED, says gRPC itself."""

    def counted(answer: Callable, request_type: type) -> grpc.RpcMethodHandler:
        def handle(request, context: grpc.ServicerContext):
            begun, status = time.perf_counter(), "UNKNOWN"
            try:
                reply = answer(catalogue, request)
            except service.Refused as refusal:
                status = refusal.code.name
                context.abort(refusal.code, str(refusal))
            else:
                status = "OK"
                return reply
            finally:
                if answer is service.predict:
                    metrics.count(catalogue.known(request.model_spec.name), "GRPC", status, time.perf_counter() - begun)

        # a request whose client has stopped waiting while it was queued never comes here: gRPC drops it
        return grpc.unary_unary_rpc_method_handler(
            handle, request_type.FromString, lambda reply: reply.SerializeToString()
        )

    services = {
        "PredictionService": {
            "Predict": (service.predict, pb.PredictRequest),
            "GetModelMetadata": (service.metadata, pb.GetModelMetadataRequest),
        },
        "ModelService": {
            "GetModelStatus": (service.status, pb.GetModelStatusRequest),
            "HandleReloadConfigRequest": (service.reload, pb.ReloadConfigRequest),
        },
    }
    return [
        grpc.method_handlers_generic_handler(
            f"tensorflow.serving.{name}", {method: counted(*parts) for method, parts in methods.items()}
        )
        for name, methods in services.items()
    ]
