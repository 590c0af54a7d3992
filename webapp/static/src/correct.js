/* The dialogue in which the writer says what a digit is, or where it ends. */

import { erase, join, split } from "./borders.js";
import { $, element, isBare } from "./element.js";
import { letter } from "./keys.js";
import { paint } from "./picture.js";
import { percent } from "./words.js";

/** Returns open(place): lets the writer correct the digit at that place of `paper`'s reading. */
export function corrector(paper) {
  const dialog = $("correct");
  const picture = dialog.querySelector(".picture");
  const says = $("correct-says");
  const keypad = dialog.querySelector(".keypad");
  const borders = Object.fromEntries([...dialog.querySelectorAll("[data-border]")].map((b) => [b.dataset.border, b]));
  const { ink } = paper;
  let digits, digit, place;

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

  borders.left.addEventListener("click", () => change(() => join(ink, place - 1, digits)));
  borders.right.addEventListener("click", () => change(() => join(ink, place, digits)));
  borders.split.addEventListener("click", () => change(() => split(ink, place, digits)));
  borders.erase.addEventListener("click", () => change(() => erase(ink, place, digits)));
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close()); // the backdrop
  dialog.addEventListener("keydown", (event) => {
    if (isBare(event)) keys[letter(event)]?.key.click();
  });

  return (chosen) => {
    place = chosen;
    digits = paper.reading?.digits ?? [];
    digit = digits[place];
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
    borders.left.disabled = !digits[place - 1];
    borders.right.disabled = !digits[place + 1];
    dialog.showModal(); // on the button that leaves it, or the key that opened it, pressed again, would choose a 0
  };
}
