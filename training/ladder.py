"""Climb the ladder: every rung trained with several seeds, and one table of what each step brought."""

import math
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import keras

from training import data, evaluate, measure, results, sets, train
from training.networks import LADDER
from training.publish import export
from training.results import Budget

FULL = Budget(share=0.25, epochs=5, seeds=3)


def rungs() -> list[str]:
    """The names of the rungs that can be trained here: without pen data, those that need it are left out."""
    has_pen = bool(data.pen()[0])
    return [name for name, rung in LADDER.items() if has_pen or rung.data == ("mnist",)]


def climb(names: Iterable[str], budget: Budget = FULL, keep: Callable = results.put) -> dict[str, dict]:
    """Train and measure these rungs; the test sets are opened here, once a run, and nothing is chosen by them."""
    table = {}
    for name in names:
        runs = [train.train_rung(name, seed, budget.epochs, budget.share) for seed in range(1, budget.seeds + 1)]
        row = row_of([model for model, _ in runs]) | results.summary([history for _, history in runs])
        table[name] = row | {"budget": budget._asdict()}
        keep("ladder", name, table[name])
    return table


def row_of(models: list[keras.Model]) -> dict:
    """What the table says of one rung: accuracy on both test sets, parameters, size, milliseconds."""
    row: dict = {"parameters": models[0].count_params()}
    for source in ("mnist", "pen"):
        images, labels = sets.part(source, "test")
        if len(labels):
            shares = [measure.accuracy(train.probabilities(model, images), labels) for model in models]
            row[f"{source} test"] = results.spread(shares)
    with tempfile.TemporaryDirectory() as folder:
        export(models[0], 1.0, Path(folder) / "1")
        row["milliseconds"] = round(evaluate.milliseconds(Path(folder) / "1"), 4)
        row["kilobytes"] = round(models[0].count_params() * 4 / 1000)
    return row


def verdict(before: dict, after: dict, key: str, seeds: int) -> str:
    """What a step brought; noise is twice the standard error of the difference of the two means."""
    old, new = before[key], after[key]
    gain, noise = new["mean"] - old["mean"], 2 * math.hypot(old["sd"], new["sd"]) / math.sqrt(seeds)
    word = "within noise" if abs(gain) <= noise else "better" if gain > 0 else "worse"
    return (
        f"{key}: {100 * old['mean']:.2f} → {100 * new['mean']:.2f} %, "
        f"{100 * gain:+.2f} points, noise ± {100 * noise:.2f}: {word}"
    )
