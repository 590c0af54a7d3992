"""The network that the app serves: which one it is, how sure it may be, and its card."""

from collections import Counter
from pathlib import Path

import keras
import numpy as np

from training import data, evaluate, measure, sets, train
from training.networks import LADDER, SHIPPED
from training.publish import place, publish, soften

CARD = {
    "name": "digits",
    "use": "Reads one handwritten digit, drawn on a screen or scanned, as a white-on-black picture of 28×28 bytes; "
    "or says that the picture is no digit.",
    "limits": "Western Arabic digits alone. A 1 with a long flag and a 7 without a bar are the same picture. Not for "
    "decisions about people.",
    "licence": "MIT; trained on MNIST, Pendigits (CC BY 4.0, Alpaydin and Alimoglu 1998) and UNIPEN train_r01_v07 "
    "(CC BY 4.0, iUF), where they were to be had",
}

ROUNDS = (22, 10)  # epochs
# MNIST twice: its small print takes longest to learn, and once it is but a part of what is seen
RUNG = LADDER[SHIPPED]._replace(data=("mnist", *LADDER[SHIPPED].data))


def trained(seed: int, rounds: tuple[int, ...] = ROUNDS) -> tuple[keras.Model, list[dict]]:
    """The shipped rung, trained on everything; from `runs/` if it is there.

    Each round goes on from where the last one ended; the rate falls anew, in the later ones from half the height: a
    warm restart (Loshchilov and Hutter 2017).
    """
    images, labels = sets.together(RUNG.data)
    validation = sets.together(LADDER[SHIPPED].data, "validation")
    model, history = None, []
    for number, epochs in enumerate(rounds):
        model, more = train.fit(
            RUNG,
            images,
            labels,
            validation,
            seed=100 * number + seed,
            epochs=epochs,
            folder=train.RUNS / f"shipped-{number + 1}-{len(labels)}x{epochs}-{seed}",
            rate=train.RATES[RUNG.optimizer] / (2 if number else 1),
            start=model,
        )
        history += more
    return model, history


def publish_trained(seed: int, folder: Path, version: int = 0) -> Path:
    """Train the shipped rung, or take it from `runs/`, soften it by validation and publish it."""
    place(folder, version)  # training takes long: what cannot be published is said before
    model, history = trained(seed)
    # real digits alone: junk is easy to be sure of, and would make the digits look calibrated when they are not
    images, labels = sets.together(("mnist", "pen"), "validation")
    softness = measure.temperature(train.probabilities(model, images), labels)

    def predict(some: np.ndarray) -> np.ndarray:
        return soften(train.probabilities(model, some), softness).numpy()

    card = CARD | {
        "network": SHIPPED,
        "parameters": model.count_params(),
        "seed": seed,
        "epochs": list(ROUNDS),
        "pictures": {source: len(sets.part(source, "train")[1]) for source in LADDER[SHIPPED].data},
        "pen digits by part": dict(Counter(data.part(digit.writer) for digit in data.pen()[0])),
        "skipped": dict(data.pen()[1]),
        "validation": {key: round(value, 5) for key, value in history[-1].items() if key.startswith("val_")},
        "figures": {name: round(value, 5) for name, value in evaluate.figures(predict).items()},
    }
    return publish(model, softness, card, folder, version, validation=(images, labels))
