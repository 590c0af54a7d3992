"""One finger writes; two that come together zoom and move the page."""

import pytest
from hand import HANDS
from paper import button, frames, stroke_count
from playwright.sync_api import expect


@pytest.mark.parametrize("spread", [0, 1])
def test_two_fingers_move_or_zoom_the_page_and_leave_no_ink(drawing, spread):
    drawing.set_viewport_size({"width": 390, "height": 600})
    finger = HANDS["touch"](drawing)
    finger.down(120, 180)
    finger.together("touchStart", (120, 180), (160, 180))
    for step in range(0, 100, 4):
        frames(drawing)
        finger.together("touchMove", (120 - spread * step, 180 - step), (160 + spread * step, 180 - step))
    finger.up()
    frames(drawing)
    assert drawing.evaluate("visualViewport.scale > 1.5" if spread else "scrollY > 0")
    assert stroke_count(drawing) == 0
    expect(drawing.get_by_text("Write a number here").first).to_be_visible()
    finger.stroke([(100, 80), (100, 120)])  # and one finger goes on to write
    assert stroke_count(drawing) == 1


def test_a_finger_that_writes_is_not_disturbed_by_another(drawing):
    finger = HANDS["touch"](drawing)
    finger.down(60, 60)
    for y in range(61, 101):  # further than two fingers would go before they make a gesture
        finger.move(60, y)
    finger.together("touchStart", (60, 100), (260, 100))
    for step in range(0, 100, 4):
        frames(drawing)
        finger.together("touchMove", (60, 100 + step), (260 + step, 100))
    finger.up()
    (stroke,) = drawing.evaluate("document.querySelector('digit-input').ink.data().strokes")
    assert [round(axis) for axis in stroke[-1][:2]] == [60, 196]
    assert drawing.evaluate("visualViewport.scale") == 1


def test_a_finger_leaves_ink_from_its_first_pixel_on(drawing):
    finger = HANDS["touch"](drawing)
    finger.stroke([(60 + step, 60) for step in range(11)])
    (stroke,) = drawing.evaluate("document.querySelector('digit-input').ink.data().strokes")
    assert [round(x) for x, _, _ in stroke[:3]] == [60, 61, 62]


def test_a_thumb_that_rests_beside_the_paper_lets_a_finger_write(drawing):
    finger = HANDS["touch"](drawing)
    thumb = (-20, 100)
    finger.down(*thumb)
    finger.together("touchStart", thumb, (60, 60))
    for y in range(61, 160):
        finger.together("touchMove", thumb, (60, y))
    finger.together("touchEnd", thumb)
    finger.up()
    (stroke,) = drawing.evaluate("document.querySelector('digit-input').ink.data().strokes")
    assert [round(axis) for axis in stroke[-1][:2]] == [60, 159]


@pytest.mark.parametrize("fingers", [2, 3])
def test_fingers_that_tap_together_leave_no_ink(drawing, fingers):
    finger = HANDS["touch"](drawing)
    places = [(120, 180), (160, 180), (200, 180)][:fingers]
    finger.down(*places[0])
    for count in range(2, fingers + 1):
        finger.together("touchStart", *places[:count])
    for count in range(fingers - 1, 0, -1):
        finger.together("touchEnd", *places[:count])
    finger.up()
    frames(drawing)
    assert stroke_count(drawing) == 0
    expect(drawing.get_by_text("Write a number here").first).to_be_visible()


def test_a_finger_erases_where_it_taps_and_while_it_goes_but_not_where_two_begin_a_gesture(drawing):
    finger = HANDS["touch"](drawing)
    for x in (60, 120, 180):
        finger.stroke([(x, 60), (x, 120)])
    button(drawing, "Erase").click()
    finger.down(60, 90)
    finger.together("touchStart", (60, 90), (120, 90))
    finger.together("touchMove", (70, 90), (130, 90))
    finger.up()
    frames(drawing)
    assert stroke_count(drawing) == 3
    finger.stroke([(180, 90)])
    assert stroke_count(drawing) == 2
    finger.down(40, 90)
    for x in range(41, 130):
        finger.move(x, 90)
    assert stroke_count(drawing) == 0
    finger.up()
