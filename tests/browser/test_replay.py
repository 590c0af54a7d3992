"""A number can be watched as it was written."""

from paper import TINTS, button, stroke_count
from playwright.sync_api import expect


def test_replay_shows_what_was_read_on_the_way_and_ends_as_it_was(drawing, hand, number):
    hand.write("17")
    drawing.evaluate(SLOWER)
    expect(number).to_have_text("17")
    number.evaluate(LISTEN)
    button(drawing, "Replay").click()
    expect(button(drawing, "Replay")).to_have_attribute("aria-pressed", "true")
    expect(button(drawing, "Replay")).to_have_attribute("aria-pressed", "false", timeout=30_000)
    expect(number).to_have_text("17")
    assert drawing.evaluate("said").index("") < drawing.evaluate("said").index("1")


def test_a_replay_of_ink_that_was_not_read_ends_without_a_number(drawing, hand, number):
    hand.write("4")
    drawing.evaluate(SLOWER)
    expect(number).to_have_text("4")
    drawing.get_by_role("switch").uncheck()
    hand.write("7", x=300)
    button(drawing, "Replay").click()
    expect(button(drawing, "Replay")).to_have_attribute("aria-pressed", "true")
    expect(button(drawing, "Replay")).to_have_attribute("aria-pressed", "false", timeout=30_000)
    expect(number).to_have_text("")


def test_a_replay_is_stopped_with_its_button(drawing, hand, number):
    hand.write("4")
    drawing.evaluate(SLOWER)
    expect(number).to_have_text("4")
    again = button(drawing, "Replay")
    again.focus()
    for pressed in ("true", "false"):
        drawing.keyboard.press("Enter")
        expect(again).to_have_attribute("aria-pressed", pressed)
        expect(again).to_be_focused()


def test_what_a_replay_shows_of_a_beginning_cannot_be_corrected(drawing, hand, number):
    hand.write("17")
    drawing.evaluate(SLOWER)
    expect(number).to_have_text("17")
    button(drawing, "Replay").click()
    expect(number).to_have_text("1")
    number.get_by_role("button").click()
    expect(drawing.get_by_role("dialog")).to_be_hidden()
    expect(number).to_have_text("17")


def test_what_is_pointed_at_in_a_replay_is_what_it_shows(drawing, hand, number):
    hand.write("7", x=200)
    hand.write("1", x=40)
    drawing.evaluate(SLOWER)
    expect(number).to_have_text("17")
    button(drawing, "Replay").click()
    expect(number).to_have_text("7")
    hand.move(200 + 50, 48)  # its first stroke
    card = drawing.locator("#cards > li")
    expect(card).to_have_css("--tint", drawing.evaluate(TINTS)[1])
    drawing.wait_for_timeout(50)
    expect(card).to_have_class("digit-card")
    expect(number).to_have_text("7")


def test_a_tap_that_stops_a_replay_leaves_no_dot(drawing, hand, number):
    hand.write("4")
    drawing.evaluate(SLOWER)
    expect(number).to_have_text("4")
    button(drawing, "Replay").click()
    expect(button(drawing, "Replay")).to_have_attribute("aria-pressed", "true")
    hand.stroke([(420, 200)])
    expect(button(drawing, "Replay")).to_have_attribute("aria-pressed", "false")
    assert stroke_count(drawing) == 2


def test_a_touch_of_the_eraser_that_stops_a_replay_takes_no_ink_that_is_not_there_yet(drawing, hand, number):
    hand.write("17")
    drawing.evaluate(SLOWER)
    expect(number).to_have_text("17")
    button(drawing, "Erase").click()
    button(drawing, "Replay").click()
    expect(button(drawing, "Replay")).to_have_attribute("aria-pressed", "true")
    hand.stroke([(40 + 135 + 50, 40 + 8)])  # on the 7
    expect(button(drawing, "Replay")).to_have_attribute("aria-pressed", "false")
    assert stroke_count(drawing) == 2


SLOWER = """() => {  // 1.2 seconds for every stroke, however fast the machine wrote it
  const {ink} = document.querySelector('digit-input');
  const slow = (points, at) => points.map(([x, y], i) => [x, y, 2000 * at + (1200 * i) / points.length]);
  ink.load({strokes: ink.data().strokes.map(slow), corrections: []});
}"""
LISTEN = """(number) => {
  window.said = [];
  const listener = new MutationObserver(() => said.push(number.textContent));
  listener.observe(number, {childList: true, subtree: true, characterData: true});
}"""
