"""A group of strokes → the 28×28 picture that MNIST's makers would have made of it.

Their recipe (LeCun et al. 1998): the longest side fitted into 20 pixels, aspect kept, anti-aliased, the
centre of mass in the middle of the field. Here the pen counts as part of the digit and is drawn afresh, as
wide as a ball-point is beside a digit, whatever the size of the screen that the ink came from.
"""

from collections.abc import Sequence
from itertools import accumulate

import cv2
import numpy as np

SIDE = 28
BOX = 20  # the digit's longest side in the picture, pen included
PEN = 0.14  # pen width as a share of that side: the best of seven tried, see the notebook
SMALLEST = 0.35  # of the line's height: a dot or a short tick stays small instead of filling the picture

_FINE = 4  # sub-pixels a side; drawing hard-edged here and averaging gives 17 greys
_FIELD = (SIDE + BOX) * _FINE  # room to move the centre of mass by half a box each way
_PLACES = np.arange(_FIELD, dtype=np.int32)
_WIDTH = round(PEN * BOX * _FINE) - 1  # OpenCV draws even widths one wider
_BITS = 4  # binary places of the coordinates handed to OpenCV


def pictures(groups: Sequence[Sequence[np.ndarray]], line_height: float = 0.0) -> np.ndarray:
    """Draw every group (strokes, each an array [points, 2], y down) as uint8 [groups, 28, 28, 1].

    `line_height` is the height of the number that the groups are part of, in the units of the ink.
    """
    images = np.empty((len(groups), SIDE, SIDE, 1), np.uint8)
    field = np.empty((_FIELD, _FIELD), np.uint8)
    for image, strokes in zip(images, groups, strict=True):
        _draw(strokes, SMALLEST * line_height, field)
        cv2.resize(_window(field), (SIDE, SIDE), dst=image[..., 0], interpolation=cv2.INTER_AREA)
    return images


def _draw(strokes: Sequence[np.ndarray], smallest: float, field: np.ndarray) -> None:
    """Draw white on black, the box's centre in the field's centre."""
    sizes, points = [len(stroke) for stroke in strokes], np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    side = max(*(high - low), smallest)
    scale = (BOX - PEN * BOX) * _FINE / side if side > 0 else 0.0
    points = (points - (low + high) / 2) * scale + _FIELD / 2
    fixed = np.rint((points - 0.5) * (1 << _BITS)).astype(np.int32)
    lines = [fixed[end - size : end] for size, end in zip(sizes, accumulate(sizes), strict=True)]
    lines = [line if len(line) > 1 else np.repeat(line, 2, axis=0) for line in lines]  # dots
    field.fill(0)
    cv2.polylines(field, lines, False, 255, _WIDTH, cv2.LINE_8, _BITS)


def _window(field: np.ndarray) -> np.ndarray:
    """The part of the field, SIDE × SIDE pixels, whose centre is the ink's centre of mass."""
    # sums first: four times as fast as cv2.moments, which looks for eight more of them
    across, down = (cv2.reduce(field, axis, cv2.REDUCE_SUM, dtype=cv2.CV_32S).ravel() for axis in (0, 1))
    left = round(int(across @ _PLACES) / int(across.sum()) + 0.5) - SIDE * _FINE // 2
    top = round(int(down @ _PLACES) / int(down.sum()) + 0.5) - SIDE * _FINE // 2
    return field[top : top + SIDE * _FINE, left : left + SIDE * _FINE]
