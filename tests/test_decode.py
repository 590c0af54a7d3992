import itertools

import inks
import numpy as np
import pytest

from digits import decode, lattice, parse

CHAIN = lattice.build(parse({"strokes": [inks.bar(100 * i, 0, 100) for i in range(3)]}))
IMAGES = np.zeros((3, 28, 28, 1), np.uint8)


def said(*rows):
    """Softmax rows: the named digits with their probabilities, the rest shared by all others."""
    answers = np.empty((len(rows), 11), np.float32)
    for answer, row in zip(answers, rows, strict=True):
        answer.fill((1 - sum(row.values())) / (11 - len(row)))
        for digit, probability in row.items():
            answer[digit] = probability
    return answers


def test_the_likeliest_digits_make_the_number():
    numbers = decode.best(CHAIN, IMAGES, said({4: 0.9}, {0: 0.6, 6: 0.3}, {7: 0.99}))
    assert [str(number) for number in numbers[:2]] == ["407", "467"]
    assert numbers[0].confidence == pytest.approx(0.9 * 0.6 * 0.99)


def test_the_best_numbers_are_those_that_trying_all_of_them_finds():
    answers = np.random.default_rng(5).dirichlet(np.ones(11) / 2, 3).astype(np.float32)
    every = itertools.product(range(10), repeat=3)
    tried = sorted(every, key=lambda digits: -np.prod([answers[i, d] for i, d in enumerate(digits)], dtype=float))
    found = [tuple(digit.digit for digit in number.digits) for number in decode.best(CHAIN, IMAGES, answers)]
    assert found == tried[: decode.BEST]


def test_not_a_digit_is_never_read_as_one():
    (number, *_) = decode.best(CHAIN, IMAGES, said({10: 0.9, 3: 0.05}, {1: 1.0}, {1: 1.0}))
    assert str(number) == "311"
    assert number.digits[0].unsure and number.digits[0].not_a_digit == pytest.approx(0.9)
    assert not number.digits[1].unsure


def test_a_digit_carries_its_own_group_and_probabilities():
    answers = said({1: 0.9}, {2: 0.9}, {3: 0.9})
    for i, digit in enumerate(decode.best(CHAIN, IMAGES, answers)[0].digits):
        assert digit.group is CHAIN.groups[i]
        np.testing.assert_array_equal([*digit.probabilities, digit.not_a_digit], answers[i])


def test_a_long_number_costs_no_more_than_its_length():
    long = lattice.build(parse({"strokes": [inks.bar(100 * i, 0, 100) for i in range(32)]}))
    numbers = decode.best(long, np.zeros((32, 28, 28, 1), np.uint8), said(*[{1: 0.99}] * 32))
    assert str(numbers[0]) == "1" * 32 and len(numbers) == decode.BEST
