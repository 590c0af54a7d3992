"""What reading costs, stage by stage. Prints; the machine is shared, so nothing is asserted."""

import math
import time

import cv2
import inks
import numpy as np
import pytest

import digits
from digits import decode, lattice, raster

pytestmark = pytest.mark.bench


def milliseconds(work, times=200):
    """The best of many runs: what the work costs when nobody else is at it."""
    best = float("inf")
    for _ in range(times):
        begun = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begun)
    return 1000 * best


@pytest.fixture(autouse=True)
def one_core():
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    yield
    cv2.setNumThreads(before)


def drawn(count):
    """A number of `count` digits of about 40 points each, as a phone would send it."""
    row = [inks.ring(100 * i, 50, 60, 100) if i % 2 else inks.seven(100 * i, 0) for i in range(count)]
    return {"strokes": [[[x + math.sin(y), y, 8 * i] for i, (x, y) in enumerate(stroke)] for stroke in row]}


def test_drawing_the_pictures_of_40_groups():
    groups = [group.strokes for group in lattice.build(digits.parse(drawn(20))).groups] * 2
    print(f"\nraster, {len(groups)} groups: {milliseconds(lambda: raster.pictures(groups, 100)):.2f} ms on one core")


@pytest.mark.parametrize("count", [1, 5, 32])
def test_reading_a_number_without_the_network(count):
    document = drawn(count)
    ink = digits.parse(document)
    candidates = lattice.build(ink)
    strokes = [group.strokes for group in candidates.groups]
    images = raster.pictures(strokes, candidates.height)
    said = np.full((len(images), 11), 1 / 11, np.float32)
    stages = {
        "parse": lambda: digits.parse(document),
        "lattice": lambda: lattice.build(ink),
        "raster": lambda: raster.pictures(strokes, candidates.height),
        "decode": lambda: decode.best(candidates, images, said),
    }
    costs = {name: milliseconds(work) for name, work in stages.items()}
    told = ", ".join(f"{name} {cost:.2f}" for name, cost in costs.items())
    print(f"\n{count} digits: {sum(costs.values()):.2f} ms ({told})")
