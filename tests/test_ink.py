import math

import inks
import numpy as np
import pytest

from digits import BadInk, parse
from digits.ink import FARTHEST, LATEST, MOST_GROUPED, MOST_POINTS, MOST_STROKES


def ink(*strokes):
    return {"strokes": [list(stroke) for stroke in strokes]}


@pytest.mark.parametrize("name", ["one_point", "two_equal_points", "vertical_bar", "with_times", "two_zeros"])
def test_what_a_hand_can_draw_is_an_ink(name):
    strokes = getattr(inks, name)
    assert [stroke.shape for stroke in parse({"strokes": strokes}).strokes] == [(len(stroke), 2) for stroke in strokes]


def test_points_keep_their_place_and_lose_their_time():
    np.testing.assert_array_equal(parse(ink([[1, 2.5, 7], [-3, 4, 8]])).strokes[0], [[1, 2.5], [-3, 4]])


def test_times_may_count_from_1970_and_not_much_longer():
    assert len(parse(ink([[0, 0, 1.8e12], [0, 100, 1.8e12 + 9]])).strokes[0]) == 2
    with pytest.raises(BadInk, match="stroke 0, point 1: milliseconds must be between"):
        parse(ink([[0, 0, 1.8e12], [0, 100, 1.8e15]]))


def test_some_points_may_have_a_time_and_others_none():
    strokes = parse({"strokes": [[[1, 2], [3, 4, 5]], [[6, 7]]]}).strokes
    assert [stroke.tolist() for stroke in strokes] == [[[1, 2], [3, 4]], [[6, 7]]]


def test_a_unit_may_be_large_and_what_is_nothing_in_any_unit_is_zero():
    np.testing.assert_array_equal(parse(ink([[1e-50, -1e-50], [1e-70, 0]])).strokes[0], [[1e-50, -1e-50], [0, 0]])


@pytest.mark.parametrize("document", [None, [], "ink", 5, {}, {"stroke": []}])
def test_an_ink_is_an_object_with_strokes(document):
    with pytest.raises(BadInk, match='object with "strokes"'):
        parse(document)


@pytest.mark.parametrize(
    ("strokes", "told"),
    [
        ("abc", "strokes must be a list, not a string"),
        ({}, "strokes must be a list, not an object"),
        ([], "empty ink"),
        ([[[0, 0]], []], "stroke 1 has no points"),
        ([[[0, 0]], None], "stroke 1 must be a list of points, not null"),
        ([[[0, 0], 5]], "stroke 0, point 1 must be .* not a number"),
        ([[[0, 0], [1]]], "stroke 0, point 1 must be .* not a list of 1"),
        ([[[0, 0, 0, 0]]], "stroke 0, point 0 must be .* not a list of 4"),
        ([[[0, "5"]]], "stroke 0, point 0: y must be a number, not a string"),
        ([[[True, 0]]], "stroke 0, point 0: x must be a number, not a boolean"),
        ([[[0, None]]], "stroke 0, point 0: y must be a number, not null"),
        ([[[0, 0, "now"]]], "stroke 0, point 0: milliseconds must be a number, not a string"),
    ],
)
def test_what_is_wrong_is_named_with_its_stroke_and_point(strokes, told):
    with pytest.raises(BadInk, match=told):
        parse({"strokes": strokes})


@pytest.mark.parametrize("far", [math.nan, math.inf, -math.inf, 1e308, 10**400, -FARTHEST - 1, FARTHEST + 1])
def test_a_coordinate_is_finite_and_near(far):
    with pytest.raises(BadInk, match="stroke 0, point 1: y must be between"):
        parse(ink([[0, 0], [0, far]]))


@pytest.mark.parametrize("place", range(9))
def test_what_is_no_number_is_seen_wherever_it_stands(place):
    numbers = [1.0] * 9
    numbers[place] = math.nan
    stroke, part = place // 3, ("x", "y", "milliseconds")[place % 3]
    with pytest.raises(BadInk, match=f"stroke 0, point {stroke}: {part} must be between"):
        parse(ink([numbers[start : start + 3] for start in (0, 3, 6)]))


def test_limits_hold_to_the_last_stroke_and_point():
    assert len(parse(ink(*[[[0, 0]]] * MOST_STROKES)).strokes) == MOST_STROKES
    assert len(parse(ink([[0, 0]] * MOST_POINTS)).strokes[0]) == MOST_POINTS
    assert len(parse(ink([[FARTHEST, -FARTHEST, LATEST], [0, 0, -LATEST]])).strokes[0]) == 2
    most = list(range(MOST_GROUPED))
    assert parse(ink(*[[[0, 0]]] * MOST_GROUPED) | {"groups": [most]}).groups == [most]
    with pytest.raises(BadInk, match=f"{MOST_STROKES + 1} strokes are more"):
        parse(ink(*[[[0, 0]]] * (MOST_STROKES + 1)))
    with pytest.raises(BadInk, match=f"{MOST_POINTS + 1} points are more"):
        parse(ink([[0, 0]] * MOST_POINTS, [[0, 0]]))


@pytest.mark.parametrize("groups", [[], [[0]], [[2, 0], [1]]])
def test_strokes_may_be_said_to_be_one_digit(groups):
    assert parse({"strokes": [[[0, 0]]] * 3, "groups": groups}).groups == groups


@pytest.mark.parametrize(
    ("groups", "told"),
    [
        (None, "groups must be a list, not null"),
        ({}, "groups must be a list, not an object"),
        ([[0], 1], "group 1 must be a list of strokes, not a number"),
        ([[0], []], "group 1 must have 1 to 16 strokes, not 0"),
        ([[0] * (MOST_GROUPED + 1)], "group 0 must have 1 to 16 strokes, not 17"),
        ([["0"]], "group 0: a stroke must be a whole number, not a string"),
        ([[1.0]], "group 0: a stroke must be a whole number, not a fraction"),
        ([[True]], "group 0: a stroke must be a whole number, not a boolean"),
        ([[3]], "group 0: there are only strokes 0 to 2"),
        ([[-1]], "group 0: there are only strokes 0 to 2"),
        ([[0], [1, 0]], "group 1: stroke 0 is already in group 0"),
        ([[2], [0], [1, 0]], "group 2: stroke 0 is already in group 1"),
        ([[1, 1]], "group 0: stroke 1 is already in group 0"),
    ],
)
def test_what_is_wrong_in_a_group_is_named(groups, told):
    with pytest.raises(BadInk, match=told):
        parse({"strokes": [[[0, 0]]] * 3, "groups": groups})
