import gzip
import json

import inks
import numpy as np
import pytest

from training import data, numbers
from training.numbers import Written
from training.unipen import PenDigit

STROKES = [np.array(stroke, float) for stroke in inks.one_seven]


@pytest.fixture
def seen(predict):
    return lambda images: predict(images)[0]


def read(written, seen):
    return numbers.read([written], seen)[0]


def test_a_number_is_grouped_when_each_digit_has_its_strokes(seen):
    apart, together = Written(STROKES, "17", [[0], [1]]), Written(STROKES, "7", [[0, 1]])
    assert numbers.grouped(apart, read(apart, seen))
    assert not numbers.grouped(together, read(together, seen))


def test_a_speck_that_is_left_out_makes_no_grouping_wrong(seen):
    right, _ = np.concatenate(STROKES).max(axis=0)
    speck = np.array([[right + 45, 0], [right + 46, 1]])
    dotted = Written([*STROKES, speck], "17", [[0], [1, 2]])
    reading = read(dotted, seen)
    assert [digit.group.members for digit in reading.numbers[0].digits] == [[0], [1]]
    assert numbers.grouped(dotted, reading)


def test_figures_are_shares_of_all_numbers(seen):
    told = numbers.figures([Written(STROKES, "17", [[0], [1]]), Written(STROKES, "71")], seen, "two")
    assert told["two right"] == 0.5 and told["two grouped"] == 1 and told["two among three"] >= 0.5
    assert told["two calibration error"] == pytest.approx(0.5, abs=0.1)


def test_figures_of_several_sources_are_told_apart(seen):
    some = [Written(STROKES, label, source=source) for label, source in (("17", "one"), ("17", "one"), ("71", "other"))]
    told = numbers.figures(some, seen, "three")
    assert (told["three, one right"], told["three, other right"]) == (1, 0)
    assert told["three right"] == pytest.approx(2 / 3)


def test_composed_numbers_know_whether_a_stroke_runs_through_several_digits(monkeypatch):
    strokes = [np.array([[0, 10], [3, 0], [0, 20], [3, 10]]) + (0, i) for i in range(8)]
    digits = [PenDigit(7, "somebody", [stroke]) for stroke in strokes]
    monkeypatch.setattr(data, "pen_part", lambda part: digits)
    some = numbers.composed("test", 100)
    assert {one.source for one in some} == {"joined", "side by side"}
    for one in some:
        assert (len(one.strokes) < len(one.label)) == (one.source == "joined")


def test_no_numbers_have_no_figures(seen):
    assert numbers.figures([], seen, "none") == {}


def test_a_file_tells_ink_label_groups_and_source(tmp_path):
    row = {"strokes": [[[1, 2, 30]], [[4, 5]]], "label": "17", "digit_of_stroke": [1, 0], "source": "crohme/2014"}
    path = tmp_path / "some.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(row).encode()))
    (one,) = numbers.in_file(path)
    assert one.strokes[0].tolist() == [[1, 2]]
    assert (one.label, one.groups, one.source, one.device) == ("17", [[1], [0]], "crohme", "")


def test_a_label_that_is_no_number_is_named_with_its_line(tmp_path):
    path = tmp_path / "some.jsonl.gz"
    lines = [json.dumps({"strokes": [[[0, 0]]], "label": label}) for label in ("1", "x")]
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    with pytest.raises(data.NoData, match=r"line 2.*the label 'x' is no number"):
        numbers.in_file(path)
