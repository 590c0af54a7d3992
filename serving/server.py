"""The embedded server: TensorFlow Serving's gRPC API over the same SavedModel, without TensorFlow.

Codes and wording follow tensorflow_model_server, so that a client cannot tell which of the two it speaks to.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
from grpc import StatusCode
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from serving import predict_pb2 as pb
from serving import tensors
from serving.model import SIGNATURE, BadInput, Model
from serving.versions import Versions

THREADS = 8  # requests at once; the engine has a place per core, the others wait for one
QUEUE = 100  # requests waiting beyond those; what comes after is told RESOURCE_EXHAUSTED at once
POLL = 1.0  # seconds between looks for new versions


class Refused(Exception):
    """A request that is not answered: the gRPC code and the sentence that go back."""

    def __init__(self, code: StatusCode, message: str):
        """Both go to the client as they are."""
        super().__init__(message)
        self.code = code


class Server:
    """Models behind one address, from `start` to `stop`."""

    def __init__(self, models: dict[str, Path], address: str):
        """Load what there is to load; raise OSError when the address is taken."""
        self.models = {name: Versions(folder) for name, folder in models.items()}
        self._stopping = threading.Event()
        self._health = health.HealthServicer()
        self._grpc = grpc.server(
            ThreadPoolExecutor(THREADS),
            handlers=_handlers(self.models),
            maximum_concurrent_rpcs=THREADS + QUEUE,
            options=[("grpc.so_reuseport", 0)],
        )
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._grpc)
        self._look()
        try:
            self.port = self._grpc.add_insecure_port(address)
        except RuntimeError as problem:
            raise OSError(f"{address} cannot be listened on: is something else there?") from problem

    def start(self) -> None:
        """Answer, and look for new versions, until `stop`."""
        self._grpc.start()
        threading.Thread(target=self._poll, daemon=True).start()

    def stop(self, grace: float = 4.0) -> None:
        """Take no more requests, finish those that are under way."""
        self._stopping.set()
        self._health.enter_graceful_shutdown()
        self._grpc.stop(grace).wait()

    def _poll(self) -> None:
        while not self._stopping.wait(POLL):
            self._look()

    def _look(self) -> None:
        for versions in self.models.values():
            versions.look()
        alive = all(versions.serving for versions in self.models.values())
        known = health_pb2.HealthCheckResponse
        self._health.set("", known.SERVING if alive else known.NOT_SERVING)


def _handlers(models: dict[str, Versions]) -> list[grpc.GenericRpcHandler]:
    """The methods under TensorFlow Serving's own names; the others are UNIMPLEMENTED, says gRPC itself."""
    services = {
        "PredictionService": {
            "Predict": (predict, pb.PredictRequest),
            "GetModelMetadata": (metadata, pb.GetModelMetadataRequest),
        },
        "ModelService": {"GetModelStatus": (status, pb.GetModelStatusRequest)},
    }
    return [
        grpc.method_handlers_generic_handler(
            f"tensorflow.serving.{service}",
            {name: _handler(models, answer, request) for name, (answer, request) in methods.items()},
        )
        for service, methods in services.items()
    ]


def _handler(models: dict[str, Versions], answer: Callable, request_type: type) -> grpc.RpcMethodHandler:
    def handle(request, context: grpc.ServicerContext):
        try:
            return answer(models, request)
        except Refused as refusal:
            context.abort(refusal.code, str(refusal))

    return grpc.unary_unary_rpc_method_handler(handle, request_type.FromString, lambda reply: reply.SerializeToString())


def predict(models: dict[str, Versions], request: pb.PredictRequest) -> pb.PredictResponse:
    """Run the one tensor of the request through the version that it names."""
    model = _find(models, request.model_spec)
    signature = request.model_spec.signature_name or SIGNATURE
    if signature != SIGNATURE:
        raise Refused(StatusCode.FAILED_PRECONDITION, f'Serving signature key "{signature}" not found.')
    if set(request.inputs) != {model.input_name}:
        raise Refused(StatusCode.INVALID_ARGUMENT, _mismatch(set(request.inputs), {model.input_name}))
    for name in request.output_filter:
        if name != model.output_name:
            expected = f"Outputs expected to be in the set {{{model.output_name}}}."
            told = f"output tensor alias not found in signature: {name} {expected}"
            raise Refused(StatusCode.INVALID_ARGUMENT, told)
    try:
        array = tensors.from_proto(request.inputs[model.input_name])
    except tensors.BadTensor as problem:
        told = f"tensor parsing error: {model.input_name} ({problem})"
        raise Refused(StatusCode.INVALID_ARGUMENT, told) from problem
    try:
        outputs = {model.output_name: tensors.to_proto(model.run(array))}
    except BadInput as problem:
        raise Refused(StatusCode.INVALID_ARGUMENT, str(problem)) from problem
    return pb.PredictResponse(outputs=outputs, model_spec=_answered(request.model_spec, model, SIGNATURE))


def metadata(models: dict[str, Versions], request: pb.GetModelMetadataRequest) -> pb.GetModelMetadataResponse:
    """The signatures of a version, which is all the metadata that there is."""
    if not request.metadata_field:
        told = "GetModelMetadataRequest must specify at least one metadata_field"
        raise Refused(StatusCode.INVALID_ARGUMENT, told)
    for field in request.metadata_field:
        if field != "signature_def":
            raise Refused(StatusCode.INVALID_ARGUMENT, f"Metadata field {field} is not supported")
    model = _find(models, request.model_spec)
    reply = pb.GetModelMetadataResponse(model_spec=_answered(request.model_spec, model))
    packed = reply.metadata["signature_def"]
    packed.type_url = "type.googleapis.com/tensorflow.serving.SignatureDefMap"
    packed.value = model.signatures.SerializeToString()
    return reply


def status(models: dict[str, Versions], request: pb.GetModelStatusRequest) -> pb.GetModelStatusResponse:
    """The states of all versions of a model, or of the one that is asked for."""
    spec = request.model_spec
    known = _versions(models, spec).status()
    if spec.HasField("version"):
        known = [state for state in known if state.version == spec.version.value]
        if not known:
            told = f"Could not find version {spec.version.value} of model {spec.name}"
            raise Refused(StatusCode.NOT_FOUND, told)
    return pb.GetModelStatusResponse(model_version_status=known)


def _versions(models: dict[str, Versions], spec: pb.ModelSpec) -> Versions:
    if spec.name not in models:
        raise Refused(StatusCode.NOT_FOUND, f"Could not find any versions of model {spec.name}")
    return models[spec.name]


def _find(models: dict[str, Versions], spec: pb.ModelSpec) -> Model:
    if not spec.name:
        raise Refused(StatusCode.INVALID_ARGUMENT, "Missing ModelSpec: ModelSpec has no name specified.")
    if spec.version_label:
        told = f"Unrecognized servable version label: {spec.version_label}"
        raise Refused(StatusCode.INVALID_ARGUMENT, told)
    version = spec.version.value if spec.HasField("version") else None
    try:
        return models[spec.name].find(version)
    except LookupError as problem:
        which = f"Latest({spec.name})" if version is None else f"Specific({spec.name}, {version})"
        raise Refused(StatusCode.NOT_FOUND, f"Servable not found for request: {which}") from problem


def _answered(spec: pb.ModelSpec, model: Model, signature: str = "") -> pb.ModelSpec:
    """The spec of a reply, which names the version that answered."""
    return pb.ModelSpec(name=spec.name, version={"value": model.version}, signature_name=signature)


def _mismatch(given: set[str], wanted: set[str]) -> str:
    listed = [f"{{{','.join(sorted(names))}}}" for names in (given, wanted)]
    counts = f"{len(given)}!={len(wanted)} len({listed[0]}) != len({listed[1]})"
    extra, missing = (f"{{{','.join(sorted(names))}}}" for names in (given - wanted, wanted - given))
    return f"input size does not match signature: {counts}. Sent extra: {extra}. Missing but required: {missing}."
