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
