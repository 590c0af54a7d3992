import gzip
import json

import cv2
import inks
import numpy as np
import pytest

from training import errors, numbers


@pytest.fixture
def written(tmp_path):
    """A file of inks: one that is read right, one whose label says another digit, one whose label says one more."""
    rows = [
        {"strokes": inks.one_seven, "label": "17", "digit_of_stroke": [0, 1]},
        {"strokes": inks.one_seven, "label": "19", "digit_of_stroke": None},
        {"strokes": inks.two_zeros, "label": "000", "digit_of_stroke": None},
        {"strokes": inks.four_open, "label": "7", "digit_of_stroke": [0]},
    ]
    path = tmp_path / "some.jsonl.gz"
    with gzip.open(path, "wt") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)
    return path


@pytest.fixture
def found(written, predict):
    return errors.wrong(written, lambda images: predict(images)[0])


def test_what_is_wrong_is_sorted_by_what_went_wrong(found):
    wrong, total = found
    assert total == 4
    assert [one.cause for one in wrong] == ["9 read as 7", "too few digits", "strokes grouped wrongly"]


def test_two_rows_where_there_is_one_are_a_cause(predict):
    (ring,) = inks.two_zeros[:1]
    strokes = [np.array(ring, float), np.array(ring, float) + [0, 200]]
    one = numbers.Written(strokes, "00")
    (reading,) = numbers.read([one], lambda images: predict(images)[0])
    assert errors.cause(one, reading) == "several rows"


def test_the_table_counts_causes(found):
    told = errors.table(*found)
    assert told.startswith("3 of 4 read wrong") and "| 9 read as 7 | 1 |" in told


def test_the_sheet_shows_every_wrong_number(found, tmp_path):
    sheet = tmp_path / "new" / "sheet.png"
    errors.sheet(found[0], sheet)
    assert cv2.imread(str(sheet)).shape == (errors.HIGH + errors.EDGE, errors.WIDE, 3)


def test_a_sheet_that_cannot_be_written_is_said(found, tmp_path):
    (tmp_path / "sheet.png").mkdir()
    with pytest.raises(OSError, match=r"sheet\.png cannot be written"):
        errors.sheet(found[0], tmp_path / "sheet.png")
