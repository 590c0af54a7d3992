import itertools

import numpy as np
import pytest

from digits import lines

RNG = np.random.default_rng(7)
WALKS = [RNG.normal(0, 3, (size, 2)).cumsum(axis=0) + 100 * i for i, size in enumerate([1, 2, 3, 40, 1, 200])]


def kept(stroke, step):
    """One point after the other: it stays when the way to it has passed another mark."""
    way, marks, points = 0.0, 0, [stroke[0]]
    for before, point in itertools.pairwise(stroke[:-1]):
        way += float(np.hypot(*(point - before)))
        if way // step > marks:
            marks = way // step
            points.append(point)
    return np.array([*points, *stroke[1:][-1:]])


@pytest.mark.parametrize("step", [0.5, 4, 40])
def test_a_point_stays_when_the_pen_has_moved_on_and_so_do_both_ends_whatever_strokes_are_beside(step):
    thin = lines.thinned(WALKS, step)
    for stroke, points in zip(WALKS, thin, strict=True):
        np.testing.assert_array_equal(points, kept(stroke, step))
    assert sum(map(len, thin)) < sum(map(len, WALKS))


def test_without_a_step_all_points_stay():
    for stroke, points in zip(WALKS, lines.thinned(WALKS, 0), strict=True):
        np.testing.assert_array_equal(points, stroke)


def test_a_line_is_straight_where_it_makes_no_detour():
    assert lines.straight(np.array([[0, 0], [3, 0.1], [6, 0]]))
    assert not lines.straight(np.array([[0, 0], [3, 3], [6, 0]]))


def test_of_fewer_points_the_last_stays():
    np.testing.assert_array_equal(lines.fewer(np.arange(10), 4), [0, 4, 8, 9])
    np.testing.assert_array_equal(lines.fewer(np.arange(9), 4), [0, 4, 8])
    np.testing.assert_array_equal(lines.fewer(np.arange(9), 1), np.arange(9))


def test_points_are_split_by_their_sizes():
    assert [part.tolist() for part in lines.split(np.arange(5), [2, 0, 3])] == [[0, 1], [], [2, 3, 4]]
