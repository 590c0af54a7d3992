from itertools import pairwise

import inks
import numpy as np
import pytest

from digits import decode, lattice, search
from training import weigh
from training.compose import Number
from training.numbers import Written
from training.unipen import PenDigit


def owned(label, *strokes):
    """A number whose strokes belong to the named digits."""
    drawn = [np.array(stroke, float) for _, stroke in strokes]
    return Number(label, drawn, [np.full(len(stroke), digit) for digit, stroke in strokes])


FOURTEEN = owned("14", (0, inks.bar(-60, 0, 100)), (1, inks.four_open[0]), (1, inks.four_open[1]))
DOTTED = owned("14", *zip((0, 1, 1), FOURTEEN.strokes, strict=True), (-1, [[-30, 50], [-29, 51]]))


def members(number):
    row = lattice.build(number.strokes)
    return [(row.groups[i].members, label) for i, label in weigh.true_path(row, number)]


def test_the_true_path_is_the_digits_as_they_were_written():
    assert members(FOURTEEN) == [([0], 1), ([1, 2], 4)]


def test_a_stray_dot_is_left_out_of_the_true_path():
    assert members(DOTTED) == [([0], 1), ([1, 2], 4)]


def test_a_mark_that_is_no_digit_is_on_the_path_as_such():
    assert members(FOURTEEN._replace(label="x4"))[0] == ([0], 10)


def test_a_joined_stroke_is_cut_on_the_true_path():
    stroke, border = inks.joined_00
    drawn = np.array(stroke, float)
    path = members(Number("00", [drawn], [(drawn[:, 0] > border).astype(int)]))
    assert path == [([0], 0), ([0], 0)]


def test_a_number_whose_digits_are_no_candidates_has_no_true_path():
    far = owned("1", (0, inks.bar(0, 0, 100)), (0, inks.bar(900, 0, 100)))
    assert weigh.true_path(lattice.build(far.strokes), far) is None


def predict(images):
    """Is of two minds about everything."""
    answers = np.full(11, 0.02, np.float32)
    answers[[1, 4, 7]] = 0.28
    return np.tile(answers, (len(images), 1))


@pytest.fixture(scope="module")
def found():
    """Examples in which only the geometry tells a 4 from two digits."""

    def apart(gap):
        return owned("17", (0, inks.bar(0, 0, 100)), (1, inks.seven(gap, 0)))

    examples, lost = weigh.examples([FOURTEEN, *(apart(gap) for gap in (20, 30, 50, 80))] * 20, predict)
    assert lost == 0
    return examples


@pytest.mark.parametrize("number", [FOURTEEN, DOTTED], ids=["all of it", "a dot left out"])
def test_the_gradient_is_the_slope_of_the_likelihood(number):
    ((example,), _), rng = weigh.examples([number], predict), np.random.default_rng(1)
    values, towards = rng.normal(0, 1, (2, len(weigh._gradient(example, search.Weights.load()))))

    def likelihood(values):
        weights = weigh._weights(values)
        scored = search.scores(example.candidates, example.seen, example.said, weights)
        path = example.path
        between = sum(dict(scored.pairs[j])[i] for (i, _), (j, _) in pairwise(path))
        own = sum(scored.labels[i, label] + scored.groups[i] for i, label in path)
        return scored.first[path[0][0]] + own + between + scored.last[path[-1][0]] - search.beliefs(scored).total

    step = 1e-5
    slope = (likelihood(values + step * towards) - likelihood(values - step * towards)) / (2 * step)
    assert weigh._gradient(example, weigh._weights(values)) @ towards == pytest.approx(slope, rel=1e-4)


def test_fitting_makes_the_true_groupings_the_likeliest(found):
    weights = weigh.fit(found, epochs=3)
    for example in found[:5]:
        believed = search.beliefs(search.scores(example.candidates, example.seen, example.said, weights))
        assert all(believed.groups[i] > 0.5 for i, _ in example.path)


def seven(images):
    """Says that everything is a 7, how sure it is, and that it may be a 1."""
    said = np.full(11, 0.005, np.float32)
    said[7], said[1] = 0.9, 0.055
    return np.tile(said, (len(images), 1))


@pytest.mark.parametrize(("labels", "expected"), [("77", 1.3), ("71", 0.5), ("", 1.0)])
def test_weights_are_softened_where_what_is_sure_is_often_wrong(labels, expected):
    written = [Written([np.array(inks.seven(0, 0), float)], label) for label in labels]
    weights = search.Weights.load()
    options = [weigh.times(weights, share) for share in weigh.SHARES]
    softened = weigh.Validation(written, seven).best(weights, options)
    assert softened.said / weights.said == pytest.approx(expected, abs=0.15)
    assert np.allclose(softened.group / weights.group, softened.said / weights.said)


def test_a_true_number_that_is_not_the_likeliest_is_doubted_less_the_likelier_it_is():
    numbers = [decode.Number("12", 0.6), decode.Number("72", 0.3)]
    doubts = [weigh.doubt([(label, numbers)]) for label in ("12", "72", "13")]
    assert np.exp(-np.array(doubts)) == pytest.approx([0.6, 0.3, 0.001])


def test_the_more_two_digits_of_a_writer_look_alike_the_likelier_they_are_the_same():
    drawn = {1: [inks.bar(0, 0, 100)], 0: [inks.ring(0, 0, 60, 100)], 7: [inks.seven(0, 0)]}
    rng = np.random.default_rng(1)
    digits = [
        PenDigit(label, writer, [np.array(stroke) + rng.normal(0, 2, (len(stroke), 2)) for stroke in strokes])
        for writer in "ab"
        for label, strokes in drawn.items()
        for _ in range(20)
    ]
    odds = weigh.likeness_odds(digits)
    assert odds[0] < -2 and odds[-1] > 2 and (np.diff(odds) >= 0).all()


def test_weights_are_read_as_they_were_saved(tmp_path):
    weights = search.Weights.load()
    weigh.save(weights, tmp_path / "weights.json")
    assert (tmp_path / "weights.json").read_text() == search.WEIGHTS.read_text()


@pytest.fixture
def fitted(tmp_path, monkeypatch):
    """Fits weights that are so many times those of the app, and says what stands in their file before and after."""

    def fit(share):
        path, fresh = tmp_path / "weights.json", weigh.times(search.Weights.load(), share)
        path.write_bytes(search.WEIGHTS.read_bytes())
        for name, value in (
            ("data.pen_part", []),
            ("compose.numbers", []),
            ("numbers.composed", [Written([np.array(inks.seven(0, 0), float)], "7")]),
            ("fit", fresh),
            ("likeness_odds", fresh.alike),
        ):
            monkeypatch.setattr(f"training.weigh.{name}", lambda *_, value=value, **__: value)
        return weigh.weigh(seven, 1, path), search.Weights.load(path)

    return fit


@pytest.mark.parametrize("share", [-1, 1 / max(weigh.SHARES)])
def test_weights_that_are_worse_than_those_there_are_or_as_good_do_not_take_their_place(share, fitted, tmp_path):
    with pytest.raises(weigh.NoBetter, match=r"numbers by \d\.\d{4}, those in weights\.json by 0\.\d{4}: they stay"):
        fitted(share)
    assert (tmp_path / "weights.json").read_bytes() == search.WEIGHTS.read_bytes()


def test_weights_that_are_clearly_better_than_those_there_are_take_their_place(fitted):
    told, saved = fitted(2)
    assert saved.said > 1.5 * search.Weights.load().said and told["doubt"] < 0.06
