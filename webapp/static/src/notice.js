/* One quiet line under the answer: what went wrong and what is done about it. */

import { sorry } from "./words.js";

/** Returns {trouble(trouble), empty(), read(reading), inkChanged(), say(text)} that speak in `line`. */
export function notices(line) {
  let countdown;

  function set(text) {
    clearInterval(countdown);
    line.textContent = text;
  }

  function trouble(what) {
    set(sorry(what));
    line.classList.add("trouble");
    if (!what.wait) return;
    const until = Date.now() + what.wait;
    line.setAttribute("aria-live", "off"); // said once, the seconds are for the eye
    countdown = setInterval(() => {
      const wait = until - Date.now();
      line.textContent = sorry({ ...what, wait: Math.max(wait, 1) });
      if (wait <= 0) clearInterval(countdown);
    }, 1000);
  }

  function calm(text) {
    line.classList.remove("trouble");
    line.removeAttribute("aria-live");
    set(text);
  }

  return {
    trouble,
    say: calm,
    empty: () => calm("There is no ink yet. Write a number on the paper first."),
    read: (reading) => calm(reading && !reading.digits.length ? "No digit in this ink yet. Go on writing." : ""),
    inkChanged: () => line.classList.contains("trouble") || calm(""),
  };
}
