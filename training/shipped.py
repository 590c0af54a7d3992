"""The network that the app serves: which one it is, how sure it may be, and its card."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

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

_SOURCES = LADDER[SHIPPED].data


class Round(NamedTuple):
    """One round of training: for how many epochs, on what, and from which share of the usual rate."""

    epochs: int
    sources: tuple[str, ...]
    share: float


# after the first, MNIST twice, for its small print takes longest to learn, and what the search over groupings asks
# about, which cost digits when it was shown from the beginning
_AGAIN = Round(4, ("mnist", *_SOURCES, "search"), 1 / 2)
ROUNDS = (Round(20, _SOURCES, 1), _AGAIN, _AGAIN)
SEEDS, TAUGHT = (1, 2), (_AGAIN,)  # of the networks that teach the one that is served, and how they teach it


def trained(seed: int, rounds: tuple[Round, ...] = ROUNDS) -> tuple[keras.Model, list[keras.Model], list[dict]]:
    """The shipped rung trained on everything, what each round ended with, and the history; from `runs/` if there."""
    return _led("shipped", rounds, (seed,))


def taught(
    seeds: tuple[int, ...] = SEEDS, rounds: tuple[Round, ...] = TAUGHT
) -> tuple[keras.Model, list[keras.Model], list[dict]]:
    """The same of a network that learns what those of these seeds say together, and begins as the last of them.

    Networks that were trained alike err on different pictures, so their mean errs less than each of them; one that it
    teaches comes near to it, and costs no more than one (Hinton, Vinyals and Dean 2015).
    """
    teachers = [trained(seed)[0] for seed in seeds]

    def together(images: np.ndarray) -> np.ndarray:
        return np.mean([train.probabilities(teacher, images) for teacher in teachers], axis=0)

    return _led("taught", rounds, seeds, teachers[-1], together)


def _led(
    name: str,
    rounds: tuple[Round, ...],
    seeds: tuple[int, ...],
    start: keras.Model | None = None,
    teacher: train.Teacher | None = None,
) -> tuple[keras.Model, list[keras.Model], list[dict]]:
    """Through these rounds, of which each goes on from where the last one ended, and lets the rate fall anew.

    A warm restart (Loshchilov and Hutter 2017). The network that comes out is the middle of those that saw what the
    last one saw.
    """
    rung = LADDER[SHIPPED]
    validation = sets.together(rung.data, "validation")
    ends, history = [], []
    for number, (epochs, sources, share) in enumerate(rounds):
        images, labels = sets.together(sources)
        model, more = train.fit(
            rung,
            images,
            labels,
            validation,
            seed=100 * number + seeds[-1],
            epochs=epochs,
            folder=train.RUNS / f"{name}-{number + 1}-{len(labels)}x{epochs}-{'-'.join(map(str, seeds))}",
            rate=share * train.RATES[rung.optimizer],
            start=ends[-1] if ends else start,
            teacher=teacher,
        )
        ends.append(model)
        history += more
    alike = [model for model, one in zip(ends, rounds, strict=True) if one.sources == rounds[-1].sources]
    middle = train.middle(alike, sets.together(rounds[-1].sources)[0]) if len(alike) > 1 else ends[-1]
    return middle, ends, history


def validated(model: keras.Model) -> dict[str, float]:
    """What training would have said of validation after an epoch."""
    images, labels = sets.together(LADDER[SHIPPED].data, "validation")
    said = train.probabilities(model, images)
    expected = keras.ops.one_hot(labels, said.shape[1])
    return {
        "accuracy": float((said.argmax(axis=1) == labels).mean()),
        "loss": float(keras.ops.mean(train.SMOOTHED(expected, said))),
    }


def publish_trained(
    seeds: tuple[int, ...], folder: Path, version: int = 0, before: Callable[[], None] = lambda: None
) -> Path:
    """Train the network of this seed, or the one that those of several teach; soften it by validation; publish it.

    What `runs/` holds is taken from there.

    `before` is called when all is ready: who is refused, or stops the training, changes nothing.
    """
    place(folder, version)  # training takes long: what cannot be published is said before
    if not data.pen_part("train"):
        raise data.NoData("What is served has to know pen digits, and there are none: see above what to put where.")
    model, *_ = trained(*seeds) if len(seeds) == 1 else taught(seeds)
    # real digits alone: junk is easy to be sure of, and would make the digits look calibrated when they are not
    images, labels = sets.together(("mnist", "pen"), "validation")
    softness = measure.temperature(train.probabilities(model, images), labels)

    def predict(some: np.ndarray) -> np.ndarray:
        return soften(train.probabilities(model, some), softness).numpy()

    card = CARD | {
        "network": SHIPPED,
        "parameters": model.count_params(),
        "seeds": seeds,
        "rounds": [one._asdict() for one in ROUNDS],
        "taught": [one._asdict() for one in TAUGHT] if len(seeds) > 1 else [],
        "pictures": {source: len(sets.part(source, "train")[1]) for source in ROUNDS[-1].sources},
        "pen digits by part": dict(Counter(data.part(digit.writer) for digit in data.pen()[0])),
        "skipped": dict(data.pen()[1]),
        "validation": {key: round(value, 5) for key, value in validated(model).items()},
        "figures": {name: round(value, 5) for name, value in evaluate.figures(predict).items()},
    }
    before()
    return publish(model, softness, card, folder, version, validation=(images, labels))
