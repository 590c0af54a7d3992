"""Pictures of the page for the README, written into docs/ (make pictures)."""

import sys
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

sys.path.append(str(Path(__file__).parents[1]))
from chromium import launch_arguments
from hand import Mouse
from live import running_app

DOCS = Path(__file__).parents[2] / "docs"
WINDOWS = {  # name → window, colours, sharpness, number and where it is written
    "page": ((1280, 800), "light", 1, "40738", {"x": 190, "y": 85, "gap": 175}),
    "page-dark": ((1280, 800), "dark", 1, "40738", {"x": 190, "y": 85, "gap": 175}),
    "phone": ((390, 844), "light", 2, "407", {"x": 24, "y": 110, "size": 0.85}),
    "phone-dark": ((390, 844), "dark", 2, "407", {"x": 24, "y": 110, "size": 0.85}),
}


def main():
    DOCS.mkdir(exist_ok=True)
    with (
        running_app() as (url, _),
        sync_playwright() as playwright,
        playwright.chromium.launch(**launch_arguments()) as browser,
    ):
        for name, (window, colours, sharpness, number, where) in WINDOWS.items():
            width, height = window
            page = browser.new_page(
                viewport={"width": width, "height": height}, color_scheme=colours, device_scale_factor=sharpness
            )
            page.goto(url)
            Mouse(page).write(number, **where, steps=2)
            expect(page.locator("#number")).to_have_text(number)
            page.mouse.move(1, 1)
            page.wait_for_timeout(600)  # the bars grow
            page.screenshot(path=DOCS / f"{name}.png")
            page.close()


if __name__ == "__main__":
    main()
