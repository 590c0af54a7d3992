import numpy as np
import pytest
from later import Later

charts = Later("training.charts")
plt = Later("matplotlib.pyplot")


@pytest.fixture
def widths(monkeypatch):
    """Draw a grid without showing it; how many pixels wide each of its pictures is."""
    monkeypatch.setattr("matplotlib.pyplot.show", lambda: None)

    def drawn(images, titles=()):
        charts.grid(images, titles, title="Some")
        figure = plt.gcf()
        figure.canvas.draw()
        found = [image.get_window_extent().width for image in figure.axes[0].images]
        plt.close(figure)
        return found

    return drawn


@pytest.mark.parametrize("count", [3, 36])
def test_pictures_with_titles_are_drawn_as_large_as_those_without(widths, count):
    images = np.zeros((count, 28, 28))
    assert widths(images, ["7"] * count) == pytest.approx(widths(images), rel=0.03)


def test_rungs_are_set_apart_by_what_they_get_wrong(monkeypatch):
    monkeypatch.setattr("matplotlib.pyplot.show", lambda: None)
    rows = {"good": {"size": 300, "test": {"mean": 0.99, "sd": 0.001}}}
    charts.against(rows, "size", "parameters", "test", "wrong, %")
    (axis,) = plt.gcf().axes
    assert (axis.get_xscale(), axis.get_yscale()) == ("log", "log")
    assert axis.containers[0].lines[0].get_xydata().tolist() == [[300, pytest.approx(1.0)]]
    plt.close()


def test_curves_show_what_is_missing_of_accuracy(monkeypatch):
    monkeypatch.setattr("matplotlib.pyplot.show", lambda: None)
    row = {"curves": {"loss": [1.0], "val_loss": [2.0], "accuracy": [0.9], "val_accuracy": [0.8]}}
    charts.curves({"one": row}, "Some")
    drawn = [[line.get_ydata().item() for line in axis.lines] for axis in plt.gcf().axes]
    assert drawn == [[1.0, 2.0], [pytest.approx(10), pytest.approx(20)]]
    plt.close()
