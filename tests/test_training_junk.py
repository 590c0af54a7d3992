import numpy as np
import pytest

from digits.raster import pictures
from training import junk
from training.marks import mark
from training.unipen import PenDigit, scaled

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
    whole = sum(map(len, scaled(CIRCLE[None])))
    assert all(0 < sum(map(len, junk.piece(DIGITS[:1], rng))) < 0.7 * whole for _ in range(20))


@pytest.mark.parametrize("stroke", [[(3, 3)], [(0, 0), (0, 0)], [(0, 0), (9, 0)]], ids=["dot", "twice", "dash"])
def test_scaling_survives_marks_without_height(stroke):
    assert np.isfinite(scaled([np.array(stroke, float)])).all()


def test_a_mark_is_about_as_high_as_a_digit_or_less(rng):
    assert all(np.ptp(np.concatenate(mark(rng)), axis=0).max() < 1.6 for _ in range(50))


@pytest.fixture(scope="module")
def asked():
    """What would be asked about numbers of two such writers."""
    return junk.candidates([digit._replace(writer=name) for digit in DIGITS for name in "ab" * 4], 60, 2)


def test_wrong_groups_of_numbers_are_junk_unless_they_look_like_a_digit(asked):
    wrong, _, _ = asked
    assert len(wrong) > 60
    assert not junk.looks_like_a_digit(wrong, pictures([digit.strokes for digit in DIGITS])).any()


def test_right_groups_are_kept_where_they_were_cut_out_of_a_stroke(asked):
    _, right, labels = asked
    assert len(right) == len(labels) > 0
    # with the beginning of a way that was cut off, and yet like some digit as it was alone
    assert junk.looks_like_a_digit(right, pictures([digit.strokes for digit in DIGITS])).mean() > 0.5
