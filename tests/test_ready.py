import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from serving.client import ServingDown
from webapp.ready import FRESH, Readiness


class Model:
    """Answers as it is told, when it is told."""

    def __init__(self):
        self.asked, self.may_answer, self.answer = 0, threading.Event(), 7

    def check(self):
        self.asked += 1
        assert self.may_answer.wait(60)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def test_all_who_ask_at_a_time_are_told_the_answer_to_one_question(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("webapp.ready.time.monotonic", lambda: now[0])
    model = Model()
    ready = Readiness(model)
    with ThreadPoolExecutor(8) as pool:
        told = [pool.submit(ready.check) for _ in range(8)]
        model.may_answer.set()
        assert [one.result(60) for one in told] == [7] * 8 and model.asked == 1
    model.answer = ServingDown("gone")
    assert ready.check() == 7
    now[0] += FRESH
    for _ in range(2):
        with pytest.raises(ServingDown, match="gone"):
            ready.check()
    assert model.asked == 2


def test_why_it_does_not_answer_is_told_once_until_it_does(monkeypatch, caplog):
    now = [100.0]
    monkeypatch.setattr("webapp.ready.time.monotonic", lambda: now[0])
    model = Model()
    model.may_answer.set()
    ready = Readiness(model)
    for answer in ("not there yet", 7, "gone\nfor good", "gone", 7, "gone again"):
        model.answer = answer if answer == 7 else ServingDown(answer)
        with contextlib.suppress(ServingDown):
            ready.check()
        now[0] += FRESH
    said = [record.getMessage().partition("ready: ")[2] for record in caplog.records]
    assert said == [r"gone\nfor good", "gone again"]
