import os
import shutil
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from test_warmup import record

from serving import predict_pb2 as pb
from serving import tensors, warmup
from serving.__main__ import MODELS
from serving.model import BATCH, THREADS, BadInput, BadModel, Model, places

SHIPPED = MODELS / "digits" / "1"
PICTURES = np.random.default_rng(3).integers(0, 256, (2 * BATCH + 1, 28, 28, 1), np.uint8)


@pytest.fixture(scope="module")
def model():
    return Model(SHIPPED, threads=2)


def test_a_model_knows_its_version_and_its_ends(model):
    assert (model.version, model.input_name, model.output_name) == (1, "images", "probabilities")


@pytest.mark.parametrize("count", [0, 1, BATCH, BATCH + 1, len(PICTURES)])
def test_every_batch_is_answered_whole(model, count):
    answer = model.run(PICTURES[:count])
    assert answer.shape == (count, 11) and answer.dtype == np.float32
    np.testing.assert_allclose(answer.sum(axis=1), 1, atol=1e-5)


def test_a_picture_is_answered_the_same_in_any_batch(model):
    alone = np.concatenate([model.run(PICTURES[i : i + 1]) for i in range(len(PICTURES))])
    np.testing.assert_allclose(model.run(PICTURES), alone, atol=1e-6)


def test_answers_do_not_mix_between_threads(model):
    expected = model.run(PICTURES)

    def same(i):
        return np.allclose(model.run(PICTURES[i % 5 :]), expected[i % 5 :], atol=1e-6)

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(same, range(100)))


@pytest.mark.parametrize(
    ("array", "told"),
    [
        (PICTURES.astype(np.float32), "to be uint8 but float is provided"),
        (PICTURES[..., 0], r"\[33,28,28\] is not compatible with expected shape \[\?,28,28,1\]"),
        (PICTURES[:, :14], r"\[33,14,28,1\] is not compatible"),
        (PICTURES.reshape(33, -1), r"\[33,784\] is not compatible"),
    ],
)
def test_what_the_signature_does_not_take_never_reaches_the_engine(model, array, told):
    with pytest.raises(BadInput, match=told):
        model.run(array)


@pytest.mark.parametrize("lost", ["saved_model.pb", "variables/variables.index", "variables"])
def test_a_folder_that_is_not_whole_is_not_a_model(tmp_path, lost):
    folder = shutil.copytree(SHIPPED, tmp_path / "2")
    gone = folder / lost
    shutil.rmtree(gone) if gone.is_dir() else gone.unlink()
    with pytest.raises(BadModel, match="/2: "):
        Model(folder)


@pytest.mark.parametrize("card", ["[]", "null", '{"sha256": "lost"}'])
def test_a_folder_whose_card_is_none_is_not_a_model(tmp_path, card):
    folder = shutil.copytree(SHIPPED, tmp_path / "2")
    (folder / "model.json").write_text(card)
    with pytest.raises(BadModel, match="/2: "):
        Model(folder)


def test_a_folder_that_is_cut_short_is_not_a_model(tmp_path):
    folder = shutil.copytree(SHIPPED, tmp_path / "2")
    graph = folder / "saved_model.pb"
    graph.write_bytes(graph.read_bytes()[:1000])
    with pytest.raises(BadModel, match="/2: "):
        Model(folder)


def test_there_are_no_more_places_than_cores_that_may_be_used_or_requests_at_once(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {3, 5}, raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    assert places() == 2
    monkeypatch.delattr(os, "sched_getaffinity")
    assert places() == THREADS
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert places() == 1


def test_a_model_has_as_many_places_as_there_are(monkeypatch):
    monkeypatch.setattr("serving.model.places", lambda: 3)
    assert Model(SHIPPED)._idle.qsize() == 3


def test_a_version_is_asked_what_its_warm_up_file_says_when_it_is_loaded(tmp_path, monkeypatch):
    folder, asked, run = shutil.copytree(SHIPPED, tmp_path / "1"), [], Model.run
    shutil.rmtree(folder / "assets.extra"), (folder / "model.json").unlink()
    (folder / warmup.NAME).parent.mkdir()
    inputs = [{"images": tensors.to_proto(PICTURES[:size])} for size in (3, 5)]
    logs = [pb.PredictionLog(predict_log=pb.PredictLog(request=pb.PredictRequest(inputs=one))) for one in inputs]
    (folder / warmup.NAME).write_bytes(b"".join(map(record, logs)))
    monkeypatch.setattr(Model, "run", lambda model, array: asked.append(len(array)) or run(model, array))
    Model(folder)
    assert asked == [3, 5]


def test_a_version_that_does_not_take_its_own_warm_up_requests_is_not_a_model(tmp_path):
    folder = shutil.copytree(SHIPPED, tmp_path / "1")
    (folder / "model.json").unlink()
    log = pb.PredictionLog(predict_log=pb.PredictLog(request=pb.PredictRequest()))
    (folder / warmup.NAME).write_bytes(record(log))
    with pytest.raises(BadModel, match="/1: "):
        Model(folder)
