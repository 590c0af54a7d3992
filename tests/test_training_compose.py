from collections import Counter

import inks
import numpy as np
import pytest

from digits import lattice
from training import compose
from training.unipen import PenDigit


@pytest.fixture(scope="module")
def pen():
    """Two writers' digits, made up."""
    drawn = {0: [inks.ring(0, 0, 60, 100)], 1: [inks.bar(0, 0, 100)], 4: inks.four_open, 7: [inks.seven(0, 0)]}
    return [
        PenDigit(label, writer, [np.array(stroke, float) * size for stroke in strokes])
        for writer, size in (("a", 1.0), ("b", 7.0))
        for label, strokes in drawn.items()
        for _ in range(4)
    ]


@pytest.fixture(scope="module")
def numbers(pen):
    return compose.numbers(pen, 200, 3, marks=True)


def test_a_number_has_an_owner_for_every_point(numbers):
    for number in numbers:
        assert [len(stroke) for stroke in number.strokes] == [len(owner) for owner in number.owners]
        owners = {owner for part in number.owners for owner in part.tolist()}
        assert owners - {-1} == set(range(len(number.label)))


def test_lengths_are_as_asked(pen):
    lengths = {len(number.label) for number in compose.numbers(pen, 200, 3, (2, 5))}
    assert lengths == {2, 3, 4, 5}


def test_the_same_seed_composes_the_same(pen, numbers):
    again = compose.numbers(pen, 200, 3, marks=True)
    assert [number.label for number in again] == [number.label for number in numbers]
    np.testing.assert_array_equal(again[-1].strokes[0], numbers[-1].strokes[0])


@pytest.mark.parametrize(("measured", "share"), [(False, 1 / 2), (True, 1 / 9)])
def test_every_writer_comes_alike_to_be_learnt_from_and_every_digit_to_be_measured(measured, share):
    few, many = (PenDigit(label, f"of {label}s", [np.array(inks.seven(0, 0))]) for label in (1, 7))
    made = compose.numbers([few, *[many] * 8], 400, 1, (1, 1), measured=measured)
    assert abs(sum(number.label == "1" for number in made) / 400 - share) < 0.07


@pytest.mark.parametrize("measured", [False, True])
def test_no_digit_stands_twice_in_a_number_that_is_measured(measured):
    theirs = [PenDigit(label, "one", [np.array(inks.seven(0, 0))]) for label in (2, 3, 4, 7)]
    made = compose.numbers(theirs, 40, 1, (4, 4), measured=measured)
    assert all(len(set(number.label)) == 4 for number in made) == measured


def test_digits_stand_in_order_and_are_about_as_high_as_the_line(numbers):
    for number in numbers:
        points = np.concatenate(number.strokes)
        owners = np.concatenate(number.owners)
        middles = [points[owners == digit, 0].mean() for digit in range(len(number.label))]
        assert min(np.diff(middles), default=0) > -0.16  # the tightest gap: a dot may lie in its neighbour's shade
        heights = [np.ptp(points[owners == d, 1]) for d, label in enumerate(number.label) if label != "x"]
        assert min(heights) > 0.4 and max(heights) < 1.7


def test_of_neighbours_that_would_meet_most_are_moved_apart_where_a_hand_minds():
    rng, ring = np.random.default_rng(1), [np.array(inks.ring(0, 0, 0.6, 1))]
    chance, minded = (
        [compose._meet(*compose.set_in_row([ring, ring], rng, share)) for _ in range(3000)] for share in (0.0, 0.85)
    )
    assert 0 < np.mean(minded) < 0.3 * np.mean(chance)


def test_some_writers_join_and_some_flag_their_ones(pen, numbers):
    joined = sum(any(len(set(owner.tolist())) > 1 for owner in number.owners) for number in numbers)
    # no other stroke has so few points but the two of a 4
    flagged = sum(any(3 < len(stroke) < 20 for stroke in number.strokes) for number in compose.numbers(pen, 200, 3))
    assert 0 < joined < len(numbers) / 3 and 0 < flagged < len(numbers) / 3


def test_marks_come_only_when_they_are_asked_for(pen, numbers):
    assert "x" in {letter for number in numbers for letter in number.label}
    plain = compose.numbers(pen, 200, 3)
    assert Counter(letter for number in plain for letter in number.label).keys() == set("0147")
    assert all((owner >= 0).all() for number in plain for owner in number.owners)


def test_a_candidate_shares_most_with_the_digit_that_it_is(pen):
    for number in compose.numbers(pen, 20, 5):
        row = lattice.build(number.strokes)
        shares = compose.shares(row, number)
        for digit in range(len(number.label)):
            assert max(shared.get(digit, 0) for shared in shares) > 0.9
        assert all(0 < share <= 1 for shared in shares for share in shared.values())
