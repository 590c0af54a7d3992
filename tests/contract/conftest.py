"""Which server is held to the contract: ours, or the ones that TARGET (gRPC) and REST name, as host:port.

It is asked with the official stubs; what a test needs of them is here, too.
"""

import os

import grpc
import numpy as np
import pytest

from serving import config
from serving.__main__ import MODELS
from serving.catalogue import Catalogue
from serving.metrics import Metrics
from serving.rest import Rest

PICTURES = np.random.default_rng(1).integers(0, 256, (3, 28, 28, 1), np.uint8)


@pytest.fixture(scope="session")
def target(request):
    """The gRPC address of the server."""
    return os.environ.get("TARGET") or request.getfixturevalue("serving_address")


@pytest.fixture(scope="session")
def rest():
    """The address of the server's REST side."""
    if named := os.environ.get("REST"):
        yield f"http://{named}"
    elif os.environ.get("TARGET"):
        pytest.skip("REST=host:8501 was not given")
    else:
        ours = Rest(Catalogue(config.found(MODELS)), Metrics(), "127.0.0.1:0")
        ours.start()
        yield f"http://127.0.0.1:{ours.port}"
        ours.stop()


@pytest.fixture(scope="session")
def stubs(target):
    """The official modules, and a function that calls a method of theirs."""
    import tensorflow as tf
    from grpc_health.v1 import health_pb2, health_pb2_grpc
    from tensorflow_serving.apis import (
        classification_pb2,
        get_model_metadata_pb2,
        get_model_status_pb2,
        inference_pb2,
        model_management_pb2,
        model_service_pb2_grpc,
        predict_pb2,
        prediction_service_pb2_grpc,
        regression_pb2,
    )

    class Stubs:
        channel = grpc.insecure_channel(target)
        prediction = prediction_service_pb2_grpc.PredictionServiceStub(channel)
        models = model_service_pb2_grpc.ModelServiceStub(channel)
        health = health_pb2_grpc.HealthStub(channel)
        tensor, array = staticmethod(tf.make_tensor_proto), staticmethod(tf.make_ndarray)
        Predict = predict_pb2.PredictRequest
        Metadata = get_model_metadata_pb2.GetModelMetadataRequest
        SignatureDefMap = get_model_metadata_pb2.SignatureDefMap
        Status = get_model_status_pb2.GetModelStatusRequest
        Classify = classification_pb2.ClassificationRequest
        Regress = regression_pb2.RegressionRequest
        MultiInference = inference_pb2.MultiInferenceRequest
        Reload = model_management_pb2.ReloadConfigRequest
        HealthCheck = health_pb2.HealthCheckRequest

    yield Stubs
    Stubs.channel.close()


@pytest.fixture(scope="session")
def version(stubs):
    """The newest version that is served."""
    request = stubs.Status()
    request.model_spec.name = "digits"
    states = stubs.models.GetModelStatus(request, timeout=30).model_version_status
    return max(state.version for state in states if state.state == state.AVAILABLE)


@pytest.fixture
def request_(stubs):
    """A request that is right in everything, for a test to spoil."""
    request = stubs.Predict()
    request.model_spec.name = "digits"
    request.inputs["images"].CopyFrom(stubs.tensor(PICTURES))
    return request
