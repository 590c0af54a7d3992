"""What was read can be put right, and neither ink nor correction is lost."""

import pytest
from hand import HANDS
from paper import answer, button, correct, stroke_count, with_alternative
from playwright.sync_api import expect


def test_a_digit_is_corrected_with_keys_alone(drawing, number):
    drawing.keyboard.press("Tab")
    drawing.keyboard.press("4")
    expect(number).to_have_text("4")
    number.get_by_role("button").focus()
    for key in ("Enter", "9"):
        drawing.keyboard.press(key)
    expect(number).to_have_text("9")
    expect(number.get_by_role("button")).to_be_focused()


@pytest.mark.parametrize("modifier", ["Control", "Alt", "Meta"])
def test_a_digit_that_is_pressed_for_the_browser_corrects_nothing(drawing, hand, number, modifier):
    hand.write("4")
    number.get_by_role("button").click()
    drawing.keyboard.press(f"{modifier}+9")
    expect(drawing.get_by_role("dialog")).to_be_visible()
    expect(number).to_have_text("4")


def test_the_dialogue_closes_at_a_click_beside_it_and_not_within(drawing, hand, number):
    hand.write("4")
    number.get_by_role("button").click()
    dialog = drawing.get_by_role("dialog")
    dialog.click(position={"x": 5, "y": 100})
    expect(dialog).to_be_visible()
    drawing.mouse.click(5, 5)
    expect(dialog).to_be_hidden()


def test_ink_and_corrections_survive_a_reload(drawing, hand, number):
    hand.write("407")
    correct(drawing, 1, "6")
    expect(number).to_have_text("467")
    asked = []
    drawing.route("**/api/recognize", lambda route: (asked.append(route), route.fallback()))
    drawing.reload()
    expect(number).to_have_text("467")
    assert stroke_count(drawing) == 4
    assert len(asked) == 1


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


@pytest.mark.parametrize("key", ["9", "Erase its ink"])
def test_a_digit_whose_ink_is_gone_cannot_be_corrected(drawing, hand, number, key):
    hand.write("47")
    expect(number).to_have_text("47")
    drawing.route("**/api/recognize", lambda route: None)
    button(drawing, "Erase").click()
    hand.stroke([(60, 130), (150, 130)])  # the 4
    number.get_by_role("button").first.click()
    drawing.keyboard.press("9") if key == "9" else button(drawing, key).click()
    drawing.unroute("**/api/recognize")
    for way, left in (("Undo", "47"), ("Redo", "7")):
        for _ in range(2):  # strokes of the 4
            button(drawing, way).click()
        expect(number).to_have_text(left)
    drawing.reload()
    expect(number).to_have_text("7")


def test_a_key_that_is_pressed_twice_changes_no_digit(drawing, hand, number):
    hand.write("4")
    expect(number).to_have_text("4")
    number.get_by_role("button").focus()
    drawing.keyboard.press("Enter")
    expect(drawing.get_by_role("dialog")).to_have_accessible_description("Digit 1 of 1, read as 4.")
    drawing.keyboard.press("Enter")
    expect(drawing.get_by_role("dialog")).to_be_hidden()
    expect(number).to_have_text("4")


def test_the_focus_goes_on_to_a_neighbour_where_its_digit_goes(drawing, hand, number):
    hand.write("47")
    expect(number).to_have_text("47")
    for place, (thing, left) in enumerate((("#number button", "4"), ("#cards button", ""))):
        drawing.locator(thing).nth(1 - place).focus()
        drawing.keyboard.press("Enter")
        button(drawing, "Erase its ink").press("Enter")
        expect(number).to_have_text(left)
        expect(drawing.locator("digit-input" if place else "#number button")).to_be_focused()


@pytest.mark.parametrize("what", ["#number", "#cards"])
@pytest.mark.parametrize(("place", "left"), [(0, "07"), (1, "47"), (2, "40")])
def test_a_key_erases_the_digit_that_has_the_focus_which_goes_on(drawing, hand, number, what, place, left):
    hand.write("407")
    expect(number).to_have_text("407")
    digits = drawing.locator(f"{what} button")
    digits.nth(place).focus()
    drawing.keyboard.press("Control+Delete")  # is the browser's
    assert stroke_count(drawing) == 4
    drawing.keyboard.press("Delete")
    expect(number).to_have_text(left)
    expect(digits.nth(min(place, 1))).to_be_focused()
    drawing.keyboard.press("Control+z")
    expect(number).to_have_text("407")


def test_a_correction_before_the_ink_is_read_is_said_to_wait_for_that(drawing, hand, number):
    hand.write("4")
    expect(number).to_have_text("4")
    drawing.get_by_role("switch").uncheck()
    hand.write("7", x=200)
    correct(drawing, 0, "9")
    expect(drawing.locator("#notice")).to_have_text("Counts as soon as the ink is read.")
    button(drawing, "Predict").click()
    expect(number).to_have_text("97")
    expect(drawing.locator("#notice")).to_be_empty()


def test_the_dialogue_says_who_says_so(drawing, hand, number):
    hand.write("4")
    correct(drawing, 0, "9")
    number.get_by_role("button").click()
    expect(drawing.locator("#correct-says")).to_have_text("Digit 1 of 1, as you say 9.")


def test_two_digits_that_share_a_stroke_are_corrected_one_by_one(drawing, hand, number):
    drawing.route("**/api/recognize", answer(("5", [0, 1]), ("0", [0])))
    hand.write("4")  # two strokes
    expect(number).to_have_text("50")
    correct(drawing, 0, "6")
    correct(drawing, 1, "8")
    expect(number).to_have_text("68")


@pytest.mark.parametrize(("place", "corrected"), [(0, "90"), (1, "59")])
def test_a_correction_stays_with_its_digit_when_a_stroke_is_added_to_it(drawing, hand, number, place, corrected):
    drawing.route("**/api/recognize", answer(("5", [0]), ("0", [0])))
    hand.write("1")
    expect(number).to_have_text("50")
    correct(drawing, place, "9")
    drawing.route("**/api/recognize", answer(("5", [0, 1]), ("0", [0])))
    with drawing.expect_response("**/api/recognize"):
        hand.write("1", x=200)
    expect(number).to_have_text(corrected)


def test_a_correction_stands_in_its_place_when_the_server_draws_other_borders(drawing, hand, number):
    drawing.route("**/api/recognize", answer(("1", [0]), ("7", [1, 2])))
    hand.write("111")
    expect(number).to_have_text("17")
    correct(drawing, 1, "4")
    drawing.route("**/api/recognize", answer(("1", [0, 1]), ("7", [2]), ("0", [3])))
    hand.write("1", x=500)
    expect(number).to_have_text("?40")


def test_another_number_is_taken_with_a_tap(drawing, hand, number):
    drawing.route("**/api/recognize", with_alternative("46"))
    hand.write("40")
    expect(number).to_have_text("40")
    button(drawing, "46").click()
    expect(number).to_have_text("46")
    expect(button(drawing, "46")).to_have_count(0)


def test_the_focus_stays_on_another_number_as_long_as_that_is_offered(drawing, hand, number):
    drawing.route("**/api/recognize", answer(("4", [0]), others=["46"]))
    hand.write("47")
    button(drawing, "46").focus()
    for key in ("Delete", "Control+z"):
        drawing.keyboard.press(key)  # what comes back is known, so that it is shown at once
    expect(button(drawing, "46")).to_be_focused()
    drawing.route("**/api/recognize", answer(("4", [0])))
    drawing.keyboard.press("Delete")
    expect(number.get_by_role("button")).to_be_focused()


def test_another_number_of_other_length_takes_the_place_of_all_digits_of_a_stroke(drawing, hand, number):
    drawing.route("**/api/recognize", answer(("9", [0]), ("9", [0]), others=["991"]))
    hand.write("1")
    expect(number).to_have_text("99")
    button(drawing, "991").click()
    expect(number).to_have_text("991")
    correct(drawing, 0, "4")
    expect(number).to_have_text("4")


def test_a_finger_can_do_all_of_it(drawing, number):
    finger = HANDS["touch"](drawing)
    finger.write("40")
    expect(number).to_have_text("40")
    number.get_by_role("button").nth(1).tap()
    drawing.locator("#correct .keypad").get_by_role("button").nth(8).tap()
    expect(number).to_have_text("48")
    button(drawing, "Clear").tap()
    expect(number).to_have_text("")
