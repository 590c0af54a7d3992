import math

import inks
import numpy as np
import pytest

from digits import BadInk, parse
from digits.ink import FARTHEST, MOST_POINTS, MOST_STROKES


def ink(*strokes):
    return {"strokes": [list(stroke) for stroke in strokes]}


@pytest.mark.parametrize("name", ["one_point", "two_equal_points", "vertical_bar", "with_times", "two_zeros"])
def test_what_a_hand_can_draw_is_an_ink(name):
    strokes = getattr(inks, name)
    assert [stroke.shape for stroke in parse({"strokes": strokes})] == [(len(stroke), 2) for stroke in strokes]


def test_points_keep_their_place_and_lose_their_time():
    np.testing.assert_array_equal(parse(ink([[1, 2.5, 7], [-3, 4, 8]]))[0], [[1, 2.5], [-3, 4]])


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


@pytest.mark.parametrize("far", [math.nan, math.inf, -math.inf, 1e308, 10**400, -FARTHEST - 1])
def test_a_coordinate_is_finite_and_near(far):
    with pytest.raises(BadInk, match="stroke 0, point 1: y must be between"):
        parse(ink([[0, 0], [0, far]]))


def test_limits_hold_to_the_last_stroke_and_point():
    assert len(parse(ink(*[[[0, 0]]] * MOST_STROKES))) == MOST_STROKES
    assert len(parse(ink([[0, 0]] * MOST_POINTS))[0]) == MOST_POINTS
    with pytest.raises(BadInk, match=f"{MOST_STROKES + 1} strokes are more"):
        parse(ink(*[[[0, 0]]] * (MOST_STROKES + 1)))
    with pytest.raises(BadInk, match=f"{MOST_POINTS + 1} points are more"):
        parse(ink([[0, 0]] * MOST_POINTS, [[0, 0]]))
