"""What a rung is trained and measured on: pictures and labels, put together and gently varied."""

from functools import cache

import cv2
import numpy as np

from digits.raster import pictures
from training import data
from training.habits import drawn, hooked_one, wobbled
from training.junk import NOT_A_DIGIT, candidates, junk
from training.unipen import PenDigit

Pictures = tuple[np.ndarray, np.ndarray]  # uint8 [n, 28, 28, 1] and labels [n]

TURN, SLANT, STRETCH, SHIFT = 0.1, 0.1, 0.08, 0.5  # radians, share, share, pixels: standard deviations
COPIES = 3  # of every pen digit, each turned and stretched a little before it is drawn
JUNK = {"train": 20_000, "validation": 4000, "test": 4000}
COMPOSED, HOOKED = 2400, 3000  # numbers whose groups the search would ask about; 1s with a flat flag
at_most: int | None = None  # pictures of each part and source; the notebook's quick run sets it
_SEEDS = {"train": 1, "validation": 2, "test": 3}


@cache
def part(source: str, name: str) -> Pictures:
    """`source` is mnist, pen, junk or search; `name` train, validation or test. Pen data may be empty."""
    if source == "mnist":
        images, labels = data.mnist()[name]
        return images[:at_most], labels[:at_most]
    digits = data.pen_part(name)[:at_most]
    if not digits:
        return np.empty((0, 28, 28, 1), np.uint8), np.empty(0, np.uint8)
    images, labels = {"pen": _pen, "junk": _junk, "search": _search}[source](digits, name)
    return images[:at_most], labels[:at_most].astype(np.uint8)


def _junk(digits: list[PenDigit], name: str) -> Pictures:
    images = junk(digits, min(JUNK[name], at_most or JUNK[name]), _SEEDS[name])
    return images, np.full(len(images), NOT_A_DIGIT)


def _pen(digits: list[PenDigit], name: str) -> Pictures:
    """Digits as they are; to learn from, also a little varied, and in other people's habits.

    They vary as strokes, before they are drawn, so the pen's width stays what it is in service.
    """
    images, labels = pictures([digit.strokes for digit in digits]), [digit.label for digit in digits]
    if name != "train":
        return images, np.array(labels)
    rng = np.random.default_rng(_SEEDS[name])
    varied = [
        pictures([_varied(digit, matrix, rng) for digit, matrix in zip(digits, matrices, strict=True)])
        for matrices in (_matrices(len(digits), rng) for _ in range(COPIES - 1))
    ]
    others = drawn(digits, 0.01 if at_most else 1.0, rng)
    return (
        np.concatenate([images, *varied, pictures([digit.strokes for digit in others])]),
        np.array(labels * COPIES + [digit.label for digit in others]),
    )


def _search(_: list[PenDigit], name: str) -> Pictures:
    """What the app asks about when it reads numbers: groups that are no digit, digits cut out of a stroke; flat 1s."""
    wrong, cut, labels = candidates(data.pen_part(name), min(COMPOSED, at_most or COMPOSED), _SEEDS[name])
    rng = np.random.default_rng(_SEEDS[name])
    hooked = pictures([hooked_one(rng) for _ in range(min(HOOKED, at_most or HOOKED))])
    return (
        np.concatenate([wrong, cut, hooked]),
        np.concatenate([np.full(len(wrong), NOT_A_DIGIT), labels, np.ones(len(hooked))]),
    )


def _varied(digit: PenDigit, matrix: np.ndarray, rng: np.random.Generator) -> list[np.ndarray]:
    """Its strokes, wobbled and turned; points are rows here, so what slants a picture makes their bars climb."""
    return [stroke @ matrix for stroke in wobbled(digit.strokes, rng)]


def together(sources: tuple[str, ...], name: str = "train", share: float = 1.0) -> Pictures:
    """The pictures of all these sources, shuffled once and for all; `share` keeps that part of them."""
    parts = [part(source, name) for source in sources]
    images, labels = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    order = np.random.default_rng(0).permutation(len(labels))[: max(1, round(share * len(labels)))]
    return images[order], labels[order]


def _matrices(count: int, rng: np.random.Generator) -> np.ndarray:
    """Gentle turns, slants and stretches, [count, 2, 2]."""
    turn, slant = rng.normal(0, TURN, count), rng.normal(0, SLANT, count)
    wide, high = np.exp(rng.normal(0, STRETCH, (2, count)))
    cos, sin = np.cos(turn), np.sin(turn)
    matrix = np.array([[cos * wide, -sin * wide + slant], [sin * high, cos * high]])
    return matrix.transpose(2, 0, 1).astype(np.float32)


def vary(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Every picture turned, slanted, stretched and shifted a little; strong warps make 7s of 1s."""
    matrices = _matrices(len(images), rng)
    shifts = rng.normal(0, SHIFT, (len(images), 2)) + 13.5
    varied = np.empty_like(images)
    for source, target, matrix, shift in zip(images, varied, matrices, shifts, strict=True):
        affine = np.column_stack([matrix, shift - matrix @ (13.5, 13.5)])
        cv2.warpAffine(source, affine, (28, 28), dst=target[..., 0], flags=cv2.INTER_LINEAR)
    return varied
