"""The official TensorFlow Serving stubs against a server, ours if none is named: what it answers, how it refuses."""

import os

import grpc
import numpy as np
import pytest
from grpc import StatusCode

from digits.lattice import MOST_PIECES, MOST_SLOTS
from serving.__main__ import MODELS

pytestmark = pytest.mark.train  # the official stubs import TensorFlow
ours_alone = pytest.mark.skipif("TARGET" in os.environ, reason="another server may answer otherwise, or be harmed")

PICTURES = np.random.default_rng(1).integers(0, 256, (3, 28, 28, 1), np.uint8)


def refused(call, request):
    with pytest.raises(grpc.RpcError) as refusal:
        call(request, timeout=30)
    return refusal.value.code(), refusal.value.details()


def test_predict_answers_and_names_the_version(stubs, request_, version):
    reply = stubs.prediction.Predict(request_, timeout=30)
    probabilities = stubs.array(reply.outputs["probabilities"])
    assert probabilities.shape == (3, 11) and probabilities.dtype == np.float32
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    spec = reply.model_spec
    assert (spec.name, spec.version.value, spec.signature_name) == ("digits", version, "serving_default")


def test_a_version_may_be_named(stubs, request_, version):
    request_.model_spec.version.value = version
    assert stubs.prediction.Predict(request_, timeout=30).model_spec.version.value == version


def test_all_candidates_of_one_ink_are_answered_at_once(stubs, request_):
    most = MOST_SLOTS * MOST_PIECES
    request_.inputs["images"].CopyFrom(stubs.tensor(np.resize(PICTURES, (most, 28, 28, 1))))
    answers = stubs.array(stubs.prediction.Predict(request_, timeout=30).outputs["probabilities"])
    np.testing.assert_allclose(answers, np.resize(answers[:3], (most, 11)), atol=1e-5)


@ours_alone
def test_an_empty_batch_has_an_empty_answer(stubs, request_):
    request_.inputs["images"].CopyFrom(stubs.tensor(PICTURES[:0]))
    reply = stubs.prediction.Predict(request_, timeout=30)
    assert stubs.array(reply.outputs["probabilities"]).shape == (0, 11)


def test_values_may_come_as_a_list(stubs, request_):
    whole = stubs.prediction.Predict(request_, timeout=30).outputs["probabilities"]
    tensor = request_.inputs["images"]
    tensor.ClearField("tensor_content")
    tensor.int_val.extend(PICTURES.ravel().tolist())
    assert stubs.prediction.Predict(request_, timeout=30).outputs["probabilities"] == whole


def test_the_status_of_a_version_is_told(stubs, version):
    request = stubs.Status()
    request.model_spec.name = "digits"
    request.model_spec.version.value = version
    (state,) = stubs.models.GetModelStatus(request, timeout=30).model_version_status
    assert (state.version, state.state, state.status.error_code) == (version, state.AVAILABLE, 0)


@pytest.mark.parametrize(
    ("name", "version", "told"),
    [
        ("letters", None, "Could not find any versions of model letters"),
        ("digits", 999, "Could not find version 999 of model digits"),
    ],
)
def test_the_status_of_what_is_not_there_is_not_found(stubs, name, version, told):
    request = stubs.Status()
    request.model_spec.name = name
    if version:
        request.model_spec.version.value = version
    assert refused(stubs.models.GetModelStatus, request) == (StatusCode.NOT_FOUND, told)


def test_the_status_of_no_model_is_refused(stubs):
    told = "Missing ModelSpec"
    assert refused(stubs.models.GetModelStatus, stubs.Status()) == (StatusCode.INVALID_ARGUMENT, told)


def test_the_metadata_of_a_model_is_its_signature(stubs, version):
    request = stubs.Metadata(metadata_field=["signature_def"])
    request.model_spec.name = "digits"
    reply = stubs.prediction.GetModelMetadata(request, timeout=30)
    signatures = stubs.SignatureDefMap()
    assert reply.metadata["signature_def"].Unpack(signatures)
    signature = signatures.signature_def["serving_default"]
    assert [dim.size for dim in signature.inputs["images"].tensor_shape.dim] == [-1, 28, 28, 1]
    assert [dim.size for dim in signature.outputs["probabilities"].tensor_shape.dim] == [-1, 11]
    assert reply.model_spec.version.value == version


@pytest.mark.parametrize(
    ("fields", "told"),
    [([], "must specify at least one metadata_field"), (["graph"], "Metadata field graph is not supported")],
)
def test_other_metadata_is_refused(stubs, fields, told):
    request = stubs.Metadata(metadata_field=fields)
    request.model_spec.name = "digits"
    code, details = refused(stubs.prediction.GetModelMetadata, request)
    assert code is StatusCode.INVALID_ARGUMENT and told in details


@ours_alone
def test_a_configuration_that_cannot_be_served_changes_nothing(stubs, request_, version):
    reload = stubs.Reload()
    reload.config.model_config_list.config.add(name="digits", base_path="/nowhere/digits")
    code, details = refused(stubs.models.HandleReloadConfigRequest, reload)
    assert code is StatusCode.INVALID_ARGUMENT and "digits: nothing in /nowhere/digits can be served" in details
    assert stubs.prediction.Predict(request_, timeout=30).model_spec.version.value == version


def test_a_label_may_be_given_to_what_is_served_and_to_nothing_else(stubs, request_, version):
    reload = stubs.Reload()
    base_path = os.environ.get("TARGET_MODELS", str(MODELS / "digits"))
    served = reload.config.model_config_list.config.add(name="digits", base_path=base_path, model_platform="tensorflow")
    served.version_labels["stable"] = version
    assert stubs.models.HandleReloadConfigRequest(reload, timeout=20).status.error_code == 0
    request_.model_spec.version_label = "stable"
    assert stubs.prediction.Predict(request_, timeout=30).model_spec.version.value == version
    served.version_labels["stable"] = 999
    code, details = refused(stubs.models.HandleReloadConfigRequest, reload)
    assert code is StatusCode.FAILED_PRECONDITION and "assign label to version 999 of model digits" in details
    assert stubs.prediction.Predict(request_, timeout=30).model_spec.version.value == version


@ours_alone
@pytest.mark.parametrize("method", ["Classify", "Regress", "MultiInference"])
def test_what_is_not_offered_is_unimplemented(stubs, method):
    request = getattr(stubs, method)()
    assert refused(getattr(stubs.prediction, method), request)[0] is StatusCode.UNIMPLEMENTED


@ours_alone
def test_health_is_told_the_standard_way(stubs):
    assert stubs.health.Check(stubs.HealthCheck(), timeout=30).status == 1
