"""A form has the last word about its field, a pen on the paper or not."""

import pytest
from paper import stroke_count


@pytest.mark.parametrize("act", ["form.reset()", "disabled = true"])
def test_a_stroke_under_the_pen_goes_where_the_form_is_reset_or_its_field_disabled(drawing, hand, live_url, act):
    drawing.goto(f"{live_url}/embed")
    hand.down(60, 40)
    hand.move(60, 100)
    drawing.evaluate(f"document.querySelector('digit-input').{act}")
    hand.move(60, 140)
    hand.up()
    assert stroke_count(drawing) == 0
