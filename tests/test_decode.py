import inks
import numpy as np
import pytest

from digits import BadInk, decode, lattice, parse
from digits.ink import MOST_DIGITS

CHAIN = lattice.build(parse({"strokes": [inks.bar(300 * i, 0, 100) for i in range(3)]}).strokes)


def said(*rows):
    """Softmax rows: the named labels with their probabilities, the rest shared by all others."""
    answers = np.empty((len(rows), 11), np.float32)
    for answer, row in zip(answers, rows, strict=True):
        answer.fill((1 - sum(row.values())) / (11 - len(row)))
        for label, probability in row.items():
            answer[label] = probability
    return answers


def best(row, answers):
    return decode.best(row, np.zeros((len(row.groups), 28, 28, 1), np.uint8), answers)


def test_the_likeliest_digits_make_the_number():
    numbers = best(CHAIN, said({4: 0.9}, {0: 0.6, 6: 0.39}, {7: 0.99}))
    assert [str(number) for number in numbers[:2]] == ["407", "467"]
    assert numbers[0].confidence > numbers[1].confidence


def test_confidences_are_shares_of_one():
    numbers = best(CHAIN, said({4: 0.9}, {0: 0.6, 6: 0.39}, {7: 0.99}))
    assert 0.5 < sum(number.confidence for number in numbers) <= 1 + 1e-9
    for digit in numbers[0].digits:
        assert sum(digit.probabilities) + digit.not_a_digit == pytest.approx(1)
        assert 0 <= digit.not_a_digit <= 1


def test_not_a_digit_is_read_as_an_unsure_one():
    (number, *_) = best(CHAIN, said({10: 0.999}, {1: 0.99}, {1: 0.99}))
    assert len(str(number)) == 3
    assert number.digits[0].unsure and number.digits[0].not_a_digit > 0.5
    assert not number.digits[1].unsure


@pytest.mark.parametrize(("share", "unsure"), [(0.79, True), (0.81, False)])
def test_a_digit_of_less_than_four_fifths_is_an_unsure_one(share, unsure):
    shares = np.full(10, (1 - share) / 9)
    shares[3] = share
    assert decode.Digit(3, shares, 0.0, CHAIN.groups[0], np.zeros((28, 28, 1), np.uint8)).unsure == unsure


def test_what_only_together_is_a_digit_is_put_together():
    row = lattice.build(parse({"strokes": inks.four_open}).strokes)
    (number, *_) = best(row, said({10: 0.99}, {4: 0.99}, {10: 0.99}))
    assert str(number) == "4" and number.digits[0].group.members == [0, 1]


def test_how_sure_a_digit_is_tells_of_its_grouping_too():
    row = lattice.build(parse({"strokes": inks.four_open}).strokes)
    (number, *_) = best(row, said({1: 0.9}, {4: 0.9}, {1: 0.9}))
    assert str(number) == "4" and number.confidence < 0.8
    assert number.digits[0].confidence == pytest.approx(number.confidence, abs=0.01)


def test_a_number_is_as_likely_as_all_ways_to_read_it_together():
    row = lattice.build(parse({"strokes": [*inks.two_zeros, [[70, 90], [75, 95]]]}).strokes)
    zeros = ([0], [1], [0, 2], [1, 2])  # with the speck between them or without it
    (number, *_) = best(row, said(*[{0: 0.99} if group.members in zeros else {10: 0.99} for group in row.groups]))
    assert str(number) == "00" and number.confidence > 0.95


def test_a_number_in_two_rows_has_a_space():
    below = [[[x, y + 160] for x, y in stroke] for stroke in inks.two_zeros]
    row = lattice.build(parse({"strokes": [*inks.two_zeros, *below]}).strokes)
    (number, *_) = best(row, said(*[{0: 0.99} if len(group.pieces) == 1 else {10: 0.99} for group in row.groups]))
    assert str(number) == "00 00"


def test_no_number_is_told_twice():
    row = lattice.build(parse({"strokes": [inks.joined_00[0], *inks.four_open]}).strokes)
    answers = np.random.default_rng(1).dirichlet(np.ones(11), len(row.groups)).astype(np.float32)
    texts = [str(number) for number in best(row, answers)]
    assert len(texts) == len(set(texts)) == decode.BEST


def test_more_digits_than_are_read_are_refused():
    for count in (MOST_DIGITS, MOST_DIGITS + 1):
        row = lattice.build(parse({"strokes": [inks.bar(300 * i, 0, 100) for i in range(count)]}).strokes)
        if count == MOST_DIGITS:
            assert str(best(row, said(*[{1: 0.99}] * count))[0]) == "1" * count
        else:
            with pytest.raises(BadInk, match="more than the 32 digits"):
                best(row, said(*[{1: 0.99}] * count))
