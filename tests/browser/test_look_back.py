"""What was drawn and read can be pointed at, looked at again, replayed, copied and kept."""

import json
import re

import inks
import pytest
from paper import TINTS, button
from playwright.sync_api import expect


def test_pointing_at_a_card_dims_the_ink_and_cards_of_the_others(drawing, hand):
    hand.write("40")
    cards = drawing.locator("#cards > li")
    expect(cards).to_have_count(2)
    cards.nth(0).hover()
    expect(cards.nth(1)).to_have_class("digit-card dimmed")
    expect(drawing.locator("#number button").nth(1)).to_have_class("digit dimmed")


def test_a_card_that_has_the_focus_dims_the_others_too(drawing, hand):
    hand.write("40")
    cards = drawing.locator("#cards > li")
    expect(cards).to_have_count(2)
    drawing.keyboard.press("Shift")  # from here on the keyboard is in use, so that the focus shows
    cards.nth(0).get_by_role("button").focus()
    expect(cards.nth(1)).to_have_class("digit-card dimmed")


def test_one_colour_ties_a_digit_s_ink_its_letter_and_its_card_together(drawing, hand):
    hand.write("40")
    expect(drawing.locator("#cards > li")).to_have_count(2)
    letters, cards = (
        drawing.locator(which).evaluate_all("all => all.map((one) => one.style.getPropertyValue('--tint'))")
        for which in ("#number button", "#cards > li")
    )
    read = drawing.evaluate(TINTS)
    assert letters == cards == read and len(set(read)) == 2


def test_digits_keep_their_colours_as_more_is_drawn_even_two_of_one_stroke(drawing, hand, number):
    (stroke,) = inks.moved([inks.joined_00[0]], 100)
    hand.stroke(stroke)
    expect(number).to_have_text("00")
    before = drawing.evaluate(TINTS)
    hand.write("4", x=400)
    expect(number).to_have_text("004")
    assert drawing.evaluate(TINTS)[:2] == before


def test_the_eraser_lights_up_nothing(drawing, hand):
    hand.write("407")
    cards = drawing.locator("#cards > li")
    expect(cards).to_have_count(3)
    button(drawing, "Erase").click()
    hand.move(600, 300)
    hand.move(45 + 135, 145)
    expect(cards.nth(0)).to_have_class("digit-card dimmed")
    hand.stroke([(45 + 135, 140), (45 + 135, 150)])
    expect(cards).to_have_count(2)
    expect(cards.nth(0)).to_have_class("digit-card")


def test_pointing_at_ink_lights_up_its_card(drawing, hand):
    hand.write("40")
    cards = drawing.locator("#cards > li")
    expect(cards).to_have_count(2)
    hand.move(44, 165)  # on the 4, but as if the pen were on its way
    expect(cards.nth(1)).to_have_class("digit-card")
    hand.move(400, 300)
    hand.move(44, 165)
    expect(cards.nth(1)).to_have_class("digit-card dimmed")


def test_cleared_numbers_can_be_looked_at_again(drawing, hand, number):
    write_and_clear(drawing, hand, number, "40")
    drawing.reload()
    button(drawing, "Look at 40 again").click()
    expect(number).to_have_text("40")


def test_what_one_window_forgets_no_other_brings_back(drawing, hand, number, live_url):
    write_and_clear(drawing, hand, number, "40")
    other = drawing.context.new_page()
    other.goto(live_url)
    button(other, "Forget them").click()
    expect(drawing.locator("#earlier")).to_be_hidden()
    write_and_clear(drawing, hand, number, "17")
    expect(other.locator("#earlier li")).to_have_text(["17"])


def test_an_earlier_number_keeps_its_name_when_looking_at_it_is_undone(drawing, hand, number):
    write_and_clear(drawing, hand, number, "40")
    hand.write("17")
    expect(number).to_have_text("17")
    drawing.get_by_role("button", name=re.compile("40")).click()
    expect(number).to_have_text("40")
    button(drawing, "Undo").click()
    expect(number).to_have_text("17")
    kept = drawing.evaluate("Object.entries(localStorage).find(([name]) => name.endsWith('earlier'))[1]")
    assert {entry["number"]: len(entry["data"]["strokes"]) for entry in json.loads(kept)} == {"40": 3, "17": 2}


def test_ink_that_was_not_read_since_it_changed_is_kept_under_no_number(drawing, hand, number):
    hand.write("40")
    expect(number).to_have_text("40")
    drawing.get_by_role("switch").uncheck()
    hand.write("7", x=400)
    button(drawing, "Clear").click()
    expect(drawing.locator("#earlier li")).to_have_text(["unread ink"])
    drawing.get_by_role("switch").check()
    button(drawing, "Look at unread ink again").click()
    expect(number).to_have_text("407")
    button(drawing, "Clear").click()
    expect(drawing.locator("#earlier li")).to_have_text(["407"])


def test_an_earlier_number_that_is_looked_at_keeps_its_name_without_an_answer(drawing, hand, number):
    write_and_clear(drawing, hand, number, "17")
    hand.write("40")
    expect(number).to_have_text("40")
    drawing.route("**/api/recognize", lambda route: None)
    button(drawing, "Look at 17 again").click()
    button(drawing, "Clear").click()
    expect(drawing.locator("#earlier li")).to_have_text(["17", "40"])


def test_the_number_can_be_copied(drawing, hand, number):
    drawing.context.grant_permissions(["clipboard-read", "clipboard-write"])
    hand.write("47")
    expect(number).to_have_text("47")
    button(drawing, "Copy").click()
    expect(drawing.locator("#notice")).to_have_text("Copied 47.")
    assert drawing.evaluate("navigator.clipboard.readText()") == "47"


def test_a_number_of_other_ink_is_neither_shown_nor_copied(drawing, hand, number):
    write_and_clear(drawing, hand, number, "40")
    hand.write("4")
    expect(number).to_have_text("4")
    drawing.get_by_role("switch").uncheck()
    hand.write("7", x=200)
    button(drawing, "Copy").click()
    expect(drawing.locator("#notice")).to_have_text("Not read yet, so nothing was copied.")
    drawing.route("**/api/recognize", lambda route: None)
    button(drawing, "Look at 40 again").click()
    expect(number).to_have_text("")


def test_ink_that_never_got_an_answer_is_kept(drawing, hand):
    drawing.route("**/api/recognize", lambda route: None)
    hand.write("4")
    button(drawing, "Erase").click()
    hand.stroke([(60, 130), (150, 130)])
    expect(drawing.locator("#earlier")).to_be_hidden()
    hand.write("47")
    button(drawing, "Clear").click()
    expect(drawing.locator("#earlier li")).to_have_text(["unread ink"])


def test_who_comes_back_to_the_page_finds_nothing_added(drawing, hand, number, live_url):
    hand.write("4")
    expect(number).to_have_text("4")
    drawing.goto(f"{live_url}/api/docs")
    drawing.go_back()
    expect(number).to_have_text("4")
    expect(drawing.locator("#earlier")).to_be_hidden()


def test_the_number_is_copied_the_old_way_where_there_is_no_clipboard(drawing, hand, number):
    drawing.context.grant_permissions(["clipboard-read", "clipboard-write"])
    drawing.evaluate(NO_CLIPBOARD)
    hand.write("47")
    expect(number).to_have_text("47")
    button(drawing, "Copy").click()
    expect(drawing.locator("#notice")).to_have_text("Copied 47.")
    expect(button(drawing, "Copy")).to_be_focused()
    assert drawing.evaluate("clipboard.readText()") == "47"


def test_a_number_that_cannot_be_copied_is_said_so(drawing, hand, number):
    drawing.evaluate(NO_CLIPBOARD)
    drawing.evaluate("document.execCommand = () => false")
    hand.write("47")
    expect(number).to_have_text("47")
    button(drawing, "Copy").click()
    expect(drawing.locator("#notice")).to_have_text("47 could not be copied.")


@pytest.mark.parametrize("kind", ["JSON", "SVG", "PNG"])
def test_the_ink_can_be_downloaded(drawing, hand, number, kind):
    hand.write("4")
    expect(number).to_have_text("4")
    with drawing.expect_download() as download:
        button(drawing, f"Download the ink as {kind}").click()
    content = download.value.path().read_bytes()
    assert download.value.suggested_filename == f"ink-4.{kind.lower()}"
    assert content.startswith({"JSON": b'{"strokes":[[[', "SVG": b"<svg ", "PNG": b"\x89PNG"}[kind])


def test_a_download_of_ink_that_was_not_read_since_it_changed_is_named_so(drawing, hand, number):
    hand.write("4")
    expect(number).to_have_text("4")
    drawing.get_by_role("switch").uncheck()
    hand.write("7", x=400)
    with drawing.expect_download() as download:
        button(drawing, "Download the ink as JSON").click()
    assert download.value.suggested_filename == "ink-unread.json"


def write_and_clear(drawing, hand, number, text):
    """Have a number among the earlier ones."""
    hand.write(text)
    expect(number).to_have_text(text)
    button(drawing, "Clear").click()


NO_CLIPBOARD = """() => {
  window.clipboard = navigator.clipboard;
  Object.defineProperty(navigator, 'clipboard', {value: undefined});
}"""


@pytest.mark.parametrize(("keys", "undone"), [("4", ["Delete"] * 2), ("123", ["Control+z"] * 3)])
def test_what_goes_stroke_by_stroke_or_comes_back_leaves_no_number_that_nobody_wrote(drawing, number, keys, undone):
    drawing.locator("digit-input").focus()
    for key in keys:
        drawing.keyboard.press(key)
    expect(number).to_have_text(keys)
    for key in undone:
        drawing.wait_for_timeout(200)  # until what is there has been read
        drawing.keyboard.press(key)
    expect(number).to_have_text("")
    expect(drawing.locator("#earlier")).to_be_hidden()


def test_a_page_that_comes_back_shows_what_was_written_since(drawing, hand, number):
    hand.write("17")
    expect(number).to_have_text("17")
    # the headless shell itself keeps no page
    again = "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"
    drawing.evaluate(f"window.same = true; {again}")
    assert drawing.evaluate("window.same")
    with drawing.expect_navigation():
        drawing.evaluate(f"(ink) => {{ sessionStorage.setItem('inkdigits.ink', JSON.stringify(ink)); {again} }}", ONE)
    expect(number).to_have_text("1")


ONE = {"strokes": [[[90, 60, 0], [90, 180, 9]]], "corrections": []}
