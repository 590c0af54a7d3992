"""What is committed in serving/models/digits/1, asked through gRPC as the app asks it."""

import hashlib
import json

import numpy as np
import pytest
from later import Later

from serving.__main__ import MODELS

evaluate = Later("training.evaluate")
measure = Later("training.measure")
sets = Later("training.sets")
SHIPPED = MODELS / "digits" / "1"
CARD = json.loads((SHIPPED / "model.json").read_text())


def ask(predict, images):
    return np.concatenate([predict(images[start : start + 500])[0] for start in range(0, len(images), 500)])


def test_mnist_test_set_is_read_at_least_993_in_1000_right(predict):
    images, labels = sets.part("mnist", "test")
    assert len(labels) == 10_000
    assert measure.accuracy(ask(predict, images), labels) >= 0.993


def test_the_card_names_every_file_by_its_hash():
    for name, digest in CARD["sha256"].items():
        assert hashlib.sha256((SHIPPED / name).read_bytes()).hexdigest() == digest


def test_the_network_is_within_its_bounds():
    assert CARD["parameters"] <= 500_000
    assert sum(path.stat().st_size for path in SHIPPED.rglob("*") if path.is_file()) <= 3_000_000


@pytest.mark.train
def test_one_picture_costs_at_most_six_times_what_it_costs_in_lenet5():
    cost = evaluate.against_lenet5(SHIPPED)
    assert cost["milliseconds"] <= 6 * cost["LeNet-5 milliseconds"]
