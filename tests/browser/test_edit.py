"""Nothing that was written is lost, and everything that was read can be put right."""

import json
import re

import pytest
from hand import HANDS
from playwright.sync_api import expect


@pytest.fixture
def number(drawing):
    return drawing.locator("#number")


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def test_undo_and_redo_go_back_and_forth_by_key(drawing, hand, number):
    hand.write("42")
    expect(number).to_have_text("42")
    drawing.keyboard.press("Control+z")
    expect(number).to_have_text("4")
    drawing.keyboard.press("Control+Shift+z")
    expect(number).to_have_text("42")


def test_the_eraser_takes_whole_strokes_and_undo_brings_them_back(drawing, hand, number):
    hand.write("42")
    button(drawing, "Erase").click()
    hand.stroke([(150, 130), (330, 130)])  # across the 2
    expect(number).to_have_text("4")
    button(drawing, "Undo").click()
    expect(number).to_have_text("42")


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
    assert strokes(drawing) == 3


def test_the_eraser_lets_go_of_a_tapped_stroke(drawing, hand, number):
    hand.write("42")
    hand.stroke([ON_THE_2])
    drawing.keyboard.press("e")
    button(drawing, "Erase").click()
    expect(button(drawing, "Erase")).to_have_attribute("aria-pressed", "false")
    assert strokes(drawing) == 3


def test_a_dot_on_empty_paper_is_ink(drawing, hand):
    hand.write("4")
    hand.stroke([(600, 300)])
    assert strokes(drawing) == 3


ON_THE_2 = (40 + 135 + 70, 40 + 5)


def test_who_erases_the_last_stroke_can_write_again(drawing, hand):
    hand.write("1")
    button(drawing, "Erase").click()
    hand.stroke([(40, 130), (200, 130)])
    hand.write("1")
    assert strokes(drawing) == 1


def test_escape_takes_back_the_stroke_under_the_pen(drawing, hand, number):
    hand.write("4")
    hand.down(300, 40)
    hand.move(300, 200)
    drawing.keyboard.press("Escape")
    hand.up()
    expect(number).to_have_text("4")
    assert strokes(drawing) == 2


def test_a_number_is_written_read_and_erased_with_keys_alone(drawing, number):
    drawing.keyboard.press("Tab")
    for key in "407":
        drawing.keyboard.press(key)
    expect(number).to_have_text("407")
    for key in ("ArrowLeft", "Delete"):
        drawing.keyboard.press(key)
    expect(number).to_have_text("40")


def test_a_key_that_comes_before_the_paper_was_measured_writes_as_large_as_any(drawing):
    height = drawing.evaluate("""() => {
        const field = document.createElement("digit-input");
        document.body.append(field);
        field.obey(new KeyboardEvent("keydown", { key: "4" }), true);
        const ys = field.ink.strokes.flatMap(({ points }) => points.map(([, y]) => y));
        return Math.max(...ys) - Math.min(...ys);
    }""")
    assert height > 50


def test_a_digit_is_corrected_with_keys_alone(drawing, number):
    drawing.keyboard.press("Tab")
    drawing.keyboard.press("4")
    expect(number).to_have_text("4")
    number.get_by_role("button").focus()
    for key in ("Enter", "9"):
        drawing.keyboard.press(key)
    expect(number).to_have_text("9")
    expect(number.get_by_role("button")).to_be_focused()


def test_every_digit_written_by_key_is_read_as_itself(drawing, number):
    drawing.locator("digit-input").focus()
    for key in "1234567890":
        drawing.keyboard.press(key)
    expect(number).to_have_text("1234567890")


def test_ink_and_corrections_survive_a_reload(drawing, hand, number):
    hand.write("407")
    correct(drawing, 1, "6")
    expect(number).to_have_text("467")
    drawing.reload()
    expect(number).to_have_text("467")
    assert strokes(drawing) == 4


def test_memory_that_is_broken_is_forgotten(drawing, hand, number):
    for name in ("ink", "earlier", "live"):
        drawing.evaluate("name => localStorage.setItem('inkdigits.' + name, '{\"strokes\": [[7]]')", name)
    drawing.evaluate("localStorage.setItem('inkdigits.ink', '{\"strokes\": [[[1, null]]], \"corrections\": []}')")
    drawing.reload()
    hand.write("4")
    expect(number).to_have_text("4")


def test_a_correction_stays_as_more_is_drawn(drawing, hand, number):
    hand.write("40")
    correct(drawing, 1, "6")
    hand.write("7", x=400)
    expect(number).to_have_text("467")
    expect(drawing.locator("#cards > li").nth(1)).to_contain_text("your choice")


def test_a_correction_can_be_undone(drawing, hand, number):
    hand.write("40")
    correct(drawing, 0, "9")
    expect(number).to_have_text("90")
    button(drawing, "Undo").click()
    expect(number).to_have_text("40")


def test_another_number_is_taken_with_a_tap(drawing, hand, number):
    drawing.route("**/api/recognize", with_alternative("46"))
    hand.write("40")
    expect(number).to_have_text("40")
    button(drawing, "46").click()
    expect(number).to_have_text("46")
    expect(button(drawing, "46")).to_have_count(0)


def test_two_digits_are_joined_into_one_that_the_writer_names(drawing, hand, number):
    hand.write("17")
    expect(number).to_have_text("17")
    number.get_by_role("button").nth(0).click()
    button(drawing, "Join with next").click()
    expect(number).to_have_text(re.compile(r"^\d$"))  # what the server makes of it, not the page's own "?"
    correct(drawing, 0, "9")
    hand.write("4", x=400)
    expect(number).to_have_text("94")


def test_a_digit_of_one_stroke_is_split_in_two_and_undo_makes_it_whole(drawing, hand, number):
    hand.write("3")
    expect(number).to_have_text("3")
    number.get_by_role("button").click()
    button(drawing, "Split in two").click()
    expect(number).to_have_text(re.compile(r"^\d\d$"))
    assert strokes(drawing) == 2
    button(drawing, "Undo").click()
    expect(number).to_have_text("3")


def test_the_server_keeps_the_borders_that_the_writer_drew(drawing, hand, number):
    hand.write("417")
    expect(number).to_have_text("417")
    number.get_by_role("button").nth(1).click()
    with drawing.expect_response("**/api/recognize") as told:
        button(drawing, "Join with next").click()
    assert told.value.request.post_data_json["groups"] == [[2, 3]]
    assert [digit["strokes"] for digit in told.value.json()["digits"]] == [[0, 1], [2, 3]]


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
    read = drawing.evaluate("document.querySelector('digit-input').reading.digits.map(({tint}) => tint)")
    assert letters == cards == read and len(set(read)) == 2


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
    hand.write("40")
    expect(number).to_have_text("40")
    button(drawing, "Clear").click()
    drawing.reload()
    button(drawing, "Look at 40 again").click()
    expect(number).to_have_text("40")


def test_the_number_can_be_copied(drawing, hand, number):
    drawing.context.grant_permissions(["clipboard-read", "clipboard-write"])
    hand.write("47")
    expect(number).to_have_text("47")
    button(drawing, "Copy").click()
    expect(drawing.locator("#notice")).to_have_text("Copied 47.")
    assert drawing.evaluate("navigator.clipboard.readText()") == "47"


@pytest.mark.parametrize("kind", ["JSON", "SVG", "PNG"])
def test_the_ink_can_be_downloaded(drawing, hand, number, kind):
    hand.write("4")
    expect(number).to_have_text("4")
    with drawing.expect_download() as download:
        button(drawing, f"Download the ink as {kind}").click()
    content = download.value.path().read_bytes()
    assert download.value.suggested_filename == f"ink-4.{kind.lower()}"
    assert content.startswith({"JSON": b'{"strokes":[[[', "SVG": b"<svg ", "PNG": b"\x89PNG"}[kind])


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


def test_what_a_replay_shows_of_a_beginning_cannot_be_corrected(drawing, hand, number):
    hand.write("17")
    drawing.evaluate(SLOWER)
    expect(number).to_have_text("17")
    button(drawing, "Replay").click()
    expect(number).to_have_text("1")
    number.get_by_role("button").click()
    expect(drawing.get_by_role("dialog")).to_be_hidden()
    expect(number).to_have_text("17")


SLOWER = """() => {
  const {ink} = document.querySelector('digit-input');
  ink.load({strokes: ink.data().strokes.map((points) => points.map(([x, y, ms]) => [x, y, 9 * ms])), corrections: []});
}"""
LISTEN = """(number) => {
  window.said = [];
  const listener = new MutationObserver(() => said.push(number.textContent));
  listener.observe(number, {childList: true, subtree: true, characterData: true});
}"""


def test_a_finger_can_do_all_of_it(drawing, number):
    finger = HANDS["touch"](drawing)
    finger.write("40")
    expect(number).to_have_text("40")
    number.get_by_role("button").nth(1).tap()
    drawing.locator("#correct .keypad").get_by_role("button").nth(8).tap()
    expect(number).to_have_text("48")
    button(drawing, "Clear").tap()
    expect(number).to_have_text("")


def correct(page, place, digit):
    """Say that the digit at `place` is `digit`."""
    page.locator("#number button").nth(place).click()
    page.locator("#correct .keypad button").nth(int(digit)).click()


def with_alternative(number):
    """A route that adds a second best number to the real answer."""

    def answer(route):
        reply = route.fetch()
        reading = reply.json() | {"alternatives": [{"number": number, "confidence": 0.2}]}
        route.fulfill(response=reply, body=json.dumps(reading))

    return answer


def strokes(page):
    return page.evaluate("document.querySelector('digit-input').ink.strokes.length")


def test_a_digit_whose_ink_is_gone_cannot_be_corrected(drawing, hand, number):
    hand.write("47")
    expect(number).to_have_text("47")
    drawing.route("**/api/recognize", lambda route: None)
    button(drawing, "Erase").click()
    hand.stroke([(60, 130), (150, 130)])  # the 4
    number.get_by_role("button").first.click()
    drawing.keyboard.press("9")
    drawing.unroute("**/api/recognize")
    drawing.reload()
    expect(number).to_have_text("7")


def test_an_earlier_number_keeps_its_name_when_looking_at_it_is_undone(drawing, hand, number):
    hand.write("40")
    expect(number).to_have_text("40")
    button(drawing, "Clear").click()
    hand.write("17")
    expect(number).to_have_text("17")
    drawing.get_by_role("button", name=re.compile("40")).click()
    expect(number).to_have_text("40")
    button(drawing, "Undo").click()
    expect(number).to_have_text("17")
    kept = drawing.evaluate("Object.entries(localStorage).find(([name]) => name.endsWith('earlier'))[1]")
    assert {entry["number"]: len(entry["data"]["strokes"]) for entry in json.loads(kept)} == {"40": 3, "17": 2}
