/* A card for each digit: the picture that the network saw, the digit, and what else it might be. */

import { bars } from "./chart.js";
import { $, element, standFor, takeAway } from "./element.js";
import { whenColoursChange } from "./palette.js";
import { paint } from "./picture.js";
import { percent, sureness } from "./words.js";

/** Cards in `list`; `on` has point(place or null), erase(place) and correct(place). Returns {show(digits),
    light(place)}. */
export function cards(list, on) {
  const shown = [];

  function show(digits) {
    while (shown.length > digits.length) shown.pop().remove(shown.at(-1)?.head ?? $("paper"));
    while (shown.length < digits.length) shown.push(card(list, shown.length, on));
    digits.forEach((digit, place) => shown[place].show(digit, digits.length));
  }

  whenColoursChange(() => shown.forEach((one) => one.recolour()));
  const light = (lit) =>
    shown.forEach(({ item }, place) => item.classList.toggle("dimmed", lit !== null && lit !== place));
  return { show, light };
}

function card(list, place, on) {
  const picture = element("canvas", { className: "picture", width: 28, height: 28, ariaHidden: "true" });
  const name = element("strong");
  const sure = element("span", { className: "share" });
  const head = element("button", { type: "button", className: "head" }, picture, name, sure);
  const canvas = element("canvas", { role: "img" });
  const plot = element("div", { className: "plot" }, canvas);
  const table = element("table", { className: "visually-hidden" });
  const item = element("li", { className: "digit-card" }, head, plot, table);
  list.append(item);
  const chart = bars(canvas);

  head.addEventListener("click", () => on.correct(place));
  standFor(item, place, on);

  let before;

  function show(digit, total) {
    const says = said(digit);
    head.ariaLabel = `Digit ${place + 1} of ${total}: ${digit.text}, ${says.join(" ")}. Correct it`;
    const percents = digit.probabilities && shares(digit).map(([, share]) => percent(share));
    const now = JSON.stringify([digit.text, digit.tint, digit.unsure, says, digit.image, percents]);
    if (now === before) return; // most digits look as they did while the next one is written
    before = now;
    item.style.setProperty("--tint", digit.tint);
    item.classList.toggle("unsure", digit.unsure);
    name.textContent = digit.text;
    sure.replaceChildren(says[0], element("small", { textContent: says[1] }));
    plot.hidden = !digit.probabilities;
    paint(picture, digit.image);
    table.replaceChildren();
    if (!digit.probabilities) return;
    chart.show(digit);
    canvas.ariaLabel = `Bar chart: ${best(digit)}`;
    table.append(...rows(digit, place));
  }

  const recolour = () => chart.recolour();
  const remove = (next) => (chart.remove(), takeAway(item, next));
  return { item, head, show, recolour, remove };
}

/** How sure: a figure and a word. */
function said({ corrected, unsure, confidence, probabilities, notADigit }) {
  if (corrected) return ["", "your choice"];
  if (!probabilities) return ["", "not read"];
  if (notADigit > 0.5) return [percent(confidence), "no digit?"];
  return [percent(confidence), unsure ? "unsure" : sureness(confidence)];
}

const shares = ({ probabilities, notADigit }) => [...probabilities.entries(), ["not a digit", notADigit]];

/** The three most probable answers in words. */
function best(digit) {
  return shares(digit)
    .sort(([, a], [, b]) => b - a)
    .slice(0, 3)
    .map(([answer, share]) => `${answer}: ${percent(share)}`)
    .join(", ");
}

function rows(digit, place) {
  return [
    element("caption", { textContent: `Probabilities of digit ${place + 1}` }),
    ...shares(digit).map(([answer, share]) =>
      element(
        "tr",
        {},
        element("th", { scope: "row", textContent: answer }),
        element("td", { textContent: percent(share) }),
      ),
    ),
  ];
}
