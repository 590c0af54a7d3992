import numpy as np
import pytest

from digits.rows import rows


def row_of(*boxes):
    return rows(np.array(boxes, float), 100.0)


def test_digits_side_by_side_are_one_row():
    assert row_of((0, 0, 60, 100), (90, 5, 150, 103), (180, -4, 240, 98)) == [[0, 1, 2]]


def test_two_lines_are_two_rows_from_top_to_bottom():
    assert row_of((0, 150, 60, 250), (0, 0, 60, 100), (90, 5, 150, 100), (90, 150, 150, 250)) == [[1, 2], [0, 3]]


def test_a_straight_1_above_another_digit_is_a_row():
    assert row_of((50, 0, 50, 100), (20, 150, 80, 250)) == [[0], [1]]


def test_a_line_that_climbs_far_is_one_row():
    assert row_of(*[(90 * i, -70 * i, 90 * i + 60, 100 - 70 * i) for i in range(6)]) == [[0, 1, 2, 3, 4, 5]]


def test_two_lines_that_fall_are_two_rows():
    upper = [(90 * i, 30 * i, 90 * i + 60, 30 * i + 100) for i in range(4)]
    lower = [(90 * i, 30 * i + 130, 90 * i + 60, 30 * i + 230) for i in range(4)]
    assert row_of(*upper, *lower) == [[0, 1, 2, 3], [4, 5, 6, 7]]


def test_a_short_line_over_a_long_one_that_climbs_to_its_height_is_a_row():
    upper = [(90 * i, -13 * i, 90 * i + 60, 100 - 13 * i) for i in range(2)]
    lower = [(90 * i, 130 - 13 * i, 90 * i + 60, 230 - 13 * i) for i in range(10)]
    assert row_of(*upper, *lower) == [[0, 1], [*range(2, 12)]]


def test_a_long_line_that_climbs_above_a_short_one_is_still_the_lower():
    upper = [(90 * i, -13 * i, 90 * i + 60, 100 - 13 * i) for i in range(2)]
    lower = [(90 * i, 130 - 13 * i, 90 * i + 60, 230 - 13 * i) for i in range(14)]
    assert row_of(*upper, *lower) == [[0, 1], [*range(2, 16)]]


def test_what_stands_lower_and_under_nothing_is_in_the_same_row():
    assert row_of((0, 0, 60, 100), (90, 150, 150, 250)) == [[0, 1]]


def test_small_digits_under_large_ones_are_a_row():
    assert row_of((0, 0, 60, 100), (90, 0, 150, 100), (0, 140, 30, 185), (45, 140, 75, 185)) == [[0, 1], [2, 3]]


def test_two_rings_on_top_of_each_other_are_an_8():
    assert row_of((0, 0, 60, 100), (0, 105, 60, 205)) == [[0, 1]]


@pytest.mark.parametrize(("bar", "row"), [((0, -20, 60, -18), 0), ((0, 265, 60, 267), 1)])
def test_a_bar_belongs_to_the_row_it_is_nearest_to(bar, row):
    found = row_of((0, 0, 60, 100), (0, 150, 60, 250), bar)
    assert 2 in found[row] and len(found) == 2


def test_a_dot_belongs_to_what_is_above_it_and_not_to_what_is_as_low_and_far_away():
    dot = (118, 130, 122, 134)
    assert row_of((0, 0, 60, 100), (90, 0, 150, 100), (0, 150, 60, 250), dot) == [[0, 1, 3], [2]]
