"""The one file of measured figures that the notebook, the README and the model card read."""

import fcntl
import json
import math
import os
import statistics
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_name("results.json")


def read(file: Path = FILE) -> dict:
    """All sections; empty before anything was measured."""
    return json.loads(file.read_text()) if file.exists() else {}


def put(section: str, key: str, value: object, file: Path = FILE) -> None:
    """Keep one measured thing; what else the file holds stays."""
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)  # what another process keeps meanwhile stays, too
        everything = read(file)
        everything.setdefault(section, {})[key] = value
        fresh = file.with_suffix(".new")
        fresh.write_text(json.dumps(everything, indent=1, ensure_ascii=False) + "\n")
        fresh.replace(file)
    finally:
        os.close(folder)


def spread(values: list[float]) -> dict[str, float]:
    """Mean and standard deviation, to five places."""
    sd = statistics.stdev(values) if len(values) > 1 else 0.0
    return {"mean": round(statistics.fmean(values), 5), "sd": round(sd, 5)}


class Budget(NamedTuple):
    """How much training may cost; the same for all that is compared, and every table names it."""

    share: float  # of the pictures to learn from
    epochs: int
    seeds: int


def summary(runs: list[list[dict]]) -> dict:
    """What several runs came to: accuracy on validation, what one took, and the curves."""
    return {
        "val_accuracy": spread([run[-1]["val_accuracy"] for run in runs]),
        "seconds": seconds(runs),
        "curves": curves(runs),
    }


def curves(runs: list[list[dict]]) -> dict[str, list[float | None]]:
    """The mean history of several runs, epoch by epoch; None where a run's loss had gone beyond all numbers."""
    return {
        key: [_rounded(statistics.fmean(run[epoch][key] for run in runs)) for epoch in range(len(runs[0]))]
        for key in ("loss", "val_loss", "accuracy", "val_accuracy")
    }


def seconds(runs: list[list[dict]]) -> float:
    """What one run took, on average."""
    return round(statistics.fmean(sum(epoch["seconds"] for epoch in run) for run in runs), 1)


def _rounded(value: float) -> float | None:
    return round(value, 5) if math.isfinite(value) else None
