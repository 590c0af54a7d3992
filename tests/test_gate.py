import threading
import time

import inks
import pytest
from test_app import problem

from webapp.app import create_app
from webapp.gate import Busy, Gate


class Visit(threading.Thread):
    """Goes in, stays until `leave`; keeps whether it was let in."""

    def __init__(self, gate, order=None):
        super().__init__(daemon=True)
        self._gate, self._order, self._leave = gate, order, threading.Event()
        self.refused = False
        self.start()

    def run(self):
        try:
            with self._gate:
                if self._order is not None:
                    self._order.append(self)
                self._leave.wait(60)
        except Busy:
            self.refused = True

    def leave(self):
        self._leave.set()
        self.join(60)


def wait_for(condition):
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.005)


def test_as_many_as_there_are_slots_are_within_at_once():
    gate = Gate(3, waiting=0)
    visits = [Visit(gate) for _ in range(3)]
    wait_for(lambda: gate.inside == 3)
    with pytest.raises(Busy):
        gate.__enter__()
    [visit.leave() for visit in visits]
    assert gate.inside == 0


def test_who_waits_comes_in_in_the_order_of_coming():
    gate, order = Gate(1, wait=60), []
    first = Visit(gate, order)
    wait_for(lambda: gate.inside)
    waiting = []
    for count in range(1, 5):
        waiting.append(Visit(gate, order))
        wait_for(lambda count=count: gate.waiting == count)
    for at, visit in enumerate([first, *waiting]):
        wait_for(lambda at=at: len(order) == at + 1)
        visit.leave()
    assert order == [first, *waiting] and (gate.inside, gate.waiting) == (0, 0)


def test_nobody_waits_longer_than_may_be():
    gate = Gate(1, wait=0.01)
    with gate, pytest.raises(Busy):
        gate.__enter__()
    assert (gate.inside, gate.waiting) == (0, 0)
    with gate:
        assert gate.inside == 1


def test_a_turn_that_comes_as_the_wait_ends_is_taken(monkeypatch):
    gate = Gate(1, wait=0.01)
    gate.__enter__()

    class Late(threading.Event):
        def wait(self, seconds):
            gate.__exit__()
            return False

    monkeypatch.setattr(threading, "Event", Late)
    gate.__enter__()
    assert (gate.inside, gate.waiting) == (1, 0)


def test_what_fails_within_leaves_its_slot():
    gate = Gate(1, waiting=0)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), gate:
            _ = 1 / 0
    assert gate.inside == 0


def test_no_slot_is_lost_among_many_who_come_and_go():
    gate, most, within, lock = Gate(3, waiting=5, wait=0.001), [], [0], threading.Lock()

    def visit():
        for _ in range(200):
            try:
                with gate:
                    with lock:
                        within[0] += 1
                        most.append(within[0])
                    time.sleep(0.0001)
                    with lock:
                        within[0] -= 1
            except Busy:
                pass

    threads = [threading.Thread(target=visit) for _ in range(12)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert max(most) <= 3 and (gate.inside, gate.waiting, within[0]) == (0, 0, 0)


def test_an_ink_too_many_is_told_to_come_again_while_the_rest_of_the_app_answers(serving_address):
    app = create_app(DIGITS_SERVING=serving_address, DIGITS_SLOTS=1)
    app.extensions["gate"]._wait = 0.01
    client = app.test_client()
    with app.extensions["gate"]:
        reply = client.post("/api/recognize", json={"strokes": inks.one_seven})
        assert problem(reply, 503) and reply.headers["Retry-After"] == "1"
        assert {client.get(path).status_code for path in ("/", "/healthz", "/readyz", "/metrics")} == {200}
    assert client.post("/api/recognize", json={"strokes": inks.one_seven}).status_code == 200
    app.extensions["serving"].close()
