"""Numbers as people write them, read by the shipped network: whatever the order, the place, the size, the slips."""

import inks
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from inks import bar, moved, ring, seven

import digits


@pytest.fixture(scope="module")
def read(predict):
    return lambda strokes: digits.read(digits.parse({"strokes": [np.array(s).tolist() for s in strokes]}), predict)


def text(reading):
    return str(reading.numbers[0])


FIVE, BAR = inks.five_late_bar
SEVEN_CROSSED = [seven(0, 0), [[15, 50], [60, 48]]]
NUMBERS = {
    "one digit": ("7", [seven(0, 0)]),
    "late bar of a 5": ("500", [FIVE, *moved(inks.two_zeros, 140), BAR]),
    "late cross of a 7": ("70", [SEVEN_CROSSED[0], ring(130, 50, 60, 100), SEVEN_CROSSED[1]]),
    "late stem of a 4": ("40", [inks.four_open[0], ring(130, 50, 60, 100), inks.four_open[1]]),
    "right to left": ("170", [ring(200, 50, 60, 100), seven(60, 0), bar(0, 0, 100)]),
    "overlapping": ("00", [ring(0, 50, 60, 100), ring(55, 50, 60, 100)]),
    "joined 00": ("00", [inks.joined_00[0]]),
    "joined 33": ("33", [inks.joined_33[0]]),
    "tiny": ("17", [np.array(stroke) / 500 for stroke in inks.one_seven]),
    "widely spaced": ("17", [bar(0, 0, 100), seven(400, 0)]),
    "climbing": ("0707", [np.array(s) + (0, -60 * i) for i, s in enumerate(inks.zeros_and_sevens(4))]),
    "falling": ("0707", [np.array(s) + (0, 60 * i) for i, s in enumerate(inks.zeros_and_sevens(4))]),
    "of two sizes": ("07", [ring(0, 50, 60, 100), np.array(seven(0, 0)) * 0.65 + (60, 20)]),
    "a short tick for a 1": ("100", [bar(0, 40, 95), *moved(inks.two_zeros, 60)]),
    "broken": ("70", [seven(0, 0)[:14], seven(0, 0)[15:], ring(130, 50, 60, 100)]),
    "a stroke drawn twice": ("00", [*inks.two_zeros, inks.two_zeros[1]]),
    "an accidental dot": ("00", [*inks.two_zeros, [[50, 20], [51, 20]]]),
    "32 digits": ("07" * 16, inks.zeros_and_sevens(32)),
    "two rows": (
        "07 70",
        [*inks.zeros_and_sevens(2), *(np.array(s) + (0, 150) for s in [seven(0, 0), ring(130, 50, 60, 100)])],
    ),
}


@pytest.mark.parametrize("name", NUMBERS)
def test_it_is_read(read, name):
    number, strokes = NUMBERS[name]
    assert text(read(strokes)) == number


def test_a_scribble_among_digits_is_unsure_and_its_neighbours_are_not(read):
    turns = np.linspace(0, 40, 160)
    scribble = np.column_stack([150 + 35 * np.sin(1.7 * turns), 50 + 45 * np.sin(turns + 1)])
    best = read([ring(0, 50, 60, 100), scribble, seven(240, 0)]).numbers[0]
    scribbled = [digit for digit in best.digits if 1 in digit.group.members]
    assert scribbled and all(digit.unsure for digit in scribbled)
    assert str(best)[0] == "0" and str(best)[-1] == "7"


def test_what_the_writer_says_of_borders_is_kept_whatever_else_is_likelier(predict):
    stroke, _ = inks.joined_00
    strokes = [stroke, *moved(inks.one_seven, 250), bar(400, 0, 100)]
    free, told = (digits.read(digits.parse({"strokes": strokes} | more), predict) for more in ({}, GROUPS))
    assert len(str(free.numbers[0])) == 5
    for number in told.numbers:
        assert [digit.group.members for digit in number.digits] == [[0], [1, 2], [3]]


GROUPS = {"groups": [[0], [2, 1]]}

ROW = [seven(0, 0), *moved(inks.four_open, 110), *moved(inks.five_late_bar, 230), ring(350, 50, 60, 100)]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    order=st.permutations(range(len(ROW))),
    scale=st.floats(0.01, 100),
    place=st.tuples(st.floats(-1000, 1000), st.floats(-1000, 1000)),
)
def test_order_place_and_size_do_not_matter(read, order, scale, place):
    plain, moved_ = read(ROW), read([np.array(ROW[i]) * scale + place for i in order])
    assert text(moved_) == text(plain) == "7450"
    assert moved_.numbers[0].confidence == pytest.approx(plain.numbers[0].confidence, abs=0.02)
