"""Digits that are joined and split stay as the writer wants them."""

import re

import inks
import pytest
from paper import button, correct, stroke_count, with_alternative
from playwright.sync_api import expect


def test_two_digits_are_joined_into_one_that_the_writer_names(drawing, hand, number):
    hand.write("17")
    expect(number).to_have_text("17")
    number.get_by_role("button").nth(0).click()
    button(drawing, "Join with next").click()
    expect(number).to_have_text(re.compile(r"^\d$"))  # what the server makes of it, not the page's own "?"
    correct(drawing, 0, "9")
    hand.write("4", x=400)
    expect(number).to_have_text("94")


def test_a_digit_of_one_stroke_is_split_in_two_and_undo_makes_it_whole(drawing, hand, number):
    hand.write("3")
    expect(number).to_have_text("3")
    number.get_by_role("button").click()
    button(drawing, "Split in two").click()
    expect(number).to_have_text(re.compile(r"^\d\d$"))
    assert stroke_count(drawing) == 2
    button(drawing, "Undo").click()
    expect(number).to_have_text("3")
    expect(drawing.locator("#earlier")).to_be_hidden()  # the number has been here all the time


def test_the_server_keeps_the_borders_that_the_writer_drew(drawing, hand, number):
    hand.write("417")
    expect(number).to_have_text("417")
    number.get_by_role("button").nth(1).click()
    with drawing.expect_response("**/api/recognize") as told:
        button(drawing, "Join with next").click()
    assert told.value.request.post_data_json["groups"] == [[2, 3]]
    assert [digit["strokes"] for digit in told.value.json()["digits"]] == [[0, 1], [2, 3]]


@pytest.mark.parametrize("order", ["17", "71"])
@pytest.mark.parametrize("way", ["Did you mean", "keypad"])
def test_a_joined_digit_that_is_named_stays_one_in_every_question(drawing, hand, number, order, way):
    drawing.route("**/api/recognize", with_alternative("0"))
    for digit in order:
        hand.write(digit, x={"1": 40, "7": 175}[digit])
    expect(number).to_have_text("17")
    number.get_by_role("button").nth(0).click()
    button(drawing, "Join with next").click()
    expect(number).to_have_text(re.compile(r"^[1-9]$"))
    drawing.route("**/api/recognize", lambda route: None)
    button(drawing, "0").click() if way == "Did you mean" else correct(drawing, 0, "0")
    expect(number).to_have_text("0")
    expect(drawing.locator("#cards .plot")).to_be_visible()  # without another answer
    with drawing.expect_request("**/api/recognize") as asked:
        hand.write("4", x=400)
    assert asked.value.post_data_json["groups"] == [[0, 1]]


def test_joining_the_digits_of_one_stroke_forgets_what_either_was_corrected_to(drawing, hand, number):
    (stroke,) = inks.moved([inks.joined_00[0]], 100)
    hand.stroke(stroke)
    expect(number).to_have_text("00")
    correct(drawing, 1, "5")
    expect(number).to_have_text("05")
    number.get_by_role("button").nth(0).click()
    button(drawing, "Join with next").click()
    expect(number).to_have_text(re.compile(r"^\d$"))
    expect(drawing.locator("#cards > li")).not_to_contain_text("your choice")


@pytest.fixture
def three(drawing, hand, number):
    """Three digits in two strokes, the first of which is corrected."""
    (stroke,) = inks.moved([inks.joined_00[0]], 100)
    hand.stroke(stroke)
    hand.write("4", x=400)
    expect(number).to_have_text("004")
    correct(drawing, 0, "6")
    expect(number).to_have_text("604")


@pytest.mark.parametrize(
    ("place", "border", "then"),
    [
        (1, "Erase its ink", r"64"),
        (1, "Join with next", r"6\d"),
        (1, "Split in two", r"6\d\d4"),
        (0, "Erase its ink", r"04"),
    ],
)
def test_of_a_stroke_through_two_digits_the_other_keeps_its_part(drawing, number, three, place, border, then):
    number.get_by_role("button").nth(place).click()
    button(drawing, border).click()
    expect(number).to_have_text(re.compile(f"^{then}$"))
    button(drawing, "Undo").click()
    expect(number).to_have_text("604")
    assert stroke_count(drawing) == 3  # the 4 has two


def test_the_middle_digit_of_one_stroke_is_erased_from_between_its_neighbours(drawing, hand, number):
    first, second = inks.moved([inks.joined_33[0]], 100), inks.moved([inks.joined_00[0]], 340)
    hand.stroke([*first[0], *second[0]])
    expect(number).to_have_text("3300")
    correct(drawing, 3, "9")
    number.get_by_role("button").nth(1).click()
    button(drawing, "Erase its ink").click()
    expect(number).to_have_text(re.compile(r"^\d\d9$"))
    assert stroke_count(drawing) == 2
