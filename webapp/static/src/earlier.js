/* The last numbers, small, to look at again. Kept in this browser alone. */

import { $, element } from "./element.js";
import { follow, isInk, keep, recall } from "./keep.js";
import { bounds } from "./ink.js";
import { svgPath } from "./trace.js";

const MOST = 12;
const SVG = "http://www.w3.org/2000/svg";

/** Returns add(number, data), which puts a number first, "" for ink that was not read; `again(data)` is called for one
    to look at again. */
export function earlier(again) {
  const section = $("earlier");
  const list = section.querySelector("ul");
  let numbers;

  function look() {
    const kept = recall("earlier", []);
    const whole = (one) => typeof one?.number === "string" && isInk(one.data) && one.data.strokes.length;
    numbers = Array.isArray(kept) ? kept.filter(whole) : [];
    show();
  }

  function show() {
    section.hidden = !numbers.length;
    list.replaceChildren(
      ...numbers.map(({ number, data }) => {
        const name = number || "unread ink";
        const button = element("button", { type: "button", className: "btn tool" }, thumbnail(data), name);
        button.ariaLabel = `Look at ${name} again`;
        button.addEventListener("click", () => again(data));
        return element("li", {}, button);
      }),
    );
  }

  $("forget").addEventListener("click", () => {
    numbers = [];
    keep("earlier", numbers);
    show();
  });
  follow("earlier", look);
  look();
  return (number, data) => {
    const same = (one) => JSON.stringify(one.data.strokes) === JSON.stringify(data.strokes);
    const known = number || (numbers.find(same)?.number ?? "");
    numbers = [{ number: known, data }, ...numbers.filter((one) => !same(one))].slice(0, MOST);
    keep("earlier", numbers);
    show();
  };
}

function thumbnail({ strokes }) {
  const { left, top, right, bottom } = bounds(strokes.map((points) => ({ points })));
  const svg = document.createElementNS(SVG, "svg");
  const pen = Math.max(right - left, bottom - top) / 14 + 1;
  svg.setAttribute("viewBox", [left - pen, top - pen, right - left + 2 * pen, bottom - top + 2 * pen].join(" "));
  svg.setAttribute("class", "thumbnail");
  svg.setAttribute("aria-hidden", "true");
  for (const points of strokes) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", svgPath(points));
    svg.append(path);
  }
  return svg;
}
