/* The keyboard's way to everything that a pointer can do, writing included. Keys that are characters count only
   while the paper has the focus (WCAG 2.1.4). */

import { glyph } from "./glyphs.js";
import { bounds } from "./ink.js";

const ANYWHERE = { Enter: "predict", Escape: "cancel", Delete: "remove", Backspace: "remove" };
const ON_PAPER = { e: "erase", ArrowLeft: "previous", ArrowRight: "next" };

const DO = {
  undo: ({ ink }) => ink.undo(),
  redo: ({ ink }) => ink.redo(),
  predict: (field) => field.predict(),
  erase: (field) => (field.mode = field.mode === "erase" || !field.ink.strokes.length ? "draw" : "erase"),
  remove: ({ ink }, surface) => {
    const id = surface.selected ?? ink.strokes.at(-1)?.id;
    if (id) ink.erase([id]);
  },
  cancel(field, surface) {
    if (surface.cancelStroke()) return true;
    const chosen = surface.selected !== null;
    surface.select(null);
    return chosen; // or the key is for others, such as a dialogue that the field is in
  },
  next: ({ ink }, surface) => surface.select(neighbour(ink.strokes, surface.selected, 1)),
  previous: ({ ink }, surface) => surface.select(neighbour(ink.strokes, surface.selected, -1)),
};

/** Do what a keydown event asks of `field` and its `surface`; false where it asks for nothing. */
export function obey(event, onPaper, field, surface) {
  const key = letter(event);
  if (event.altKey) return false;
  if (event.ctrlKey || event.metaKey) {
    const asked = key === "y" || (key === "z" && event.shiftKey) ? "redo" : key === "z" ? "undo" : null;
    if (asked) DO[asked](field);
    return asked !== null;
  }
  const asked = (onPaper && ON_PAPER[key]) || ANYWHERE[key];
  if (asked) return DO[asked](field, surface) !== false;
  if (onPaper && /^\d$/.test(key)) write(Number(key), field.ink, surface);
  else return false;
  return true;
}

/** The key's name; of a layout without Latin letters or digits, what stands there on one with them. */
export function letter({ key, code }) {
  const there = /^\p{Nd}$/u.test(key) ? /^(?:Digit|Numpad)\d$/ : /^Key[A-Z]$/;
  const latin = key.length === 1 && key > "~" && there.test(code) ? code.at(-1) : key;
  return latin.length === 1 ? latin.toLowerCase() : latin;
}

/** Write `digit` behind the ink, in its size. */
function write(digit, ink, surface) {
  const { width, height: paper } = surface.size; // as it is without ink: the size must not grow as the view shrinks
  const box = bounds(ink.strokes);
  const height = Math.min(Math.max(box ? box.bottom - box.top : 0, paper * 0.35), paper * 0.6);
  const x = box ? box.right + height * 0.28 : width * 0.08;
  const y = (box ? (box.top + box.bottom) / 2 : paper / 2) - height / 2;
  ink.add(...glyph(digit, { x, y, height, start: ink.elapsed }));
  surface.fit();
}

/** The id of the stroke `by` places from the one with this id, or from the end where there is none. */
function neighbour(strokes, id, by) {
  const place = strokes.findIndex((stroke) => stroke.id === id);
  const from = place < 0 && by < 0 ? strokes.length : place;
  return strokes.at((from + by) % strokes.length)?.id ?? null;
}
