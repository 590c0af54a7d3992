"""The notebook's figures: one palette, told apart in grey too, on white so that they read in dark mode."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator

# Okabe and Ito's palette, which the colour-blind tell apart too
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKS = "osD^vPX"
NAMES = [*"0123456789", "none"]

plt.rcParams.update(
    {
        "figure.facecolor": "white",
        "savefig.facecolor": "white",
        "figure.dpi": 80,
        "figure.constrained_layout.use": True,
        "axes.prop_cycle": plt.cycler(color=COLOURS),
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "grid.color": "#dddddd",
        "font.size": 10,
    }
)


def grid(
    images: np.ndarray, titles: Sequence[str] = (), columns: int = 12, title: str = "", signed: bool = False
) -> None:
    """Pictures side by side, black ink on white as on paper; `signed` values share a scale on which zero is grey."""
    rows, high = -(-len(images) // columns), 1.1 + 0.3 * bool(titles)
    most = np.abs(images).max() if signed else None
    figure, axis = plt.subplots(figsize=(0.8 * columns, 0.73 * high * rows + 0.4))
    for place, image in enumerate(images):
        down, left = high * (place // columns), 1.1 * (place % columns)
        within = (left, left + 1, down + 1, down)
        axis.imshow(np.squeeze(image), "gray_r", vmin=-most if signed else None, vmax=most, extent=within)
        axis.add_patch(plt.Rectangle((left, down), 1, 1, fill=False, edgecolor="#cccccc", linewidth=0.6))
        if titles:
            axis.text(left + 0.5, down - 0.08, titles[place], fontsize=8, ha="center")
    axis.set(xlim=(0, 1.1 * columns), ylim=(high * (rows - 1) + 1.05, 1 - high))
    axis.axis("off")
    figure.suptitle(title)
    plt.show()


def curves(table: dict[str, dict], title: str) -> None:
    """Loss and accuracy over the epochs, training dashed and validation solid, a colour for each row.

    Accuracy is drawn as what is missing of it, and both scales are logarithmic, or the best would lie on one another.
    """
    figure, axes = plt.subplots(1, 2, figsize=(11, 3.4))
    for axis, key in zip(axes, ("loss", "accuracy"), strict=True):
        for i, (name, row) in enumerate(table.items()):
            epochs = np.arange(1, len(row["curves"][key]) + 1)
            look = {"color": COLOURS[i % 7], "marker": MARKS[i % 7], "markersize": 4}
            seen, unseen = (np.array(row["curves"][which], float) for which in (key, f"val_{key}"))
            if key == "accuracy":
                seen, unseen = 100 - 100 * seen, 100 - 100 * unseen
            axis.plot(epochs, seen, "--", alpha=0.5, **look)
            axis.plot(epochs, unseen, label=name, **look)
        logarithmic(axis, "y")
        axis.set_xlabel("epoch")
        axis.xaxis.get_major_locator().set_params(integer=True)
    axes[0].set_ylabel("loss")
    axes[1].set_ylabel("wrong, % (100 less the accuracy)")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside right upper", fontsize=8)
    figure.suptitle(f"{title} (solid: validation, dashed: training)")
    plt.show()


def spreads(rows: dict[str, dict[str, float]], title: str, label: str) -> None:
    """A dot for what each row gets wrong, in per cent, and a line for one standard deviation either way."""
    _, axis = plt.subplots(figsize=(7, 0.6 + 0.32 * len(rows)))
    for place, spread in enumerate(rows.values()):
        wrong = 100 - 100 * spread["mean"]
        axis.errorbar(wrong, place, xerr=100 * spread["sd"], fmt="o", color=COLOURS[0], capsize=4)
    logarithmic(axis)
    axis.set_yticks(range(len(rows)), rows)
    axis.invert_yaxis()
    axis.set_xlabel(label)
    axis.set_title(title)
    plt.show()


def confusion(answers: np.ndarray, labels: np.ndarray, title: str) -> None:
    """How often what was written (rows) was read as what (columns); the right ones are left out."""
    count = answers.shape[1]
    table = np.zeros((count, count), int)
    np.add.at(table, (labels, answers.argmax(axis=1)), 1)
    np.fill_diagonal(table, 0)
    _, axis = plt.subplots(figsize=(4.6, 4.4))
    axis.imshow(table, cmap="Blues")
    axis.grid(False)
    for row, column in np.argwhere(table):
        shade = "white" if table[row, column] > table.max() / 2 else "black"
        axis.text(column, row, table[row, column], ha="center", va="center", fontsize=8, color=shade)
    axis.set_xticks(range(count), NAMES[:count])
    axis.set_yticks(range(count), NAMES[:count])
    axis.set_xlabel("read as")
    axis.set_ylabel("written")
    axis.set_title(title)
    plt.show()


def reliability(rows: dict[str, list[tuple[float, float, int]]], title: str) -> None:
    """Confidence against the share that was right: on the diagonal, "90 %" means nine in ten."""
    _, axis = plt.subplots(figsize=(4.4, 4))
    axis.plot([0, 1], [0, 1], ":", color="#777777")
    for i, (name, bins) in enumerate(rows.items()):
        confidence, right, count = np.array(bins).T
        axis.plot(confidence, right, color=COLOURS[i], alpha=0.6)
        axis.scatter(confidence, right, 8 + 12 * np.log1p(count), COLOURS[i], MARKS[i], label=name)
    axis.set_xlabel("confidence")
    axis.set_ylabel("share right")
    axis.set_title(title)
    axis.legend()
    plt.show()


def against(rows: dict[str, dict], across: str, label: str, up: str, up_label: str) -> None:
    """What every row gets wrong, a mark of its own; both scales logarithmic, or the best would lie on one another."""
    figure, axis = plt.subplots(figsize=(8, 4.8))
    for i, (name, row) in enumerate(rows.items()):
        look = {"color": COLOURS[i % len(COLOURS)], "marker": MARKS[(i + i // len(COLOURS)) % len(MARKS)]}
        wrong, spread = 100 - 100 * row[up]["mean"], 100 * row[up]["sd"]
        axis.errorbar(row[across], wrong, spread, ls="", capsize=3, label=name, **look)
    logarithmic(axis)
    logarithmic(axis, "y")
    axis.set_xlabel(label)
    axis.set_ylabel(up_label)
    figure.legend(loc="outside right upper", fontsize=8)
    figure.suptitle("Lower is better, left is cheaper; lines are one standard deviation")
    plt.show()


def logarithmic(axis: Axes, which: str = "x") -> None:
    """A logarithmic scale with plain numbers at 1, 2 and 5."""
    axis.set(**{f"{which}scale": "log"})
    scale = getattr(axis, f"{which}axis")
    scale.set_major_locator(LogLocator(subs=(1, 2, 5)))
    scale.set_major_formatter("{x:g}")
    axis.minorticks_off()
