import json

import keras
import numpy as np
import pytest
import tensorflow as tf

from serving.model import Model
from training import publish
from training.networks import build, modern

pytestmark = pytest.mark.train
PICTURES = np.random.default_rng(2).integers(0, 256, (5, 28, 28, 1), np.uint8)


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(1)
    return build(modern(True, 0.5, widths=(2, 3)), 11)


@pytest.fixture(scope="module")
def published(model, tmp_path_factory):
    return publish.publish(model, 1.5, {"seed": 1}, tmp_path_factory.mktemp("models"))


def test_keras_the_saved_model_and_the_embedded_server_agree(model, published):
    wanted = publish.soften(model(PICTURES, training=False), 1.5).numpy()
    loaded = tf.saved_model.load(str(published))
    served = loaded.signatures["serving_default"](images=tf.constant(PICTURES))["probabilities"].numpy()
    np.testing.assert_allclose(served, wanted, atol=1e-6)
    np.testing.assert_allclose(Model(published, threads=1).run(PICTURES), wanted, atol=1e-5)


def test_the_same_picture_twice_gets_the_same_bytes(published):
    loaded = tf.saved_model.load(str(published))
    serve = loaded.signatures["serving_default"]
    first, second = (serve(images=tf.constant(PICTURES))["probabilities"].numpy().tobytes() for _ in range(2))
    assert first == second


@pytest.mark.parametrize("shape", [(2, 784), (1, 14, 14, 1), (28, 28), (1, 28, 28, 3)], ids=str)
def test_a_wrong_shape_is_an_error_and_not_the_end_of_the_server(published, shape):
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        meta = tf.compat.v1.saved_model.load(session, ["serve"], str(published))
        ends = meta.signature_def["serving_default"]
        with pytest.raises((tf.errors.InvalidArgumentError, ValueError)):
            session.run(ends.outputs["probabilities"].name, {ends.inputs["images"].name: np.zeros(shape, np.uint8)})


def test_a_version_is_never_overwritten(model, published):
    with pytest.raises(publish.CannotPublish, match="exists"):
        publish.publish(model, 1.0, {}, published.parent, version=1)


def test_versions_count_on_and_names_that_are_no_numbers_do_not_count(tmp_path):
    assert publish.next_version(tmp_path) == 1
    for name in ("3", "v9", "new-7"):
        (tmp_path / name).mkdir()
    assert publish.next_version(tmp_path) == 4


def test_what_does_not_answer_as_the_network_never_gets_a_number(model, tmp_path, monkeypatch):
    monkeypatch.setattr(publish, "soften", lambda probabilities, _: probabilities * tf.random.uniform(()))
    with pytest.raises(publish.CannotPublish):
        publish.publish(model, 1.0, {}, tmp_path)
    assert publish.next_version(tmp_path) == 1


def test_the_card_holds_what_was_told_and_the_hash_of_every_file(published):
    card = json.loads((published / "model.json").read_text())
    assert card["seed"] == 1 and card["temperature"] == 1.5
    assert {"saved_model.pb", "variables/variables.index"} <= set(card["sha256"])


def test_the_warm_up_requests_are_what_tensorflow_serving_reads(published):
    logs = pytest.importorskip("tensorflow_serving.apis.prediction_log_pb2")
    path = published / "assets.extra" / "tf_serving_warmup_requests"
    for size, record in zip(publish.WARM_UP, tf.data.TFRecordDataset(str(path)), strict=True):
        request = logs.PredictionLog.FromString(record.numpy()).predict_log.request
        assert request.model_spec.name == "digits"
        assert tf.make_ndarray(request.inputs["images"]).shape == (size, 28, 28, 1)
