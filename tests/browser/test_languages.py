"""Who writes from right to left, or has other digits on the keyboard, can use the page, too."""

from paper import button, stroke_count
from playwright.sync_api import expect

WINDOW = {"width": 390, "height": 844}


def test_a_number_runs_from_left_to_right_on_a_page_from_right_to_left(drawing, hand, number):
    drawing.set_viewport_size(WINDOW)
    drawing.evaluate("document.documentElement.dir = 'rtl'")
    hand.write("407", size=0.6)
    expect(number).to_have_text("407")
    lefts = number.get_by_role("button").evaluate_all("all => all.map((one) => one.getBoundingClientRect().left)")
    assert lefts == sorted(lefts)


def test_the_tools_stay_within_a_page_from_right_to_left(drawing):
    drawing.set_viewport_size(WINDOW)
    edges = "(it) => [it.getBoundingClientRect().left, innerWidth - it.getBoundingClientRect().right]"
    before = [button(drawing, name).evaluate(edges) for name in ("Undo", "Predict")]
    drawing.evaluate("document.documentElement.dir = 'rtl'")
    assert [button(drawing, name).evaluate(edges)[::-1] for name in ("Undo", "Predict")] == before


def test_the_switch_stands_before_its_words_on_a_page_from_right_to_left(drawing):
    drawing.evaluate("document.documentElement.dir = 'rtl'")
    switch, words = (drawing.locator(which).bounding_box() for which in ("#live", "[for=live]"))
    assert switch["x"] >= words["x"] + words["width"]


def test_digits_of_other_scripts_write_and_correct(drawing, number):
    drawing.locator("digit-input").focus()
    drawing.evaluate(PRESS, {"key": "\u06f4", "code": "Digit4"})  # Persian
    expect(number).to_have_text("4")
    drawing.evaluate(PRESS, {"key": "\u0667", "code": "Numpad7"})  # Arabic
    expect(number).to_have_text("47")
    strokes = stroke_count(drawing)
    number.get_by_role("button").first.click()
    drawing.evaluate(PRESS, {"key": "\u0969", "code": "Digit3"})  # Hindi
    expect(number).to_have_text("37")
    assert stroke_count(drawing) == strokes


PRESS = """(key) => {
  const { activeElement: at } = document;
  (at.shadowRoot?.activeElement ?? at).dispatchEvent(
    new KeyboardEvent("keydown", { ...key, bubbles: true, composed: true }),
  );
}"""
