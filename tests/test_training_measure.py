import numpy as np
import pytest

from training import measure


def sure(confidence, count, classes=11):
    """Answers that say class 0 with this confidence and share the rest."""
    answers = np.full((count, classes), (1 - confidence) / (classes - 1), np.float32)
    answers[:, 0] = confidence
    return answers


def test_not_a_digit_is_no_rival_of_a_real_digit():
    answer = np.zeros((1, 11), np.float32)
    answer[0, [3, 10]] = 0.4, 0.6
    assert measure.accuracy(answer, np.array([3])) == 1


@pytest.mark.parametrize(("right", "error"), [(90, 0.0), (50, 0.4)])
def test_calibration_error_is_how_far_confidence_is_from_accuracy(right, error):
    labels = np.array([0] * right + [1] * (100 - right))
    assert measure.calibration_error(*measure.certainty(sure(0.9, 100), labels)) == pytest.approx(error, abs=1e-6)


@pytest.mark.parametrize("right", [70, 90], ids=["too much", "too little"])
def test_temperature_makes_confidence_what_it_should_be(right):
    labels = np.array([0] * right + [1] * (100 - right))
    answers = sure(0.8, 100, classes=2)
    softened = answers ** (1 / measure.temperature(answers, labels))
    assert (softened / softened.sum(axis=1, keepdims=True))[0, 0] == pytest.approx(right / 100, abs=0.01)


def test_the_junk_threshold_loses_no_more_real_digits_than_it_may():
    real = np.random.default_rng(0).random((5000, 11))
    assert measure.junk_found(real, measure.junk_threshold(real)) <= measure.LOST + 1 / 5000
