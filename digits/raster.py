"""A group of strokes → the 28×28 picture that MNIST's makers would have made of it.

Their recipe (LeCun et al. 1998): the longest side fitted into 20 pixels, aspect kept, anti-aliased, the
centre of mass in the middle of the field. Here the pen counts as part of the digit and is drawn afresh, as
wide as a ball-point is beside a digit, whatever the size of the screen that the ink came from.
"""

from collections.abc import Sequence

import cv2
import numpy as np

SIDE = 28
BOX = 20  # the digit's longest side in the picture, pen included
PEN = 0.14  # pen width as a share of that side: the best of seven tried, see the notebook
SMALLEST = 0.35  # of the line's height: a dot or a short tick stays small instead of filling the picture

AT_ONCE = 16  # drawn side by side, for calling OpenCV costs as much as it does to draw what is so small
_FINE = 4  # sub-pixels a side; drawing hard-edged here and averaging gives 17 greys
_FIELD = SIDE * _FINE
_INK = BOX * _FINE + 4  # the box, and what is rounded
_WIDTH = round(PEN * BOX * _FINE) - 1  # OpenCV draws even widths one wider
_BITS = 4  # binary places of the coordinates handed to OpenCV


def pictures(groups: Sequence[Sequence[np.ndarray]], line_height: float = 0.0) -> np.ndarray:
    """Draw every group (strokes, each an array [points, 2], y down) as uint8 [groups, 28, 28, 1].

    `line_height` is the height of the number that the groups are part of, in the units of the ink.
    """
    images = np.empty((len(groups), SIDE, SIDE, 1), np.uint8)
    for start in range(0, len(groups), AT_ONCE):
        some = groups[start : start + AT_ONCE]
        images[start : start + AT_ONCE, ..., 0] = _drawn(_lines(some, SMALLEST * line_height), len(some))
    return images


def _drawn(lines: list[np.ndarray], count: int) -> np.ndarray:
    """The pictures of so many boxes that stand side by side."""
    ink = np.zeros((_INK, count * _INK), np.uint8)
    cv2.polylines(ink, lines, False, 255, _WIDTH, cv2.LINE_8, _BITS)
    columns = cv2.reduce(ink, 0, cv2.REDUCE_SUM, dtype=cv2.CV_32S).reshape(count, _INK)
    rows = cv2.reduce(ink.reshape(-1, _INK), 1, cv2.REDUCE_SUM, dtype=cv2.CV_32S).reshape(_INK, count)
    place = np.arange(_INK)
    mass = columns.sum(axis=1)
    centres = np.rint(np.array([columns @ place / mass, place @ rows / mass]) + 0.5).astype(int)
    field = np.zeros((_FIELD, count, _FIELD), np.uint8)
    places = _FIELD // 2 - centres
    # what would stand before the field's left and top edges, or behind the others, is left out
    for i, (left, top, x, y) in enumerate(np.vstack([places, np.maximum(0, -places)]).T.tolist()):
        part = ink[y : _FIELD - top, i * _INK + x : i * _INK + min(_INK, _FIELD - left)]
        field[top + y : top + _INK, i, left + x : left + _INK] = part
    small = cv2.resize(field.reshape(_FIELD, -1), (count * SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return small.reshape(SIDE, count, SIDE).transpose(1, 0, 2)


def _lines(groups: Sequence[Sequence[np.ndarray]], smallest: float) -> list[np.ndarray]:
    """The strokes of every group as OpenCV draws them, each group's box in the middle of its place in the row."""
    points = np.concatenate([stroke for strokes in groups for stroke in strokes])
    sizes = [sum(map(len, strokes)) for strokes in groups]
    starts = np.cumsum([0, *sizes[:-1]])
    low, high = np.minimum.reduceat(points, starts), np.maximum.reduceat(points, starts)
    side = np.maximum((high - low).max(axis=1), smallest)
    scale = (BOX - PEN * BOX) * _FINE / np.where(side > 0, side, np.inf)
    middle = np.full((len(groups), 2), _INK / 2 - 0.5)
    middle[:, 0] += _INK * np.arange(len(groups))
    points = (points - ((low + high) / 2).repeat(sizes, axis=0)) * scale.repeat(sizes)[:, None]
    fixed = np.rint((points + middle.repeat(sizes, axis=0)) * (1 << _BITS)).astype(np.int32)
    lines, end = [], 0
    for strokes in groups:
        for stroke in strokes:
            line = fixed[end : (end := end + len(stroke))]
            lines.append(line if len(line) > 1 else line.repeat(2, axis=0))  # dots
    return lines
