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
