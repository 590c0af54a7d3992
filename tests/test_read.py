import time

import inks
import numpy as np
import pytest

import digits


@pytest.mark.parametrize(
    ("name", "number"), [("vertical_bar", "1"), ("one_seven", "17"), ("two_zeros", "00"), ("four_open", "4")]
)
def test_a_plainly_drawn_number_is_read(predict, name, number):
    reading = digits.read(digits.parse({"strokes": getattr(inks, name)}), predict)
    assert str(reading.numbers[0]) == number


def test_all_candidates_are_asked_about_in_one_call():
    asked = []

    def predict(images):
        asked.append(images)
        return np.full((len(images), 11), 1 / 11, np.float32), 7

    reading = digits.read(digits.parse({"strokes": inks.one_seven}), predict)
    assert [images.shape for images in asked] == [(3, 28, 28, 1)]
    assert reading.version == 7


def test_what_the_reader_sees_is_what_the_network_saw(predict):
    seen = []
    reading = digits.read(
        digits.parse({"strokes": inks.one_seven}), lambda images: seen.append(images) or predict(images)
    )
    one, _, seven = seen[0]
    np.testing.assert_array_equal([digit.image for digit in reading.numbers[0].digits], [one, seven])


def test_what_the_network_takes_is_told_apart_from_what_comes_before_it():
    def slow(images):
        time.sleep(0.2)
        return np.full((len(images), 11), 1 / 11, np.float32), 1

    reading = digits.read(digits.parse({"strokes": inks.one_point}), slow)
    assert reading.predict_seconds >= 0.2
