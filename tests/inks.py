"""Inks by name, the degenerate ones above all: what a test calls `one_point` is the same everywhere."""

import math

one_point = [[[5, 5]]]
two_equal_points = [[[5, 5], [5, 5]]]
vertical_bar = [[[0, 0], [0, 100]]]
horizontal_bar = [[[0, 0], [100, 0]]]
with_times = [[[0, 0, 0], [0, 50, 8], [0, 100, 16.5]]]


def ring(x, y, width, height, points=40):
    """A 0 in one stroke, around (x, y)."""
    turns = [2 * math.pi * i / points - math.pi / 2 for i in range(points + 1)]
    return [[x + width / 2 * math.cos(t), y + height / 2 * math.sin(t)] for t in turns]


def bar(x, top, bottom, points=20):
    """A 1 in one stroke."""
    return [[x, top + (bottom - top) * i / points] for i in range(points + 1)]


def seven(x, y):
    """A 7 without a bar, its top left corner at (x, y), 60 wide and 100 high."""
    return [[x + 6 * i, y] for i in range(11)] + [[x + 60 - 3.5 * i, y + 10 * i] for i in range(1, 11)]


one_seven = [bar(0, 0, 100), seven(60, 0)]
four_open = [[[0, 0], [-5, 60], [60, 60]], [[40, 20], [42, 110]]]
five_late_bar = [[[0, 0], [0, 45], [40, 45], [60, 70], [40, 100], [0, 95]], [[0, 0], [60, -2]]]
two_zeros = [ring(0, 50, 60, 100), ring(100, 50, 60, 100)]


def three(x):
    """A 3 in one stroke, 60 wide and 100 high."""
    upper = [[x + 20 + 40 * math.sin(t), 25 - 25 * math.cos(t)] for t in [0.2 * i for i in range(16)]]
    lower = [[x + 20 + 40 * math.sin(t), 75 - 25 * math.cos(t)] for t in [0.2 * i for i in range(17)]]
    return [[x, 5], *upper, *lower, [x, 95]]


joined_00 = (
    ring(30, 50, 60, 100) + [[65, 0], [95, 2]] + ring(120, 50, 60, 100),
    75,
)  # a stroke, and the border between its digits
joined_10 = (bar(0, 0, 100) + [[20, 60], [40, 10]] + ring(60, 50, 60, 100), 20)
joined_33 = (three(0) + three(85), 70)


def moved(strokes, x):
    """The same strokes, further to the right."""
    return [[[point[0] + x, *point[1:]] for point in stroke] for stroke in strokes]


def zeros_and_sevens(count):
    """0707… in `count` strokes."""
    return [ring(100 * i, 50, 60, 100) if i % 2 == 0 else seven(100 * i - 30, 0) for i in range(count)]


def rounded(stroke):
    """The same stroke in fewer letters."""
    return [[round(x, 2), round(y, 2)] for x, y in stroke]


def scribble(x, width, points):
    """A stroke that goes to and fro over a field, covering it evenly."""
    return rounded([x + width * (0.618 * i % 1), 100 * (0.755 * i % 1)] for i in range(points))


def specks(count, x, width):
    """Dots all over a field."""
    return [[point] for point in scribble(x, width, count)]


costly = {  # within every limit, and made to cost as much as can be
    "100 bars of 100 points": [bar(10 * i, 0, 100, points=99) for i in range(100)],
    "100 loops in one place": [rounded(ring(i / 10, 50, 20, 100, points=99)) for i in range(100)],
    "100 scribbles in one place": [scribble(i / 10, 40, 100) for i in range(100)],
    "50 scribbles of 200 points": [scribble(2 * i, 100, 200) for i in range(50)],
    "2 scribbles of 5,000 points": [scribble(20 * i, 100, 5000) for i in range(2)],
    "a scribble of 10,000 points": [scribble(0, 100, 10_000)],
    "a wide scribble of 10,000 points": [scribble(0, 3000, 10_000)],
    "10,000 points of one zigzag": [[[i / 2, 100 * (i % 2)] for i in range(10_000)]],
    "as many specks as are read": [*(scribble(0.1 * i, 40, 120) for i in range(80)), *specks(10, 200, 40)],
    "a pillar of 100": [[[0, 200 * i], [20, 200 * i + 100]] for i in range(100)],
    "a pillar of 32 bars": [bar(0, 200 * i, 200 * i + 100, points=300) for i in range(32)],
    "32 digits of 300 points": [rounded(ring(100 * i, 50, 60, 100, points=299)) for i in range(32)],
}
costly_groups = {"strokes": [scribble(i, 40, 50) for i in range(200)]}
costly_groups["groups"] = [list(range(i, i + 16)) for i in range(0, 192, 16)]
