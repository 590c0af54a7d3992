"""Everybody can use the page: axe finds nothing, light or dark, on phone or desktop."""

import base64
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from paper import frames
from playwright.sync_api import expect

WINDOWS = {"phone": (390, 844), "desktop": (1280, 800), "zoomed": (640, 400)}
OTHERS = ("/embed", "/api/docs")
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # of what it finds nothing in, it need not tell every place
}


def axe_finds_nothing(page):
    """Neither in light nor in dark colours."""
    for colours in ("light", "dark"):
        page.emulate_media(color_scheme=colours, reduced_motion="reduce")
        expect(page.locator("html")).to_have_attribute("data-bs-theme", colours)
        found = Axe().run(page, options=RULES)
        assert found.violations_count == 0, f"{colours}: {found.generate_report()}"


def resize(page, window):
    page.set_viewport_size(dict(zip(("width", "height"), WINDOWS[window], strict=True)))


def nothing_sticks_out(page):
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("window", WINDOWS)
def test_axe_finds_nothing_on_the_page_which_fits_the_window(drawing, hand, window):
    resize(drawing, window)
    hand.write("407", size=0.6)
    expect(drawing.locator("#cards > li")).to_have_count(3)
    axe_finds_nothing(drawing)
    assert nothing_sticks_out(drawing)


def test_axe_finds_nothing_in_the_dialogue_and_on_empty_paper(drawing, hand):
    axe_finds_nothing(drawing)
    hand.write("4")
    drawing.locator("#number button").click()
    axe_finds_nothing(drawing)


def test_the_dialogue_fits_where_text_is_twice_as_large(drawing, hand):
    resize(drawing, "phone")
    hand.write("40", size=0.6)
    drawing.locator("#number button").nth(0).click()
    drawing.evaluate("document.documentElement.style.fontSize = '200%'")
    assert drawing.locator("#correct").evaluate("(it) => it.scrollWidth <= it.clientWidth")


@pytest.mark.parametrize("path", OTHERS)
def test_axe_finds_nothing_on_the_other_pages_which_fit_every_window(drawing, live_url, path):
    drawing.goto(live_url + path)
    for window in WINDOWS:
        resize(drawing, window)
        axe_finds_nothing(drawing)
        assert nothing_sticks_out(drawing), window


def test_an_example_can_be_tried_where_it_is_described(drawing, live_url, complaints):
    drawing.goto(live_url)
    drawing.get_by_role("link", name="API").click()
    drawing.wait_for_url("**/api/docs")  # and its scripts, without which the button sends nothing
    drawing.get_by_label("Example").select_option(index=2)
    drawing.get_by_role("button", name="Send").click()
    expect(drawing.get_by_role("status")).to_contain_text('200\n{\n  "number": "47"')
    drawing.route("**/api/recognize", lambda route: route.fulfill(status=502, body="<h1>Away</h1>"))  # a proxy's
    drawing.get_by_role("button", name="Send").click()
    expect(drawing.get_by_role("status")).to_have_text("502\n<h1>Away</h1>")
    complaints.clear()


def test_thirty_two_digits_fit_on_a_narrow_phone(drawing, hand):
    drawing.set_viewport_size({"width": 320, "height": 568})
    drawing.route("**/api/recognize", lambda route: route.fulfill(json=fake("1234567890123456 7890123456789012")))
    hand.write("1", size=0.5)
    expect(drawing.locator("#number")).to_have_text("1234567890123456 7890123456789012")
    expect(drawing.locator("#number")).to_be_visible()
    assert nothing_sticks_out(drawing)


def test_a_number_too_long_for_the_paper_is_shown_smaller_and_read_whole(drawing):
    drawing.set_viewport_size({"width": 320, "height": 568})
    drawing.locator("digit-input").focus()
    drawing.keyboard.type("12345678901234567890123456789012", delay=30)
    expect(drawing.locator("#number")).to_have_text("12345678901234567890123456789012")
    drawing.get_by_role("button", name="Clear").click()
    expect(drawing.get_by_role("button", name="Look at")).to_be_visible()
    assert nothing_sticks_out(drawing)


@pytest.mark.parametrize("size", ["16px", "32px"])
def test_no_control_sticks_out_of_the_page_or_lies_on_another(drawing, hand, size):
    drawing.evaluate("(size) => { document.documentElement.style.fontSize = size; }", size)
    hand.write("47", size=0.4)
    expect(drawing.locator("#cards > li")).to_have_count(2)
    for width in (320, 390, 768, 1280):
        drawing.set_viewport_size({"width": width, "height": 800})
        assert drawing.evaluate(OVERLAPS) == [], width


OVERLAPS = """() => {
  const boxes = [...document.querySelectorAll('main button, main .form-switch')].filter((e) => e.checkVisibility())
    .map((e) => [e.textContent.trim(), e.getBoundingClientRect()]);
  const out = boxes.filter(([, {left, right}]) => left < 0 || right > innerWidth);
  const meet = (a, b, low, high) => Math.min(a[high], b[high]) - Math.max(a[low], b[low]) > 1;
  const pairs = boxes.flatMap(([name, a], i) => boxes.slice(i + 1)
    .filter(([, b]) => meet(a, b, 'left', 'right') && meet(a, b, 'top', 'bottom')).map(([other]) => [name, other]));
  return [...out.map(([name]) => name), ...pairs];
}"""


def test_the_paper_is_as_large_as_its_field(drawing):
    whole, paper = (drawing.locator(which).bounding_box() for which in ("digit-input", "digit-input .paper"))
    assert paper == whole


def test_who_touches_is_asked_to_write_by_hand_but_finds_what_keys_do(drawing):
    assert drawing.evaluate("matchMedia('(pointer: coarse)').matches")
    expect(drawing.get_by_text("or the keys 0 to 9")).to_be_hidden()
    drawing.get_by_text("Keys", exact=True).click()
    expect(drawing.get_by_text("Ctrl Z undoes")).to_be_visible()


def test_a_digit_that_is_unsure_looks_unsure(drawing, hand):
    drawing.route("**/api/recognize", lambda route: route.fulfill(json=fake("7", unsure=True)))
    hand.write("7")
    expect(drawing.locator("#number button")).to_have_class("digit unsure")
    expect(drawing.locator("#cards > li")).to_contain_text("unsure")


def test_what_is_no_digit_is_said_so_where_it_matters(drawing, hand):
    answer = fake("7", confidence=0.3, unsure=True, not_a_digit=0.6)
    drawing.route("**/api/recognize", lambda route: route.fulfill(json=answer))
    hand.write("7")
    card = drawing.locator("#cards > li")
    expect(card).to_contain_text("no digit?")
    expect(card.locator(".plot canvas")).to_have_attribute("aria-label", re.compile("not a digit: 60 %"))


def test_a_card_shows_the_picture_that_the_network_saw_and_all_it_said(drawing, hand):
    with drawing.expect_response("**/api/recognize") as told:
        hand.write("7")
    (digit,) = told.value.json()["digits"]
    card = drawing.locator("#cards > li")
    expect(card.get_by_role("row")).to_have_count(11)
    expect(card.get_by_role("row", name="7", exact=False).first).to_be_attached()
    assert card.locator(".picture").evaluate(ALPHAS) == list(base64.b64decode(digit["image"]))


ALPHAS = (
    "(canvas) => [...canvas.getContext('2d').getImageData(0, 0, 28, 28).data.filter((_, place) => place % 4 === 3)]"
)


def test_the_number_is_said_to_those_who_cannot_see_it(drawing, hand):
    hand.write("47")
    expect(drawing.locator("#spoken[aria-live=polite]")).to_have_text(re.compile("^47, .*sure|certain"))
    assert drawing.get_by_role("table").count() == 2


def test_the_line_that_speaks_is_there_before_it_has_something_to_say(drawing):
    expect(drawing.locator("#notice")).to_have_text("")
    expect(drawing.get_by_role("status")).to_have_id("notice")


def test_ink_and_bars_follow_the_system_s_colours(drawing, hand):
    drawing.emulate_media(color_scheme="light", reduced_motion="reduce")
    hand.write("4")
    expect(drawing.locator("#number")).to_have_text("4")  # its first stroke alone has a card, too
    frames(drawing)
    light = drawing.evaluate(COLOURS)
    drawing.emulate_media(color_scheme="dark")
    expect(drawing.locator("html")).to_have_attribute("data-bs-theme", "dark")
    frames(drawing)
    assert all(before != after for before, after in zip(light, drawing.evaluate(COLOURS), strict=True))


def test_a_dark_page_is_printed_in_the_colours_of_a_light_one(drawing, hand):
    drawing.emulate_media(color_scheme="light", reduced_motion="reduce")
    hand.write("4")
    expect(drawing.locator("#number")).to_have_text("4")  # its first stroke alone has a card, too
    frames(drawing)
    light = drawing.evaluate(COLOURS)
    drawing.emulate_media(color_scheme="dark")
    expect(drawing.locator("html")).to_have_attribute("data-bs-theme", "dark")
    frames(drawing)
    dark = drawing.evaluate(COLOURS)
    drawing.evaluate(f"addEventListener('beforeprint', () => (window.printed = ({COLOURS})()))")
    drawing.pdf()
    assert drawing.evaluate("printed") == light != dark
    assert drawing.evaluate(COLOURS) == dark


def test_what_can_only_be_pressed_is_not_printed(drawing, hand):
    hand.write("47")
    expect(drawing.locator("#cards > li")).to_have_count(2)
    drawing.emulate_media(media="print")
    shown = drawing.locator("button:visible, summary:visible, input:visible")
    assert {one.get_attribute("class").split()[0] for one in shown.all()} == {"digit", "head"}  # the answer's own
    expect(drawing.locator("#cards > li").first).to_have_css("break-inside", "avoid")


COLOURS = """() => [document.querySelector('digit-input').shadowRoot, document.querySelector('#cards')].map((part) => {
  const canvas = part.querySelector('canvas:not(.picture)');
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', {willReadFrequently: true});
  copy.drawImage(canvas, 0, 0);
  const {data} = copy.getImageData(0, 0, canvas.width, canvas.height);
  const place = data.findIndex((byte, place) => place % 4 === 3 && byte === 255);
  return data.slice(place - 3, place).join();
})"""


def fake(number, **more):
    """A reading of one stroke as `number`."""
    digit = {
        "confidence": 0.9,
        "unsure": False,
        "not_a_digit": 0,
        "strokes": [0],
        "box": [0, 0, 1, 1],
        "image": "",
    } | more
    digits = [digit | {"digit": int(one), "probabilities": [0.1] * 10} for one in number.replace(" ", "")]
    return {"number": number, "confidence": 0.9, "alternatives": [], "digits": digits}


def test_the_first_load_is_small(page, live_url):
    loaded = []
    page.on("response", lambda response: loaded.append(response))
    page.goto(live_url, wait_until="networkidle")
    bodies = [response for response in loaded if "/static/" in response.url]
    assert len(loaded) <= 8
    assert sum(response.request.sizes()["responseBodySize"] for response in bodies) <= 130 * 1024
    assert [response.url for response in loaded if not response.ok] == []
