"""Give running servers another configuration, in steps that lose no request."""

import time

import grpc

from serving import predict_pb2 as pb
from serving.client import DIRECT
from serving.config import BadConfig, changed, named

PATIENCE = 30.0  # seconds that a server has for each step


def load(address: str, before: pb.ModelServerConfig, after: pb.ModelServerConfig, model: str) -> None:
    """First step: have the versions of `model` loaded that come, for TensorFlow Serving labels no others.

    BadConfig if the server is not there or refuses; what it serves is then what it served, and perhaps more.
    """
    old, new = named(before, model), named(after, model)
    with grpc.insecure_channel(address, [DIRECT]) as channel:
        there = _available(channel, address, model)
        both = there | set(new.model_version_policy.specific.versions)
        kept = {label: version for label, version in old.version_labels.items() if version in there}
        _give(channel, address, changed(after, model, both, kept))
        end = time.monotonic() + PATIENCE
        while missing := both - _available(channel, address, model):
            if time.monotonic() > end:
                raise BadConfig(f"{address}: version {min(missing)} of {model} did not come within {PATIENCE:g} s")
            time.sleep(0.05)


def move(address: str, after: pb.ModelServerConfig, model: str) -> None:
    """Second step: move the labels, and then let go of the versions that leave."""
    new = named(after, model)
    with grpc.insecure_channel(address, [DIRECT]) as channel:
        both = _available(channel, address, model) | set(new.model_version_policy.specific.versions)
        _give(channel, address, changed(after, model, both, new.version_labels))
        _give(channel, address, after)


def _available(channel: grpc.Channel, address: str, model: str) -> set[int]:
    request = pb.GetModelStatusRequest(model_spec=pb.ModelSpec(name=model))
    states = _ask(channel, address, "GetModelStatus", request, pb.GetModelStatusResponse).model_version_status
    return {state.version for state in states if state.state == state.AVAILABLE}


def _give(channel: grpc.Channel, address: str, config: pb.ModelServerConfig) -> None:
    _ask(channel, address, "HandleReloadConfigRequest", pb.ReloadConfigRequest(config=config), pb.ReloadConfigResponse)


def _ask(channel: grpc.Channel, address: str, method: str, request, reply_type: type):
    call = channel.unary_unary(
        f"/tensorflow.serving.ModelService/{method}", type(request).SerializeToString, reply_type.FromString
    )
    try:
        return call(request, timeout=PATIENCE)
    except grpc.RpcError as problem:
        raise BadConfig(f"{address}: {problem.code().name}: {problem.details()}") from problem
