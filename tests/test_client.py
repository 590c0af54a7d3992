import numpy as np
import pytest

from serving import predict_pb2 as pb
from serving import tensors
from serving.client import Client, ServingDown, _trusted

PICTURES = np.zeros((2, 28, 28, 1), np.uint8)


@pytest.fixture
def asking(serving_address):
    client = Client(serving_address)
    yield client
    client.close()


def test_pictures_come_back_as_probabilities_and_the_version_that_answered(asking):
    probabilities, version = asking.predict(PICTURES)
    assert probabilities.shape == (2, 11) and version == 1


def test_a_check_names_the_version_that_answers(asking):
    assert asking.check() == 1


def test_a_server_that_is_not_there_is_down_and_says_where(tmp_path):
    with pytest.raises(ServingDown, match=rf"unix:{tmp_path}/nobody: UNAVAILABLE"):
        Client(f"unix:{tmp_path}/nobody").predict(PICTURES)


def test_a_refusal_is_the_same_failure(asking):
    with pytest.raises(ServingDown, match="INVALID_ARGUMENT: Shape of tensor images"):
        asking.predict(PICTURES[:, :5])


def test_a_model_that_is_not_there_is_the_same_failure(serving_address):
    with pytest.raises(ServingDown, match=r"NOT_FOUND: .*Latest\(letters\)"):
        Client(serving_address, model="letters").check()


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
