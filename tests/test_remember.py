import time
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest

from digits import remember
from digits.remember import FRESH, Remembering

PICTURES = np.random.default_rng(1).integers(0, 256, (6, 28, 28, 1), np.uint8)


class Model:
    """Answers with each picture's first point, and keeps count."""

    def __init__(self):
        self.version, self.asked = 1, []

    def __call__(self, images):
        self.asked.append(len(images))
        return np.repeat(images[:, 0, 0].astype(np.float32) + 1000 * self.version, 11, axis=1), self.version


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """Stands still unless a test moves it: a crowded machine lets more than a second pass between any two lines."""
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr(remember, "time", SimpleNamespace(monotonic=lambda: clock.now))
    return clock


@pytest.fixture
def model():
    return Model()


def test_what_is_known_is_not_asked_again(model):
    remembering = Remembering(model)
    for count in (2, 3, 3, 6):
        np.testing.assert_array_equal(remembering(PICTURES[:count])[0], Model()(PICTURES[:count])[0])
    assert model.asked == [2, 1, 3]


def test_answers_keep_the_order_of_the_pictures(model):
    remembering = Remembering(model)
    remembering(PICTURES[[3, 1]])
    np.testing.assert_array_equal(remembering(PICTURES[[1, 0, 3]])[0], Model()(PICTURES[[1, 0, 3]])[0])


def test_a_new_version_is_asked_about_everything(model):
    remembering = Remembering(model)
    remembering(PICTURES[:4])
    model.version = 2
    answers, version = remembering(PICTURES)
    assert version == 2 and (answers >= 2000).all()
    assert remembering(PICTURES)[1] == 2 and model.asked == [4, 2, 6]


def test_a_new_version_is_seen_by_who_asks_only_what_is_known(model, clock):
    remembering = Remembering(model)
    remembering(PICTURES)
    model.version = 2
    assert remembering(PICTURES)[1] == 1 and model.asked == [6]
    clock.now += 2 * FRESH
    answers, version = remembering(PICTURES)
    assert version == 2 and (answers >= 2000).all() and model.asked == [6, 1, 6]


def test_nothing_of_what_an_old_version_said_is_given_out_under_a_new_one(model):
    remembering = Remembering(model)
    remembering(PICTURES[:4])
    model.version = 2
    remembering(PICTURES[4:])
    answers, version = remembering(PICTURES[:4])
    assert version == 2 and (answers >= 2000).all()


def test_the_oldest_is_forgotten_first(model):
    remembering = Remembering(model, most=2)
    remembering(PICTURES[:3]), remembering(PICTURES[1:3])
    assert model.asked == [3]
    remembering(PICTURES[:1])
    assert model.asked == [3, 1]


def test_a_failure_teaches_nothing(model):
    def down(images):
        raise ConnectionError

    remembering = Remembering(down)
    with pytest.raises(ConnectionError):
        remembering(PICTURES)
    remembering._predict = model
    assert remembering(PICTURES)[1] == 1 and model.asked == [6]


def test_many_threads_get_their_own_answers(model):
    remembering = Remembering(model, most=3)
    expected = Model()(PICTURES)[0]

    def right(i):
        part = slice(i % 4, i % 4 + 3)
        return (remembering(PICTURES[part])[0] == expected[part]).all()

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(right, range(400)))


def test_what_another_thread_forgets_meanwhile_is_no_failure(model):
    class Slow(OrderedDict):
        def __contains__(self, key):
            there = super().__contains__(key)
            time.sleep(0.01)
            return there

    remembering = Remembering(model, most=1)
    remembering._known = Slow()
    asked = [PICTURES[:1], PICTURES[1:2]] * 10
    with ThreadPoolExecutor(2) as pool:
        for pictures, (answers, _) in zip(asked, pool.map(remembering, asked), strict=True):
            np.testing.assert_array_equal(answers, Model()(pictures)[0])
