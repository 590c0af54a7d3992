"""<digit-input> in other people's pages: a form field like any other, from another origin."""

import functools
import http.server
import re
import threading

import pytest
from hand import Quick
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

STRICT = """<meta http-equiv="Content-Security-Policy" content="require-trusted-types-for 'script'">"""

LABEL_LATER = """(around) => {
  const [field, label] = ["digit-input", "label"].map((name) => document.createElement(name));
  field.id = label.htmlFor = "late";
  if (around) label.append(field);
  document.body.append(around ? label : field);
  label.append("Late");
  if (!around) document.body.append(label);
  field.focus();
}"""


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
def form_url(elsewhere, serving_address):
    """A plain form on another origin, which the app lets ask."""
    folder, origin = elsewhere
    with running_app(DIGITS_SERVING=serving_address, DIGITS_CORS_ORIGINS=origin) as (app, _):
        (folder / "form.html").write_text(PAGE.format(script=f"{app}/digit-input.js"))
        (folder / "sent.html").write_text("Thank you")
        yield f"{origin}/form.html"


@pytest.fixture
def form(page, form_url):
    page.goto(form_url)
    return page


def test_the_form_sends_the_number_that_was_drawn(form):
    Quick(form).write("47", size=0.8)
    expect(form.locator("digit-input output")).to_have_text("47")
    form.get_by_role("button", name="Send").click()
    form.wait_for_url("**/sent.html?amount=47")


def test_a_required_field_without_ink_keeps_the_form_from_being_sent(form):
    form.get_by_role("button", name="Send").click()
    assert form.evaluate("document.forms[0].checkValidity()") is False
    assert "amount" not in form.url


def test_reset_empties_the_field(form):
    Quick(form).write("47", size=0.8)
    expect(form.locator("digit-input output")).to_have_text("47")
    reset = form.get_by_role("button", name="Reset")
    reset.focus()
    told = form.evaluate("said")
    reset.click()
    expect(form.locator("digit-input output")).to_have_text("")
    assert form.evaluate("said") == told  # who resets a form knows that it is empty: no field tells of it


def test_a_script_that_is_there_twice_is_one_field(form):
    complaints = []
    form.on("pageerror", lambda error: complaints.append(error))
    form.add_script_tag(url=form.locator("script[src]").get_attribute("src"))
    Quick(form).write("4", size=0.8)
    expect(form.locator("digit-input output")).to_have_text("4")
    assert not complaints


def test_what_was_set_before_the_script_came_counts(form, elsewhere):
    folder, origin = elsewhere
    early = "<script>Object.assign(document.querySelector('digit-input'), {name: 'early', required: false})</script>"
    head, script, rest = re.split(r"(<script src=.*?</script>)", (folder / "form.html").read_text(), maxsplit=1)
    (folder / "early.html").write_text(head + rest + early + script)
    form.goto(f"{origin}/early.html")
    expect(form.locator("digit-input")).to_have_attribute("name", "early")
    expect(form.locator("digit-input")).not_to_have_attribute("required", "")


def test_input_and_change_are_fired_as_by_a_text_field(form):
    Quick(form).write("4", size=0.8)
    expect(form.locator("digit-input output")).to_have_text("4")
    form.get_by_role("button", name="Send").focus()
    assert form.evaluate("said").pop() == "change 4"
    assert "input 4" in form.evaluate("said")


@pytest.fixture
def held(form):
    """Holds back what the app says from now on; called, it lets go of it."""
    waiting = []

    def hold():
        form.route("**/api/recognize", lambda route: waiting.append(route))
        return lambda: ([route.continue_() for route in waiting], form.unroute("**/api/recognize"))

    return hold


def test_a_form_is_not_sent_with_the_number_that_was_there_before(form, held):
    hand = Quick(form)
    hand.write("4", size=0.8)
    expect(form.locator("digit-input output")).to_have_text("4")
    let_go = held()
    hand.write("7", x=180, size=0.8)
    form.get_by_role("button", name="Send").click()
    assert form.evaluate("document.querySelector('digit-input').validationMessage").startswith("The number has not")
    assert "amount" not in form.url
    let_go()
    expect(form.locator("digit-input output")).to_have_text("47")
    assert form.evaluate("said")[-2:] == ["input 47", "change 47"]
    form.get_by_role("button", name="Send").click()
    form.wait_for_url("**/sent.html?amount=47")


def test_a_field_that_is_moved_while_it_waits_is_read_all_the_same(form, held):
    let_go = held()
    Quick(form).write("4", size=0.8)
    form.evaluate("document.forms[0].append(document.querySelector('digit-input'))")
    let_go()
    expect(form.locator("digit-input output")).to_have_text("4")


def test_a_field_that_is_taken_away_under_the_pen_can_be_written_on_again(form):
    hand = Quick(form)
    hand.down(60, 60)
    form.evaluate("(window.field = document.querySelector('digit-input')).remove()")
    hand.up()
    form.evaluate("document.forms[0].append(field)")
    Quick(form).write("1", size=0.8)
    expect(form.locator("digit-input output")).to_have_text("1")


def test_fields_that_are_taken_away_are_not_kept(form):
    form.evaluate("""() => {
        window.gone = Array.from({ length: 20 }, () => {
            const field = document.createElement("digit-input");
            document.body.append(field);
            field.remove();
            return new WeakRef(field);
        });
    }""")
    form.wait_for_timeout(100)  # or the task that made them would still hold them
    form.context.new_cdp_session(form).send("HeapProfiler.collectGarbage")
    assert form.evaluate("gone.filter((one) => one.deref()).length") == 0


def test_a_disabled_field_keeps_its_ink(form):
    Quick(form).write("4", size=0.8)
    form.evaluate("document.querySelector('digit-input').disabled = true")
    expect(form.get_by_role("button", name="Clear")).to_be_disabled()


def test_ink_follows_the_page_s_own_colours(form, held):
    held()  # or it would be tinted as a digit
    Quick(form).write("1", size=0.8)
    form.evaluate("document.documentElement.style.colorScheme = 'dark'")
    form.wait_for_function("""() => {
        const canvas = document.querySelector("digit-input").shadowRoot.querySelector("canvas");
        const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
        return pixels.some((value, i) => i % 4 === 0 && value > 200 && pixels[i + 3] > 200);
    }""")


def test_its_label_names_the_paper(form):
    assert form.locator("digit-input canvas").get_attribute("aria-label").startswith("Amount")


@pytest.mark.parametrize("around", [True, False])
def test_a_label_that_comes_later_names_the_paper_too(form, around):
    form.evaluate(LABEL_LATER, around)
    expect(form.locator("#late").locator("canvas")).to_have_attribute("aria-label", re.compile("^Late: empty"))


def test_an_answer_of_older_ink_is_dimmed(form, held):
    output = form.locator("digit-input output")
    hand = Quick(form)
    hand.write("4", size=0.8)
    expect(output).to_have_css("opacity", "1")
    let_go = held()
    hand.write("7", x=180, size=0.8)
    expect(output).to_have_css("opacity", "0.55")
    let_go()
    expect(output).to_have_css("opacity", "1")


def test_the_page_s_own_address_to_ask_is_the_page_s(form, elsewhere):
    form.route("**/own/recognize", lambda route: route.fulfill(status=404))
    form.evaluate("document.querySelector('digit-input').setAttribute('endpoint', 'own/recognize')")
    with form.expect_request("**/own/recognize") as asked:
        Quick(form).write("4", size=0.8)
    assert asked.value.url == f"{elsewhere[1]}/own/recognize"


def test_a_page_that_takes_no_html_from_scripts_has_it_too(form, elsewhere):
    folder, origin = elsewhere
    (folder / "strict.html").write_text((folder / "form.html").read_text().replace("<title>", f"{STRICT}<title>"))
    form.goto(f"{origin}/strict.html")
    Quick(form).write("4", size=0.8)
    expect(form.locator("digit-input output")).to_have_text("4")


def test_an_origin_that_is_not_named_gets_no_answer(page, elsewhere, live_url):
    folder, origin = elsewhere
    (folder / "stranger.html").write_text(PAGE.format(script=f"{live_url}/digit-input.js"))
    page.goto(f"{origin}/stranger.html")
    Quick(page).write("4", size=0.8)
    expect(page.locator("digit-input .said")).to_contain_text("does not answer")
