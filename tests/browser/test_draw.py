"""Ink on paper: what is drawn is read, whatever it is drawn with."""

import re

import pytest
from hand import CANVAS, HANDS, SWEEP, digits
from paper import frames, stroke_count
from playwright.sync_api import expect


@pytest.mark.parametrize("kind", HANDS)
def test_a_number_of_two_digits_is_read(drawing, kind):
    HANDS[kind](drawing).write("47")
    expect(drawing.locator("#number")).to_have_text("47")
    expect(drawing.locator("#cards > li")).to_have_count(2)


def test_a_stroke_drawn_late_joins_its_digit(drawing, hand):
    body, bar = digits("5")
    hand.stroke(body)
    hand.write("0", x=200)
    hand.stroke(bar)
    expect(drawing.locator("#number")).to_have_text("50")
    expect(drawing.locator("#cards > li")).to_have_count(2)


def test_a_stroke_that_leaves_the_paper_goes_on(drawing, hand):
    hand.stroke([(60, 60), (60, 200), (60, -30), (60, 100)])
    strokes = drawing.evaluate("document.querySelector('digit-input').ink.data().strokes")
    assert len(strokes) == 1
    assert [y for _, y, _ in strokes[0]] == pytest.approx([60, 200, -30, 100], abs=1)


def test_a_finger_that_the_system_takes_away_leaves_no_ink(drawing):
    finger = HANDS["touch"](drawing)
    finger.down(60, 60)
    finger.move(60, 120)
    finger.cancel()
    assert stroke_count(drawing) == 0
    expect(drawing.get_by_text("Write a number here").first).to_be_visible()


def test_fingers_beside_a_pen_leave_no_ink_until_allowed(drawing):
    pen, finger = HANDS["pen"](drawing), HANDS["touch"](drawing)
    pen.write("1")
    finger.write("1", x=200)
    assert stroke_count(drawing) == 1
    drawing.get_by_role("button", name="let fingers write").click()
    for count, hand in enumerate((finger, pen, finger), 2):
        hand.write("1", x=100 * count)
        assert stroke_count(drawing) == count


def test_what_lets_fingers_write_takes_no_paper_from_the_pen(drawing):
    paper = drawing.locator("digit-input canvas")
    before = paper.bounding_box()
    pen = HANDS["pen"](drawing)
    pen.write("1")
    expect(drawing.get_by_role("button", name="let fingers write")).to_be_visible()
    assert paper.bounding_box() == before
    for x in (20, before["width"] - 60):
        for y in (10, before["height"] - 40):
            pen.stroke([(x, y), (x + 40, y + 20)])
    assert stroke_count(drawing) == 5


def test_a_stroke_keeps_its_scale_in_a_window_that_changes(drawing, hand):
    hand.write("1", x=900)
    hand.down(40, 100)
    hand.move(60, 100)
    drawing.set_viewport_size({"width": 390, "height": 800})
    expect(drawing.locator("digit-input canvas")).to_have_attribute("width", re.compile(r"^3\d\d$"))
    hand.corner = None
    hand.move(80, 100)
    hand.up()
    strokes = drawing.evaluate("document.querySelector('digit-input').ink.data().strokes")
    assert [(x, y) for x, y, _ in strokes[1]] == [pytest.approx(at, abs=1) for at in ((40, 100), (60, 100), (80, 100))]


def test_a_palm_that_was_there_before_the_pen_leaves_no_ink(drawing):
    pen, palm = HANDS["pen"](drawing), HANDS["touch"](drawing)
    palm.down(400, 300)
    palm.move(410, 310)
    pen.write("1")
    palm.up()
    expect(drawing.locator("#number")).to_have_text("1")
    assert stroke_count(drawing) == 1


def test_a_pen_that_is_a_touch_too_does_not_scroll_the_page(page, live_url):
    page.set_viewport_size({"width": 390, "height": 600})
    page.add_init_script("Object.defineProperty(PointerEvent.prototype, 'pointerType', { get: () => 'pen' })")
    page.goto(live_url)
    pen = HANDS["touch"](page)
    for x in (60, 120):
        pen.stroke([(x, 200 - 10 * step) for step in range(16)])
    assert page.evaluate("scrollY") == 0
    heights = page.evaluate(
        "document.querySelector('digit-input').ink.strokes.map(({points}) => points[0][1] - points.at(-1)[1])"
    )
    assert heights == [150, 150]


def test_points_between_two_frames_are_kept_and_painted_at_once(drawing, hand):
    hand.down(60, 60)
    swept = f"(points) => {{ ({SWEEP})(points); return ({INKED})([0, 0]); }}"
    assert drawing.evaluate(swept, [hand.at(70 + 10 * i, 60) for i in range(10)]) > 100 * 5  # before any frame
    hand.up()
    assert drawing.evaluate("document.querySelector('digit-input').ink.strokes[0].points.length") == 11


@pytest.mark.parametrize("ratio", [1.5, 3])
def test_ink_is_as_sharp_as_the_screen(browser, live_url, ratio):
    with browser.new_page(device_scale_factor=ratio) as page:
        page.goto(live_url)
        HANDS["mouse"](page).stroke(A_BAR)
        frames(page)
        assert painted(page) == pytest.approx(INK_OF_THE_BAR * ratio**2, rel=0.05)


@pytest.mark.parametrize(("x", "scrolls"), [(100, False), (-10, True)])
def test_a_finger_scrolls_the_page_beside_the_paper_and_not_on_it(drawing, x, scrolls):
    drawing.set_viewport_size({"width": 390, "height": 600})
    finger = HANDS["touch"](drawing)
    finger.down(x, 180)
    for y in range(170, 10, -10):
        frames(drawing)
        finger.move(x, y)
    finger.up()
    assert (drawing.evaluate("scrollY") > 0, stroke_count(drawing)) == (scrolls, 0 if scrolls else 1)


def test_empty_paper_shows_where_to_write_until_the_first_stroke(drawing, hand):
    hint = drawing.get_by_text("Write a number here").first
    expect(hint).to_be_visible()
    hand.down(60, 60)
    expect(hint).not_to_be_visible()


def test_an_empty_paper_asks_for_ink_instead_of_answering(drawing):
    asked = []
    drawing.route("**/api/**", lambda route: asked.append(route))
    drawing.get_by_role("button", name="Predict").click()
    expect(drawing.locator("#notice")).to_contain_text("no ink yet")
    assert asked == []


def test_without_live_reading_only_the_button_asks(drawing, hand):
    drawing.get_by_role("switch").uncheck()
    hand.write("4")
    expect(drawing.locator("#cards > li")).to_have_count(0)
    drawing.get_by_role("button", name="Predict").click()
    expect(drawing.locator("#number")).to_have_text("4")


def test_enter_asks_where_live_reading_is_off(drawing):
    drawing.get_by_role("switch").uncheck()
    drawing.locator("digit-input").focus()
    drawing.keyboard.press("4")
    expect(drawing.locator("#answer")).to_have_class(re.compile("stale"))
    drawing.keyboard.press("Enter")
    expect(drawing.locator("#number")).to_have_text("4")


def test_what_was_not_read_is_not_told_as_read(drawing, hand):
    name = drawing.locator("digit-input canvas")
    drawing.get_by_role("switch").uncheck()
    hand.write("4")
    drawing.get_by_role("button", name="Predict").click()
    expect(name).to_have_attribute("aria-label", re.compile(": 2 strokes, read as 4$"))
    hand.write("7", x=300)
    expect(name).to_have_attribute("aria-label", re.compile(": 3 strokes$"))


def test_the_old_answer_stays_dimmed_until_the_new_one_is_there(drawing, hand):
    hand.write("4")
    expect(drawing.locator("#number")).to_have_text("4")
    held = []
    drawing.route("**/api/recognize", lambda route: held.append(route))
    hand.write("7", x=300)
    expect(drawing.locator("#number")).to_have_css("opacity", "0.55")
    expect(drawing.locator("#number")).to_have_text("4")
    held[0].fallback()
    expect(drawing.locator("#number")).to_have_text("47")
    expect(drawing.locator("#number")).to_have_css("opacity", "1")


def test_clear_empties_the_paper_and_undo_brings_it_back(drawing, hand):
    hand.write("40")
    expect(drawing.locator("#number")).to_have_text("40")
    drawing.get_by_role("button", name="Clear").click()
    expect(drawing.locator("#number")).to_have_text("")
    drawing.get_by_role("button", name="Undo").click()
    expect(drawing.locator("#number")).to_have_text("40")


def test_ink_survives_a_turn_of_the_screen(drawing, hand):
    hand.write("407", x=700)
    before = painted(drawing)
    drawing.set_viewport_size({"width": 390, "height": 844})
    expect(drawing.locator("digit-input canvas")).to_have_attribute("width", re.compile(r"^3\d\d$"))
    width = drawing.evaluate(f"({CANVAS}).width")
    assert painted(drawing) > before / 20  # smaller, but all of it
    assert painted(drawing, left=width - 2) == 0
    drawing.set_viewport_size({"width": 1280, "height": 800})
    expect(drawing.locator("digit-input canvas")).to_have_attribute("width", re.compile(r"^1\d{3}$"))
    assert painted(drawing) == pytest.approx(before, rel=0.02)


def test_ink_that_was_shown_smaller_leaves_the_paper_as_it_was(drawing, hand):
    drawing.evaluate("document.querySelector('digit-input').ink.load({strokes: [[[0, 0, 0], [9000, 100, 9]]]})")
    drawing.get_by_role("button", name="Clear").click()
    hand.stroke(A_BAR)
    frames(drawing)
    assert painted(drawing) == pytest.approx(INK_OF_THE_BAR, rel=0.1)
    drawing.get_by_role("button", name="Undo").click()
    drawing.get_by_role("button", name="Undo").click()
    frames(drawing)
    width = drawing.evaluate(f"({CANVAS}).width")
    assert painted(drawing, left=width - 20) > 0  # all of it, to its end
    assert painted(drawing, left=width - 1) == 0


def test_undo_leaves_the_ink_where_it_is_though_some_of_it_ran_off_the_paper(drawing, hand):
    hand.stroke([*A_BAR, (40, 200), (-300, 200)])
    hand.stroke([(300, 60), (300, 200)])
    drawing.get_by_role("button", name="Undo").click()
    frames(drawing)
    assert painted(drawing, 57, 70, 63, 120) == 6 * 50  # of the bar


A_BAR = [(60, 60), (60, 200)]
INK_OF_THE_BAR = 140 * 6.5 + 3.14 * 3.25**2  # CSS pixels: a line with round ends
INKED = """([left, top, right, bottom]) => {
  const {width, height} = CANVAS;
  const copy = new OffscreenCanvas(width, height).getContext('2d', {willReadFrequently: true});
  copy.drawImage(CANVAS, 0, 0);
  const {data} = copy.getImageData(left, top, (right ?? width) - left, (bottom ?? height) - top);
  return data.filter((byte, place) => place % 4 === 3 && byte > 127).length;
}""".replace("CANVAS", CANVAS)


def painted(page, left=0, top=0, right=None, bottom=None):
    """How many pixels of the paper, or of a part of it, bear ink."""
    return page.evaluate(INKED, [left, top, right, bottom])
