import numpy as np
import pytest
from later import Later

from training import scratch

keras = Later("keras")
tf = Later("tensorflow")
pytestmark = pytest.mark.train
RNG = np.random.default_rng(7)
PICTURES, LABELS = RNG.normal(size=(16, 12)), RNG.integers(0, 5, 16)


@pytest.mark.parametrize("sizes", [[12, 5], [12, 9, 5], [12, 9, 8, 7, 5]], ids=str)
def test_the_gradients_are_those_of_keras(sizes):
    network = scratch.new_network(sizes, RNG)
    layers = [keras.layers.Dense(size, "relu", dtype="float64") for size in sizes[1:-1]]
    model = keras.Sequential([keras.Input((12,)), *layers, keras.layers.Dense(5, "softmax", dtype="float64")])
    model.set_weights([array for layer in network for array in layer])
    with tf.GradientTape() as tape:
        loss = keras.losses.SparseCategoricalCrossentropy()(LABELS, model(tf.constant(PICTURES)))
    expected = tape.gradient(loss, model.trainable_variables)
    ours = [array for layer in scratch.gradients(network, PICTURES, LABELS) for array in layer]
    for mine, theirs in zip(ours, expected, strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-5)
    assert scratch.cross_entropy(scratch.forward(network, PICTURES)[-1], LABELS) == pytest.approx(float(loss), abs=1e-5)


def test_huge_scores_do_not_overflow():
    network = [(np.eye(3) * 1e4, np.zeros(3))]
    np.testing.assert_allclose(scratch.forward(network, np.eye(3))[-1], np.eye(3))


def test_it_learns_what_can_be_learnt():
    pictures = RNG.normal(size=(200, 4))
    labels = (pictures[:, 0] * pictures[:, 1] > 0).astype(int)  # no straight line tells these apart
    network = scratch.new_network([4, 16, 2], np.random.default_rng(1))
    network = scratch.train(network, pictures, labels, epochs=60, rng=np.random.default_rng(2))
    assert scratch.accuracy(network, pictures, labels) > 0.95
