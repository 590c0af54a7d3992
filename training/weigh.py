"""Fit the weights of the search: make the true path of every composed number as likely as can be.

The likelihood's gradient is what the true path has of each figure, less what is expected over all paths; the
expectation comes from the same forward and backward pass that the app runs. The network knows the training writers'
hands, so what is fitted to them is too sure of others': in the end all weights are made smaller alike, by so much that
validation writers' numbers surprise it least.
"""

import json
from collections.abc import Callable
from dataclasses import astuple, dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from tqdm.auto import tqdm

from digits import decode, geometry, lattice, raster, search
from training import compose, data, numbers
from training.compose import Number
from training.junk import NOT_A_DIGIT
from training.numbers import Written

MATCH = 0.75  # a candidate is a digit's when they share so much of all their points
KINDS = len(geometry.GROUP), len(geometry.PAIR), len(geometry.LEFT_OUT)
RATE, DECAY = 0.05, 1e-4
SHARES = np.geomspace(0.4, 1.3, 16)  # of the weights as they were fitted
CHECKED = 1500  # numbers of the validation writers
Predict = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Example:
    """A number's lattice with its figures and answers, and the way through it that is true."""

    candidates: lattice.Lattice
    seen: geometry.Figures
    said: np.ndarray
    path: list[tuple[int, int]]  # candidate and label


def examples(composed: list[Number], predict: Predict) -> tuple[list[Example], int]:
    """Lattices with a true path, and how many numbers have none."""
    found, lost = [], 0
    for number in tqdm(composed, "lattices", leave=False):
        candidates = lattice.build(number.strokes)
        path = true_path(candidates, number)
        if path is None:
            lost += 1
            continue
        images = raster.pictures(candidates.drawings, candidates.height)
        found.append(Example(candidates, geometry.figures(candidates), predict(images), path))
    return found, lost


def true_path(candidates: lattice.Lattice, number: Number) -> list[tuple[int, int]] | None:
    """The candidates that are the number's digits, one after the other, or None."""
    alike = compose.shares(candidates, number)
    # by slot and number of digits, the way that got there whose candidates match their digits best
    reached: dict[tuple[int, int], tuple[float, list[tuple[int, int]]]] = {(0, 0): (0.0, [])}

    def arrive(slot: int, digit: int, match: float, path: list[tuple[int, int]]) -> None:
        if (slot, digit) not in reached or match > reached[slot, digit][0]:
            reached[slot, digit] = (match, path)

    for slot in range(candidates.slots):
        for digit in range(len(number.label) + 1):
            if (slot, digit) not in reached:
                continue
            match, path = reached[slot, digit]
            if slot in candidates.loose:
                arrive(slot + 1, digit, match, path)
            for i, group in enumerate(candidates.groups):
                if group.start == slot and digit < len(number.label):
                    shared = alike[i].get(digit, 0.0)
                    if shared >= MATCH:
                        label = NOT_A_DIGIT if number.label[digit] == "x" else int(number.label[digit])
                        arrive(group.end, digit + 1, match + shared, [*path, (i, label)])
    return reached.get((candidates.slots, len(number.label)), (0.0, None))[1]


def fit(found: list[Example], epochs: int = 2, seed: int = 0) -> search.Weights:
    """Adam over one number at a time."""
    values = np.zeros(sum(KINDS) + 2)
    values[-2] = 1.0
    mean, square = np.zeros_like(values), np.zeros_like(values)
    rng = np.random.default_rng(seed)
    step, steps = 0, epochs * len(found)
    for _ in range(epochs):
        for i in tqdm(rng.permutation(len(found)), "weights", leave=False):
            step += 1
            gradient = _gradient(found[i], _weights(values)) - DECAY * values
            mean = 0.9 * mean + 0.1 * gradient
            square = 0.999 * square + 0.001 * gradient**2
            values = values + RATE * (1 - step / steps) * (mean / (1 - 0.9**step)) / (
                np.sqrt(square / (1 - 0.999**step)) + 1e-8
            )
    return _weights(values)


def _weights(values: np.ndarray) -> search.Weights:
    return search.Weights(*np.split(values[:-2], np.cumsum(KINDS)[:-1]), *values[-2:].tolist())


def _gradient(example: Example, weights: search.Weights) -> np.ndarray:
    scored = search.scores(example.candidates, example.seen, example.said, weights)
    believed = search.beliefs(scored)
    shares = np.exp(scored.labels - scored.any_label[:, None])
    logs = np.log(np.maximum(example.said.astype(np.float64), 1e-9))
    path = [i for i, _ in example.path]
    steps = set(pairwise(path))
    wanted = np.array([(pair in steps) - believed.pairs[pair] for pair in example.seen.pairs])
    group = example.seen.groups[path].sum(0) - believed.groups @ example.seen.groups
    pair = wanted @ example.seen.between if len(wanted) else np.zeros(len(geometry.PAIR))
    said = sum(logs[i, label] for i, label in example.path) - believed.groups @ (shares * logs).sum(1)
    junk = sum(label == NOT_A_DIGIT for _, label in example.path) - believed.groups @ shares[:, -1]
    kinds = [[kind == name for name in geometry.LEFT_OUT] for kind in _kinds(example.candidates)]
    covered = np.zeros(example.candidates.slots)  # a slot that no candidate of a path covers is left out
    for i, candidate in enumerate(example.candidates.groups):
        covered[candidate.start : candidate.end] += believed.groups[i] - (i in path)
    return np.array([*group, *pair, *(covered @ np.array(kinds, float)), said, junk])


def _kinds(candidates: lattice.Lattice) -> list[str]:
    return [candidates.loose.get(slot, "") for slot in range(candidates.slots)]


def softened(weights: search.Weights, written: list[Written], predict: Predict) -> tuple[search.Weights, float]:
    """The share of these weights whose confidence in whole numbers is least surprised by whether they are right."""
    asked = []
    for one in tqdm(written, "validation", leave=False):
        candidates = lattice.build(one.strokes)
        images = raster.pictures(candidates.drawings, candidates.height)
        asked.append((candidates, images, predict(images)))

    def surprise(share: float) -> float:
        read = [decode.best(*each, times(weights, share))[0] for each in tqdm(asked, f"× {share:.2f}", leave=False)]
        chances = [
            number.confidence if number.text == one.label else 1 - number.confidence
            for number, one in zip(read, written, strict=True)
        ]
        return -float(np.log(np.maximum(chances, 1e-6)).mean())

    share = min(SHARES.tolist(), key=surprise) if written else 1.0
    return times(weights, share), share


def times(weights: search.Weights, share: float) -> search.Weights:
    """All weights so much larger or smaller."""
    return search.Weights(*(share * value for value in astuple(weights)))


def weigh(predict: Predict, count: int, path: Path = search.WEIGHTS) -> dict[str, float]:
    """Fit on the training writers' numbers, soften and save; returns on how many, how many were of no use, how soft."""
    found, lost = examples(compose.numbers(data.pen_part("train"), count, 1, marks=True), predict)
    weights, share = softened(fit(found), numbers.composed("validation", CHECKED), predict)
    save(weights, path)
    return {"fitted on": len(found), "without a true path": lost, "times": share}


def save(weights: search.Weights, path: Path = search.WEIGHTS) -> None:
    """Write the weights by name."""
    named = {
        "group": dict(zip(geometry.GROUP, weights.group.round(4).tolist(), strict=True)),
        "pair": dict(zip(geometry.PAIR, weights.pair.round(4).tolist(), strict=True)),
        "left out": dict(zip(geometry.LEFT_OUT, weights.left_out.round(4).tolist(), strict=True)),
        "said": round(weights.said, 4),
        "junk": round(weights.junk, 4),
    }
    path.write_text(json.dumps(named, indent=2) + "\n")
