"""A group of strokes → the 28×28 picture that MNIST's makers would have made of it.

Their recipe (LeCun et al. 1998): the longest side fitted into 20 pixels, aspect kept, anti-aliased, the
centre of mass in the middle of the field. Here the pen counts as part of the digit and is drawn afresh, as
wide as a ball-point is beside a digit, whatever the size of the screen that the ink came from.
"""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np

SIDE = 28
BOX = 20  # the digit's longest side in the picture, pen included
PEN = 0.14  # pen width as a share of that side: the best of seven tried, see the notebook
SMALLEST = 0.35  # of the line's height: a dot or a short tick stays small instead of filling the picture

_FINE = 4  # sub-pixels a side; drawing hard-edged here and averaging gives 17 greys
_FIELD = (SIDE + BOX) * _FINE  # room to move the centre of mass by half a box each way
_MARGIN = SIDE // 2 * _FINE - 2  # of the field, where nothing is drawn: around the box, and what is rounded
_WIDTH = round(PEN * BOX * _FINE) - 1  # OpenCV draws even widths one wider
_BITS = 4  # binary places of the coordinates handed to OpenCV


def pictures(groups: Sequence[Sequence[np.ndarray]], line_height: float = 0.0) -> np.ndarray:
    """Draw every group (strokes, each an array [points, 2], y down) as uint8 [groups, 28, 28, 1].

    `line_height` is the height of the number that the groups are part of, in the units of the ink.
    """
    images = np.empty((len(groups), SIDE, SIDE, 1), np.uint8)
    field = np.zeros((_FIELD, _FIELD), np.uint8)
    inked = field[_MARGIN:-_MARGIN, _MARGIN:-_MARGIN]
    for image, lines in zip(images, _lines(groups, SMALLEST * line_height), strict=True):
        inked.fill(0)
        cv2.polylines(field, lines, False, 255, _WIDTH, cv2.LINE_8, _BITS)
        mass = cv2.moments(inked)
        left, top = (round(mass[way] / mass["m00"] + 0.5) + _MARGIN - SIDE // 2 * _FINE for way in ("m10", "m01"))
        window = field[top : top + SIDE * _FINE, left : left + SIDE * _FINE]
        cv2.resize(window, (SIDE, SIDE), dst=image[..., 0], interpolation=cv2.INTER_AREA)
    return images


def _lines(groups: Sequence[Sequence[np.ndarray]], smallest: float) -> Iterator[list[np.ndarray]]:
    """The strokes of every group as OpenCV draws them white on black, the box's centre in the field's centre."""
    if not groups:
        return
    points = np.concatenate([stroke for strokes in groups for stroke in strokes])
    sizes = [sum(map(len, strokes)) for strokes in groups]
    starts = np.cumsum([0, *sizes[:-1]])
    low, high = np.minimum.reduceat(points, starts), np.maximum.reduceat(points, starts)
    side = np.maximum((high - low).max(axis=1), smallest)
    scale = (BOX - PEN * BOX) * _FINE / np.where(side > 0, side, np.inf)
    points = (points - ((low + high) / 2).repeat(sizes, axis=0)) * scale.repeat(sizes)[:, None] + _FIELD / 2
    fixed = np.rint((points - 0.5) * (1 << _BITS)).astype(np.int32)
    end = 0
    for strokes in groups:
        lines = [fixed[end : (end := end + len(stroke))] for stroke in strokes]
        yield [line if len(line) > 1 else line.repeat(2, axis=0) for line in lines]  # dots
