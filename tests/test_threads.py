import contextlib
import threading

import pytest
from live import wait_for

from webapp.threads import Threads


class Task:
    """Keeps the thread that did it; goes on when told to."""

    def __init__(self, held=False, fails=False):
        self.thread, self.go, self.done = None, threading.Event(), threading.Event()
        self._fails = fails
        if not held:
            self.go.set()

    def service(self):
        self.thread = threading.current_thread()
        assert self.go.wait(60)
        self.done.set()
        if self._fails:
            raise ZeroDivisionError


def done(threads, task):
    """Have a task done, and its thread idle again."""
    idle = len(threads._idle)
    threads.add_task(task)
    assert task.done.wait(30)
    wait_for(lambda: len(threads._idle) >= max(1, idle))
    return task.thread


def test_as_many_threads_are_started_as_work_at_once_and_no_more():
    threads = Threads(3)
    held = [Task(held=True) for _ in range(5)]
    [threads.add_task(task) for task in held]
    wait_for(lambda: sum(task.thread is not None for task in held) == 3)
    assert list(threads.queue) == held[3:] and threads.working == 3
    [task.go.set() for task in held]
    wait_for(lambda: len(threads._idle) == 3)
    assert len({task.thread for task in held}) == 3 and not threads.queue and threads.working == 0


@pytest.mark.parametrize("working", [True, False])
def test_where_no_thread_can_be_had_those_that_there_are_do_it(monkeypatch, working):
    threads, first, second = Threads(2), Task(held=True), Task()
    if working:
        threads.add_task(first)

    def refused(_):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refused)
    with contextlib.nullcontext() if working else pytest.raises(RuntimeError):
        threads.add_task(second)
    first.go.set()
    assert second.done.wait(30 * working) == working


def test_tasks_are_taken_back_from_the_oldest_on_as_long_as_they_are_late():
    threads, held, waiting = Threads(1), Task(held=True), [Task() for _ in range(4)]
    [threads.add_task(task) for task in (held, *waiting)]
    late = [waiting[0], waiting[1], waiting[3]]
    assert threads.taken_back(late.__contains__) == waiting[:2]
    held.go.set()
    assert all(task.done.wait(30) for task in waiting[2:]) and not waiting[0].done.is_set()
    assert threads.taken_back(lambda _: True) == []


def test_the_thread_that_worked_last_works_next():
    threads = Threads(4)
    held = [Task(held=True) for _ in range(4)]
    [threads.add_task(task) for task in held]
    for count, task in enumerate(held, 1):
        task.go.set()
        wait_for(lambda count=count: len(threads._idle) == count)
    assert {done(threads, Task()) for _ in range(10)} == {held[-1].thread}


def test_one_that_fails_is_told_of_and_takes_no_thread_with_it(caplog):
    threads = Threads(1)
    first = done(threads, Task(fails=True))
    assert done(threads, Task()) is first
    assert "ZeroDivisionError" in caplog.text


def test_nothing_is_lost_among_many(monkeypatch):
    threads, tasks = Threads(5), [Task() for _ in range(2000)]
    [threads.add_task(task) for task in tasks]
    assert all(task.done.wait(30) for task in tasks)
    assert len({task.thread for task in tasks}) <= 5
