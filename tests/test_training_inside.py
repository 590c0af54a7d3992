import numpy as np
from later import Later

inside = Later("training.inside")
networks = Later("training.networks")


def test_pictures_are_alike_to_every_convolution_if_they_are_the_same_and_less_so_if_not():
    model = networks.build(networks.modern(widths=(2, 3)), 10)
    rng = np.random.default_rng(1)
    dot, noise = np.zeros((1, 28, 28, 1), np.uint8), rng.integers(0, 256, (1, 28, 28, 1), np.uint8)
    dot[0, 3:5, 3:5] = 255
    same, other = inside.likeness(model, noise, noise), inside.likeness(model, dot, noise)
    assert np.allclose(same, 1, atol=1e-5) and len(other) == len(inside.convolutions(model))
    assert all(0 <= one < 0.99 for one in other)
