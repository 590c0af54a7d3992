/* One quiet line under the answer: what went wrong and what is done about it. */

import { sorry } from "./words.js";

/** Returns {trouble(trouble), empty(), read(reading), inkChanged(), say(text)} that speak in `line`. */
export function notices(line) {
  const speak = (text, trouble) => {
    if (line.textContent !== text) line.textContent = text; // a screen reader would say it again
    line.classList.toggle("trouble", trouble);
  };
  const say = (text) => speak(text, false);

  return {
    say,
    trouble: (what) => speak(sorry(what), true),
    empty: () => say("There is no ink yet. Write a number on the paper first."),
    read: (reading) => say(reading && !reading.digits.length ? "No digit in this ink yet. Go on writing." : ""),
    inkChanged: (manual) => (line.classList.contains("trouble") && !manual) || say(""), // else it is asked again
  };
}
