import numpy as np
import pytest

from digits.raster import pictures
from training import habits, junk
from training.unipen import PenDigit

CIRCLE = np.stack([np.cos(np.linspace(0, 6.2, 40)), 1.4 * np.sin(np.linspace(0, 6.2, 40))], axis=1) * 50
DIGITS = [
    PenDigit(0, "jo", [CIRCLE]),
    PenDigit(1, "jo", [np.array([(5.0, 0.0), (0.0, 100.0)])]),
    PenDigit(7, "jo", [np.array([(0.0, 0.0), (50.0, 0.0), (20.0, 100.0)])]),
    PenDigit(4, "jo", [np.array([(20.0, 0), (0, 60), (60, 60)]), np.array([(45.0, 30), (45, 100)])]),
]


@pytest.fixture
def rng():
    return np.random.default_rng(4)


def test_junk_is_the_same_for_the_same_seed():
    assert (junk.junk(DIGITS, 40, 1) == junk.junk(DIGITS, 40, 1)).all()
    assert (junk.junk(DIGITS, 40, 1) != junk.junk(DIGITS, 40, 2)).any()


def test_junk_that_looks_like_a_digit_is_left_out():
    real = pictures([digit.strokes for digit in DIGITS])
    assert junk.looks_like_a_digit(real, real).all()
    assert not junk.looks_like_a_digit(junk.junk(DIGITS, 40, 1), real).any()


def test_a_merge_is_wider_than_its_digits(rng):
    for _ in range(20):
        assert np.ptp(np.concatenate(junk.merge(DIGITS[:1], rng))[:, 0]) > 0.9


def test_a_piece_is_less_than_the_digit(rng):
    whole = sum(map(len, junk.scaled(CIRCLE[None])))
    assert all(0 < sum(map(len, junk.piece(DIGITS[:1], rng))) < 0.7 * whole for _ in range(20))


@pytest.mark.parametrize("stroke", [[(3, 3)], [(0, 0), (0, 0)], [(0, 0), (9, 0)]], ids=["dot", "twice", "dash"])
def test_scaling_survives_marks_without_height(stroke):
    assert np.isfinite(junk.scaled([np.array(stroke, float)])).all()


@pytest.mark.parametrize("draw", [habits.barred_sevens, habits.slashed_zeros])
def test_a_habit_adds_one_stroke_to_a_real_digit(draw, rng):
    assert [len(strokes) for strokes in draw(DIGITS, 5, rng)] == [2] * 5
    assert draw(DIGITS[1:2], 5, rng) == []


def test_wobbling_moves_points_a_little(rng):
    moved = habits.wobbled([CIRCLE], rng)[0] - CIRCLE
    assert 0 < np.abs(moved).max() < 0.1 * np.ptp(CIRCLE[:, 1])
