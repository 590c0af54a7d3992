import json

import numpy as np
import pytest
from later import Later

keras = Later("keras")
ladder = Later("training.ladder")
networks = Later("training.networks")
sets = Later("training.sets")
study = Later("training.study")
tensorflow = Later("tensorflow")
train = Later("training.train")
pytestmark = [
    pytest.mark.train,
    # Keras 3 asks TensorFlow's variables for a copy in a way that NumPy 2 deprecates
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),
]


def tiny_layers():
    return [
        keras.layers.Conv2D(2, 5, 3),
        keras.layers.BatchNormalization(),
        keras.layers.Flatten(),
        keras.layers.Dropout(0.2),
    ]


RNG = np.random.default_rng(5)
PICTURES, LABELS = RNG.integers(0, 256, (48, 28, 28, 1), np.uint8), RNG.integers(0, 10, 48).astype(np.uint8)


def tiny(seed=3, epochs=2, **settings):
    rung = networks.Rung(tiny_layers, augment=True)
    return train.fit(rung, PICTURES, LABELS, (PICTURES, LABELS), seed=seed, epochs=epochs, batch=16, **settings)


@pytest.fixture
def eagerly():
    """Step by step: a graph takes longer to build than these few steps do without one."""
    tensorflow.config.run_functions_eagerly(True)
    yield
    tensorflow.config.run_functions_eagerly(False)


def weights(model):
    return [array.tobytes() for array in model.get_weights()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def finished(folder):
    return tiny(folder=folder)


@pytest.fixture(scope="module")
def whole(finished):
    return finished[0]


def test_the_same_seed_gives_the_same_weights_byte_for_byte(whole):
    assert weights(whole) == weights(tiny()[0])


def test_a_stopped_run_goes_on_where_it_was_and_ends_the_same(tmp_path, monkeypatch, whole):
    vary, calls = sets.vary, []

    def interrupted(images, rng):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return vary(images, rng)

    monkeypatch.setattr("training.sets.vary", interrupted)
    with pytest.raises(KeyboardInterrupt):
        tiny(folder=tmp_path)
    assert len(json.loads((tmp_path / "history.json").read_text())) == 1
    model, history = tiny(folder=tmp_path)
    assert len(history) == 2 and len(calls) == 3
    assert weights(model) == weights(whole)


@pytest.mark.usefixtures("eagerly")
def test_what_a_teacher_says_of_the_pictures_as_they_are_varied_takes_the_place_of_their_labels(monkeypatch):
    from training.train import _means as means

    learnt = []

    def noted(step, size, *arrays):
        learnt.append(arrays)
        return means(step, size, *arrays)

    def teacher(images):
        said = images.reshape(len(images), -1)[:, : networks.NOT_A_DIGIT] + 1.0
        return said / said.sum(axis=1, keepdims=True)

    monkeypatch.setattr("training.train._means", noted)
    tiny(epochs=1, teacher=teacher)
    (shown, wanted), (checked, labels) = learnt
    np.testing.assert_array_equal(wanted, teacher(shown))
    assert (shown != PICTURES).any() and checked is PICTURES and labels.argmax(axis=1).tolist() == LABELS.tolist()


@pytest.mark.usefixtures("eagerly")
def test_what_is_said_of_validation_is_the_mean_over_all_its_pictures(monkeypatch):
    monkeypatch.setattr("training.train.AT_ONCE", 20)  # the last batch has 8
    model, history = tiny(epochs=1)
    said = train.probabilities(model, PICTURES)
    assert history[0]["val_accuracy"] == pytest.approx((said.argmax(axis=1) == LABELS).mean())
    expected = keras.ops.one_hot(LABELS, networks.NOT_A_DIGIT)
    assert history[0]["val_loss"] == pytest.approx(float(train.SMOOTHED(expected, said)), rel=1e-5)


def test_the_middle_of_networks_has_their_mean_weights_and_looks_at_pictures_for_batch_norm(whole, monkeypatch):
    models = [whole, tiny(seed=1, epochs=1)[0]]
    monkeypatch.setattr("training.sets.vary", lambda images, _: images)
    middle = train.middle(models, PICTURES)
    for name in ("kernel", "gamma"):
        one, other, mean = (next(w for w in model.weights if w.name == name) for model in (*models, middle))
        assert np.allclose((np.asarray(one) + np.asarray(other)) / 2, np.asarray(mean), atol=1e-6)
    signals = middle.layers[1](middle.layers[0](PICTURES))
    moving = next(weight for weight in middle.weights if weight.name == "moving_mean")
    assert np.allclose(np.asarray(signals).mean(axis=(0, 1, 2)), np.asarray(moving), rtol=1e-4)


def test_a_finished_run_is_not_trained_again(folder, finished, monkeypatch):
    monkeypatch.setattr("training.sets.vary", None)
    again, same = tiny(folder=folder)
    assert same == finished[1] and weights(again) == weights(finished[0])


def test_variation_is_gentle_and_of_the_same_seed_the_same():
    square = np.zeros((20, 28, 28, 1), np.uint8)
    square[:, 8:20, 8:20] = 255
    varied = sets.vary(square, np.random.default_rng(1))
    assert (varied == sets.vary(square, np.random.default_rng(1))).all() and (varied != square).any()
    overlap = (np.minimum(varied, square).sum(axis=(1, 2)) / square.sum(axis=(1, 2))).min()
    assert overlap > 0.6


@pytest.mark.usefixtures("eagerly")
def test_a_study_tells_mean_spread_and_curves_of_every_option(tmp_path, monkeypatch):
    pictures = {"train": (PICTURES, LABELS), "validation": (PICTURES, LABELS)}
    monkeypatch.setattr("training.sets.part", lambda source, name: pictures[name])
    monkeypatch.setattr("training.train.RUNS", tmp_path)
    monkeypatch.setattr("training.study.SMALL", tiny_layers)
    kept = {}
    table = study.study("dropout", study.Budget(1.0, 1, 1), lambda section, key, value: kept.update({key: value}), 2)
    assert list(table) == list(study.STUDIES["dropout"])[:2] and kept["dropout"]["options"] == table
    assert set(table["0.3"]["val_accuracy"]) == {"mean", "sd"} and len(table["0.3"]["curves"]["val_loss"]) == 1


def test_without_pen_data_the_rungs_that_need_it_are_left_out(monkeypatch):
    monkeypatch.setattr(ladder.data, "pen", lambda: ([], {}))
    assert ladder.rungs()[-1] == "augmentation"


@pytest.mark.parametrize(
    ("after", "word"), [(0.99, "better"), (0.97, "worse"), (0.981, "within noise")], ids=["up", "down", "same"]
)
def test_a_difference_no_larger_than_the_noise_is_called_noise(after, word):
    before, row = ({"pen test": {"mean": mean, "sd": 0.001}} for mean in (0.98, after))
    assert ladder.verdict(before, row, "pen test", seeds=3).endswith(word)


EPOCH = {"loss": 1.0, "val_loss": 1.0, "accuracy": 0.9, "val_accuracy": 0.9, "seconds": 1.0}


def test_a_search_that_goes_on_draws_what_it_has_not_drawn(tmp_path, monkeypatch):
    monkeypatch.setattr("training.train.RUNS", tmp_path)
    monkeypatch.setattr("training.study.one", lambda *_: [EPOCH])
    for trials in (2, 4):
        found = study.search(trials, study.SEARCH, lambda *_: None)
    assert len({row["rate"] for row in found["trials"]}) == 4


def test_a_search_that_was_stopped_goes_on_with_the_trial_that_it_was_at(tmp_path, monkeypatch):
    tried = []

    def one(rung, *_):
        tried.append(rung)
        if len(tried) == 2:
            raise KeyboardInterrupt
        return [EPOCH]

    monkeypatch.setattr("training.train.RUNS", tmp_path)
    monkeypatch.setattr("training.study.one", one)
    with pytest.raises(KeyboardInterrupt):
        study.search(3, study.SEARCH, lambda *_: None)
    assert len(study.search(3, study.SEARCH, lambda *_: None)["trials"]) == 3
    assert tried[2] == tried[1] and len(set(tried)) == 3


def test_what_a_search_found_is_tried_with_other_seeds_than_the_one_it_won_with(tmp_path, monkeypatch):
    seeds = []
    monkeypatch.setattr("training.train.RUNS", tmp_path)
    monkeypatch.setattr("training.study.one", lambda *given: seeds.append(given[-1]) or [EPOCH])
    found = study.search(1, study.SEARCH, lambda *_: None)
    study.tried(found["best"])
    assert seeds == [1, 2, 3, 4]
