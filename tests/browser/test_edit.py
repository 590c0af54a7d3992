"""What was drawn can be taken back, erased and written anew, with the pen or with keys alone."""

import re

import pytest
from hand import HANDS, Quick
from paper import button, stroke_count
from playwright.sync_api import expect


def test_undo_and_redo_go_back_and_forth_by_key(drawing, hand, number):
    hand.write("42")
    expect(number).to_have_text("42")
    drawing.keyboard.press("Control+z")
    expect(number).to_have_text("4")
    drawing.keyboard.press("Control+Shift+z")
    expect(number).to_have_text("42")
    drawing.evaluate(CYRILLIC)
    expect(number).to_have_text("4")


def test_the_eraser_takes_whole_strokes_and_undo_brings_them_back(drawing, hand, number):
    hand.write("42")
    button(drawing, "Erase").click()
    hand.stroke([(150, 130), (330, 130)])  # across the 2
    expect(number).to_have_text("4")
    button(drawing, "Undo").click()
    expect(number).to_have_text("42")


def test_the_eraser_takes_what_it_was_on_between_two_frames(drawing, hand, number):
    hand.write("42")
    button(drawing, "Erase").click()
    hand.down(600, 300)
    drawing.evaluate(THERE_AND_BACK, [hand.at(600, 300), hand.at(235, 130), hand.at(600, 302)])
    hand.up()
    expect(number).to_have_text("4")


@pytest.mark.parametrize("kind", HANDS)
@pytest.mark.parametrize("erase", ["button", "key"])
def test_a_stroke_that_is_tapped_can_be_erased(drawing, number, kind, erase):
    hand = HANDS[kind](drawing)
    hand.write("42")
    hand.stroke([ON_THE_2])
    expect(drawing.locator("digit-input canvas")).to_have_attribute("aria-label", re.compile("stroke 3 selected"))
    button(drawing, "Erase").click() if erase == "button" else drawing.keyboard.press("Delete")
    expect(number).to_have_text("4")
    expect(button(drawing, "Erase")).to_have_attribute("aria-pressed", "false")
    button(drawing, "Undo").click()
    expect(number).to_have_text("42")


@pytest.mark.parametrize("place", ["on it again", "beside it"])
def test_another_tap_lets_go_of_a_stroke_and_leaves_no_ink(drawing, hand, place):
    hand.write("42")
    hand.stroke([ON_THE_2])
    hand.stroke([ON_THE_2 if place == "on it again" else (600, 300)])
    expect(drawing.locator("digit-input canvas")).not_to_have_attribute("aria-label", re.compile("selected"))
    assert stroke_count(drawing) == 3


def test_a_finger_that_the_system_takes_away_leaves_the_tapped_stroke_as_it_was(drawing):
    finger = HANDS["touch"](drawing)
    finger.write("42")
    finger.stroke([(44, 165)])  # on the 4
    finger.down(300, 300)
    finger.move(300, 200)
    finger.cancel()
    drawing.keyboard.press("Delete")
    assert drawing.evaluate("document.querySelector('digit-input').ink.strokes.map(({ id }) => id)") == [2, 3]


def test_an_eraser_that_the_system_takes_away_chooses_no_stroke(drawing):
    finger = HANDS["touch"](drawing)
    finger.write("42")
    finger.stroke([(44, 165)])  # on the 4
    finger.write("1", x=400)
    button(drawing, "Erase").click()
    finger.down(300, 300)
    finger.move(300, 200)
    finger.cancel()
    button(drawing, "Erase").click()
    assert stroke_count(drawing) == 4


def test_the_eraser_lets_go_of_a_tapped_stroke(drawing, hand, number):
    hand.write("42")
    hand.stroke([ON_THE_2])
    drawing.keyboard.press("e")
    button(drawing, "Erase").click()
    expect(button(drawing, "Erase")).to_have_attribute("aria-pressed", "false")
    assert stroke_count(drawing) == 3


def test_a_dot_on_empty_paper_is_ink(drawing, hand):
    hand.write("4")
    hand.stroke([(600, 300)])
    assert stroke_count(drawing) == 3


def test_there_is_no_eraser_where_there_is_no_ink(drawing, hand):
    expect(button(drawing, "Erase")).to_be_disabled()
    paper = drawing.locator("digit-input canvas")
    paper.press("e")
    hand.write("1")
    assert stroke_count(drawing) == 1
    paper.press("e")
    expect(paper).to_have_attribute("aria-label", re.compile("erasing$"))


def test_who_erases_the_last_stroke_can_write_again(drawing, hand):
    hand.write("1")
    button(drawing, "Erase").click()
    hand.stroke([(40, 130), (200, 130)])
    hand.write("1")
    assert stroke_count(drawing) == 1


def test_escape_takes_back_the_stroke_under_the_pen(drawing, hand, number):
    hand.write("4")
    hand.down(300, 40)
    hand.move(300, 200)
    drawing.keyboard.press("Escape")
    hand.up()
    expect(number).to_have_text("4")
    assert stroke_count(drawing) == 2


def test_a_number_is_written_read_and_erased_with_keys_alone(drawing, number):
    drawing.keyboard.press("Tab")
    for key in "407":
        drawing.keyboard.press(key)
    expect(number).to_have_text("407")
    for key in ("ArrowLeft", "Delete"):
        drawing.keyboard.press(key)
    expect(number).to_have_text("40")


def test_a_key_that_comes_before_the_paper_was_measured_writes_as_large_as_any(drawing):
    assert drawing.evaluate(HEIGHT_BY_KEY, "") > 50


def test_paper_of_the_size_that_a_canvas_has_of_itself_is_measured_too(drawing):
    assert drawing.evaluate(HEIGHT_BY_KEY, "width: 300px; height: 150px") > 50


def test_delete_erases_wherever_the_focus_is(drawing, hand):
    hand.write("77")
    button(drawing, "Undo").focus()
    drawing.keyboard.press("Delete")
    assert stroke_count(drawing) == 1
    drawing.keyboard.press("Enter")  # is the button's
    assert stroke_count(drawing) == 2


def test_the_focus_is_shown_to_who_comes_back_by_keys(drawing, hand):
    paper = drawing.locator("digit-input .paper")
    hand.write("1")
    button(drawing, "Undo").click()
    expect(paper).to_have_css("outline-style", "none")
    drawing.keyboard.press("Shift+Tab")
    expect(drawing.locator("digit-input")).to_be_focused()
    expect(paper).to_have_css("outline-style", "solid")


def test_a_window_keeps_its_ink_whatever_is_written_in_another(drawing, hand, number):
    hand.write("47")
    expect(number).to_have_text("47")
    other = drawing.context.new_page()
    other.goto(drawing.url)
    expect(other.locator("#number")).to_have_text("47")  # a new one begins with what there is
    button(other, "Clear").click()
    Quick(other).write("5")
    expect(other.locator("#number")).to_have_text("5")
    other.close()
    drawing.reload()
    expect(number).to_have_text("47")


def test_keys_go_on_to_the_paper_when_their_button_goes_away(drawing, number):
    drawing.locator("digit-input").focus()
    drawing.keyboard.press("4")
    expect(number).to_have_text("4")
    button(drawing, "Clear").focus()
    drawing.keyboard.press("Enter")
    expect(drawing.locator("digit-input")).to_be_focused()


@pytest.mark.parametrize("name", ["Copy", "Erase"])
def test_keys_go_on_to_the_paper_when_one_of_them_takes_their_button_away(drawing, hand, number, name):
    hand.write("1")
    expect(number).to_have_text("1")
    button(drawing, name).focus()
    drawing.keyboard.press("Delete")
    expect(drawing.locator("digit-input")).to_be_focused()


def test_a_key_of_who_is_nowhere_takes_him_nowhere(drawing, hand):
    hand.write("1")
    drawing.evaluate("document.activeElement.blur()")
    drawing.keyboard.press("Delete")
    assert stroke_count(drawing) == 0
    assert drawing.evaluate("document.activeElement === document.body")


def test_the_button_under_the_paper_leaves_keys_to_the_ink_and_the_focus_to_the_paper(drawing):
    HANDS["pen"](drawing).write("11")
    fingers = drawing.get_by_role("button", name="let fingers write")
    fingers.focus()
    for key in "Delete", "4":  # which writes on the paper alone
        drawing.keyboard.press(key)
    assert stroke_count(drawing) == 1
    drawing.keyboard.press("Enter")
    expect(fingers).to_be_hidden()
    expect(drawing.locator("digit-input canvas")).to_be_focused()


def test_every_digit_written_by_key_is_read_as_itself(drawing, number):
    drawing.locator("digit-input").focus()
    for key in "1234567890":
        drawing.keyboard.press(key)
    expect(number).to_have_text("1234567890")


HEIGHT_BY_KEY = """(style) => {
  const field = document.createElement("digit-input");
  field.shadowRoot.querySelector("canvas").style = style;
  document.body.append(field);
  field.obey(new KeyboardEvent("keydown", { key: "4" }), true);
  const ys = field.ink.strokes.flatMap(({ points }) => points.map(([, y]) => y));
  return Math.max(...ys) - Math.min(...ys);
}"""
CYRILLIC = "document.dispatchEvent(new KeyboardEvent('keydown', {key: 'я', code: 'KeyZ', ctrlKey: true}))"
ON_THE_2 = (40 + 135 + 70, 40 + 5)
THERE_AND_BACK = """(places) => {
  const at = ([clientX, clientY]) => ({ clientX, clientY, pointerId: 1 });
  const coalescedEvents = places.map((place) => new PointerEvent("pointermove", at(place)));
  const canvas = document.querySelector("digit-input").shadowRoot.querySelector("canvas");
  canvas.dispatchEvent(new PointerEvent("pointermove", { ...at(places.at(-1)), coalescedEvents }));
}"""
