"""What the inks cost that were made to cost much: nobody keeps the app busy by drawing nonsense.

The figures in docs/reliability.md are what this prints with -s.
"""

import json
import time
import tracemalloc

import inks
import pytest
from test_fuzz_ink import client, refused, send  # noqa: F401 (a fixture)

MOST_MEGABYTES = 20
MOST_TIMES = 12  # as much as reading 32 digits, on the same machine at the same time
DOCUMENTS = {name: {"strokes": strokes} for name, strokes in inks.costly.items()}
DOCUMENTS["12 known digits of 16 strokes"] = inks.costly_groups


def processor(work):
    """Seconds of the processor that it takes at best."""
    times = []
    for _ in range(2):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return min(times)


def memory(work):
    """Megabytes that it holds at most."""
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_ink_costs_much(client, name):  # noqa: F811
    body, plain = (json.dumps(d).encode() for d in (DOCUMENTS[name], {"strokes": inks.zeros_and_sevens(32)}))
    usual = processor(lambda: send(client, plain))
    replies = []
    spent, held = processor(lambda: replies.append(send(client, body))), memory(lambda: send(client, body))
    told = "refused" if refused(replies[0]) else "read"
    print(f"\n{name}: {told}, {1000 * spent:.0f} ms, {held:.1f} MB, {spent / usual:.0f} times 32 digits")
    assert held < MOST_MEGABYTES and spent < MOST_TIMES * usual
