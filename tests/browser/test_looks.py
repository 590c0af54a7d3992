"""Everybody can use the page: axe finds nothing, light or dark, on phone or desktop."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

WINDOWS = {"phone": (390, 844), "desktop": (1280, 800), "zoomed": (640, 400)}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("window", WINDOWS)
def test_axe_finds_nothing(drawing, hand, window, colours):
    drawing.emulate_media(color_scheme=colours, reduced_motion="reduce")
    drawing.set_viewport_size(dict(zip(("width", "height"), WINDOWS[window], strict=True)))
    hand.write("407", size=0.6)
    expect(drawing.locator("#cards > li")).to_have_count(3)
    found = Axe().run(drawing, options=RULES)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("window", WINDOWS)
def test_nothing_sticks_out_of_the_window(drawing, hand, window):
    drawing.set_viewport_size(dict(zip(("width", "height"), WINDOWS[window], strict=True)))
    hand.write("407", size=0.6)
    expect(drawing.locator("#cards > li")).to_have_count(3)
    assert drawing.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_first_load_is_small(page, live_url):
    loaded = []
    page.on("response", lambda response: loaded.append(response))
    page.goto(live_url, wait_until="networkidle")
    bodies = [response for response in loaded if "/static/" in response.url]
    assert len(loaded) <= 8
    assert sum(response.request.sizes()["responseBodySize"] for response in bodies) <= 130 * 1024
    assert [response.url for response in loaded if not response.ok] == []
