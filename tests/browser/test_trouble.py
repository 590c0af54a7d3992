"""When things go wrong the ink is safe, the page says so once, and goes on by itself."""

import json
import re

import pytest
from hand import Quick
from live import running_app
from paper import stroke_count
from playwright.sync_api import expect

PROBLEM = {"title": "The model does not answer", "status": 503, "detail": "Please try again in a moment."}


def failing(page, status, times, **headers):
    """Let the first `times` questions fail; returns the list of when they came, in seconds."""
    came = []

    def answer(route):
        came.append(page.evaluate("performance.now()") / 1000)
        if len(came) > times:
            return route.fallback()
        return route.fulfill(
            status=status, headers={"Content-Type": "application/problem+json", **headers}, body=json.dumps(PROBLEM)
        )

    page.route("**/api/recognize", answer)
    return came


def test_a_model_that_is_away_is_said_and_asked_again_after_retry_after(drawing, hand, complaints):
    came = failing(drawing, 503, 1, **{"Retry-After": "2"})
    hand.write("7")
    expect(drawing.locator("#notice")).to_contain_text("The model does not answer. Your ink is safe")
    assert drawing.locator("#keep").is_visible()  # what could not be read can be taken away
    expect(drawing.locator("#number")).to_have_text("7")
    expect(drawing.locator("#notice")).to_have_text("")
    assert came[1] - came[0] >= 1.9
    complaints.clear()  # Chromium itself reports the 503


def test_a_server_that_is_gone_is_asked_again(drawing, hand, complaints):
    gone = [True]
    drawing.route("**/api/recognize", lambda route: route.abort() if gone.pop() else route.fallback())
    gone.insert(0, False)
    hand.write("7")
    expect(drawing.locator("#notice")).to_contain_text("server does not answer")
    gone.insert(0, False)
    expect(drawing.locator("#number")).to_have_text("7")
    complaints.clear()


def test_a_server_that_hangs_is_given_up_and_asked_again(drawing, hand):
    held = []
    drawing.route("**/api/recognize", lambda route: held.append(route) if not held else route.fallback())
    drawing.clock.install()
    with drawing.expect_request("**/api/recognize"):
        hand.write("7")
    drawing.clock.run_for(10_000)
    expect(drawing.locator("#notice")).to_contain_text("server does not answer")
    drawing.clock.run_for(2_000)
    expect(drawing.locator("#notice")).to_have_text("")
    assert drawing.locator("digit-input").evaluate("(field) => field.value") == "7"


def test_a_fault_of_the_ink_is_said_and_not_asked_again(drawing, hand, complaints):
    came = failing(drawing, 400, 9)
    hand.write("7")
    expect(drawing.locator("#notice")).to_contain_text(PROBLEM["detail"] + " Your ink is safe")
    assert stroke_count(drawing) == 1
    assert len(came) == 1
    complaints.clear()


@pytest.mark.parametrize("status", [401, 403, 404, 415])
def test_a_refusal_that_is_no_fault_of_the_ink_asks_for_no_other_ink(drawing, hand, complaints, status):
    drawing.route("**/api/recognize", lambda route: route.fulfill(status=status, body="<h1>Not here</h1>"))
    hand.write("7")
    expect(drawing.locator("#notice")).to_have_text(
        f"The server takes no ink from this page ({status}). Your ink is safe."
    )
    complaints.clear()


def test_an_answer_to_older_ink_is_dropped(drawing, hand):
    held = []
    drawing.route("**/api/recognize", lambda route: held.append(route) if not held else route.fallback())
    hand.write("4")
    hand.write("7", x=300)
    expect(drawing.locator("#number")).to_have_text("47")
    held[0].fulfill(json={"number": "9", "confidence": 1, "digits": []})
    drawing.evaluate("new Promise(requestAnimationFrame)")
    expect(drawing.locator("#number")).to_have_text("47")


def test_a_server_that_is_stopped_and_started_again_reads_what_was_drawn_meanwhile(page):
    with running_app() as (url, _):
        page.goto(url)
        Quick(page).write("4")
        expect(page.locator("#number")).to_have_text("4")
    Quick(page).write("7", x=300)
    expect(page.locator("#notice")).to_contain_text("server does not answer")
    expect(page.locator("#number")).to_have_text("4")
    with running_app("--port", url.rpartition(":")[2]):
        expect(page.locator("#number")).to_have_text("47", timeout=30_000)
    expect(page.locator("#notice")).to_have_text("")


def test_more_ink_than_can_be_read_is_safe_and_read_again_once_it_is_less(drawing, hand, complaints):
    hand.write("7")
    expect(drawing.locator("#number")).to_have_text("7")
    drawing.locator("digit-input").evaluate("({ink}) => ink.add(...Array(200).fill([[300, 50, 0], [300, 150, 9]]))")
    expect(drawing.locator("#notice")).to_have_text(re.compile(r"^201 strokes are more than .* Your ink is safe"))
    drawing.get_by_role("button", name="Undo").click()
    expect(drawing.locator("#number")).to_have_text("7")
    expect(drawing.locator("#notice")).to_have_text("")
    complaints.clear()


def test_who_asks_too_often_is_told_and_asks_again_when_it_is_time(drawing, hand, complaints):
    came = failing(drawing, 429, 1, **{"Retry-After": "6"})
    drawing.clock.install()
    with drawing.expect_response("**/api/recognize"):
        hand.write("7")
    expect(drawing.locator("#notice")).to_have_text(
        "Too many questions at once. Your ink is safe and will be read in 6 seconds."
    )
    hand.write("4", x=300)
    drawing.clock.run_for(5_000)
    assert len(came) == 1
    drawing.clock.run_for(2_000)
    expect(drawing.locator("#notice")).to_have_text("")
    assert drawing.locator("digit-input").evaluate("(field) => field.value") == "74"
    assert len(came) == 2
    complaints.clear()


def test_a_hand_that_is_faster_than_the_server_allows_is_read_in_the_end(page, serving_address):
    two_then_one_in_five_seconds = "0.2"
    with running_app(DIGITS_SERVING=serving_address, DIGITS_RATE=two_then_one_in_five_seconds) as (url, _):
        page.goto(url)
        Quick(page).write("4107")
        expect(page.locator("#notice")).to_contain_text("Too many questions at once. Your ink is safe")
        expect(page.locator("#number")).to_have_text("4107", timeout=30_000)
        expect(page.locator("#notice")).to_have_text("")


def test_the_button_asks_at_once_what_would_be_asked_later(drawing, hand, complaints):
    came = failing(drawing, 429, 1, **{"Retry-After": "600"})
    hand.write("7")
    expect(drawing.locator("#notice")).to_contain_text("in 600 seconds")
    drawing.get_by_role("button", name="Predict").click()
    expect(drawing.locator("#number")).to_have_text("7")
    assert len(came) == 2
    hand.write("4", x=300)  # who has answered does not want to be waited for
    expect(drawing.locator("#number")).to_have_text("74")
    complaints.clear()


def test_ink_that_has_to_wait_is_told_how_long(drawing, hand, complaints):
    came = failing(drawing, 429, 9, **{"Retry-After": "600"})
    hand.write("7")
    expect(drawing.locator("#notice")).to_contain_text("in 600 seconds")
    drawing.get_by_role("button", name="Clear").click()
    expect(drawing.locator("#notice")).to_have_text("")
    hand.write("4", x=300)
    expect(drawing.locator("#notice")).to_have_text(
        re.compile(r"^Too many questions at once\. Your ink is safe and will be read in (600|59\d) seconds\.$")
    )
    assert len(came) == 1
    complaints.clear()


def test_what_is_not_asked_again_is_not_promised_and_the_button_asks_at_once(drawing, hand, complaints):
    came = failing(drawing, 429, 1, **{"Retry-After": "600"})
    predict = drawing.get_by_role("button", name="Predict")
    drawing.get_by_role("switch").uncheck()
    hand.write("7")
    predict.click()
    expect(drawing.locator("#notice")).to_contain_text("in 600 seconds")
    hand.write("1", x=200)
    expect(drawing.locator("#notice")).to_have_text("")
    predict.click()
    expect(drawing.locator("#number")).to_have_text("71")
    assert len(came) == 2
    complaints.clear()


EVIL = "<img src=x onerror=alert(1)>"


def test_no_text_of_an_answer_becomes_markup(drawing, hand):
    digit = {"digit": 7, "confidence": 0.9, "unsure": True, "probabilities": [0.1] * 10, "not_a_digit": 0.1}
    digit |= {"strokes": [0], "box": EVIL, "image": EVIL}
    other = {"number": EVIL, "confidence": 0.1}
    reading = {"number": EVIL, "confidence": 0.9, "alternatives": [other], "digits": [digit]}
    reading |= {"model": {"name": EVIL, "version": EVIL}, "milliseconds": {"total": EVIL}}
    drawing.route("**/api/recognize", lambda route: route.fulfill(json=reading))
    hand.write("7")
    expect(drawing.locator("#facts")).to_contain_text(EVIL)
    drawing.get_by_role("button", name=EVIL).click()
    expect(drawing.locator("#number")).to_have_text(EVIL)
    assert drawing.locator("img").count() == 0


@pytest.mark.parametrize("status", [400, 503])
def test_no_text_of_a_problem_becomes_markup(drawing, hand, complaints, status):
    problem = {"title": EVIL, "detail": EVIL}
    drawing.route("**/api/recognize", lambda route: route.fulfill(status=status, json=problem))
    hand.write("7")
    expect(drawing.locator("#notice")).to_contain_text(EVIL)
    assert drawing.locator("img").count() == 0
    complaints.clear()


def test_a_reply_that_is_no_reading_is_never_shown(drawing, hand):
    drawing.route(
        "**/api/recognize", lambda route: route.fulfill(json={"number": "<b>9</b>", "digits": [{"digit": "9"}]})
    )
    hand.write("7")
    expect(drawing.locator("#notice")).to_contain_text("stumbled")
    expect(drawing.locator("#number")).to_have_text("")
