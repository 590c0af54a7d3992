/* Where the ink lies on the paper: in its own size, or smaller where it would not fit. */

import { bounds } from "./ink.js";

const MARGIN = 12; // kept free around ink that had to be made smaller

export const PLAIN = { scale: 1, dx: 0, dy: 0 };

/** The view that shows all of `strokes` on paper of this size. */
export function fitting(strokes, { width, height }) {
  const box = bounds(strokes);
  if (!box || !width || !height) return PLAIN;
  const low = (value) => (value < 0 ? value - MARGIN : 0);
  const high = (value, side) => (value > side ? value + MARGIN : side);
  const [left, top] = [low(box.left), low(box.top)];
  const [right, bottom] = [high(box.right, width), high(box.bottom, height)];
  const scale = Math.min(width / (right - left), height / (bottom - top));
  return { scale, dx: -left * scale, dy: -top * scale };
}

/** What lies at (x, y) on the paper, in the ink's units. */
export function toInk({ scale, dx, dy }, x, y) {
  const tenth = (value) => Math.round(value * 10) / 10;
  return [tenth((x - dx) / scale), tenth((y - dy) / scale)];
}
