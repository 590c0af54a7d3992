import numpy as np
import pytest
from later import Later

keras = Later("keras")
networks = Later("training.networks")
pytestmark = pytest.mark.train


def kinds(name):
    return [type(layer).__name__ for layer in networks.LADDER[name].layers()]


def test_every_rung_takes_bytes_and_gives_probabilities():
    pictures = np.random.default_rng(0).integers(0, 256, (3, 28, 28, 1), np.uint8)
    for rung in networks.LADDER.values():
        answer = networks.build(rung.layers(), rung.outputs)(pictures, training=False)
        assert answer.shape == (3, rung.outputs)
        np.testing.assert_allclose(np.sum(answer, axis=1), 1, atol=1e-5)


def test_softmax_regression_has_no_hidden_layer():
    assert kinds("softmax") == ["Flatten"]


def test_dense_has_hidden_layers_and_no_convolution():
    assert "Dense" in kinds("dense") and "Conv2D" not in kinds("dense")


@pytest.mark.parametrize(
    ("rung", "before", "kind"),
    [
        ("dense-dropout", "dense", "Dropout"),
        ("lenet5", "dense", "Conv2D"),
        ("modern", "dense", "Conv2D"),
        ("batch-norm", "modern", "BatchNormalization"),
        ("dropout", "batch-norm", "Dropout"),
    ],
)
def test_a_rung_holds_the_layer_that_its_name_says(rung, before, kind):
    assert kind in kinds(rung) and kind not in kinds(before)


def test_lenet5_is_lenet5_with_either_optimiser():
    convolutions = [layer for layer in networks.LADDER["lenet5"].layers() if type(layer).__name__ == "Conv2D"]
    assert [layer.filters for layer in convolutions] == [6, 16, 120]
    assert kinds("lenet5") == kinds("lenet5-sgd")
    assert [networks.LADDER[name].optimizer for name in ("lenet5-sgd", "lenet5")] == ["sgd", "adam"]


def test_the_last_rungs_change_the_data_alone():
    assert kinds("dropout") == kinds("augmentation") == kinds("pen") == kinds("not-a-digit")
    assert [networks.LADDER[name].augment for name in ("dropout", "augmentation")] == [False, True]
    assert [len(networks.LADDER[name].data) for name in ("augmentation", "pen", "not-a-digit")] == [1, 2, 3]


def test_the_shipped_network_is_small_and_has_eleven_outputs():
    rung = networks.LADDER[networks.SHIPPED]
    model = networks.build(rung.layers(), rung.outputs)
    assert rung.outputs == 11 and model.count_params() == 306_947


@pytest.mark.parametrize("pooling", ["strided", "max", "average", "none"])
def test_each_way_of_pooling_gives_a_network(pooling):
    model = networks.build(networks.modern(pooling=pooling, widths=(4, 8)), 10)
    assert isinstance(model, keras.Model) and model.output_shape == (None, 10)


def test_layers_are_told_in_one_line():
    layers = networks.lenet5()[:2] + networks.dense(0.3)[1:3]
    assert networks.describe(layers) == "Conv2D 6 5×5 tanh → AveragePooling2D 2×2 → Dense 256 relu → Dropout 0.3"
