"""Which browser the tests drive, and how it is started; run by itself, whether it can be, which install.py asks."""

import os
import shutil

CHROMIUMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run")


def launch_arguments():
    """The system's Chromium where there is one, else Playwright's own; quiet, and as root without a sandbox."""
    found = os.environ.get("DIGITS_BROWSER") or next(filter(None, map(shutil.which, CHROMIUMS)), None)
    flags = [*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    return {"args": flags} | ({"executable_path": found} if found else {})


if __name__ == "__main__":
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        playwright.chromium.launch(**launch_arguments()).close()
