"""Train one rung of the ladder; a stopped run goes on where its last whole epoch ended.

A run in `runs/` is known by its rung, pictures, epochs and seed alone: after changing a network, delete its folders.
"""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import keras
import numpy as np
from tqdm.auto import tqdm

from training import sets
from training.data import ROOT
from training.networks import LADDER, Rung, build

RUNS = ROOT / "runs"  # git-ignored
MODEL, HISTORY = "model.keras", "history.json"
BATCH = 128
AT_ONCE, LOOKED_AT = 1000, 20_000  # pictures, where nothing is learned from them; for batch norm to look at
SMOOTHED = keras.losses.CategoricalCrossentropy(label_smoothing=0.05)
RATES = {"adamw": 2e-3, "adam": 6e-3, "sgd": 0.4, "momentum": 0.02}  # the best of a few, on validation

Teacher = Callable[[np.ndarray], np.ndarray]  # pictures → the probabilities to learn for them


def optimizer(name: str, rate: float, steps: int) -> keras.Optimizer:
    """The optimiser of that name, its rate falling to next to nothing along a cosine (Loshchilov and Hutter 2017)."""
    falling = keras.optimizers.schedules.CosineDecay(
        rate / 10, steps, warmup_target=rate, warmup_steps=max(1, steps // 20)
    )
    return {
        "adamw": lambda: keras.optimizers.AdamW(falling, weight_decay=5e-3),
        "adam": lambda: keras.optimizers.Adam(falling),
        "sgd": lambda: keras.optimizers.SGD(falling),
        "momentum": lambda: keras.optimizers.SGD(falling, momentum=0.9, nesterov=True),
    }[name]()


def train_rung(name: str, seed: int, epochs: int, share: float = 1.0) -> tuple[keras.Model, list[dict]]:
    """The trained network of a rung, and its history; both come from `runs/` if they are there."""
    rung = LADDER[name]
    images, labels = sets.together(rung.data, share=share)
    validation = sets.together(rung.data, "validation", min(1.0, 2 * share))
    folder = RUNS / f"{name}-{len(labels)}x{epochs}-{seed}"
    return fit(rung, images, labels, validation, seed=seed, epochs=epochs, folder=folder)


def fit(
    rung: Rung,
    images: np.ndarray,
    labels: np.ndarray,
    validation: sets.Pictures,
    *,
    seed: int,
    epochs: int,
    folder: Path | None = None,
    rate: float | None = None,
    batch: int = BATCH,
    loss: keras.Loss | None = None,
    start: keras.Model | None = None,
    teacher: Teacher | None = None,
) -> tuple[keras.Model, list[dict]]:
    """Train for `epochs`, each on its own order and variation of the pictures; saved into `folder` as it goes.

    `start` is a trained network of the same layers to go on from, instead of random weights. What a `teacher` says of
    every picture, as it is varied, takes the place of its label (Hinton, Vinyals and Dean 2015).
    """
    history = history_in(folder)
    keras.utils.set_random_seed(seed)
    if history:
        model = keras.models.load_model(folder / MODEL)
    else:
        model = build(rung.layers(), rung.outputs)
        if start:
            model.set_weights(start.get_weights())
        steps = epochs * -(-len(images) // batch)
        rate = rate or RATES[rung.optimizer]
        loss = loss or (SMOOTHED if rung.augment and not teacher else keras.losses.CategoricalCrossentropy())
        # without jit: XLA's convolutions are five times slower on a CPU than oneDNN's
        model.compile(optimizer(rung.optimizer, rate, steps), loss, metrics=["accuracy"], jit_compile=False)
    expected = [np.asarray(keras.ops.one_hot(part, rung.outputs)) for part in (labels, validation[1])]
    for epoch in tqdm(
        range(len(history), epochs), folder.name if folder else "epochs", leave=False, disable=len(history) == epochs
    ):
        begun = time.perf_counter()
        rng = np.random.default_rng((seed, epoch))
        _seed_dropout(model, rng)
        order = rng.permutation(len(images))
        shown = sets.vary(images[order], rng) if rung.augment else images[order]
        wanted = teacher(shown) if teacher else expected[0][order]
        kept = _means(model.train_on_batch, batch, shown, wanted)
        checked = _means(model.test_on_batch, AT_ONCE, validation[0], expected[1])
        history.append(
            kept
            | {f"val_{key}": value for key, value in checked.items()}
            | {"seconds": round(time.perf_counter() - begun, 2)}
        )
        if folder:
            _save(model, history, folder)
    return model, history


def middle(models: list[keras.Model], images: np.ndarray) -> keras.Model:
    """The network whose weights are the mean of those of several that one training led through (Izmailov et al. 2018).

    What batch norm knows of the signals is of the networks it was in, so it looks anew, at some of these pictures.
    """
    model = keras.models.clone_model(models[-1])
    model.set_weights([np.mean(arrays, axis=0) for arrays in zip(*(one.get_weights() for one in models), strict=True)])
    rng = np.random.default_rng(0)
    _seed_dropout(model, rng)
    norms = [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)]
    for seen, start in enumerate(range(0, min(len(images), LOOKED_AT), BATCH)):
        for norm in norms:
            norm.momentum = seen / (seen + 1)  # so that each batch counts alike
        model(sets.vary(images[start : start + BATCH], rng), training=True)
    return model


def _seed_dropout(model: keras.Model, rng: np.random.Generator) -> None:
    """Begin each epoch's dropout anew, so that a run that goes on drops what it would have dropped."""
    for layer in model.layers:
        if isinstance(layer, keras.layers.Dropout):
            layer.seed_generator.state.assign(rng.integers(2**32, size=2, dtype=np.uint32))


def history_in(folder: Path | None) -> list[dict]:
    """What is known of the epochs that a folder's network has behind it."""
    log = folder and folder / HISTORY
    return json.loads(log.read_text()) if log and log.exists() else []


def _save(model: keras.Model, history: list[dict], folder: Path) -> None:
    """Model first, then the history that vouches for it; each appears whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    model.save(folder / "new.keras")
    (folder / "new.json").write_text(json.dumps(history))
    (folder / "new.keras").replace(folder / MODEL)
    (folder / "new.json").replace(folder / HISTORY)  # at once, so that nothing comes between


def probabilities(model: keras.Model, images: np.ndarray) -> np.ndarray:
    """What the network says of every picture, [n, outputs]."""
    if not len(images):
        return np.empty((0, model.output_shape[-1]), np.float32)
    return np.concatenate([model.predict_on_batch(part) for (part,) in _batches(AT_ONCE, images)])


def _batches(size: int, *arrays: np.ndarray) -> Iterator[list[np.ndarray]]:
    """So many rows of each array, then the next.

    Keras's own loops read through tf.data, whose tuner sleeps longer each time, up to a minute, and every loop ends
    only when it wakes.
    """
    for start in range(0, len(arrays[0]), size):
        yield [array[start : start + size] for array in arrays]


def _means(step: Callable[..., dict], size: int, *arrays: np.ndarray) -> dict[str, float]:
    """What `step` says of loss and accuracy, batch by batch, as means over all pictures."""
    said = [(step(*part, return_dict=True), len(part[0])) for part in _batches(size, *arrays)]
    return {key: sum(one[key] * count for one, count in said) / len(arrays[0]) for key in said[0][0]}
