"""Looking inside a trained network: what each layer makes of a picture, and which pixels decided."""

import time

import keras
import numpy as np
import tensorflow as tf


def convolutions(model: keras.Model) -> list[keras.layers.Layer]:
    """The layers whose output is worth looking at: the activations that follow the convolutions."""
    return [layer for layer in model.layers if isinstance(layer, keras.layers.Activation)]


def feature_maps(model: keras.Model, picture: np.ndarray) -> list[np.ndarray]:
    """What every convolution, activated, says of one picture [28, 28, 1]: arrays [height, width, channels]."""
    outputs = [layer.output for layer in convolutions(model)]
    return [np.asarray(maps)[0] for maps in keras.Model(model.inputs, outputs)([picture[None]], training=False)]


def likeness(model: keras.Model, some: np.ndarray, others: np.ndarray) -> list[float]:
    """How alike every convolution, activated, finds these pictures and those: the mean cosine over all pairs."""
    look = keras.Model(model.inputs, [layer.output for layer in convolutions(model)])
    towards = []
    for pictures in (some, others):
        flat = [np.reshape(maps, (len(pictures), -1)) for maps in look.predict_on_batch(pictures)]
        towards.append([(rows / np.linalg.norm(rows, axis=1, keepdims=True)).mean(axis=0) for rows in flat])
    return [float(one @ other) for one, other in zip(*towards, strict=True)]


def saliency(model: keras.Model, picture: np.ndarray, digit: int) -> np.ndarray:
    """How much each pixel would move the network's surprise at `digit` (Simonyan et al. 2013, arXiv 1312.6034)."""
    pixels = tf.constant(picture[None].astype(np.float32) / 255)
    with tf.GradientTape() as tape:
        tape.watch(pixels)
        values = pixels
        for layer in model.layers[1:]:  # the first only scales bytes, through which no gradient flows
            values = layer(values, training=False)
        loss = -tf.math.log(values[0, digit] + 1e-9)
    return np.abs(tape.gradient(loss, pixels).numpy())[0, ..., 0]


def step_milliseconds(model: keras.Model, device: str, batch: int = 128, steps: int = 20) -> float:
    """The median time of one training step on this device, such as /CPU:0 or /GPU:0."""
    images = np.zeros((batch, 28, 28, 1), np.uint8)
    targets = np.eye(model.output_shape[-1], dtype=np.float32)[np.zeros(batch, int)]
    times = []
    with tf.device(device):
        fresh = keras.models.clone_model(model)
        fresh.compile("adam", "categorical_crossentropy", jit_compile=False)
        for _ in range(steps):
            start = time.perf_counter()
            fresh.train_on_batch(images, targets)
            times.append(time.perf_counter() - start)
    return 1000 * float(np.median(times[1:]))
