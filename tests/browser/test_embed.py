"""<digit-input> in other people's pages: a form field like any other, from another origin."""

import functools
import http.server
import threading

import pytest
from hand import HANDS
from live import running_app
from playwright.sync_api import expect

PAGE = """<!doctype html><html lang="en"><title>A form</title>
<script src="{script}"></script>
<form action="/sent.html" method="get">
  <label for="amount">Amount</label>
  <digit-input id="amount" name="amount" required controls></digit-input>
  <button>Send</button> <button type="reset">Reset</button>
</form>
<script>
  const said = [];
  for (const type of ['input', 'change'])
    document.addEventListener(type, (event) => said.push(type + ' ' + event.target.value));
</script>"""


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """A web server of somebody else's: its folder and its origin."""
    folder = tmp_path_factory.mktemp("elsewhere")
    handler = functools.partial(Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield folder, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def form_url(elsewhere):
    """A plain form on another origin, which the app lets ask."""
    folder, origin = elsewhere
    with running_app(DIGITS_CORS_ORIGINS=origin) as (app, _):
        (folder / "form.html").write_text(PAGE.format(script=f"{app}/digit-input.js"))
        (folder / "sent.html").write_text("Thank you")
        yield f"{origin}/form.html"


@pytest.fixture
def form(page, form_url):
    page.goto(form_url)
    return page


def test_the_form_sends_the_number_that_was_drawn(form):
    HANDS["mouse"](form).write("47", size=0.8)
    expect(form.locator("digit-input output")).to_have_text("47")
    form.get_by_role("button", name="Send").click()
    form.wait_for_url("**/sent.html?amount=47")


def test_a_required_field_without_ink_keeps_the_form_from_being_sent(form):
    form.get_by_role("button", name="Send").click()
    assert form.evaluate("document.forms[0].checkValidity()") is False
    assert "amount" not in form.url


def test_reset_empties_the_field(form):
    HANDS["mouse"](form).write("47", size=0.8)
    expect(form.locator("digit-input output")).to_have_text("47")
    form.get_by_role("button", name="Reset").click()
    expect(form.locator("digit-input output")).to_have_text("")


def test_input_and_change_are_fired_as_by_a_text_field(form):
    HANDS["mouse"](form).write("4", size=0.8)
    expect(form.locator("digit-input output")).to_have_text("4")
    form.get_by_role("button", name="Send").focus()
    assert form.evaluate("said").pop() == "change 4"
    assert "input 4" in form.evaluate("said")


def test_its_label_names_the_paper(form):
    assert form.locator("digit-input canvas").get_attribute("aria-label").startswith("Amount")


def test_an_origin_that_is_not_named_gets_no_answer(page, elsewhere, live_url):
    folder, origin = elsewhere
    (folder / "stranger.html").write_text(PAGE.format(script=f"{live_url}/digit-input.js"))
    page.goto(f"{origin}/stranger.html")
    HANDS["mouse"](page).write("4", size=0.8)
    expect(page.locator("digit-input .said")).to_contain_text("does not answer")
