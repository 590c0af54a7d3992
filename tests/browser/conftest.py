"""A real Chromium on the real app. Whatever a test does, the console stays silent and no host but ours is asked."""

import pytest
from chromium import launch_arguments
from hand import Quick


def pytest_collection_modifyitems(items):
    for item in items:
        if "/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return browser_type_launch_args | launch_arguments()


@pytest.fixture(scope="session")
def base_url():
    """Unused; in its plugin it is a method, which pytest 9 warns about."""


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return browser_context_args | {"viewport": {"width": 1280, "height": 800}, "has_touch": True}


@pytest.fixture
def complaints():
    """What the console and the network said that they should not; a test that provokes it empties the list."""
    return []


@pytest.fixture
def drawing(page, live_url, complaints):
    """The open page, watched."""
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda asked: asked.url.startswith((live_url, "data:", "blob:")) or complaints.append(asked.url))
    page.goto(live_url)
    yield page
    assert complaints == []


@pytest.fixture
def hand(drawing):
    return Quick(drawing)


@pytest.fixture
def number(drawing):
    """The number as it stands under the paper."""
    return drawing.locator("#number")
