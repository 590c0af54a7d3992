from collections import Counter

import numpy as np
import pytest

from training import unipen

SEGMENTED = """.VERSION 1.0
.INCLUDE aga/doc.txt
.INCLUDE aga/data/jo.dat
.SEGMENT CHARACTER 0 ? "1"
.SEGMENT CHARACTER 0-2 OK "4"
.SEGMENT CHARACTER 2:1-2:2 ? "7"
.SEGMENT CHARACTER 9 ? "3"
.SEGMENT CHARACTER 1 ? "2"
.SEGMENT CHARACTER 2-x ? "5"
.SEGMENT CHARACTER 2 ? "A"
"""
INK = """.WRITER_ID jo
.COORD X Y
.PEN_DOWN
1 5
 2 6
.PEN_UP
2 7
rubbish
.PEN_DOWN

.PEN_DOWN
3 1 99
4 2 99
5 3 99
"""
PENDIGITS = """.SEGMENT DIGIT 10-11 ? "5"
.COMMENT 5  7  196
.PEN_DOWN
 1 2
 3 4
.PEN_UP
.DT 100
.PEN_DOWN
 5 6
.PEN_UP
.SEGMENT DIGIT 12 ? "6"
.PEN_DOWN
 5 6
"""


@pytest.fixture
def read():
    skipped = Counter()
    files = {"data/1a/aga/jo.dat": SEGMENTED, "include/aga/data/jo.dat": INK}
    return list(unipen.unipen(files, skipped)), skipped


def test_components_are_the_runs_that_hold_points_pen_up_ones_too():
    assert [(ink.down, len(ink.points)) for ink in unipen.components(INK)] == [(True, 2), (False, 1), (True, 3)]


def test_y_points_down_after_reading():
    np.testing.assert_array_equal(unipen.components(INK)[0].points, [(1, -5), (2, -6)])


def test_what_the_pen_did_in_the_air_is_not_drawn(read):
    assert [len(stroke) for stroke in read[0][1].strokes] == [2, 3]


def test_a_segment_may_name_a_part_of_a_component(read):
    np.testing.assert_array_equal(read[0][2].strokes, [[(4, -2), (5, -3)]])


def test_what_cannot_be_read_is_skipped_and_counted(read):
    digits, skipped = read
    assert [digit.label for digit in digits] == [1, 4, 7]
    assert skipped == {"segment names no ink": 3, "label is no digit": 1}


def test_a_writer_is_known_by_source_and_name(read):
    assert {digit.writer for digit in read[0]} == {"aga/jo"}


def test_ibm_is_left_out_and_counted():
    skipped = Counter()
    assert list(unipen.unipen({"data/1a/ibm/a.dat": SEGMENTED}, skipped)) == []
    assert skipped == {"ibm: wrongly cut": 7}


def test_pendigits_carry_label_and_writer_in_their_comment():
    skipped = Counter()
    [digit] = unipen.pendigits(PENDIGITS, "tra", skipped)
    assert (digit.label, digit.writer, len(digit.strokes)) == (5, "pendigits/tra-7", 2)
    assert skipped == {"no writer or no ink": 1}
