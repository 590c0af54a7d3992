/* The number in large type, how sure it is, and what it might be instead. */

import { $, element, standFor, takeAway } from "./element.js";
import { percent, sureness } from "./words.js";

const LONG = 12; // digits; longer numbers are set smaller and get the whole width
const MEANT = 3; // other numbers offered
const WORTH = 0.005; // less probable ones are not
const SPEAK_AFTER = 700; // milliseconds of quiet: a screen reader should not stammer while one writes

/** The answer's part of the page; `on` has point(place or null), erase(place), correct(place), take(number). */
export function answer(on) {
  const [number, sure, maybe, spoken, facts] = ["number", "sure", "maybe", "spoken", "facts"].map($);
  const quiet = { sure: sure.textContent, facts: facts.textContent }; // while there is nothing to say
  const letters = [];
  let speech;

  function letter(place) {
    const button = element("button", { type: "button" });
    button.addEventListener("click", () => on.correct(place));
    standFor(button, place, on);
    return button;
  }

  /** Letters stay where they are as the number changes, so that focus and pointer do not lose them. */
  function spell(digits) {
    while (letters.length > digits.length) takeAway(letters.pop(), letters.at(-1) ?? $("paper"));
    while (letters.length < digits.length) letters.push(number.appendChild(letter(letters.length)));
    digits.forEach(({ text, tint, unsure, startsRow }, place) => {
      const button = letters[place];
      button.textContent = text;
      button.style.setProperty("--tint", tint);
      button.className = unsure ? "digit unsure" : "digit";
      button.ariaLabel = `${text}${unsure ? ", unsure" : ""}: correct digit ${place + 1}`;
      const space = button.previousSibling?.nodeType === Node.TEXT_NODE ? button.previousSibling : null;
      if (startsRow && !space) button.before(" ");
      else if (!startsRow) space?.remove();
    });
    if (number.lastChild?.nodeType === Node.TEXT_NODE) number.lastChild.remove();
  }

  function show(reading) {
    const digits = reading?.digits ?? [];
    spell(digits);
    $("answer").classList.toggle("empty", !digits.length);
    $("answer").classList.toggle("long", digits.length > LONG);
    sure.textContent = reading ? says(reading) : quiet.sure;
    offer(reading?.alternatives ?? []);
    facts.textContent = reading?.model ? about(reading) : quiet.facts;
    clearTimeout(speech);
    speech = setTimeout(
      () => (spoken.textContent = digits.length ? `${reading.number}, ${sure.textContent}` : ""),
      SPEAK_AFTER,
    );
  }

  /** Buttons of other numbers stay as long as these are the same, so that focus and pointer do not lose them. */
  function offer(alternatives) {
    const worth = alternatives.filter(({ confidence }) => confidence >= WORTH).slice(0, MEANT);
    const numbers = worth.map(({ number: other }) => other);
    const offered = [...maybe.children].map(({ textContent }) => textContent);
    if (JSON.stringify(numbers) !== JSON.stringify(offered)) {
      const focused = maybe.contains(document.activeElement);
      maybe.hidden = !worth.length;
      maybe.replaceChildren("Did you mean", ...numbers.map(choice));
      if (focused) (letters.at(-1) ?? $("paper")).focus({ preventScroll: true });
    }
    worth.forEach(({ confidence }, i) => (maybe.children[i].title = percent(confidence)));
  }

  function choice(other) {
    const button = element("button", { type: "button", className: "btn tool", textContent: other });
    button.addEventListener("click", () => on.take(other));
    return button;
  }

  const light = (lit) =>
    letters.forEach((button, place) => button.classList.toggle("dimmed", lit !== null && lit !== place));
  return { show, light };
}

function says(reading) {
  if (!reading.digits.length) return "";
  if (reading.digits.some(({ corrected, probabilities }) => !corrected && !probabilities))
    return "Which digit is the one with the question mark?";
  if (reading.digits.every(({ corrected }) => corrected)) return "as you say";
  const words = `${sureness(reading.confidence)} · ${percent(reading.confidence)}`;
  return reading.corrected ? `${words}, with your corrections` : words;
}

function about({ model, milliseconds }) {
  const time = Number.isFinite(milliseconds?.total) ? `, in ${milliseconds.total.toFixed(1)} ms` : "";
  return `Read by ${model.name}, version ${model.version}${time}.`;
}
