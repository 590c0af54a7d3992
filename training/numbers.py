"""How whole numbers are read: composed ones, and files of inks with their labels."""

import gzip
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from tqdm.auto import tqdm

import digits
from digits import lattice
from training import compose, data, measure
from training.unipen import Strokes


class Written(NamedTuple):
    """A number as it was written: its ink and what it says; the strokes of each digit, where they are known."""

    strokes: Strokes
    label: str
    groups: list[list[int]] | None = None
    source: str = ""
    device: str = ""


def composed(part: str, count: int, minded: float = 0.0) -> list[Written]:
    """Numbers of 2 to 8 digits, each composed of one of this part's writers' digits; none without pen data.

    Every digit of writers of eight or more comes as often as any other: else a writer of a dozen digits, drawn again
    and again, counts as much as one of 250. `minded` of the neighbours that would meet are moved apart: none, and they
    stand as those did that were learned from; `compose.MINDED`, and they stand as in real numbers.
    Their sources are "joined", where a stroke runs through several digits, and "side by side".
    """
    pen = data.pen_part(part)
    return [
        Written(
            number.strokes,
            number.label,
            [_of(digit, number.owners) for digit in range(len(number.label))],
            "joined" if any(owner.min() < owner.max() for owner in number.owners) else "side by side",
        )
        for number in (compose.numbers(pen, count, seed=7, measured=True, minded=minded) if pen else [])
    ]


def _of(digit: int, owners: list[np.ndarray]) -> list[int]:
    return [stroke for stroke, owner in enumerate(owners) if digit in owner]


def in_file(path: Path) -> list[Written]:
    """One JSON object a line with `strokes`, `label` and perhaps `digit_of_stroke`, `source`, `device`; gzipped."""
    written: list[Written] = []
    try:
        with gzip.open(path, "rt") as lines:
            written.extend(_written(json.loads(line)) for line in lines)
    except (OSError, *data.BROKEN, ValueError, LookupError, TypeError, AttributeError) as problem:
        raise data.NoData(f"{path}, line {len(written) + 1}: {problem!r}") from problem
    if not written:
        raise data.NoData(f"{path} is empty")
    return written


def _written(row: dict) -> Written:
    label = str(row["label"])
    if not re.fullmatch("[0-9]+", label):
        raise ValueError(f"the label {label!r} is no number")
    strokes = digits.parse({"strokes": row["strokes"]}).strokes
    lattice.build(strokes)  # raises BadInk where there are too many pieces
    return Written(
        strokes,
        label,
        _groups(row.get("digit_of_stroke")),
        (row.get("source") or "").partition("/")[0],
        row.get("device") or "",
    )


def _groups(digit_of_stroke: list[int] | None) -> list[list[int]] | None:
    if not digit_of_stroke:
        return None
    return [[s for s, d in enumerate(digit_of_stroke) if d == digit] for digit in sorted(set(digit_of_stroke))]


def read(numbers: Iterable[Written], predict: measure.Predict) -> list[digits.Reading]:
    """Every number, read as the app reads it."""
    return [digits.read(digits.Ink(one.strokes), lambda images: (predict(images), 0)) for one in numbers]


def grouped(written: Written, reading: digits.Reading) -> bool:
    """Whether every digit has the strokes that it was written with; a speck may be left out of it."""
    found = sorted(digit.group.members for digit in reading.numbers[0].digits)
    used = {stroke for members in found for stroke in members}
    sizes = [np.ptp(stroke, axis=0) for stroke in written.strokes]
    speck = lattice.SMALLEST * lattice.line_height(np.array([size[1] for size in sizes]))
    kept = {stroke for stroke, size in enumerate(sizes) if stroke in used or max(size) >= speck}
    return found == sorted([stroke for stroke in group if stroke in kept] for group in written.groups)


def figures(written: list[Written], predict: measure.Predict, name: str) -> dict[str, float]:
    """Shares, as named: right, grouped as written, among the first three; and how far confidence is from accuracy.

    First of all numbers, then, where they come from several sources, of each source.
    """
    if not written:
        return {}
    readings = read(tqdm(written, name, leave=False), predict)
    pairs = list(zip(written, readings, strict=True))
    told = _figures(pairs, name)
    sources = sorted({one.source for one in written} - {""})
    for source in sources if len(sources) > 1 else []:
        told |= _figures([pair for pair in pairs if pair[0].source == source], f"{name}, {source}")
    return told


def _figures(pairs: list[tuple[Written, digits.Reading]], name: str) -> dict[str, float]:
    texts = [[str(number) for number in reading.numbers] for _, reading in pairs]
    right = np.array([read[0] == one.label for (one, _), read in zip(pairs, texts, strict=True)])
    told = {f"{name} right": right.mean()}
    if known := [grouped(one, reading) for one, reading in pairs if one.groups]:
        told[f"{name} grouped"] = np.mean(known)
    told[f"{name} among three"] = np.mean([one.label in read[:3] for (one, _), read in zip(pairs, texts, strict=True)])
    sure = np.array([reading.numbers[0].confidence for _, reading in pairs])
    return {key: float(value) for key, value in told.items()} | {
        f"{name} calibration error": measure.calibration_error(sure, right)
    }
