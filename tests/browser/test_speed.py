"""How the page feels: what a hand notices, measured in Chromium. Prints, and asserts no times (make bench)."""

import statistics

import pytest
from playwright.sync_api import expect

STROKES = 200
NUMBER = "02368"  # one stroke a digit

WATCH = """() => {
  const paper = document.querySelector('digit-input');
  window.waits = [];
  let lifted;
  addEventListener('pointerup', (event) => { lifted = event.timeStamp; }, true);
  paper.addEventListener('reading', ({detail}) => {
    if (detail) requestAnimationFrame(() => setTimeout(() => waits.push(performance.now() - lifted)));
  });
}"""

FRAMES = """() => {
  window.frames_ = [];
  window.tasks = [];
  new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({duration}) => duration)))
    .observe({type: 'longtask'});
  let last = performance.now();
  const next = (now) => { frames_.push(now - last); last = now; requestAnimationFrame(next); };
  requestAnimationFrame(next);
}"""


@pytest.mark.bench
def test_from_pen_up_to_the_answer_on_the_screen(drawing, hand, capsys):
    drawing.evaluate(WATCH)
    for _ in range(STROKES // len(NUMBER)):
        for place, digit in enumerate(NUMBER):
            hand.write(digit, x=40 + 135 * place)
            expect(drawing.locator("#cards > li")).to_have_count(place + 1)
        drawing.get_by_role("button", name="Clear").click()
        expect(drawing.locator("#cards > li")).to_have_count(0)
    waits = drawing.evaluate("waits")
    cuts = statistics.quantiles(waits, n=20)
    with capsys.disabled():
        print(f"\npen up → answer painted, {len(waits)} strokes: p50 {cuts[9]:.0f} ms, p95 {cuts[18]:.0f} ms")


@pytest.mark.bench
def test_frames_while_a_stroke_of_2000_points_is_drawn(drawing, hand, capsys):
    drawing.evaluate(FRAMES)
    hand.down(20, 20)
    for i in range(2000):
        hand.mouse.move(60 + i * 0.55, 200 + 100 * ((i % 40) - 20) / 20)
    frames, tasks = drawing.evaluate("[frames_, tasks]")
    hand.up()
    assert drawing.evaluate("document.querySelector('digit-input').ink.strokes[0].points.length") > 1900
    with capsys.disabled():
        print(
            f"\na stroke of 2,000 points: {len(frames)} frames, {sum(f > 50 for f in frames)} of them over 50 ms, the"
        )
        print(f"longest {max(frames):.0f} ms; {len(tasks)} tasks of the page's own over 50 ms")
