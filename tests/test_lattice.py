import itertools

import inks
import numpy as np
import pytest
from inks import moved

from digits import BadInk, lattice, lines, parse, pieces


def build(strokes, known=()):
    return lattice.build(parse({"strokes": strokes}).strokes, known)


def groups(strokes, known=()):
    return [group.members for group in build(strokes, known).groups]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("one_point", [[0]]),
        ("two_equal_points", [[0]]),
        ("one_seven", [[0], [0, 1], [1]]),
        ("four_open", [[0], [0, 1], [1]]),
    ],
)
def test_every_few_neighbours_are_a_candidate(name, expected):
    assert groups(getattr(inks, name)) == expected


def test_a_late_stroke_stands_beside_its_digit():
    body, late = inks.five_late_bar
    assert [0, 3] in groups([body, *moved(inks.two_zeros, 150), late])


def test_the_order_of_drawing_does_not_matter():
    strokes = inks.one_seven + moved(inks.four_open, 200)
    place = {i: j for j, i in enumerate([2, 0, 3, 1])}
    drawn = [strokes[i] for i in place]
    assert [sorted(place[i] for i in members) for members in groups(strokes)] == groups(drawn)


def test_a_stroke_that_was_drawn_twice_stands_in_one_place_unless_the_writer_says_otherwise():
    twice = [stroke for one in inks.one_seven for stroke in (one, moved([one], 1)[0])]
    assert [group.members for group in build(twice).groups if group.end - group.start == 1] == [[0, 1], [2, 3]]
    assert build(twice, [[0], [1]]).slots == 3


def test_a_candidate_spans_as_many_slots_as_it_has_pieces():
    row = build(inks.one_seven + moved(inks.four_open, 200))
    assert all(group.end - group.start == len(group.pieces) for group in row.groups)
    assert row.slots == 4


def test_digits_that_stand_far_apart_are_never_one():
    assert groups(moved(inks.vertical_bar, 0) + moved(inks.vertical_bar, 500)) == [[0], [1]]


def test_candidates_grow_with_the_length_of_the_number_and_no_faster():
    counts = [len(groups([inks.bar(80 * i, 0, 100) for i in range(n)])) for n in (8, 16, 32)]
    assert counts[2] - counts[1] == 2 * (counts[1] - counts[0])


@pytest.mark.parametrize("name", ["joined_00", "joined_10", "joined_33"])
def test_a_stroke_through_two_digits_stands_in_both(name):
    stroke, border = getattr(inks, name)
    row = build([stroke])
    ends = [(i, j) for i, j in itertools.product(row.groups, repeat=2) if i.start == 0 and j.end == row.slots]
    assert any(i.box[2] < border + 20 and j.box[0] > border - 20 and i.members == j.members == [0] for i, j in ends)


def test_the_parts_of_a_stroke_are_drawn_as_one_again():
    stroke, _ = inks.joined_00
    (whole,) = [group for group in build([stroke]).groups if len(group.pieces) == build([stroke]).slots]
    assert len(whole.strokes) == 1
    np.testing.assert_array_equal(whole.strokes[0], *lines.thinned([np.array(stroke, float)], pieces.STEP * 100))


def test_a_dot_and_the_stroke_behind_it_are_drawn_as_two():
    (both,) = build([*inks.one_point, *inks.vertical_bar], [[0, 1]]).groups
    np.testing.assert_array_equal(both.strokes[0], inks.one_point[0])
    np.testing.assert_array_equal(both.strokes[1][0], inks.vertical_bar[0][0])


def test_a_dot_may_be_left_out_but_not_the_only_one():
    assert build([*inks.one_point, *moved(inks.two_zeros, 50)]).loose == {0: "dot"}
    assert build(inks.one_point).loose == {}


@pytest.mark.parametrize(("name", "between"), [("joined_00", "bend"), ("joined_10", "way"), ("joined_33", "way")])
def test_what_joins_two_digits_may_be_left_out_and_neither_of_them(name, between):
    assert build([getattr(inks, name)[0]]).loose == {1: between}


def test_a_dozen_specks_in_one_place_are_read_and_a_hundred_are_not():
    zeros = [*inks.two_zeros, *moved(inks.two_zeros, 400)]
    assert len(build([*zeros, *[[[250 + i, i]] for i in range(12)]]).loose) == 12
    with pytest.raises(BadInk, match="too many specks"):
        build([*zeros, *[[[250 + i / 10, i]] for i in range(90)]])


def test_two_rows_share_no_candidate():
    below = [[[x, y + 160] for x, y in stroke] for stroke in inks.two_zeros]
    row = build([*below, *inks.two_zeros])
    assert row.breaks == {2}
    assert [group.members for group in row.groups] == [[2], [2, 3], [3], [0], [0, 1], [1]]


def test_ticks_and_bars_do_not_lower_the_line():
    dash = [[0, 50], [30, 50]]
    assert build([dash, *moved(inks.two_zeros, 100)]).height == pytest.approx(100, rel=0.01)


def test_a_group_knows_its_box():
    assert build(inks.four_open).groups[1].box == pytest.approx((-5, 0, 60, 110))


def test_points_that_add_nothing_are_dropped_and_the_ends_stay():
    dense = [[0, i / 100] for i in range(10_000)]
    (thin,) = build([dense]).groups[0].strokes
    assert len(thin) < 110
    np.testing.assert_array_equal(thin[[0, -1]], [dense[0], dense[-1]])


def test_more_ink_than_is_read_at_once_is_refused():
    bars = [inks.bar(20 * i, 0, 100) for i in range(lattice.MOST_SLOTS + 1)]
    assert build(bars[:-1]).slots == lattice.MOST_SLOTS
    with pytest.raises(BadInk, match="more ink than the 100 pieces"):
        build(bars)


def test_the_pieces_of_all_rows_are_counted_together():
    stroke, _ = inks.joined_00
    many = lattice.MOST_SLOTS // build([stroke]).slots
    row = [moved([stroke], 250 * i)[0] for i in range(many)]
    below = [[[x, y + 200] for x, y in one] for one in row]
    assert build(row).slots > lattice.MOST_SLOTS - 5
    with pytest.raises(BadInk, match="more ink than the 100 pieces"):
        build([*row, *below[:5]])


ONE_SEVEN_FOUR = inks.one_seven + moved(inks.four_open, 200)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ([[0, 1]], [[0, 1], [2], [2, 3], [3]]),
        ([[0], [1]], [[0], [1], [2], [2, 3], [3]]),
        ([[1]], [[0], [1], [2], [2, 3], [3]]),
        ([[1, 2]], [[0], [1, 2], [3]]),
        ([[3, 0]], [[1], [0, 3], [2]]),
    ],
)
def test_a_known_digit_is_a_candidate_and_shares_no_stroke_with_any_other(known, expected):
    assert sorted(groups(ONE_SEVEN_FOUR, known)) == sorted(expected)


def test_a_known_digit_stands_where_its_middle_is_and_holds_one_slot():
    row = build(ONE_SEVEN_FOUR, [[2, 3]])
    assert row.slots == 3
    assert [(group.start, group.end) for group in row.groups if group.members == [2, 3]] == [(2, 3)]


def test_a_known_digit_is_not_cut():
    stroke, _ = inks.joined_00
    assert len(groups([stroke])) > 1
    assert groups([stroke], [[0]]) == [[0]]


def test_a_known_dot_is_not_left_out():
    assert build([*inks.one_point, *moved(inks.two_zeros, 50)], [[0]]).loose == {}


def test_a_known_digit_in_two_rows_stands_in_one():
    below = [[[x, y + 160] for x, y in stroke] for stroke in inks.two_zeros]
    assert build([*below, *inks.two_zeros], [[0, 2]]).breaks == set()


def test_of_very_much_ink_fewer_points_are_drawn_and_the_ends_of_every_stroke():
    bar = np.array(inks.bar(0, 0, 100, points=99))
    row = lattice.Lattice(
        [lattice.Group([lattice.Piece(0, bar, (0, 0, 0, 100))], (0, 0, 0, 100), 0, 1)] * (2 * lattice.MOST_DRAWN // 99),
        1,
        100.0,
    )
    ((drawn,), *_) = row.drawings
    assert len(bar) / 4 < len(drawn) < len(bar) / 2
    np.testing.assert_array_equal(drawn[[0, -1]], bar[[0, -1]])


def test_an_ink_of_many_digits_is_drawn_with_all_its_points():
    row = build([inks.bar(40 * i, 0, 100) for i in range(32)])
    assert [len(stroke) for (stroke, *_) in row.drawings] == [len(group.strokes[0]) for group in row.groups]
