"""What tests ask of the open page, and what they have it told."""

import json

TINTS = "document.querySelector('digit-input').reading.digits.map(({tint}) => tint)"  # of the digits as they were read


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def stroke_count(page):
    return page.evaluate("document.querySelector('digit-input').ink.strokes.length")


def frames(page):
    """Let the page paint what it has in mind."""
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def correct(page, place, digit):
    """Say that the digit at `place` is `digit`."""
    page.locator("#number button").nth(place).click()
    page.locator("#correct .keypad button").nth(int(digit)).click()


def answer(*digits, others=()):
    """A route that answers with these digits, each its text and its strokes, and these other numbers."""
    known = {"confidence": 0.9, "probabilities": [0.1] * 10}
    reply = {"number": "".join(text for text, _ in digits), "confidence": 0.9}
    reply["alternatives"] = [{"number": other, "confidence": 0.05} for other in others]
    reply["digits"] = [known | {"digit": int(text), "strokes": strokes} for text, strokes in digits]
    return lambda route: route.fulfill(json=reply)


def with_alternative(number):
    """A route that adds a second best number to the real answer."""

    def answer(route):
        reply = route.fetch()
        reading = reply.json() | {"alternatives": [{"number": number, "confidence": 0.2}]}
        route.fulfill(response=reply, body=json.dumps(reading))

    return answer
