import threading
from types import SimpleNamespace

from live import wait_for

from webapp import gate
from webapp.gate import Gate


class Connection:
    """One request, answered when it may; keeps whether it was refused."""

    def __init__(self, error=None, command="POST"):
        self.requests = [SimpleNamespace(error=error, command=command)]
        self.begun, self._go = threading.Event(), threading.Event()

    def service(self):
        self.begun.set()
        if not self.refused:
            assert self._go.wait(60)

    @property
    def refused(self):
        return self.requests[0].refused

    def answered(self):
        """Let it be answered, once it has been begun."""
        assert self.begun.wait(60)
        self._go.set()


def asked(its_gate, *connections):
    [its_gate.add_task(one) for one in connections]
    return connections


def test_as_many_inks_are_read_at_once_as_there_are_slots_and_the_others_in_the_order_of_coming():
    its_gate = Gate(2, wait=60)
    many = asked(its_gate, *(Connection() for _ in range(5)))
    for at, one in enumerate(many):
        wait_for(lambda at=at: sum(other.begun.is_set() for other in many) == min(5, at + 2))
        assert its_gate.waiting == max(0, 3 - at)
        one.answered()
    wait_for(lambda: its_gate.inside == 0)
    assert not any(one.refused for one in many)


def test_what_is_no_ink_passes_by_whoever_waits():
    its_gate = Gate(1, wait=60)
    inside, waiting = asked(its_gate, Connection(), Connection())
    others = asked(
        its_gate, Connection(command="GET"), Connection(command="OPTIONS"), Connection(error="no request at all")
    )
    assert all(one.begun.wait(30) for one in (inside, *others)) and not waiting.begun.is_set()
    assert (its_gate.inside, its_gate.waiting, its_gate.queue) == (1, 1, 0)
    [one.answered() for one in (inside, waiting, *others)]


def test_inks_that_would_be_too_many_to_wait_are_refused_at_once():
    its_gate = Gate(1, waiting=1, wait=60)
    inside, waiting, *refused = asked(its_gate, *(Connection() for _ in range(4)))
    assert not any(one.begun.is_set() for one in refused)
    its_gate.refuse()
    assert all(one.begun.is_set() and one.refused for one in refused) and its_gate.waiting == 1
    [one.answered() for one in (inside, waiting)]


def test_nobody_waits_longer_than_may_be(monkeypatch):
    its_gate, now = Gate(1, wait=0.5), [0.0]
    monkeypatch.setattr(gate, "time", SimpleNamespace(monotonic=lambda: now[0]))
    inside, first = asked(its_gate, Connection(), Connection())
    now[0] = 0.4
    (second,) = asked(its_gate, Connection())
    its_gate.refuse()
    assert its_gate.waiting == 2
    now[0] = 0.6
    its_gate.refuse()
    assert first.begun.is_set() and first.refused and its_gate.waiting == 1
    [one.answered() for one in (inside, second)]
    assert not second.refused


def test_no_more_than_some_others_are_answered_at_once(monkeypatch):
    monkeypatch.setattr(gate, "OTHERS", 2)
    its_gate = Gate(1)
    pages = asked(its_gate, *(Connection(command="GET") for _ in range(3)))
    wait_for(lambda: its_gate.queue == 1)
    [one.answered() for one in pages]
