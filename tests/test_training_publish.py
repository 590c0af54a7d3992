import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from later import Later

from serving import golden, labels
from serving import predict_pb2 as pb
from serving.model import Model
from serving.server import Server
from serving.versions import Versions

keras = Later("keras")
tf = Later("tensorflow")
evaluate = Later("training.evaluate")
networks = Later("training.networks")
publish = Later("training.publish")
pytestmark = pytest.mark.train
PICTURES = np.random.default_rng(2).integers(0, 256, (5, 28, 28, 1), np.uint8)


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(1)
    return networks.build(networks.modern(True, 0.5, widths=(2, 3)), 11)


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


def test_a_version_can_be_read_by_whoever_serves_it(model, tmp_path):
    before = os.umask(0o077)
    try:
        version = publish.publish(model, 1.0, {}, tmp_path)
    finally:
        os.umask(before)
    modes = {(path.is_dir(), path.stat().st_mode & 0o777) for path in (version, *version.rglob("*"))}
    assert modes == {(True, 0o755), (False, 0o644)}


def test_a_version_is_never_overwritten(model, published):
    with pytest.raises(publish.CannotPublish, match="exists"):
        publish.publish(model, 1.0, {}, published.parent, version=1)


def test_versions_count_on_and_names_that_are_no_numbers_do_not_count(tmp_path):
    assert publish.next_version(tmp_path) == 1
    for name in ("3", "v9", "new-7", "²"):
        (tmp_path / name).mkdir()
    assert publish.next_version(tmp_path) == 4


def test_what_does_not_answer_as_the_network_never_gets_a_number(model, tmp_path, monkeypatch):
    monkeypatch.setattr("training.publish.soften", lambda probabilities, _: probabilities * tf.random.uniform(()))
    with pytest.raises(publish.CannotPublish, match="in two ways"):
        publish.publish(model, 1.0, {}, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_answers_that_are_not_keras_s_own_never_get_a_number(model, tmp_path, monkeypatch):
    soften = publish.soften
    monkeypatch.setattr(
        "training.publish.soften", lambda given, t: soften(given, 1.1 * t if tf.inside_function() else t)
    )
    with pytest.raises(publish.CannotPublish, match="from the network's; 1e-05 are allowed"):
        publish.publish(model, 1.0, {}, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_version_brings_a_hundred_pictures_and_its_answers_to_them(model, published):
    images, answers = golden.read(published)
    assert images.shape == (100, 28, 28, 1) and images.dtype == np.uint8
    np.testing.assert_array_equal(answers, publish.soften(model(images, training=False), 1.5))
    np.testing.assert_allclose(Model(published, threads=1).run(images), answers, atol=1e-5)


class Reads(Model):
    """A version that reads the first so many of a hundred zeros right."""

    def __init__(self, version, count):
        self.version, self._count = version, count

    def run(self, images):
        return np.eye(11, dtype=np.float32)[(np.arange(len(images)) >= self._count).astype(int)]


ZEROS = np.zeros((1000, 28, 28, 1), np.uint8), np.zeros(1000, np.uint8)


@pytest.mark.parametrize(
    ("right", "before", "told"),
    [
        (980, None, "reads 98.00% of the 1000 digits of validation, and at least 99.00% are wanted"),
        (990, 1000, "reads 99.00% .*, version 3 100.00%: 10 lost, 0 won are worse than chance"),
    ],
)
def test_a_version_that_reads_too_few_digits_right_is_refused_with_a_sentence(right, before, told):
    with pytest.raises(publish.CannotPublish, match=told):
        publish.compare(Reads(4, right), before and Reads(3, before), *ZEROS)


@pytest.mark.parametrize(("right", "before"), [(990, None), (996, 999), (999, 996)])
def test_a_version_that_is_as_good_as_chance_can_tell_is_taken(right, before):
    publish.compare(Reads(4, right), before and Reads(3, before), *ZEROS)


def test_the_running_version_is_the_newest_that_can_be_served(published):
    (published.parent / "7").mkdir()
    assert publish.newest(published.parent).version == 1
    (published.parent / "7").rmdir()


def test_what_is_measured_is_the_stable_version(published, tmp_path, monkeypatch):
    for version in "12":
        shutil.copytree(published, tmp_path / "digits" / version)
    assert publish.newest(tmp_path / "digits").version == 2
    labels.label(tmp_path / "models.config", "digits", "stable", 1)
    assert publish.newest(tmp_path / "digits").version == 1
    configs = []
    monkeypatch.setattr("training.evaluate.Server", lambda given, *more: configs.extend(given) or Server(given, *more))
    with evaluate.served(models=tmp_path / "digits") as predict:
        assert predict(PICTURES).shape == (5, 11)
    assert list(configs[0].model_version_policy.specific.versions) == [1]


def test_what_fails_validation_never_gets_a_number(model, tmp_path):
    with pytest.raises(publish.CannotPublish, match="at least 99"):
        publish.publish(model, 1.0, {}, tmp_path, validation=(ZEROS[0], np.arange(1000) % 10))
    assert list(tmp_path.iterdir()) == []


def test_two_do_not_publish_at_once(model, tmp_path):
    handle = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    with pytest.raises(publish.CannotPublish, match="someone else is publishing"):
        publish.publish(model, 1.0, {}, tmp_path)
    os.close(handle)


def test_the_weights_are_stored_once(tmp_path):
    shipped = networks.LADDER[networks.SHIPPED]
    network = networks.build(shipped.layers(), shipped.outputs)
    publish.export(network, 1.0, tmp_path / "1")
    stored = sum(path.stat().st_size for path in (tmp_path / "1" / "variables").iterdir())
    assert stored < 1.1 * 4 * network.count_params()
    assert sum(path.stat().st_size for path in (tmp_path / "1").rglob("*") if path.is_file()) <= 3_000_000


DIES = """
import os, pathlib, signal, sys
from training import publish
from training.networks import build, modern

folder, moment, wanted = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
owner = pathlib.Path if moment == "rename" else publish
calls, real = [], getattr(owner, moment)

def dies(*given):
    calls.append(given)
    if len(calls) == wanted:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*given)

setattr(owner, moment, dies)
publish.publish(build(modern(True, 0.5, widths=(2, 3)), 11), 1.5, {}, folder)
"""


@pytest.mark.parametrize(
    ("moment", "call"),
    [
        pytest.param("write_warm_up", 1, marks=pytest.mark.faults),
        pytest.param("check", 1, marks=pytest.mark.faults),
        pytest.param("_flush", 3, marks=pytest.mark.faults),
        ("rename", 1),
    ],
)
def test_who_is_killed_leaves_no_half_version_and_nothing_in_the_way(model, tmp_path, moment, call):
    killed = subprocess.run(
        [sys.executable, "-c", DIES, str(tmp_path), moment, str(call)],
        cwd=Path(__file__).parents[1],
        stderr=subprocess.DEVNULL,
    )
    assert killed.returncode == -signal.SIGKILL and [path.name for path in tmp_path.iterdir()] == ["new-1"]
    versions = Versions(pb.ModelConfig(name="digits", base_path=str(tmp_path)))
    versions.look()
    assert not versions.available and not versions.status()
    assert publish.publish(model, 1.5, {}, tmp_path).name == "1"


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
