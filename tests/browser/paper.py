"""What tests ask of the open page."""


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def stroke_count(page):
    return page.evaluate("document.querySelector('digit-input').ink.strokes.length")
