"""Every figure against one that was worked out by hand; all inks stand in lines that are 100 high."""

from itertools import pairwise

import numpy as np
import pytest

from digits import geometry, lattice
from digits.geometry import GROUP, PAIR

TALL = [[300, 0], [300, 100]], [[400, 0], [400, 100]]  # so that the line's height is theirs


def line(*corners):
    """Through these, a point for every hundredth of the height or two."""
    return np.concatenate([np.linspace(one, other, 100) for one, other in pairwise(np.array(corners, float))])


def seen(*strokes):
    """The figures by name: of a candidate, by its strokes, and of a pair, by theirs."""
    built = lattice.build([np.array(stroke, float) for stroke in strokes])
    assert built.height == 100
    told, members = geometry.figures(built), [tuple(group.members) for group in built.groups]
    alone = {which: dict(zip(GROUP, row, strict=True)) for which, row in zip(members, told.groups, strict=True)}
    pairs = [(members[i], members[j]) for i, j in told.pairs]
    return alone, {pair: dict(zip(PAIR, row, strict=True)) for pair, row in zip(pairs, told.between, strict=True)}


def test_of_a_candidate_its_size_counts():
    alone, _ = seen([[0, 0], [160, 200]], [[200, 0], [220, 50]], [[240, 40], [240, 65]], *TALL)
    told = [[alone[which][name] for name in ("low", "high", "wide", "tiny")] for which in ((0,), (1,), (2,), (3,))]
    low, high = np.log(0.5) ** 2, np.log(2) ** 2
    np.testing.assert_allclose(told, [[0, high, 0.36, 0], [low, 0, 0, 0], [np.log(0.25) ** 2, 0, 0, 1], [0, 0, 0, 0]])


def test_of_several_strokes_their_number_and_how_far_they_lie_apart():
    alone, _ = seen(line((0, 0), (90, 0), (90, 100)), line((60, 20), (60, 22)), line((125, 150), (125, 0)), *TALL)
    whole = alone[0, 1, 2]
    assert (whole["strokes"], whole["cuts"], whole["one"]) == (2, 0, 1)
    assert whole["gap"] == pytest.approx(0.35)  # from where the first has reached, not from the second
    assert whole["apart"] == pytest.approx(0.35, abs=0.03)  # the second is 0.2 from the first
    assert (alone[0,]["gap"], alone[0,]["apart"]) == (0, 0)


def test_of_what_is_cut_its_ends():
    built = lattice.build([line((0, 0), (0, 100), (100, 0), (100, 100)), line((120, 0), (120, 100))])
    told = geometry.figures(built).groups[:, [GROUP.index(name) for name in ("strokes", "cuts", "cut straight")]]
    parts = {(group.start, group.end): row for group, row in zip(built.groups, told.tolist(), strict=True)}
    assert parts[0, 1] == parts[2, 3] == [0, 1, 1] and parts[1, 2] == [0, 2, 1]
    assert parts[2, 4] == [1, 1, 0]  # and another stroke
    assert parts[0, 2] == parts[1, 3] == [0, 1, 0] and parts[0, 3] == [0, 0, 0]


def test_of_two_neighbours_how_they_stand_to_each_other():
    _, pairs = seen([[0, 0], [40, 100]], [[20, 60], [60, 100]], [[160, 0], [200, 5]], *TALL)
    one, other = ([pair[name] for name in PAIR] for pair in (pairs[(0,), (1,)], pairs[(1,), (2,)]))
    #              overlap, squared, far, climb, heights, touch, row
    assert one == pytest.approx([0.2, 0.04, 0.0, 0.3**2, np.log(1 / 0.4), 0, 0])
    assert other == pytest.approx([0.0, 0.0, 0.5, 0.775**2, np.log(0.4 / 0.1), 0, 0])  # what is flat is a tenth high


@pytest.mark.parametrize(("x", "touch"), [(51, 1), (58, 0)])
def test_of_two_neighbours_whether_they_touch(x, touch):
    _, pairs = seen([[0, 100], [50, 0]], [[x, 0], [x, 100]], *TALL)
    assert pairs[(0,), (1,)]["touch"] == touch


def test_of_two_in_different_rows_nothing_but_that_they_are():
    _, pairs = seen([[0, 0], [40, 100]], [[10, 150], [50, 250]])
    assert pairs == {((0,), (1,)): dict.fromkeys(PAIR, 0) | {"row": 1}}


@pytest.mark.parametrize("laid", [np.asfortranarray, lambda ink: ink.astype(np.float32), lambda ink: ink.astype(int)])
def test_a_stroke_may_lie_in_memory_in_any_way(laid):
    """One that a program has put together need not be as `parse` makes them."""
    upright = np.array([[0.0, 0.0], [0.0, 100.0]])
    built = lattice.build([laid(upright), laid(upright + [30, 0])])
    assert geometry.figures(built).groups[1, GROUP.index("apart")] == pytest.approx(0.28)
