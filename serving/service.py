"""What is answered to which request, and how it is refused: the same for gRPC and for REST.

Codes and wording follow tensorflow_model_server, so that a client cannot tell which of the two it speaks to.
"""

from collections.abc import Sequence

import numpy as np
from grpc import StatusCode

from serving import predict_pb2 as pb
from serving import tensors
from serving.catalogue import Catalogue
from serving.config import BadConfig, NotServed, checked
from serving.model import SIGNATURE, BadInput, Model
from serving.versions import Versions

KNOWN = set(pb.DataType.values()) - {pb.DT_INVALID}  # types that a tensor may have; the other numbers are none


class Refused(Exception):
    """A request that is not answered: the gRPC code and the sentence that go back."""

    def __init__(self, code: StatusCode, message: str):
        """Both go to the client as they are."""
        super().__init__(message)
        self.code = code


def predict(catalogue: Catalogue, request: pb.PredictRequest) -> pb.PredictResponse:
    """Run the one tensor of the request through the version that it names."""
    model = find(catalogue, request.model_spec)
    signature = request.model_spec.signature_name or SIGNATURE
    if signature != SIGNATURE:
        raise Refused(StatusCode.FAILED_PRECONDITION, f'Serving signature key "{signature}" not found.')
    array = _input(model, request)
    _check_filter(model, request.output_filter)
    try:
        outputs = {model.output_name: tensors.to_proto(model.run(array))}
    except BadInput as problem:
        raise Refused(StatusCode.INVALID_ARGUMENT, str(problem)) from problem
    return pb.PredictResponse(outputs=outputs, model_spec=_answered(request.model_spec, model, SIGNATURE))


def _input(model: Model, request: pb.PredictRequest) -> np.ndarray:
    if len(request.inputs) != 1:
        raise Refused(StatusCode.INVALID_ARGUMENT, _mismatch(set(request.inputs), {model.input_name}))
    if model.input_name not in request.inputs:
        told = (
            f"Signature input alias: {model.input_name}(feed name: {model.input.name}) not found in request and no "
            f"default value provided. Inputs expected to be in the request {{{','.join(request.inputs)}}}, "
            "or default input alias set: "
        )
        raise Refused(StatusCode.INVALID_ARGUMENT, told)
    tensor = request.inputs[model.input_name]
    if tensor.dtype != model.input.dtype and tensor.dtype in KNOWN:  # whether such a one can be read here or not
        told = f"Expects arg[0] to be {tensors.name(model.input.dtype)} but {tensors.name(tensor.dtype)} is provided"
        raise Refused(StatusCode.INVALID_ARGUMENT, told)
    try:
        return tensors.from_proto(tensor)
    except tensors.BadTensor as problem:
        told = f"tensor parsing error: {model.input_name} ({problem})"
        raise Refused(StatusCode.INVALID_ARGUMENT, told) from problem


def _check_filter(model: Model, names: Sequence[str]) -> None:
    for name in names:
        if name != model.output_name:
            expected = f"Outputs expected to be in the set {{{model.output_name}}}."
            told = f"output tensor alias not found in signature: {name} {expected}"
            raise Refused(StatusCode.INVALID_ARGUMENT, told)
    if len(names) > 1:
        raise Refused(StatusCode.INVALID_ARGUMENT, f"duplicate output tensor alias: {names[0]}")


def metadata(catalogue: Catalogue, request: pb.GetModelMetadataRequest) -> pb.GetModelMetadataResponse:
    """The signatures of a version, which is all the metadata that there is."""
    if not request.metadata_field:
        told = "GetModelMetadataRequest must specify at least one metadata_field"
        raise Refused(StatusCode.INVALID_ARGUMENT, told)
    for field in request.metadata_field:
        if field != "signature_def":
            raise Refused(StatusCode.INVALID_ARGUMENT, f"Metadata field {field} is not supported")
    model = find(catalogue, request.model_spec)
    reply = pb.GetModelMetadataResponse(model_spec=_answered(request.model_spec, model))
    packed = reply.metadata["signature_def"]
    packed.type_url = "type.googleapis.com/tensorflow.serving.SignatureDefMap"
    packed.value = model.signatures.SerializeToString()
    return reply


def status(catalogue: Catalogue, request: pb.GetModelStatusRequest) -> pb.GetModelStatusResponse:
    """The states of all versions of a model, or of the one that is asked for."""
    if not request.HasField("model_spec"):
        raise Refused(StatusCode.INVALID_ARGUMENT, "Missing ModelSpec")
    spec = request.model_spec
    known = _versions(catalogue, spec).status()
    if spec.HasField("version"):
        known = [state for state in known if state.version == spec.version.value]
        if not known:
            told = f"Could not find version {spec.version.value} of model {spec.name}"
            raise Refused(StatusCode.NOT_FOUND, told)
    if not known:
        raise Refused(StatusCode.NOT_FOUND, f"Could not find any versions of model {spec.name}")
    return pb.GetModelStatusResponse(model_version_status=known)


def reload(catalogue: Catalogue, request: pb.ReloadConfigRequest) -> pb.ReloadConfigResponse:
    """Serve other models, or other versions of them, from now on; all stays as it is if that cannot be."""
    try:
        catalogue.reload(checked(request.config))
    except BadConfig as problem:
        code = StatusCode.FAILED_PRECONDITION if isinstance(problem, NotServed) else StatusCode.INVALID_ARGUMENT
        raise Refused(code, str(problem)) from problem
    return pb.ReloadConfigResponse(status=pb.StatusProto())


def _versions(catalogue: Catalogue, spec: pb.ModelSpec) -> Versions:
    try:
        return catalogue.versions(spec.name)
    except LookupError as problem:
        raise Refused(StatusCode.NOT_FOUND, f"Could not find any versions of model {spec.name}") from problem


def find(catalogue: Catalogue, spec: pb.ModelSpec) -> Model:
    """The version that a request names, or the refusal that says why there is none."""
    if not spec.name:
        raise Refused(StatusCode.INVALID_ARGUMENT, "Missing ModelSpec: ModelSpec has no name specified.")
    version = spec.version.value if spec.HasField("version") else None
    try:
        return catalogue.find(spec.name, version, spec.version_label)
    except LookupError as problem:
        if spec.version_label:
            told = f"Unrecognized servable version label: {spec.version_label}"
            raise Refused(StatusCode.INVALID_ARGUMENT, told) from problem
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
