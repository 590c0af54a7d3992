"""A card stays as it is while its digit does."""

import json
import re

from playwright.sync_api import expect


def test_a_card_is_not_drawn_anew_while_another_digit_is_written(drawing, hand):
    drawing.route("**/api/recognize", almost_the_same)
    hand.write("1")
    cards = drawing.locator("#cards > li")
    expect(cards).to_have_count(1)
    drawing.evaluate(WATCH)
    hand.write("7", x=200)
    expect(cards.first.get_by_role("button")).to_have_accessible_name(re.compile("^Digit 1 of 2"))
    assert drawing.evaluate("drawn") == 0


def test_a_card_is_not_scrolled_by_what_only_screen_readers_see(drawing, hand):
    hand.write("4")
    card = drawing.locator("#cards > li")
    assert card.evaluate("(card) => { card.scrollTop = 99; return card.scrollTop; }") == 0


def test_a_picture_keeps_its_black_ground_in_print(drawing, hand):
    hand.write("4")
    expect(drawing.locator("#cards .picture")).to_have_css("print-color-adjust", "exact")


def almost_the_same(route):
    """The real answer, each time a little surer, as that of a digit is when others come."""
    reply = route.fetch()
    reading = reply.json()
    reading["digits"][0]["probabilities"][1] -= 1e-6 * len(reading["digits"])
    route.fulfill(response=reply, body=json.dumps(reading))


WATCH = """() => {
  window.drawn = 0;
  new MutationObserver((changes) => { drawn += changes.length; })
    .observe(document.querySelector("#cards > li"), { childList: true, subtree: true });
}"""
