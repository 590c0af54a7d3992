"""One reader for pen digits in the UNIPEN format: Pendigits and UNIPEN's own collection.

The format (Guyon et al. 1994): lines that begin with a dot are keywords, the others are points. Every run of
points is a component; a segment names the components that make one character. Real files are dirty, so what
cannot be read is skipped and counted, never guessed at.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

Strokes = list[np.ndarray]  # each [points, 2], y down


class PenDigit(NamedTuple):
    """One digit as it was written."""

    label: int
    writer: str
    strokes: Strokes


def by_writer(digits: Iterable[PenDigit]) -> dict[str, list[PenDigit]]:
    """The digits of each writer, in the order in which they came."""
    writers: dict[str, list[PenDigit]] = {}
    for digit in digits:
        writers.setdefault(digit.writer, []).append(digit)
    return writers


class Component(NamedTuple):
    """One run of points; those of a lifted pen are kept, for segments count them."""

    down: bool
    points: np.ndarray


_SEGMENT = re.compile(r'^\.SEGMENT\s+\S+\s+(\S+)\s+\S+\s+"(.*)"')


def components(text: str) -> list[Component]:
    """Every run of points in a file, in its order."""
    found: list[Component] = []
    down, points, keyword_of_points = False, [], False

    def close() -> None:
        if points:
            found.append(Component(down, np.array(points, np.float32) * (1, -1)))  # UNIPEN's y points up
            points.clear()

    for line in text.splitlines():
        if line.startswith("."):
            close()
            keyword_of_points = line.startswith((".PEN_DOWN", ".PEN_UP"))
            down = line.startswith(".PEN_DOWN")
        elif keyword_of_points and (point := _point(line)):
            points.append(point)
    close()
    return found


def _point(line: str) -> tuple[float, float] | None:
    try:
        x, y = line.split()[:2]
        return float(x), float(y)
    except ValueError:
        return None


def segments(text: str) -> Iterator[tuple[str, str]]:
    """(delineation, label) of every segment line."""
    for line in text.splitlines():
        if match := _SEGMENT.match(line):
            yield match[1], match[2]


def cut(ink: list[Component], delineation: str) -> Strokes:
    """The pen-down strokes that `3-4`, `7,9` or `5:0-5:12` names; KeyError where there are none such."""
    strokes = []
    for part in delineation.split(","):
        first, _, last = part.partition("-")
        start, _, start_point = first.partition(":")
        end, _, end_point = (last or first).partition(":")
        for number in range(int(start), int(end) + 1):
            if number >= len(ink):
                raise KeyError(delineation)
            low = int(start_point) if start_point and number == int(start) else 0
            high = int(end_point) + 1 if last and end_point and number == int(end) else None
            if ink[number].down and len(points := ink[number].points[low:high]):
                strokes.append(points)
    if not strokes:
        raise KeyError(delineation)
    return strokes


def unipen(files: dict[str, str], skipped: Counter) -> Iterator[PenDigit]:
    """Digits of UNIPEN's category 1a; `files` maps paths below `train_r01_v07/` to their texts."""
    for path, text in sorted(files.items()):
        if not path.startswith("data/1a/"):
            continue
        source = path.split("/")[2]
        if source == "ibm":  # its segments are cut in the wrong places, often through a digit
            skipped["ibm: wrongly cut"] += sum(1 for _ in segments(text))
            continue
        included = re.findall(r"^\.INCLUDE\s+(\S+\.dat)", text, re.MULTILINE)
        body = "\n".join(files.get(f"include/{name}", "") for name in included)
        writer = re.search(r"^\.WRITER_ID\s+(\S+)", body, re.MULTILINE)
        name = f"{source}/{writer[1] if writer else path.rpartition('/')[2].removesuffix('.dat')}"
        yield from _digits(components(body), segments(text), name, skipped)


def _digits(
    ink: list[Component], named: Iterable[tuple[str, str]], writer: str, skipped: Counter
) -> Iterator[PenDigit]:
    for delineation, label in named:
        if not re.fullmatch("[0-9]", label):
            skipped["label is no digit"] += 1
            continue
        try:
            yield PenDigit(int(label), writer, cut(ink, delineation))
        except (KeyError, ValueError):
            skipped["segment names no ink"] += 1


def pendigits(text: str, file: str, skipped: Counter) -> Iterator[PenDigit]:
    """Digits of `pendigits-orig`: the points of a segment follow it, `.COMMENT` is digit, writer, number.

    Its two files number their writers anew: writer 11 of one is not writer 11 of the other.
    """
    for block in re.split(r"^(?=\.SEGMENT)", text, flags=re.MULTILINE)[1:]:
        comment = re.search(r"^\.COMMENT\s+(\d)\s+(\d+)\s", block, re.MULTILINE)
        strokes = [component.points for component in components(block) if component.down]
        if comment and strokes:
            yield PenDigit(int(comment[1]), f"pendigits/{file}-{comment[2]}", strokes)
        else:
            skipped["no writer or no ink"] += 1


def scaled(strokes: Strokes) -> Strokes:
    """The same strokes, 1 high (a very wide mark: 1.5 wide), the box's centre at 0."""
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    width, height = high - low
    side = max(height, width / 1.5, 1e-6)
    return [(stroke - (low + high) / 2) / side for stroke in strokes]
