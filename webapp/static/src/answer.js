/* The number in large type, how sure it is, and what it might be instead. */

import { $, element } from "./element.js";
import { percent, sureness } from "./words.js";

const MEANT = 3; // other numbers offered
const WORTH = 0.005; // less probable ones are not
const SPEAK_AFTER = 700; // milliseconds of quiet: a screen reader should not stammer while one writes

/** The answer's part of the page; `on` has point(place or null), correct(place), take(number). */
export function answer(on) {
  const [number, sure, maybe, spoken, facts] = ["number", "sure", "maybe", "spoken", "facts"].map($);
  const quiet = facts.textContent;
  let speech;

  function letter(digit, place) {
    const button = element("button", { type: "button", textContent: digit.text });
    button.style.setProperty("--tint", digit.tint);
    button.className = ["digit", digit.unsure && "unsure", digit.corrected && "corrected"].filter(Boolean).join(" ");
    button.ariaLabel = `${digit.text}${digit.unsure ? ", unsure" : ""}: correct digit ${place + 1}`;
    button.addEventListener("click", () => on.correct(place));
    for (const [type, where] of [["pointerenter", place], ["pointerleave", null], ["focus", place], ["blur", null]])
      button.addEventListener(type, () => on.point(where));
    return digit.startsRow ? [" ", button] : [button];
  }

  function show(reading) {
    const digits = reading?.digits ?? [];
    const focused = [...number.querySelectorAll("button")].indexOf(document.activeElement);
    number.replaceChildren(...digits.flatMap(letter));
    number.classList.toggle("long", digits.length > 12);
    if (focused >= 0) number.querySelectorAll("button")[Math.min(focused, digits.length - 1)]?.focus();
    sure.textContent = says(reading);
    offer(reading?.alternatives ?? []);
    facts.textContent = reading?.model ? about(reading) : quiet;
    clearTimeout(speech);
    speech = setTimeout(() => (spoken.textContent = digits.length ? `${reading.number}, ${sure.textContent}` : ""), SPEAK_AFTER);
  }

  function offer(alternatives) {
    const worth = alternatives.filter(({ confidence }) => confidence >= WORTH).slice(0, MEANT);
    maybe.hidden = !worth.length;
    maybe.replaceChildren("Did you mean", ...worth.map(({ number: other, confidence }) => {
      const button = element("button", { type: "button", className: "btn tool", textContent: other });
      button.title = percent(confidence);
      button.addEventListener("click", () => on.take(other));
      return button;
    }));
  }

  show(null);
  const light = (lit) =>
    number.querySelectorAll("button").forEach((button, place) => button.classList.toggle("dimmed", lit !== null && lit !== place));
  return { show, light };
}

function says(reading) {
  if (!reading) return "Your number appears here, digit by digit.";
  if (!reading.digits.length) return "";
  if (reading.digits.every(({ corrected }) => corrected)) return "as you say";
  const words = `${sureness(reading.confidence)} · ${percent(reading.confidence)}`;
  return reading.corrected ? `${words}, with your corrections` : words;
}

function about({ model, milliseconds }) {
  const time = Number.isFinite(milliseconds?.total) ? `, in ${milliseconds.total.toFixed(1)} ms` : "";
  return `Read by ${model.name}, version ${model.version}${time}.`;
}
