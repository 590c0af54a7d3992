/* The dialogue in which the writer says what a digit is, or where it ends. */

import { joined, split } from "./borders.js";
import { $, element } from "./element.js";
import { paint } from "./picture.js";
import { percent } from "./words.js";

/** Returns open(place): lets the writer correct the digit at that place of `paper`'s reading. */
export function corrector(paper) {
  const dialog = $("correct");
  const picture = dialog.querySelector(".picture");
  const says = $("correct-says");
  const [keypad, leave] = [".keypad", "[value=close]"].map((which) => dialog.querySelector(which));
  const borders = Object.fromEntries([...dialog.querySelectorAll("[data-border]")].map((b) => [b.dataset.border, b]));
  const { ink } = paper;
  let digits, digit, before, after;

  const keys = [..."0123456789"].map((text) => {
    const share = element("small");
    const key = element("button", { type: "button", className: "btn tool" }, text, share);
    key.addEventListener("click", () => change(() => ink.correct({ strokes: digit.strokes, nth: digit.nth, text })));
    keypad.append(key);
    return { key, share };
  });

  function change(make) {
    dialog.close();
    make();
  }

  borders.left.addEventListener("click", () => change(() => ink.correct(joined(before, digit))));
  borders.right.addEventListener("click", () => change(() => ink.correct(joined(digit, after))));
  borders.split.addEventListener("click", () => change(() => split(ink, digit, digits)));
  borders.erase.addEventListener("click", () => change(() => ink.erase(digit.strokes)));
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close()); // the backdrop
  dialog.addEventListener("keydown", ({ key, altKey, ctrlKey, metaKey }) => {
    if (!altKey && !ctrlKey && !metaKey && /^\d$/.test(key)) keys[key].key.click();
  });

  return (place) => {
    digits = paper.reading?.digits ?? [];
    [before, digit, after] = [digits[place - 1], digits[place], digits[place + 1]];
    if (!digit) return;
    dialog.style.setProperty("--tint", digit.tint);
    paint(picture, digit.image);
    picture.hidden = !digit.image;
    const whose = digit.corrected ? "as you say" : "read as";
    says.textContent = `Digit ${place + 1} of ${digits.length}, ${whose} ${digit.text}.`;
    keys.forEach(({ key, share }, text) => {
      share.textContent = digit.probabilities ? percent(digit.probabilities[text]) : "";
      key.ariaPressed = String(digit.text === String(text));
    });
    borders.left.disabled = !before;
    borders.right.disabled = !after;
    dialog.showModal();
    leave.focus({ preventScroll: true }); // or the key that opened it, held down or pressed again, would choose a 0
  };
}
