import inks
import numpy as np
import pytest

from digits import parse, raster


def picture(strokes, line_height=0.0):
    return raster.pictures([parse({"strokes": strokes}).strokes], line_height)[0, ..., 0].astype(float)


def extent(image, axis):
    return np.count_nonzero(image.max(axis=axis))


def centre_of_mass(image):
    across, down = image.sum(axis=0), image.sum(axis=1)
    places = np.arange(28) + 0.5
    return np.array([across @ places, down @ places]) / image.sum()


SHAPES = ["vertical_bar", "horizontal_bar", "four_open", "five_late_bar", "two_zeros"]


@pytest.mark.parametrize("name", SHAPES)
def test_the_longest_side_fills_twenty_pixels_with_the_pen(name):
    image = picture(getattr(inks, name))
    assert max(extent(image, 0), extent(image, 1)) in (20, 21)  # 21 where the edges fall between pixels


@pytest.mark.parametrize("name", SHAPES)
def test_the_centre_of_mass_is_in_the_middle_to_a_fifth_of_a_pixel(name):
    assert centre_of_mass(picture(getattr(inks, name))) == pytest.approx([14, 14], abs=0.2)


def test_the_pen_is_a_seventh_of_the_digit():
    row = picture(inks.vertical_bar)[14]
    assert row.sum() / 255 == pytest.approx(raster.PEN * raster.BOX, abs=0.1)


@pytest.mark.parametrize("scale", [0.001, 1, 1000])
def test_size_and_place_do_not_matter(scale):
    moved = [[[scale * x + 3 * scale, scale * y - 5 * scale] for x, y in stroke] for stroke in inks.four_open]
    np.testing.assert_array_equal(picture(moved), picture(inks.four_open))


def test_edges_are_smooth():
    assert len(np.unique(picture(inks.one_seven[1:]))) > 8


@pytest.mark.parametrize("name", ["one_point", "two_equal_points"])
@pytest.mark.parametrize("line_height", [0, 100])
def test_a_dot_stays_a_dot(name, line_height):
    image = picture(getattr(inks, name), line_height)
    assert 3 <= extent(image, 0) == extent(image, 1) <= 4


@pytest.mark.parametrize("size", [5e-324, 1e-307])
def test_what_is_too_small_to_be_enlarged_is_a_dot(size):
    assert (picture([[[0, 0], [size, 0]]]) == picture([[[0, 0]]])).all()


def test_a_short_tick_in_a_tall_line_stays_small():
    tick = [[[0, 0], [0, 5]]]
    assert extent(picture(tick, 100), 1) < 8 < extent(picture(tick), 1)


def test_pictures_do_not_see_each_other():
    # so heavy at one end that the other one leaves the picture
    right = [[0, 50], *([x, y] for x in range(80, 101, 4) for y in (0, 100))]
    below = [[y, x] for x, y in right]
    left, above = ([[100 - x, 100 - y] for x, y in stroke] for stroke in (right, below))
    shapes = [*(getattr(inks, name) for name in SHAPES), [right], [below], [left], [above]]
    groups = [parse({"strokes": strokes}).strokes for strokes in shapes * raster.AT_ONCE]
    together = raster.pictures(groups, 0.0)
    np.testing.assert_array_equal(together, np.concatenate([raster.pictures([group], 0.0) for group in groups]))


def test_no_groups_make_no_pictures():
    assert raster.pictures([], 1.0).shape == (0, 28, 28, 1)
