"""What is still read wrong: sorted by what went wrong, and drawn, so that one can see why."""

from collections import Counter
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from tqdm.auto import tqdm

import digits
from training import measure, numbers
from training.numbers import Written

INKS = ((200, 80, 0), (0, 90, 200), (0, 140, 0), (160, 0, 160), (0, 120, 140))  # BGR, one for each stroke in turn
HIGH, WIDE, EDGE = 96, 1400, 12  # pixels of a number on the sheet, of the sheet, around a number


class Wrong(NamedTuple):
    """A number that was read as another."""

    written: Written
    reading: digits.Reading
    cause: str


def wrong(path: Path, predict: measure.Predict) -> tuple[list[Wrong], int]:
    """All that is read wrong in a file of inks (`numbers.in_file`), and how many numbers there are in it."""
    written = numbers.in_file(path)
    readings = numbers.read(tqdm(written, path.name, leave=False), predict)
    found = [
        Wrong(one, reading, cause(one, reading))
        for one, reading in zip(written, readings, strict=True)
        if str(reading.numbers[0]) != one.label
    ]
    return found, len(written)


def cause(written: Written, reading: digits.Reading) -> str:
    """What can be told without looking: the wrong number of digits, the wrong strokes together, or the wrong digits."""
    best = reading.numbers[0]
    if len(best.digits) != len(written.label):
        return "too many digits" if len(best.digits) > len(written.label) else "too few digits"
    if written.groups and not numbers.grouped(written, reading):
        return "strokes grouped wrongly"
    read = str(best).replace(" ", "")  # which stands between rows
    pairs = [f"{a} read as {b}" for a, b in zip(written.label, read, strict=True) if a != b]
    return pairs[0] if len(pairs) == 1 else "several digits" if pairs else "several rows"


def table(found: list[Wrong], total: int) -> str:
    """How often what went wrong, most frequent first, and how often the true number was among the first three."""
    close = sum(one.written.label in [str(number) for number in one.reading.numbers[:3]] for one in found)
    rows = [f"| {cause} | {count} |" for cause, count in Counter(one.cause for one in found).most_common()]
    head = f"{len(found)} of {total} read wrong; of these, {close} have the true number among the first three.\n"
    return "\n".join([head, "| What went wrong | Numbers |", "|---|---|", *rows])


def sheet(found: list[Wrong], path: Path) -> None:
    """Draw these wrong numbers, one or more, with what was written and what was read."""
    lines: list[list[np.ndarray]] = [[]]
    for one in sorted(found, key=lambda one: one.cause):
        drawn = _drawn(one)
        if sum(part.shape[1] for part in lines[-1]) + drawn.shape[1] > WIDE:
            lines.append([])
        lines[-1].append(drawn)
    pictures = [np.hstack(line) for line in lines if line]
    padded = [np.pad(p, ((0, 0), (0, WIDE - p.shape[1]), (0, 0)), constant_values=255) for p in pictures]
    path.parent.mkdir(parents=True, exist_ok=True)
    if not cv2.imwrite(str(path), np.vstack(padded)):
        raise OSError(f"{path} cannot be written")


def _drawn(one: Wrong) -> np.ndarray:
    points = np.concatenate(one.written.strokes)
    low, size = points.min(axis=0), np.maximum(np.ptp(points, axis=0), 1e-6)
    scale = min((HIGH - 2 * EDGE) / size[1], (WIDE - 2 * EDGE) / size[0])
    told = f"{one.written.label} > {one.reading.numbers[0]}"
    width = min(WIDE, max(int(size[0] * scale) + 2 * EDGE, 9 * len(told)))
    picture = np.full((HIGH + EDGE, width, 3), 255, np.uint8)
    for i, stroke in enumerate(one.written.strokes):
        fixed = np.rint(((stroke - low) * scale + EDGE) * 16).astype(np.int32)
        cv2.polylines(picture, [np.repeat(fixed, 2, axis=0)], False, INKS[i % len(INKS)], 2, cv2.LINE_AA, 4)
    cv2.putText(picture, told, (2, HIGH + EDGE - 3), cv2.FONT_HERSHEY_SIMPLEX, 0.42, (0, 0, 0), 1, cv2.LINE_AA)
    return picture
