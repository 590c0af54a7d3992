import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp import door
from webapp.door import MOST_BYTES


@given(st.recursive(st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_depth_is_counted_as_a_parser_would(value):
    def deep(value):
        inner = value.values() if isinstance(value, dict) else value
        return 1 + max(map(deep, inner), default=0) if isinstance(value, (list, dict)) else 0

    assert door.depth(json.dumps(value).encode()) == deep(value)


@pytest.mark.parametrize("start", [b'"', b'\\"', b'"\\"', b'["', b"\\"])
def test_depth_is_counted_in_time_that_grows_with_the_body_alone(start):
    begun = time.perf_counter()
    assert door.depth(start * (MOST_BYTES // len(start)) + b"\\") <= MOST_BYTES
    assert time.perf_counter() - begun < 1  # going back at every quote would take minutes


def test_a_whole_number_of_any_length_is_told_by_its_stroke_and_point(client):
    """And in no time: to read all its digits would take longer and longer, and Python refuses to."""
    for digits in (400, 4300, 4301, MOST_BYTES - 30):
        for sign in ("", "-"):
            body = f'{{"strokes": [[[0, {sign}{"9" * digits}]]]}}'
            begun = time.perf_counter()
            reply = client.post("/api/recognize", data=body, content_type="application/json")
            assert reply.status_code == 400 and time.perf_counter() - begun < 1
            assert reply.json["detail"] == "stroke 0, point 0: y must be between -1000000 and 1000000"


def test_beside_what_is_no_number_whole_numbers_stay_whole(client):
    body = '{"strokes": [[[0, 0], [0, 9]]], "groups": [[0]], "other": [NaN, 1e400]}'
    assert client.post("/api/recognize", data=body, content_type="application/json").status_code == 200
