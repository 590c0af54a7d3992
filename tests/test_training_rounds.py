"""In which order the shipped network learns, and from whom; that each round learns, test_training_train.py tells."""

from pathlib import Path

import numpy as np
import pytest
from later import Later

shipped = Later("training.shipped")
pytestmark = pytest.mark.train

FOLDERS = {"trained": "shipped-1-3x2-7 shipped-2-3x1-7 shipped-3-3x1-7", "taught": "taught-1-3x1-1-5 taught-2-3x1-1-5"}


@pytest.fixture
def fits(monkeypatch):
    """What was asked of `train.fit`; a network is a word, but for teachers, who are what they say."""
    asked = []

    def fit(*_, **given):
        asked.append(given)
        return f"end {len(asked)}", [{"accuracy": len(asked)}]

    monkeypatch.setattr("training.train.fit", fit)
    monkeypatch.setattr("training.train.middle", lambda models, _: models)
    monkeypatch.setattr("training.train.probabilities", lambda teacher, images: teacher * images)
    monkeypatch.setattr("training.sets.together", lambda *_: (np.zeros((3, 28, 28, 1)), np.zeros(3)))
    return asked


def test_each_round_goes_on_from_the_last_and_the_middle_is_of_those_that_saw_the_same(fits):
    early, late = shipped.Round(2, ("mnist",), 1), shipped.Round(1, ("mnist", "pen"), 1 / 2)
    model, ends, history = shipped.trained(7, (early, late, late))
    assert [one["start"] for one in fits] == [None, "end 1", "end 2"] and model == ["end 2", "end 3"]
    assert ends == ["end 1", "end 2", "end 3"] and [one["accuracy"] for one in history] == [1, 2, 3]
    assert [one["seed"] for one in fits] == [7, 107, 207] and not any(one["teacher"] for one in fits)
    assert fits[0]["rate"] == 2 * fits[1]["rate"] and folders(fits) == FOLDERS["trained"]


def test_the_networks_of_several_seeds_teach_one_what_they_say_together(fits, monkeypatch):
    monkeypatch.setattr("training.shipped.trained", lambda seed: (seed, [], []))
    late = shipped.Round(1, ("mnist", "pen"), 1 / 2)
    model, *_ = shipped.taught((1, 5), (late, late))
    assert [one["start"] for one in fits] == [5, "end 1"] and model == ["end 1", "end 2"]
    np.testing.assert_array_equal(fits[1]["teacher"](np.array([2.0, 4.0])), [6, 12])
    assert folders(fits) == FOLDERS["taught"]


def folders(fits):
    return " ".join(Path(one["folder"]).name for one in fits)
