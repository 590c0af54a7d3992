"""How good are probabilities? Accuracy, calibration, and what it costs to know junk from digits."""

from collections.abc import Callable

import numpy as np

from training.junk import NOT_A_DIGIT

LOST = 0.003  # of validation's real digits may be called "not a digit": of other writers' it may be half as many again
Predict = Callable[[np.ndarray], np.ndarray]


def accuracy(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """The share of real digits whose likeliest digit is the right one; "not a digit" is left out of the race."""
    return float((probabilities[:, :NOT_A_DIGIT].argmax(axis=1) == labels).mean())


def certainty(probabilities: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of every answer, how sure it is and whether it is right."""
    return probabilities.max(axis=1), probabilities.argmax(axis=1) == labels


def calibration_error(confidence: np.ndarray, right: np.ndarray, bins: int = 15) -> float:
    """Expected calibration error (Guo et al. 2017): how far confidence and accuracy lie apart, bin by bin."""
    rows = reliability(confidence, right, bins)
    return float(sum(count * abs(sure - share) for sure, share, count in rows) / len(right))


def reliability(confidence: np.ndarray, right: np.ndarray, bins: int = 15) -> list[tuple[float, float, int]]:
    """(mean confidence, share right, count) of every bin of confidence that is not empty."""
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    return [
        (float(confidence[place == b].mean()), float(right[place == b].mean()), int((place == b).sum()))
        for b in np.unique(place)
    ]


def temperature(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """The softness at which these labels are least surprising; above 1 the network was too sure."""
    logs = np.log(np.maximum(probabilities.astype(np.float64), 1e-20))
    rows = np.arange(len(labels))

    def surprise(softness: float) -> float:
        scores = logs / softness
        scores -= scores.max(axis=1, keepdims=True)
        return float((np.log(np.exp(scores).sum(axis=1)) - scores[rows, labels]).mean())

    return float(min(np.arange(0.3, 3.0, 0.01), key=surprise))


def junk_threshold(real: np.ndarray) -> float:
    """The probability of "not a digit" that only LOST of these real digits' answers lie above."""
    return float(np.quantile(real[:, NOT_A_DIGIT], 1 - LOST))


def junk_found(junk: np.ndarray, threshold: float) -> float:
    """The share of junk above the threshold."""
    return float((junk[:, NOT_A_DIGIT] > threshold).mean())
