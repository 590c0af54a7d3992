import inks
import numpy as np
import pytest

from digits import BadInk, lattice, parse
from digits.ink import MOST_DIGITS


def members(strokes):
    return [group.members for group in lattice.build(parse({"strokes": strokes})).groups]


def moved(strokes, x):
    return [[[point[0] + x, point[1]] for point in stroke] for stroke in strokes]


@pytest.mark.parametrize(
    ("name", "groups"),
    [
        ("one_point", [[0]]),
        ("two_equal_points", [[0]]),
        ("vertical_bar", [[0]]),
        ("one_seven", [[0], [1]]),
        ("two_zeros", [[0], [1]]),
        ("four_open", [[0, 1]]),
        ("five_late_bar", [[0, 1]]),
    ],
)
def test_strokes_that_share_a_column_are_one_digit(name, groups):
    assert members(getattr(inks, name)) == groups


def test_a_late_stroke_joins_its_digit():
    body, late = inks.five_late_bar
    assert members([body, *moved(inks.two_zeros, 150), late]) == [[0, 3], [1], [2]]


def test_digits_are_read_from_left_to_right_in_whatever_order_they_are_drawn():
    assert members([*moved(inks.two_zeros, 500), *inks.two_zeros]) == [[2], [3], [0], [1]]


def test_candidates_span_the_row_without_a_gap():
    candidates = lattice.build(parse({"strokes": inks.one_seven + moved(inks.four_open, 200)}))
    assert [(group.start, group.end) for group in candidates.groups] == [(0, 1), (1, 2), (2, 3)]
    assert candidates.slots == 3


def test_ticks_and_bars_do_not_lower_the_line():
    dash = [[0, 50], [30, 50]]
    assert lattice.build(parse({"strokes": [dash, *moved(inks.two_zeros, 100)]})).height == pytest.approx(100, rel=0.01)


def test_a_group_knows_its_box():
    (group,) = lattice.build(parse({"strokes": inks.four_open})).groups
    assert group.box == pytest.approx((-5, 0, 65, 110))


def test_points_that_add_nothing_are_dropped_and_the_ends_stay():
    dense = [[0, i / 100] for i in range(10_000)]
    (thin,) = lattice.build(parse({"strokes": [dense]})).groups[0].strokes
    assert len(thin) < 110
    np.testing.assert_array_equal(thin[[0, -1]], [dense[0], dense[-1]])


def test_more_digits_than_are_read_are_refused():
    bars = [inks.bar(100 * i, 0, 100) for i in range(MOST_DIGITS + 1)]
    assert len(members(bars[:-1])) == MOST_DIGITS
    with pytest.raises(BadInk, match="33 digits are more than the 32"):
        members(bars)
