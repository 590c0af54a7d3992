"""What a rung is trained and measured on: pictures and labels, put together and gently varied."""

from functools import cache

import cv2
import numpy as np

from digits.raster import pictures
from training import data
from training.habits import barred_sevens, flagged_ones, slashed_zeros, wobbled
from training.junk import NOT_A_DIGIT, junk
from training.unipen import PenDigit

Pictures = tuple[np.ndarray, np.ndarray]  # uint8 [n, 28, 28, 1] and labels [n]

TURN, SLANT, STRETCH, SHIFT = 0.1, 0.1, 0.08, 1.0  # radians, share, share, pixels: standard deviations
COPIES = 3  # of every pen digit, each turned and slanted a little before it is drawn
HABITS = {1: 6000, 7: 1500, 0: 1500}  # flagged 1s, barred 7s, slashed 0s
JUNK = {"train": 20_000, "validation": 4000, "test": 4000}
at_most: int | None = None  # pictures of each part and source; the notebook's quick run sets it
_SEEDS = {"train": 1, "validation": 2, "test": 3}


@cache
def part(source: str, name: str) -> Pictures:
    """`source` is mnist, pen or junk; `name` train, validation or test. Pen data may be empty."""
    if source == "mnist":
        images, labels = data.mnist()[name]
        return images[:at_most], labels[:at_most]
    digits = data.pen_part(name)[:at_most]
    if not digits:
        return np.empty((0, 28, 28, 1), np.uint8), np.empty(0, np.uint8)
    if source == "junk":
        images = junk(digits, min(JUNK[name], at_most or JUNK[name]), _SEEDS[name])
        return images, np.full(len(images), NOT_A_DIGIT, np.uint8)
    labels = np.array([digit.label for digit in digits], np.uint8)
    images = pictures([digit.strokes for digit in digits])
    if name == "train":
        images, labels = _with_variants(digits, images, labels)
    return images, labels


def _with_variants(digits: list[PenDigit], images: np.ndarray, labels: np.ndarray) -> Pictures:
    """Pen digits vary as strokes, before they are drawn, so the pen's width stays what it is in service."""
    rng = np.random.default_rng(_SEEDS["train"])
    varied = [
        pictures([_varied(digit, matrix, rng) for digit, matrix in zip(digits, matrices, strict=True)])
        for matrices in (_matrices(len(digits), rng) for _ in range(COPIES - 1))
    ]
    counts = {digit: min(count, at_most or count) for digit, count in HABITS.items()}
    habits = [
        flagged_ones(counts[1], rng),
        barred_sevens(digits, counts[7], rng),
        slashed_zeros(digits, counts[0], rng),
    ]
    drawn = [pictures(some) for some in habits]
    habit_labels = np.repeat(list(HABITS), [len(some) for some in habits])
    return (
        np.concatenate([images, *varied, *drawn]),
        np.concatenate([*[labels] * COPIES, habit_labels]).astype(np.uint8),
    )


def _varied(digit: PenDigit, matrix: np.ndarray, rng: np.random.Generator) -> list[np.ndarray]:
    return [stroke @ matrix for stroke in wobbled(digit.strokes, rng)]


def together(sources: tuple[str, ...], name: str = "train", share: float = 1.0) -> Pictures:
    """The pictures of all these sources, shuffled once and for all; `share` keeps that part of them."""
    parts = [part(source, name) for source in sources]
    images, labels = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    order = np.random.default_rng(0).permutation(len(labels))[: round(share * len(labels))]
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
    shifts = rng.normal(0, SHIFT / 2, (len(images), 2)) + 13.5
    varied = np.empty_like(images)
    for source, target, matrix, shift in zip(images, varied, matrices, shifts, strict=True):
        affine = np.column_stack([matrix, shift - matrix @ (13.5, 13.5)])
        cv2.warpAffine(source, affine, (28, 28), dst=target[..., 0], flags=cv2.INTER_LINEAR)
    return varied
