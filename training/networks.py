"""The ladder of networks, each a list of layers read from top to bottom.

Every rung brings one idea more than the rung before it. Pictures come in as bytes; the first layer scales them
to 0–1, so whoever calls a network, in training or in service, cannot forget to.
"""

from collections.abc import Callable
from typing import NamedTuple

import keras
from keras import layers as kl

from training.junk import NOT_A_DIGIT

Layers = list[kl.Layer]


class Rung(NamedTuple):
    """One step of the ladder: the layers, how they are trained and on what."""

    layers: Callable[[], Layers]
    data: tuple[str, ...] = ("mnist",)
    augment: bool = False
    optimizer: str = "adamw"
    outputs: int = NOT_A_DIGIT  # ten digits


def softmax_regression() -> Layers:
    """One weight for each pixel and digit: the straight line among the networks."""
    return [kl.Flatten()]


def dense(dropout: float = 0.0) -> Layers:
    """Two hidden layers, which know nothing of which pixel lies beside which."""
    return [
        kl.Flatten(),
        *(layer for _ in range(2) for layer in (kl.Dense(256, "relu"), *([kl.Dropout(dropout)] if dropout else []))),
    ]


def lenet5() -> Layers:
    """LeNet-5 (LeCun et al. 1998), its 28 pixels padded to 32; the trained sub-sampling became an average."""
    return [
        kl.Conv2D(6, 5, padding="same", activation="tanh"),
        kl.AveragePooling2D(2),
        kl.Conv2D(16, 5, activation="tanh"),
        kl.AveragePooling2D(2),
        kl.Conv2D(120, 5, activation="tanh"),
        kl.Flatten(),
        kl.Dense(84, "tanh"),
    ]


def modern(
    norm: bool = False,
    dropout: float = 0.0,
    *,
    widths: tuple[int, ...] = (24, 64),
    kernel: int = 3,
    padding: str = "valid",
    activation: str = "relu",
    pooling: str = "strided",
) -> Layers:
    """Blocks of two small convolutions and one that halves the sides, the second block wider than the first.

    The 3-3-5/2 block is a folk recipe of MNIST competitions (Deotte, "25 Million Images! [0.99757] MNIST").
    """
    layers: Layers = []

    def convolution(filters: int, size: int, strides: int = 1, padding: str = "valid") -> None:
        layers.append(kl.Conv2D(filters, size, strides, padding, use_bias=not norm))
        # Keras's own 0.99 averages over some hundred steps: the first epochs would be judged before it has caught up
        layers.extend([kl.BatchNormalization(momentum=0.9)] if norm else [])
        layers.append(kl.Activation(activation))

    for filters in widths:
        convolution(filters, kernel, padding=padding)
        convolution(filters, kernel, padding=padding)
        if pooling == "strided":
            convolution(filters, 5, strides=2, padding="same")
        elif pooling != "none":
            layers.append({"max": kl.MaxPooling2D, "average": kl.AveragePooling2D}[pooling](2))
        layers.extend([kl.Dropout(dropout)] if dropout else [])
    convolution(128, 4)
    layers.append(kl.Flatten() if pooling != "none" else kl.GlobalAveragePooling2D())
    return layers + ([kl.Dropout(dropout)] if dropout else [])


LADDER: dict[str, Rung] = {
    "softmax": Rung(softmax_regression),
    "dense": Rung(dense),
    "dense-dropout": Rung(lambda: dense(0.3)),
    "lenet5-sgd": Rung(lenet5, optimizer="sgd"),
    "lenet5": Rung(lenet5, optimizer="adam"),
    "modern": Rung(modern),
    "batch-norm": Rung(lambda: modern(True)),
    "dropout": Rung(lambda: modern(True, 0.3)),
    "augmentation": Rung(lambda: modern(True, 0.3), augment=True),
    "pen": Rung(lambda: modern(True, 0.3), ("mnist", "pen"), augment=True),
    "not-a-digit": Rung(lambda: modern(True, 0.3), ("mnist", "pen", "junk"), augment=True, outputs=NOT_A_DIGIT + 1),
}
SHIPPED = "not-a-digit"


def build(layers: Layers, outputs: int) -> keras.Sequential:
    """Bytes in, probabilities out, with `layers` between."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1), dtype="uint8", name="images"),
            kl.Rescaling(1 / 255),
            *layers,
            kl.Dense(outputs, "softmax", name="probabilities"),
        ]
    )


def describe(layers: Layers) -> str:
    """The layers in one line, as one says them: `Conv2D 24 3×3 → BatchNormalization → …`."""
    return " → ".join(" ".join([type(layer).__name__, *_details(layer)]) for layer in layers)


def _details(layer: kl.Layer) -> list[str]:
    told = []
    for name in ("filters", "units", "kernel_size", "strides", "pool_size", "rate"):
        value = getattr(layer, name, None)
        if value is not None and not (name == "strides" and value in ((1, 1), getattr(layer, "pool_size", None))):
            told.append("×".join(map(str, value)) if isinstance(value, tuple) else f"{value:g}")
    activation = getattr(getattr(layer, "activation", None), "__name__", "linear")
    return told if activation == "linear" else [*told, activation]
