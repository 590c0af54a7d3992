"""Who uses keys sees where he is."""

from playwright.sync_api import expect


def test_the_focus_shows_on_whatever_tab_comes_to(drawing, hand):
    hand.write("4")
    expect(drawing.locator("#number")).to_have_text("4")
    rings = {}
    for _ in range(14):
        drawing.keyboard.press("Tab")
        rings |= [drawing.evaluate(FOCUSED)]
    assert {"Undo", "live", "Predict", "4", "JSON", "API"} < set(rings)
    assert set(rings.values()) == {"solid"}, rings


FOCUSED = """() => {
  const at = document.activeElement;
  return [at.id || at.textContent.trim(), getComputedStyle(at).outlineStyle];
}"""


def test_the_focus_is_in_sight_in_the_dialogue_where_it_is_larger_than_the_window(drawing, hand):
    drawing.set_viewport_size({"width": 320, "height": 256})  # 1280 × 1024, four times as large
    hand.write("4", size=0.6)
    for _ in range(2):
        drawing.locator("#number button").press("Enter")
        leave = drawing.get_by_role("button", name="Leave it as it is")
        expect(leave).to_be_focused()
        expect(leave).to_be_in_viewport(ratio=1)
        drawing.get_by_role("dialog").evaluate("(dialog) => { dialog.scrollTop = 999; }")
        leave.press("Enter")
