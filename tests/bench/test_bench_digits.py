"""What reading costs, stage by stage. Prints; the machine is shared, so nothing is asserted."""

import math
import time
from pathlib import Path

import cv2
import inks
import pytest

import digits
from digits import decode, lattice, raster

pytestmark = pytest.mark.bench

ROOT = Path(__file__).parents[2]


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
    groups = [group.strokes for group in lattice.build(digits.parse(drawn(32)).strokes).groups][:40]
    print(f"\nraster, {len(groups)} groups: {milliseconds(lambda: raster.pictures(groups, 100)):.2f} ms on one core")


def stages(count, predict):
    """What each step of reading `count` digits costs."""
    document = drawn(count)
    ink = digits.parse(document)
    candidates = lattice.build(ink.strokes)
    strokes = [group.strokes for group in candidates.groups]
    images = raster.pictures(strokes, candidates.height)
    said, _ = predict(images)
    return {
        "parse": milliseconds(lambda: digits.parse(document)),
        "lattice": milliseconds(lambda: lattice.build(ink.strokes)),
        "raster": milliseconds(lambda: raster.pictures(strokes, candidates.height)),
        "predict": milliseconds(lambda: predict(images)),
        "decode": milliseconds(lambda: decode.best(candidates, images, said)),
    }


def test_reading_from_1_to_32_digits(predict):
    counts = [1, 2, 5, 10, 16, 24, 32]
    costs = [stages(count, predict) for count in counts]
    print("\ndigits   " + "".join(f"{name:>9}" for name in costs[0]) + "   without predict, ms")
    for count, cost in zip(counts, costs, strict=True):
        own = sum(cost.values()) - cost["predict"]
        print(f"{count:>6}   " + "".join(f"{value:>9.2f}" for value in cost.values()) + f"{own:>12.2f}")
    plot(counts, costs, ROOT / "docs" / "cost.svg")


def plot(counts, costs, path):
    """The same as a picture for the README, readable on white and on black."""
    from matplotlib import pyplot

    pyplot.rcParams["svg.hashsalt"] = "inkdigits"
    figure, axes = pyplot.subplots(figsize=(7, 3))
    grey = "#808080"
    axes.stackplot(counts, *([cost[name] for cost in costs] for name in costs[0]), labels=list(costs[0]))
    axes.set(xlabel="digits in the number", ylabel="milliseconds, one core", xlim=(1, 32))
    axes.tick_params(colors=grey)
    for part in (axes.xaxis.label, axes.yaxis.label, *axes.legend(loc="upper left", frameon=False).get_texts()):
        part.set_color(grey)
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(grey)
    path.parent.mkdir(exist_ok=True)
    figure.savefig(path, transparent=True, bbox_inches="tight", metadata={"Date": None})
    pyplot.close(figure)
