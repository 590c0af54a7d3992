import queue
import threading
import time

import numpy as np
import pytest

from serving.client import ServingDown
from webapp.together import ROOM, Together


class Model:
    """Says of every picture what it shows; each call lasts until it is `let` go."""

    def __init__(self):
        self.calls, self.begun, self.may_end = [], threading.Semaphore(0), threading.Semaphore(0)
        self.fails = None

    def __call__(self, images):
        self.calls.append(images.tolist())
        self.begun.release()
        assert self.may_end.acquire(timeout=10)
        if self.fails:
            raise self.fails
        return images * 10, len(self.calls)

    def is_asked(self):
        assert self.begun.acquire(timeout=5)

    def let(self, calls=1):
        self.may_end.release(calls)


class Asking(threading.Thread):
    """Asks, and keeps what it is told."""

    def __init__(self, together, images):
        super().__init__(daemon=True)
        self.together, self.images, self.answer = together, np.array(images), None
        self.start()

    def run(self):
        try:
            said, version = self.together(self.images)
            self.answer = said.tolist(), version
        except BaseException as problem:
            self.answer = problem

    def told(self):
        self.join(10)
        return self.answer


@pytest.fixture
def model(monkeypatch):
    monkeypatch.setattr("webapp.together.PATIENCE", 10)
    return Model()


def waiting(together, count):
    """Until so many wait for the call that is under way."""
    end = time.monotonic() + 10
    while len(together._waiting) < count:
        assert time.monotonic() < end
        time.sleep(0.001)


def queued(together, *inks):
    """These inks, each asked about once the one before it waits."""
    asking = []
    for images in inks:
        before = len(together._waiting)
        asking.append(Asking(together, images))
        waiting(together, before + 1)
    return asking


def test_one_alone_asks_at_once(model):
    model.let(2)
    together = Together(model, 1)
    assert [Asking(together, images).told() for images in ([1, 2], [3])] == [([10, 20], 1), ([30], 2)]


def test_those_who_come_while_the_model_answers_ask_together_and_each_is_told_its_own(model):
    together = Together(model, 1)
    first = Asking(together, [1])
    model.is_asked()
    others = queued(together, [2, 3], [4], [5, 6, 7])
    model.let(2)
    assert first.told() == ([10], 1)
    assert [one.told() for one in others] == [([20, 30], 2), ([40], 2), ([50, 60, 70], 2)]
    assert model.calls == [[1], [2, 3, 4, 5, 6, 7]]
    model.let()
    assert Asking(together, [8]).told() == ([80], 3)  # at once: nobody is asking any more


def test_so_many_pictures_at_the_most_unless_one_ink_has_more(model):
    together = Together(model, 1)
    first = Asking(together, [1])
    model.is_asked()
    others = queued(together, [2] * (ROOM - 1), [3], [4], [5] * 2 * ROOM, [6])
    model.let(5)
    assert all(isinstance(one.told(), tuple) for one in (first, *others))
    assert model.calls == [[1], [2] * (ROOM - 1) + [3], [4], [5] * 2 * ROOM, [6]]


@pytest.mark.parametrize("problem", [ServingDown("gone"), KeyError("ours"), SystemExit("the end")])
def test_all_are_told_what_went_wrong_and_the_next_are_answered(model, problem):
    together = Together(model, 1)
    first = Asking(together, [1])
    model.is_asked()
    others = queued(together, [2], [3], [4])
    model.let()
    assert first.told() == ([10], 1)
    model.is_asked()
    later = queued(together, [5])
    model.fails = problem
    model.let()
    told, *others_told = [one.told() for one in others]
    assert told is problem
    assert [(type(one), str(one)) for one in others_told] == [(ServingDown, str(problem))] * 2
    assert len(set(map(id, others_told))) == 2
    model.is_asked()
    model.fails = None
    model.let()
    assert later[0].told() == ([50], 3) and together._calls == 0


def test_as_many_calls_at_once_as_there_are_cores_for(model):
    together = Together(model, 2)
    asking = [Asking(together, [1])]
    model.is_asked()
    asking.append(Asking(together, [2]))
    model.is_asked()
    asking += queued(together, [3], [4])
    model.let()
    model.is_asked()
    model.let(2)
    assert [one.told()[0] for one in asking] == [[10], [20], [30], [40]]
    assert model.calls == [[1], [2], [3, 4]] and together._calls == 0


def test_nobody_waits_long_for_a_call_that_hangs(model, monkeypatch):
    monkeypatch.setattr("webapp.together.PATIENCE", 0.05)
    together = Together(model, 1)
    first = Asking(together, [1])
    model.is_asked()
    second = Asking(together, [2])
    model.is_asked()  # which asks beside the first
    third = Asking(together, [3])
    model.is_asked()
    assert model.calls == [[1], [2], [3]]
    model.let(3)
    assert [one.told()[0] for one in (first, second, third)] == [[10], [20], [30]]
    model.let()
    assert Asking(together, [4]).told() == ([40], 4)
    assert together._calls == 0


def test_who_is_taken_along_in_the_last_moment_is_not_asked_about_twice(model, monkeypatch):
    taken_along = threading.Event()

    class Place(queue.SimpleQueue):
        def get(self, timeout=None):
            while timeout and self.empty():
                if taken_along.wait(0.001):
                    raise queue.Empty
            return super().get()

    monkeypatch.setattr("webapp.together.SimpleQueue", Place)
    together = Together(model, 1)
    first = Asking(together, [1])
    model.is_asked()
    others = queued(together, [2], [3])
    model.let()
    model.is_asked()
    taken_along.set()
    time.sleep(0.1)  # and now somebody else would ask
    model.let()
    assert first.told() == ([10], 1) and [one.told() for one in others] == [([20], 2), ([30], 2)]
    assert model.calls == [[1], [2, 3]]
