"""What the digits of a number tell of one another."""

import math

import inks
import numpy as np
import pytest

from digits import alike, decode, lattice, parse, raster, search
from digits.alike import BINS

ODDS = search.Weights.load().alike
RING, BAR, SEVEN = [inks.ring(0, 0, 60, 100)], [inks.bar(0, 0, 100)], [inks.seven(0, 0)]
IMAGES = raster.pictures([[np.array(stroke, float) for stroke in strokes] for strokes in (RING, RING, BAR, SEVEN)])


def test_a_picture_is_wholly_like_itself_and_less_like_others():
    likeness = alike.likeness(IMAGES, IMAGES)
    assert np.diag(likeness) == pytest.approx(1)
    assert likeness[0, 2] == likeness[2, 0] < 0.7


def taken(*ways):
    """What `compared` is told of ways, each a digit for some of the four pictures."""
    marks = np.zeros((len(ways), len(IMAGES), 10))
    for mark, way in zip(marks, ways, strict=True):
        mark[tuple(zip(*way.items(), strict=True))] = 1
    return marks


def test_two_that_are_the_same_digit_count_by_their_odds_and_three_twice():
    ways, same = taken({0: 5, 1: 5, 2: 5}, {0: 5, 1: 5, 2: 6}, {0: 5, 1: 6, 2: 7}), IMAGES[[0, 0, 0, 0]]
    thrice, twice, never = alike.compared(np.full(3, 0.1), ways, same, ODDS)
    odds = np.interp(1.0, BINS, ODDS)
    assert [thrice / never, twice / never] == pytest.approx([math.exp(2 * odds), math.exp(odds)], rel=1e-4)


def test_chances_move_between_the_readings_of_one_grouping_and_not_between_groupings():
    ways = taken({0: 1, 1: 1}, {0: 1, 1: 7}, {2: 4, 3: 4})
    after = alike.compared(np.array([0.2, 0.3, 0.4]), ways, IMAGES, ODDS)
    told = np.array([0.2 * math.exp(np.interp(1.0, BINS, ODDS)), 0.3])
    assert after == pytest.approx([*(0.5 * told / told.sum()), 0.4], abs=1e-5)


def test_ways_that_nobody_would_go_stay_without_a_chance():
    after = alike.compared(np.array([0.0, 1.0]), taken({0: 1, 1: 1}, {2: 1}), IMAGES, ODDS)
    assert after.tolist() == [0.0, 1.0]


def read(strokes, said):
    """What is read where the network says this of the digits, and of what is none that it is none."""
    row = lattice.build(parse({"strokes": strokes}).strokes)
    answers = np.full((len(row.groups), 11), 1e-4)
    answers[:, 10] = 1 - 1e-3
    for answer, group in zip(answers, row.groups, strict=True):
        if len(group.pieces) == 1:
            answer[:] = 1e-4
            for label, share in said[group.members[0]].items():
                answer[label] = share
    return decode.best(row, raster.pictures(row.drawings, row.height), answers)


@pytest.mark.parametrize(("shape", "expected"), [(SEVEN, "77"), (RING, "71")])
def test_a_digit_that_might_be_two_is_the_one_that_another_like_it_is(shape, expected):
    best, *_ = read([*SEVEN, *inks.moved(shape, 200)], [{7: 0.999}, {1: 0.55, 7: 0.45}])
    assert str(best) == expected


def test_what_the_others_tell_of_a_digit_is_in_its_probabilities():
    best, *_ = read([*SEVEN, *inks.moved(SEVEN, 200)], [{7: 0.999}, {1: 0.55, 7: 0.45}])
    digit = best.digits[1]
    assert digit.digit == 7 == digit.probabilities.argmax()
    assert digit.probabilities.sum() + digit.not_a_digit == pytest.approx(1)
    assert digit.confidence == pytest.approx(best.confidence, abs=0.02)
