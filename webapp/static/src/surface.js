/* The canvas: ink in, pixels out. Strokes are the truth; whatever the window does, the pixels are drawn again. */

import { bounds } from "./ink.js";
import { listen } from "./pen.js";
import { INK, resolve, whenColoursChange } from "./palette.js";
import { touched } from "./touched.js";
import { PEN, pathOf, trace } from "./trace.js";
import { PLAIN, fitting, toInk } from "./view.js";

const THINNEST = 1.5; // CSS pixels; ink that had to be made much smaller stays in sight
const REACH = 12; // CSS pixels around the eraser's tip
const TAP = 4; // CSS pixels; a stroke that goes no further is a tap
const FAINT = 0.25; // of ink that is not meant while other ink is pointed at

export class Surface {
  erasing = false;
  tints = new Map(); // stroke id → colour
  lit = null; // ids of the strokes that are pointed at
  selected = null; // id of the stroke that keys and the eraser's button act on
  shown = null; // strokes to paint instead of the ink, while it is replayed
  #canvas;
  #context;
  #ink;
  #view = PLAIN;
  #size = { width: 0, height: 0, ratio: 0 }; // which no paper has: the first measure is always another
  #colours = new Map();
  #live = null; // points of the stroke under the pen
  #before = null; // what was selected when it began
  #stops = false; // whether it stops a replay: a tap that does is no dot
  #owesFit = false; // for it keeps the scale that it began in
  #frame = 0;
  #hovered = null; // id of the stroke under a pointer that is up
  #writing = false; // from the first touch on until the pointer has left the ink: that is not pointing at it
  #pen;

  /** `on` has began(), cancelled(), written(points), erased(ids), picked(), hovered(id or null), penOnly(yes). */
  constructor(canvas, ink, on) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d");
    this.#ink = ink;
    this.#pen = listen(canvas, {
      place: (x, y) => toInk(this.#view, x, y),
      elapsed: () => ink.elapsed,
      begin: (points) => {
        this.#live = points;
        this.#stops = this.shown !== null;
        this.#writing = true;
        this.#hovered = null;
        this.#before = this.selected;
        on.began();
        this.#paintLive(0);
      },
      extend: (points, from) => this.#paintLive(from),
      end: (points) => {
        this.#live = null;
        if (this.#pick(points)) on.picked();
        else on.written(points);
        if (this.#owesFit) this.fit();
      },
      cancel: () => {
        if (!this.#live) return; // the eraser has nothing to take back
        this.#live = null;
        if (this.#owesFit) this.fit();
        this.select(ink.strokes.some(({ id }) => id === this.#before) ? this.#before : null);
        on.cancelled();
      },
      erase: (way) => {
        if (this.shown) return; // the first touch stops the replay, and what it would take may not be there yet
        const ids = this.#touched(way);
        if (ids.length) on.erased(ids);
      },
      erasing: () => this.erasing,
      hover: (event) => this.#hover(event, on.hovered),
      penOnly: on.penOnly,
    });
    new ResizeObserver(() => this.#resize()).observe(canvas);
  }

  /** Follow the window's colours and its sharpness until `signal` aborts: it would keep who listens for ever. */
  follow(signal) {
    whenColoursChange(() => this.recolour(), signal);
    this.#watchRatio(signal);
    this.recolour();
  }

  /** Mark the stroke that keys act on, or none with null. */
  select(id) {
    this.selected = id;
    this.redraw();
  }

  cancelStroke() {
    return this.#pen.cancel();
  }

  allowTouch() {
    this.#pen.allowTouch();
  }

  /** Of the paper, in CSS pixels: {width, height}. A key may come before the observer has told it for the first time. */
  get size() {
    if (!this.#size.width) this.#resize();
    return this.#size;
  }

  /** Show all of the ink, smaller where some of it would lie beside the paper. */
  fit() {
    this.#owesFit = this.#live !== null;
    if (!this.#owesFit) this.#view = fitting(this.#ink.strokes, this.#size);
    this.redraw();
  }

  recolour() {
    this.#colours.clear();
    this.#paint();
  }

  /** Paint everything anew in the next frame. */
  redraw() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#paint();
    });
  }

  #paint() {
    const context = this.#context;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    const width = this.#setPen();
    for (const stroke of this.shown ?? this.#ink.strokes) {
      const path = pathOf(stroke);
      if (stroke.id === this.selected) {
        context.globalAlpha = 0.3;
        context.lineWidth = width * 3;
        context.strokeStyle = this.#colour(INK);
        context.stroke(path);
        context.lineWidth = width;
      }
      context.globalAlpha = this.lit && !this.lit.has(stroke.id) ? FAINT : 1;
      context.strokeStyle = this.#colour(this.tints.get(stroke.id) ?? INK);
      context.stroke(path);
    }
    context.globalAlpha = 1;
    if (this.#live) this.#paintLive(0);
  }

  /** Paint the new end of the stroke under the pen at once, so that it is on the screen with the next frame. */
  #paintLive(from) {
    this.#setPen();
    this.#context.strokeStyle = this.#colour(INK);
    this.#context.beginPath();
    trace(this.#context, this.#live, from);
    this.#context.stroke();
  }

  #setPen() {
    const { scale, dx, dy } = this.#view;
    const { ratio } = this.#size;
    this.#context.setTransform(scale * ratio, 0, 0, scale * ratio, dx * ratio, dy * ratio);
    const lineWidth = Math.max(PEN, THINNEST / scale);
    Object.assign(this.#context, { lineWidth, lineCap: "round", lineJoin: "round" });
    return lineWidth;
  }

  #colour(name) {
    if (!this.#colours.has(name)) this.#colours.set(name, resolve(this.#canvas.parentElement, name));
    return this.#colours.get(name);
  }

  /** Let a tap on ink select that stroke, and one beside it or a second one let go of it; anything else is ink. */
  #pick(points) {
    const { left, top, right, bottom } = bounds([{ points }]);
    if (Math.max(right - left, bottom - top) * this.#view.scale > TAP) return false;
    if (this.#stops) return true;
    const hit = this.#touched([points[0]]).at(-1) ?? null;
    if (hit === null && this.#before === null) return false;
    this.select(hit === this.#before ? null : hit);
    return true;
  }

  #hover(event, tell) {
    const point = event && toInk(this.#view, event.offsetX, event.offsetY);
    const id = (point && this.#touched([point]).at(-1)) ?? null;
    if (id === null) this.#writing = false;
    if (id === this.#hovered || this.#writing) return;
    this.#hovered = id;
    tell(id);
  }

  #touched(way) {
    return touched(this.#context, this.#ink.strokes, way, PEN / 2 + REACH / this.#view.scale);
  }

  #resize() {
    const { width, height } = this.#canvas.getBoundingClientRect();
    const ratio = devicePixelRatio || 1;
    const [columns, rows] = [Math.round(width * ratio), Math.round(height * ratio)];
    const same = columns === this.#canvas.width && rows === this.#canvas.height && ratio === this.#size.ratio;
    if (!columns || !rows || same) return;
    Object.assign(this.#canvas, { width: columns, height: rows });
    this.#size = { width, height, ratio };
    this.fit();
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#paint(); // a resized canvas is blank: not even one frame of that
  }

  /** A window dragged to another screen changes its ratio and nothing else. */
  #watchRatio(signal) {
    const query = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    query.addEventListener("change", () => (this.#resize(), this.#watchRatio(signal)), { once: true, signal });
  }
}
