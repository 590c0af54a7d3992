/* What has been written and how it came to be: strokes and the writer's corrections as plain data, every change
   undoable. Nothing here knows of pixels, pages or servers. */

const REMEMBERED = 500; // changes that can be undone

/* A stroke is {id, points: [[x, y, ms], …]} and never changes.
   A correction is {strokes: [id, …], nth, text, alone}: the digit made of these strokes (the nth of those that share
   one) reads `text`, or stays as read where text is null; `alone` says that no other stroke belongs to it, and
   `whole` that it stands for all digits of these strokes. */
export class Ink {
  strokes = [];
  corrections = [];
  #past = [];
  #future = [];
  #lastId = 0;
  #within = false; // several changes that are one
  #changed;

  /** `changed(anew)` is called after every change; `anew` says that the ink may lie elsewhere than it was written. */
  constructor(changed) {
    this.#changed = changed;
  }

  /** Milliseconds written until now. */
  get elapsed() {
    return this.strokes.length ? this.strokes.at(-1).points.at(-1)[2] + 1 : 0;
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  get canRedo() {
    return this.#future.length > 0;
  }

  /** Add strokes, each a list of points, as one change; returns their ids. */
  add(...lines) {
    const strokes = lines.map((points) => this.#stroke(points));
    this.#become([...this.strokes, ...strokes], this.corrections);
    return strokes.map(({ id }) => id);
  }

  erase(ids) {
    const gone = new Set(ids);
    if (!this.strokes.some(({ id }) => gone.has(id))) return; // an older answer's ink
    const corrections = this.corrections.filter((one) => !one.strokes.some((id) => gone.has(id)));
    this.#become(
      this.strokes.filter(({ id }) => !gone.has(id)),
      corrections,
    );
  }

  clear() {
    if (this.strokes.length) this.#become([], [], true);
  }

  /** Replace everything by plain data as `data()` gives it; undoable. */
  load(data) {
    this.#become(...this.#made(data), true);
  }

  /** The same, as the beginning: there is nothing before it to undo. */
  restore(data) {
    [this.strokes, this.corrections] = this.#made(data);
    this.#past = [];
    this.#changed(true);
  }

  #made({ strokes, corrections = [] }) {
    const made = strokes.map((points) => this.#stroke(points));
    return [made, corrections.map((one) => ({ ...one, strokes: one.strokes.map((index) => made[index].id) }))];
  }

  /** Add corrections as one change; each takes the place of those that share a stroke with it: of all if it is
      `alone` or `whole`, else of those with its `nth`. One that does not say whether it is stays what the digit was.
      Those of ink that is gone, whose answer is still shown, are no correction. */
  correct(...corrections) {
    const here = new Set(this.strokes.map(({ id }) => id));
    if (!corrections.every(({ strokes }) => strokes.every((id) => here.has(id)))) return;
    const made = corrections.map((one) => ({ ...this.#kept(one), ...one }));
    const shares = (one, old) => one.strokes.some((id) => old.strokes.includes(id));
    const replaced = (old) =>
      made.some((one) => (one.alone || one.whole || one.nth === old.nth) && shares(one, old));
    this.#become(this.strokes, [...this.corrections.filter((old) => !replaced(old)), ...made]);
  }

  /** Whether what a correction takes the place of was `alone` or `whole`. */
  #kept({ strokes, nth }) {
    const same = (ids) => ids.length === strokes.length && ids.every((id) => strokes.includes(id));
    const olds = this.corrections.filter((old) => old.nth === nth && same(old.strokes));
    const any = (name) => olds.some((old) => old[name]);
    return { alone: any("alone"), whole: any("whole") };
  }

  /** Cut one stroke in two at point `index`, which both halves keep; `made` gets their ids and returns corrections. */
  cut(id, index, made) {
    const at = this.strokes.findIndex((stroke) => stroke.id === id);
    const { points } = this.strokes[at];
    const halves = [points.slice(0, index + 1), points.slice(index)].map((part) => this.#stroke(part));
    const corrections = this.corrections.filter((one) => !one.strokes.includes(id));
    const strokes = [...this.strokes.slice(0, at), ...halves, ...this.strokes.slice(at + 1)];
    this.#become(strokes, [...corrections, ...made(halves.map((half) => half.id))]);
  }

  /** Several changes as one. */
  once(make) {
    const before = [this.strokes, this.corrections];
    this.#within = true;
    try {
      make();
    } finally {
      this.#within = false;
    }
    if (this.strokes !== before[0] || this.corrections !== before[1]) this.#done(before, false);
  }

  undo() {
    this.#travel(this.#past, this.#future);
  }

  redo() {
    this.#travel(this.#future, this.#past);
  }

  /** Everything as plain data: points by stroke, corrections by the strokes' places. */
  data() {
    const place = new Map(this.strokes.map(({ id }, index) => [id, index]));
    const strokes = this.strokes.map(({ points }) => points);
    return {
      strokes,
      corrections: this.corrections.map((one) => ({ ...one, strokes: one.strokes.map((id) => place.get(id)) })),
    };
  }

  #stroke(points) {
    return Object.freeze({ id: ++this.#lastId, points });
  }

  #become(strokes, corrections, anew = false) {
    const before = [this.strokes, this.corrections];
    [this.strokes, this.corrections] = [strokes, corrections];
    if (!this.#within) this.#done(before, anew);
  }

  #done(before, anew) {
    this.#past.push(before);
    if (this.#past.length > REMEMBERED) this.#past.shift();
    this.#future = [];
    this.#changed(anew);
  }

  #travel(from, to) {
    if (!from.length) return;
    to.push([this.strokes, this.corrections]);
    const here = new Set(this.strokes);
    [this.strokes, this.corrections] = from.pop();
    this.#changed(this.strokes.some((stroke) => !here.has(stroke))); // what comes back may lie beside the paper
  }
}

/** The smallest box around strokes: {left, top, right, bottom}, or null where there are none. */
export function bounds(strokes) {
  if (!strokes.length) return null;
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const { points } of strokes)
    for (const [x, y] of points) {
      box.left = Math.min(box.left, x);
      box.right = Math.max(box.right, x);
      box.top = Math.min(box.top, y);
      box.bottom = Math.max(box.bottom, y);
    }
  return box;
}
