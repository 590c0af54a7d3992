"""What a model server says of itself and answers is looked at before anyone sees it."""

import numpy as np
import pytest

from serving import predict_pb2 as pb
from serving import tensors
from serving.client import ServingDown, _check_signature, _trusted


def signature(dtype, size):
    dims = [pb.TensorShapeProto.Dim(size=s) for s in (-1, size)]
    shape = pb.TensorShapeProto(dim=dims)
    images = pb.TensorShapeProto(dim=[pb.TensorShapeProto.Dim(size=s) for s in (-1, 28, 28, 1)])
    ends = pb.SignatureDef(
        inputs={"images": pb.TensorInfo(dtype=pb.DT_UINT8, tensor_shape=images)},
        outputs={"probabilities": pb.TensorInfo(dtype=dtype, tensor_shape=shape)},
    )
    reply = pb.GetModelMetadataResponse()
    reply.metadata["signature_def"].value = pb.SignatureDefMap(
        signature_def={"serving_default": ends}
    ).SerializeToString()
    return reply


def test_the_signature_of_the_app_is_taken():
    _check_signature(signature(pb.DT_FLOAT, 11))


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (signature(pb.DT_FLOAT, 10), r"expected probabilities \('float', \[-1, 11\]\), got \('float', \[-1, 10\]\)"),
        (signature(pb.DT_DOUBLE, 11), r"got \('double'"),
        (pb.GetModelMetadataResponse(), "expected images"),
    ],
)
def test_another_signature_is_told_with_what_was_expected(reply, told):
    with pytest.raises(ServingDown, match=told):
        _check_signature(reply)


GOOD = np.full((2, 11), 1 / 11, np.float32)


def answer(array):
    return pb.PredictResponse(outputs={"probabilities": tensors.to_proto(array)})


def test_probabilities_are_trusted():
    np.testing.assert_array_equal(_trusted(answer(GOOD), 2), GOOD)


@pytest.mark.parametrize(
    "lie",
    [
        answer(GOOD[:1]),
        answer(GOOD[:, :10]),
        answer(GOOD.astype(np.float64)),
        answer(GOOD * np.nan),
        answer(GOOD * 2),
        answer(GOOD - np.eye(2, 11, dtype=np.float32) / 2 + np.eye(2, 11, 1, dtype=np.float32) / 2),
        pb.PredictResponse(),
    ],
    ids=["too few", "too narrow", "doubles", "NaN", "sums to 2", "negative", "empty"],
)
def test_what_is_not_probabilities_is_not_trusted(lie):
    with pytest.raises(ServingDown, match=r"expected|negative|cannot be read"):
        _trusted(lie, 2)
