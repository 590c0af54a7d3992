"""How a server refuses a wrong Predict, asked with the official stubs."""

import numpy as np
import pytest
from grpc import StatusCode
from test_contract import PICTURES, refused

pytestmark = pytest.mark.train  # the official stubs import TensorFlow


def spec(field, text):
    """Writes something else into the spec of the model."""
    return lambda request, stubs: setattr(request.model_spec, field, text)


def spoil_version(request, stubs):
    request.model_spec.version.value = 999


def spoil_missing(request, stubs):
    del request.inputs["images"]


def spoil_extra(request, stubs):
    request.inputs["more"].CopyFrom(request.inputs["images"])


def spoil_name(request, stubs):
    request.inputs["image"].CopyFrom(request.inputs["images"])
    del request.inputs["images"]


def spoil_tensor(request, stubs):
    request.inputs["images"].tensor_content = b"short"


def dtype(kind):
    """The same pictures, in values of another type."""
    return lambda request, stubs: request.inputs["images"].CopyFrom(stubs.tensor(PICTURES.astype(kind)))


def spoil_bool(request, stubs):
    dtype(bool)(request, stubs)
    request.inputs["images"].ClearField("tensor_content")
    request.inputs["images"].bool_val.extend([True, False])


def spoil_bfloat16(request, stubs):
    request.inputs["images"].CopyFrom(stubs.tensor(PICTURES.astype(np.float32), dtype="bfloat16"))


def spoil_shape(request, stubs):
    request.inputs["images"].CopyFrom(stubs.tensor(PICTURES.reshape(3, 784)))


def spoil_filter(request, stubs):
    request.output_filter.append("logits")


def spoil_twice(request, stubs):
    request.output_filter.extend(["probabilities", "probabilities"])


@pytest.mark.parametrize(
    ("spoil", "code", "told"),
    [
        (spec("name", ""), StatusCode.INVALID_ARGUMENT, "Missing ModelSpec"),
        (spec("name", "letters"), StatusCode.NOT_FOUND, "Servable not found for request: Latest(letters)"),
        (spoil_version, StatusCode.NOT_FOUND, "Servable not found for request: Specific(digits, 999)"),
        (spec("version_label", "nobody"), StatusCode.INVALID_ARGUMENT, "Unrecognized servable version label: nobody"),
        (
            spec("signature_name", "classify"),
            StatusCode.FAILED_PRECONDITION,
            'Serving signature key "classify" not found.',
        ),
        (spoil_missing, StatusCode.INVALID_ARGUMENT, "input size does not match signature: 0!=1 len({}) != len({ima"),
        (spoil_extra, StatusCode.INVALID_ARGUMENT, "Sent extra: {more}"),
        (spoil_name, StatusCode.INVALID_ARGUMENT, "Signature input alias: images(feed name: serving_default_images:0"),
        (spoil_tensor, StatusCode.INVALID_ARGUMENT, "tensor parsing error: images"),
        (dtype(np.float32), StatusCode.INVALID_ARGUMENT, "Expects arg[0] to be uint8 but float is provided"),
        (dtype(str), StatusCode.INVALID_ARGUMENT, "Expects arg[0] to be uint8 but string is provided"),
        (spoil_bool, StatusCode.INVALID_ARGUMENT, "Expects arg[0] to be uint8 but bool is provided"),
        (spoil_bfloat16, StatusCode.INVALID_ARGUMENT, "Expects arg[0] to be uint8 but bfloat16 is provided"),
        (spoil_shape, StatusCode.INVALID_ARGUMENT, "[3,784] is not compatible with expected shape [?,28,28,1]"),
        (spoil_filter, StatusCode.INVALID_ARGUMENT, "output tensor alias not found in signature: logits"),
        (spoil_twice, StatusCode.INVALID_ARGUMENT, "duplicate output tensor alias: probabilities"),
    ],
)
def test_a_wrong_request_is_refused_as_tensorflow_serving_refuses_it(stubs, request_, spoil, code, told):
    spoil(request_, stubs)
    given, details = refused(stubs.prediction.Predict, request_)
    assert given is code and told in details
