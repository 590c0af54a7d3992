import itertools

import inks
import numpy as np
import pytest

from digits.cuts import NEAR, cuts


def cut(stroke):
    """The parts of a stroke on a line of height 100."""
    points = np.array(stroke, float)
    ends = [0, *cuts(points, 100.0), len(points) - 1]
    return [points[low : high + 1] for low, high in itertools.pairwise(ends)]


def spans(parts):
    return [(part[:, 0].min(), part[:, 0].max()) for part in parts]


@pytest.mark.parametrize(
    "stroke", [inks.vertical_bar[0], inks.ring(0, 0, 70, 100), inks.seven(0, 0), inks.one_point[0]]
)
def test_one_digit_stays_whole(stroke):
    assert len(cut(stroke)) == 1


@pytest.mark.parametrize("name", ["joined_00", "joined_10", "joined_33"])
@pytest.mark.parametrize("mirrored", [False, True])
def test_two_digits_in_one_stroke_are_cut_between_them(name, mirrored):
    stroke, border = getattr(inks, name)
    parts = cut(stroke[::-1] if mirrored else stroke)
    left, right = sorted((spans(parts)[0], spans(parts)[-1]))
    assert left[1] < border + 15 and right[0] > border - 15


@pytest.mark.parametrize("name", ["joined_00", "joined_10", "joined_33"])
def test_a_stroke_is_cut_in_the_same_places_whichever_way_it_was_drawn(name):
    points = np.array(getattr(inks, name)[0], float)
    back = [len(points) - 1 - cut for cut in cuts(points[::-1], 100.0)]
    assert back[::-1] == cuts(points, 100.0) != []


def test_a_line_without_height_is_not_cut():
    assert cuts(np.array([[0.0, 0], [100, 0]]), 0.0) == []


def test_the_pieces_of_a_stroke_are_the_whole_stroke():
    stroke, _ = inks.joined_00
    parts = cut(stroke)
    assert [list(part[-1]) for part in parts[:-1]] == [list(part[0]) for part in parts[1:]]
    assert sum(len(part) - 1 for part in parts) == len(stroke) - 1


def test_no_two_cuts_are_so_near_that_only_a_hook_lies_between_them():
    hooked = [*inks.ring(30, 50, 60, 100), [31, 6.5], *inks.ring(120, 0, 60, 100)[::-1]]
    parts = cut(hooked)
    assert len(parts) > 2
    assert all(np.hypot(*np.diff(part, axis=0).T).sum() > 100 * NEAR for part in parts)
