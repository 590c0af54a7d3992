import numpy as np
import pytest

from training import habits
from training.unipen import PenDigit, scaled

CIRCLE = np.stack([np.cos(np.linspace(0, 6.2, 40)), 1.4 * np.sin(np.linspace(0, 6.2, 40))], axis=1) * 50
SEVEN = scaled([np.array([(0.0, 0.0), (50.0, 0.0), (20.0, 100.0)])])
FOUR = scaled([np.array([(20.0, 0), (0, 60), (60, 60)]), np.array([(45.0, 30), (45, 100)])])
DIGITS = [PenDigit(0, "jo", [CIRCLE]), PenDigit(7, "jo", SEVEN), PenDigit(4, "jo", FOUR)]


@pytest.fixture
def rng():
    return np.random.default_rng(4)


def spans(strokes):
    return np.ptp(np.concatenate(strokes), axis=0)


@pytest.mark.parametrize("one", [habits.flagged_one, habits.hooked_one])
def test_a_drawn_one_has_a_stem_of_height_one_and_a_flag_to_its_left(one, rng):
    for _ in range(20):
        strokes = one(rng)
        assert strokes[0][0][0] < strokes[0][-3][0] and spans(strokes[:1])[1] == pytest.approx(1, abs=0.3)


@pytest.mark.parametrize("habit", [habits.barred, habits.slashed, habits.retraced])
def test_a_habit_adds_one_stroke_and_leaves_the_others(habit, rng):
    changed = habit(SEVEN, rng)
    assert len(changed) == 2 and changed[0] is SEVEN[0]


def test_an_open_four_is_wider_and_no_higher(rng):
    for _ in range(20):
        wide, high = spans(habits.opened(FOUR, rng)) - spans(FOUR)
        assert 0 <= wide < 0.31 and high <= 0


def test_wobbling_moves_points_a_little(rng):
    moved = habits.wobbled([CIRCLE], rng)[0] - CIRCLE
    assert 0 < np.abs(moved).max() < 0.1 * np.ptp(CIRCLE[:, 1])


def test_so_many_are_drawn_as_each_habit_asks_and_none_where_no_digit_fits(rng):
    labels = [digit.label for digit in habits.drawn(DIGITS[1:], 0.01, rng)]
    assert labels.count(1) == 60 and labels.count(7) == 15 and 0 not in labels
