"""Fit the weights of the search: make the true path of every composed number as likely as can be.

The likelihood's gradient is what the true path has of each figure, less what is expected over all paths; the
expectation comes from the same forward and backward pass that the app runs. The network knows the training writers'
hands, so what is fitted to them is too sure of others': in the end all weights are made smaller alike, by so much that
validation writers' numbers are doubted least. So it is found out, too, how far digits that look alike may be believed.
"""

import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from itertools import pairwise, product
from pathlib import Path

import numpy as np
from tqdm.auto import tqdm

from digits import alike, decode, geometry, lattice, raster, search
from training import compose, data, numbers
from training.compose import Number
from training.junk import NOT_A_DIGIT
from training.measure import Predict
from training.numbers import Written
from training.unipen import PenDigit, by_writer

MATCH = 0.75  # a candidate is a digit's when they share so much of all their points
KINDS = len(geometry.GROUP), len(geometry.PAIR), len(geometry.LEFT_OUT)
RATE, DECAY = 0.05, 1e-4
SHARES = np.geomspace(0.4, 1.3, 16)  # of the weights as they were fitted
TRUSTS = np.linspace(0.0, 1.5, 16)  # shares of what likeness tells of two digits alone: a number has more of them
GAIN = 0.02  # share by which doubt must fall for fresh weights to be taken: two fits alike are as far apart by luck
CHECKED = 1500  # numbers of the validation writers
COMPARED, FEWEST = 60, 5  # digits of one writer at the most; pairs that are added to every bin, as if by chance
Read = list[tuple[str, list[decode.Number]]]  # what was written, and what it was read as


class NoBetter(Exception):
    """What was fitted is not clearly better than what there is."""


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
    loose, slots = example.candidates.loose, example.candidates.slots
    kinds = [[loose.get(slot) == name for name in geometry.LEFT_OUT] for slot in range(slots)]
    covered = np.zeros(slots)  # a slot that no candidate of a path covers is left out
    for i, candidate in enumerate(example.candidates.groups):
        covered[candidate.start : candidate.end] += believed.groups[i] - (i in path)
    return np.array([*group, *pair, *(covered @ np.array(kinds, float)), said, junk])


def likeness_odds(digits: list[PenDigit]) -> np.ndarray:
    """By likeness, the log odds of two digits of one writer for being the same; what is less alike has no better."""
    edges = np.linspace(0, 1, len(alike.BINS) + 1)
    counts = np.zeros((2, len(alike.BINS)))
    for theirs in by_writer(digits).values():
        some = theirs[:: -(-len(theirs) // COMPARED)]
        images, labels = raster.pictures([digit.strokes for digit in some]), np.array([digit.label for digit in some])
        one, other = np.triu_indices(len(some), 1)
        seen, same = alike.likeness(images, images)[one, other], labels[one] == labels[other]
        counts += [np.histogram(seen[which], edges)[0] for which in (same, ~same)]
    of_all = counts.sum(axis=1, keepdims=True)
    smooth = (counts / of_all) + FEWEST / of_all.sum()
    return np.minimum.accumulate(np.log(smooth[0] / smooth[1])[::-1])[::-1]


class Validation:
    """Numbers of the validation writers, by which weights are chosen."""

    def __init__(self, written: list[Written], predict: Predict):
        """Ask the network once about all candidates of all of them."""
        self._asked = []
        for one in tqdm(written, "validation", leave=False):
            candidates = lattice.build(one.strokes)
            images = raster.pictures(candidates.drawings, candidates.height)
            self._asked.append((one.label, candidates, images, predict(images)))

    def best(self, weights: search.Weights, options: Sequence[search.Weights]) -> search.Weights:
        """Those of the options with the least doubt; `weights` where there are no numbers to try them on."""
        return min(tqdm(options, "options", leave=False), key=self.doubt) if self._asked else weights

    def doubt(self, weights: search.Weights) -> float:
        """Of the true numbers, with these weights; none where there are no numbers."""
        return doubt([(label, decode.best(*asked, weights)) for label, *asked in self._asked]) if self._asked else 0.0


def doubt(read: Read) -> float:
    """How unlikely the true number seems; not among those that are told, or hardly, one in a thousand.

    That bound is for labels that are wrong: without one, a few of them would make all answers more modest.
    """
    told = [sum(number.confidence for number in numbers if number.text == label) for label, numbers in read]
    return -float(np.log(np.maximum(told, 1e-3)).mean())


def times(weights: search.Weights, share: float) -> search.Weights:
    """All weights so much larger or smaller."""
    return search.Weights(*(share * value for value in astuple(weights)))


def weigh(predict: Predict, count: int, path: Path = search.WEIGHTS) -> dict[str, float]:
    """Fit on the training writers' numbers, soften and save; returns what was fitted on, and what was chosen.

    Raises NoBetter where there are weights by which validation's numbers are doubted about as little.
    """
    pen = data.pen_part("train")
    found, lost = examples(compose.numbers(pen, count, 1, marks=True), predict)
    validation = Validation(numbers.composed("validation", CHECKED), predict)
    fitted, odds = fit(found), likeness_odds(pen)
    options = [replace(times(fitted, share), alike=trust * odds) for share, trust in product(SHARES, TRUSTS)]
    weights = validation.best(replace(fitted, alike=odds), options)
    doubted = validation.doubt(weights)
    if path.exists():
        before = validation.doubt(search.Weights.load(path))
        if doubted > (1 - GAIN) * before:
            raise NoBetter(
                f"fresh weights doubt numbers by {doubted:.4f}, those in {path.name} by {before:.4f}: they stay"
            )
    save(weights, path)
    told = {"times": weights.said / fitted.said, "likeness times": weights.alike[-1] / odds[-1], "doubt": doubted}
    return {"fitted on": len(found), "without a true path": lost} | told


def save(weights: search.Weights, path: Path = search.WEIGHTS) -> None:
    """Write the weights by name."""
    named = {
        "group": dict(zip(geometry.GROUP, weights.group.round(4).tolist(), strict=True)),
        "pair": dict(zip(geometry.PAIR, weights.pair.round(4).tolist(), strict=True)),
        "left out": dict(zip(geometry.LEFT_OUT, weights.left_out.round(4).tolist(), strict=True)),
        "said": round(weights.said, 4),
        "junk": round(weights.junk, 4),
        "alike": weights.alike.round(4).tolist(),
    }
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(named, indent=2) + "\n")
    fresh.replace(path)
