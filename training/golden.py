"""The hundred pictures that every version is published with, next to its answers to them."""

import cv2
import numpy as np

FONTS = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_SCRIPT_SIMPLEX)
THICKNESSES = (1, 2, 3)


def pictures() -> np.ndarray:
    """Ninety drawn digits, emptiness, fullness and noise, uint8 [100, 28, 28, 1]: no data set is needed for them."""
    drawn = [_drawn(str(digit), font, pen) for digit in range(10) for font in FONTS for pen in THICKNESSES]
    noise = np.random.default_rng(0).integers(0, 256, (8, 28, 28), np.uint8)
    return np.stack([*drawn, np.zeros_like(drawn[0]), np.full_like(drawn[0], 255), *noise])[..., None]


def _drawn(digit: str, font: int, pen: int) -> np.ndarray:
    paper = np.zeros((28, 28), np.uint8)
    (width, height), _ = cv2.getTextSize(digit, font, 0.8, pen)
    return cv2.putText(paper, digit, ((28 - width) // 2, (28 + height) // 2), font, 0.8, 255, pen, cv2.LINE_AA)
