"""One question at a time: train a small network with every answer, three times each, and keep the table.

All studies start from the same network and change one thing of it. Choices are made on MNIST's validation
pictures; no test picture is looked at. A stopped study goes on where it was.
"""

import contextlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import keras

from training import results, sets, train
from training.networks import Rung, modern
from training.results import Budget

if TYPE_CHECKING:
    import optuna


FULL = Budget(share=0.15, epochs=4, seeds=3)  # of MNIST's 55,000 training pictures
SEARCH = FULL._replace(seeds=1)
RANDOM_TRIALS = 4  # of a search, before it begins to learn from them; Optuna's own 10 would be nearly all of ours


WIDTHS = (12, 32)  # half the width of the ladder's network: a quarter of the work
# without batch norm, which makes up for much of what is asked about
SMALL = partial(modern, dropout=0.3, widths=WIDTHS)


def _layers(**changed: Any) -> dict:
    return {"layers": partial(SMALL, **changed)}


BASE: dict = {}  # the network and settings that all studies start from: trained once for all of them
_losses = keras.losses
STUDIES: dict[str, dict[str, dict]] = {
    "kernel": {f"{size}×{size}": _layers(kernel=size, padding="same") for size in (1, 3, 5)},
    "rate": {"0.0005": {"rate": 5e-4}, "0.002": BASE, "0.01": {"rate": 1e-2}, "0.05": {"rate": 5e-2}},
    "loss": {
        "cross-entropy": BASE,
        "label smoothing 0.05": {"loss": partial(_losses.CategoricalCrossentropy, label_smoothing=0.05)},
        "focal": {"loss": _losses.CategoricalFocalCrossentropy},
        "mean squared error": {"loss": _losses.MeanSquaredError},
    },
    "activation": {"relu": BASE} | {name: _layers(activation=name) for name in ("gelu", "tanh", "sigmoid")},
    "pooling": {"strided": BASE} | {name: _layers(pooling=name) for name in ("max", "average", "none")},
    "optimizer": {"adamw": BASE} | {name: {"optimizer": name} for name in ("momentum", "sgd")},
    "batch": {"32": {"batch": 32}, "128": BASE, "512": {"batch": 512}},
    "dropout": {"0": _layers(dropout=0.0), "0.3": BASE, "0.5": _layers(dropout=0.5)},
    "width": {"6, 16": _layers(widths=(6, 16)), "12, 32": BASE, "24, 64": _layers(widths=(24, 64))},
    "depth": {"one block": _layers(widths=(32,)), "two blocks": BASE},
}


def study(
    name: str, budget: Budget = FULL, keep: Callable = results.put, options: int | None = None
) -> dict[str, dict]:
    """Every option's accuracy (or that of the first few), mean and spread over the seeds, and its curves; kept."""
    table = {}
    for option, settings in list(STUDIES[name].items())[:options]:
        table[option] = _row(f"{name}-{option}" if settings else "base", settings, budget)
    keep("studies", name, {"budget": budget._asdict(), "options": table})
    return table


def _row(label: str, settings: dict, budget: Budget, first: int = 1) -> dict:
    return results.summary([one(label, settings, budget, seed) for seed in range(first, first + budget.seeds)])


def one(label: str, settings: dict, budget: Budget, seed: int) -> list[dict]:
    """The history of one run."""
    rung = Rung(settings.get("layers", SMALL), optimizer=settings.get("optimizer", "adamw"))
    images, labels = sets.together(("mnist",), share=budget.share)
    place = train.RUNS / "studies" / f"{label.replace(' ', '_')}-{len(labels)}x{budget.epochs}-{seed}"
    if len(done := train.history_in(place)) == budget.epochs:
        return done
    _, history = train.fit(
        rung,
        images,
        labels,
        sets.together(("mnist",), "validation", 0.5),
        seed=seed,
        epochs=budget.epochs,
        folder=place,
        rate=settings.get("rate"),
        batch=settings.get("batch", train.BATCH),
        loss=settings["loss"]() if "loss" in settings else None,
    )
    return history


def search(trials: int = 12, budget: Budget = SEARCH, keep: Callable = results.put) -> dict:
    """Optuna's tree of Parzen estimators over the settings that mattered; resumable, judged on validation."""

    def objective(trial: "optuna.Trial") -> float:
        trial.suggest_float("rate", 5e-4, 1e-2, log=True)
        trial.suggest_float("dropout", 0.0, 0.5)
        trial.suggest_categorical("batch", [64, 128, 256])
        trial.suggest_float("label smoothing", 0.0, 0.15)
        return tried(trial.params, budget, first=1)["val_accuracy"]["mean"]

    with _searched(budget) as found:
        if found.trials and found.trials[-1].state.name in ("FAIL", "RUNNING"):  # it was stopped: go on with it
            found.enqueue_trial(found.trials[-1].params)
        done = sum(trial.state.name == "COMPLETE" for trial in found.trials)
        found.optimize(objective, n_trials=max(0, trials - done), show_progress_bar=True)
        rows = [{**trial.params, "val_accuracy": trial.value} for trial in found.trials if trial.value is not None]
        best = {"trials": rows, "best": found.best_params, "val_accuracy": found.best_value}
    best["budget"] = budget._asdict()
    keep("search", "optuna", best)
    return best


def tried(found: dict[str, Any], budget: Budget = FULL, first: int = 2) -> dict:
    """What settings that a search has found come to, as one option of a study; with the trial's own seed they won."""
    rate, dropout, batch, smoothing = (found[key] for key in ("rate", "dropout", "batch", "label smoothing"))
    settings = {
        "layers": partial(SMALL, dropout=dropout),
        "rate": rate,
        "batch": batch,
        "loss": partial(_losses.CategoricalCrossentropy, label_smoothing=smoothing),
    }
    return _row(f"search-{rate:.4g}-{dropout:.3g}-{batch}-{smoothing:.3g}", settings, budget, first)


@contextlib.contextmanager
def _searched(budget: Budget) -> Iterator["optuna.Study"]:
    """What has been searched with this budget, and where it is kept."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    folder = train.RUNS / "search"
    folder.mkdir(parents=True, exist_ok=True)
    storage = optuna.storages.RDBStorage(f"sqlite:///{folder / 'optuna.db'}")
    name = f"{budget.share}x{budget.epochs}x{budget.seeds}"
    found = optuna.create_study(direction="maximize", study_name=name, storage=storage, load_if_exists=True)
    # from here on, for one that was stopped must not draw again what it drew at its beginning
    found.sampler = optuna.samplers.TPESampler(n_startup_trials=RANDOM_TRIALS, seed=1 + len(found.trials))
    try:
        yield found
    finally:
        storage.engine.dispose()
