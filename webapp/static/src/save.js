/* The ink and its number, to take away. */

import { element } from "./element.js";
import { bounds } from "./ink.js";
import { PEN, pathOf, svgPath } from "./trace.js";

const MARGIN = 16;
const SHARPNESS = 2; // pixels of a PNG to a unit of ink
const [INK, PAPER] = ["#1f2733", "#ffffff"];

const FORMATS = {
  json: (strokes) =>
    new Blob([JSON.stringify({ strokes: strokes.map(({ points }) => points) })], { type: "application/json" }),
  svg: (strokes) => new Blob([svg(strokes)], { type: "image/svg+xml" }),
  png,
};

/** Download `strokes` as json, svg or png, named after the number that they are read as. */
export async function download(strokes, number, format) {
  const url = URL.createObjectURL(await FORMATS[format](strokes));
  element("a", { href: url, download: `ink-${number.replaceAll(" ", "-") || "unread"}.${format}` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Copy `text`; whether it was. Browsers have a clipboard on secure pages alone, so there is the old way too. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // not secure, or not allowed
  }
  const { activeElement } = document; // which the field takes the focus from
  const field = element("textarea", { value: text, className: "visually-hidden" });
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  activeElement.focus({ preventScroll: true });
  return copied;
}

function svg(strokes) {
  const { left, top, width, height } = frame(strokes);
  const paths = strokes.map(({ points }) => `<path d="${svgPath(points)}"/>`).join("");
  const pen = `fill="none" stroke="${INK}" stroke-width="${PEN}" stroke-linecap="round" stroke-linejoin="round"`;
  const box = [left, top, width, height].map((value) => value.toFixed(1)).join(" ");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box}"><g ${pen}>${paths}</g></svg>`;
}

function png(strokes) {
  const { left, top, width, height } = frame(strokes);
  const canvas = element("canvas", { width: Math.ceil(width * SHARPNESS), height: Math.ceil(height * SHARPNESS) });
  const context = canvas.getContext("2d");
  context.fillStyle = PAPER;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.scale(SHARPNESS, SHARPNESS);
  context.translate(-left, -top);
  Object.assign(context, { strokeStyle: INK, lineWidth: PEN, lineCap: "round", lineJoin: "round" });
  for (const stroke of strokes) context.stroke(pathOf(stroke));
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

function frame(strokes) {
  const { left, top, right, bottom } = bounds(strokes);
  return {
    left: left - MARGIN,
    top: top - MARGIN,
    width: right - left + 2 * MARGIN,
    height: bottom - top + 2 * MARGIN,
  };
}
