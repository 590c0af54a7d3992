/* <digit-input>: a form field that is written on by hand. The page is built on it, and other people's pages load
   it as one script. Attributes: name, required, disabled, controls (its own buttons and answer), manual (asks only
   when told to), endpoint, label. Events: input and change as a text field fires them; ink, reading, waiting, empty
   and trouble for pages that show more. */

import { asker } from "./ask.js";
import css from "./digit-input.css";
import { glyph } from "./glyphs.js";
import { bounds, Ink } from "./ink.js";
import { command } from "./keys.js";
import { assign, tint } from "./palette.js";
import { check, reading } from "./reading.js";
import { Surface } from "./surface.js";
import { sorry } from "./words.js";

const SCRIPT = document.currentScript?.src || location.href; // the app that serves this script answers its questions

const HTML = `
  <div class="paper" part="paper">
    <canvas tabindex="0" role="img"></canvas>
    <p class="hint" part="hint"><slot name="hint"><strong>Write a number here</strong></slot></p>
    <button class="fingers" type="button" hidden>Pen only · let fingers write too</button>
  </div>
  <div class="controls" part="controls" hidden>
    <output part="answer"></output>
    <button type="button" data-do="undo">Undo</button>
    <button type="button" data-do="clear">Clear</button>
    <p class="said" part="said" role="status"></p>
  </div>`;

export class DigitInput extends HTMLElement {
  static formAssociated = true;
  static observedAttributes = ["required", "controls", "label", "mode"];

  ink = new Ink(() => this.#inkChanged());
  reading = null;
  tints = new Map(); // stroke id → tint index
  #internals = this.attachInternals();
  #surface;
  #asker;
  #replies = new WeakMap(); // list of strokes → the server's reply: undoing asks nothing anew
  #committed = "";
  #parts = {};

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open", delegatesFocus: true });
    const sheet = new CSSStyleSheet(); // adopted, not inlined: pages with a strict style-src may use it
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
    root.innerHTML = HTML;
    for (const name of ["canvas", "hint", "fingers", "controls", "output", "said"])
      this.#parts[name] = root.querySelector(`${name}, .${name}`);

    this.#surface = new Surface(this.#parts.canvas, this.ink, {
      began: () => {
        this.#parts.hint.hidden = true;
        this.#surface.selected = null;
      },
      written: (points) => this.ink.add(points),
      erased: (ids) => this.ink.erase(ids),
      penOnly: (yes) => (this.#parts.fingers.hidden = !yes),
    });
    this.#asker = asker(() => new URL(this.getAttribute("endpoint") ?? "/api/recognize", SCRIPT), {
      waiting: () => this.#tell("waiting"),
      answered: (reply, strokes) => this.#answered(reply, strokes),
      failed: (trouble) => this.#failed(trouble),
    });
    const { canvas } = this.#parts;
    canvas.addEventListener("keydown", (event) => this.obey(event, true));
    for (const type of ["pointerdown", "keydown"]) // who points sees where he is; who types needs the ring
      canvas.addEventListener(type, () => canvas.classList.toggle("by-pointer", type === "pointerdown"));
    this.#parts.fingers.addEventListener("click", () => this.#surface.allowTouch());
    for (const button of root.querySelectorAll("[data-do]"))
      button.addEventListener("click", () => (button.dataset.do === "undo" ? this.ink.undo() : this.ink.clear()));
    this.addEventListener("focusout", () => this.#commit());
  }

  connectedCallback() {
    this.#name();
    this.#validate();
  }

  attributeChangedCallback(name) {
    if (name === "controls") this.#parts.controls.hidden = !this.hasAttribute("controls");
    if (name === "mode") this.#surface.erasing = this.mode === "erase";
    if (name === "label") this.#name();
    if (name === "required") this.#validate();
  }

  // What a form field has.
  get form() {
    return this.#internals.form;
  }
  get name() {
    return this.getAttribute("name") ?? "";
  }
  set name(name) {
    this.setAttribute("name", name);
  }
  get type() {
    return this.localName;
  }
  /** The number as read and corrected, "" while there is none. */
  get value() {
    return this.reading?.number ?? "";
  }
  get required() {
    return this.hasAttribute("required");
  }
  set required(yes) {
    this.toggleAttribute("required", yes);
  }
  get validity() {
    return this.#internals.validity;
  }
  get validationMessage() {
    return this.#internals.validationMessage;
  }
  get willValidate() {
    return this.#internals.willValidate;
  }
  checkValidity() {
    return this.#internals.checkValidity();
  }
  reportValidity() {
    return this.#internals.reportValidity();
  }
  formResetCallback() {
    this.ink.clear();
    this.#committed = "";
  }
  formStateRestoreCallback(state) {
    this.ink.load(JSON.parse(state));
  }

  /** "draw" or "erase": what the next stroke does. */
  get mode() {
    return this.getAttribute("mode") === "erase" ? "erase" : "draw";
  }
  set mode(mode) {
    this.setAttribute("mode", mode);
  }

  /** Ask now, or tell that there is no ink to ask about. */
  predict() {
    this.#commit();
    if (!this.ink.strokes.length) this.#tell("empty");
    else if (this.#asker.waitingToRetry()) this.#asker.again();
    else this.#ask();
  }

  /** Light up the ink of these strokes, or all of it with null. */
  light(ids) {
    this.#surface.lit = ids && new Set(ids);
    this.#surface.redraw();
  }

  /** Paint `strokes` instead of the ink, or the ink again with null. */
  show(strokes) {
    this.#surface.shown = strokes;
    this.#surface.redraw();
  }

  /** Do what a key asks for; `onPaper` says that the paper has the focus. True where it asked for anything. */
  obey(event, onPaper) {
    const asked = command(event, onPaper);
    if (!asked || event.defaultPrevented || this.matches(":disabled")) return false;
    const { ink } = this;
    if (/\d/.test(asked)) this.write(Number(asked));
    else if (asked === "undo") ink.undo();
    else if (asked === "redo") ink.redo();
    else if (asked === "eraser") this.mode = this.mode === "erase" ? "draw" : "erase";
    else if (asked === "predict") this.predict();
    else if (asked === "remove") this.#remove();
    else if (asked === "cancel") this.#surface.cancelStroke() || this.#select(null);
    else this.#step(asked === "next" ? 1 : -1);
    event.preventDefault();
    return true;
  }

  /** Write `digit` behind the ink, in its size. */
  write(digit) {
    const { area } = this.#surface;
    const box = bounds(this.ink.strokes);
    const paper = area.bottom - area.top;
    const height = Math.max(box ? Math.min(box.bottom - box.top, paper * 0.6) : 0, paper * 0.35);
    const x = box ? box.right + height * 0.28 : area.left + (area.right - area.left) * 0.08;
    const y = box ? (box.top + box.bottom - height) / 2 : area.top + (paper - height) / 2;
    const start = 1 + (this.ink.strokes.at(-1)?.points.at(-1)[2] ?? -1);
    this.ink.add(...glyph(digit, { x, y, height, start }));
    this.#surface.fit();
  }

  /** Show all of the ink, however far it goes beyond the paper. */
  fit() {
    this.#surface.fit();
  }

  #step(by) {
    const ids = this.ink.strokes.map(({ id }) => id);
    const place = ids.indexOf(this.#surface.selected);
    const start = by > 0 ? -1 : ids.length;
    this.#select(ids[((place < 0 ? start : place) + by + ids.length) % ids.length] ?? null);
  }

  #select(id) {
    this.#surface.selected = id;
    this.#surface.redraw();
    this.#name();
  }

  #remove() {
    const id = this.#surface.selected ?? this.ink.strokes.at(-1)?.id;
    this.#surface.selected = null;
    if (id) this.ink.erase([id]);
  }

  #inkChanged() {
    const { ink } = this;
    const known = this.#replies.get(ink.strokes);
    this.#parts.hint.hidden = ink.strokes.length > 0;
    this.#surface.redraw();
    if (!ink.strokes.some(({ id }) => id === this.#surface.selected)) this.#surface.selected = null;
    if (!ink.strokes.length) this.#asker.forget();
    if (!ink.strokes.length || known) this.#read(known);
    else this.#validate();
    this.#name();
    this.#tell("ink");
    if (ink.strokes.length && !known && !this.hasAttribute("manual")) this.#ask();
  }

  #ask() {
    const { strokes, corrections } = this.ink;
    const place = new Map(strokes.map(({ id }, index) => [id, index]));
    const groups = corrections.filter(({ alone }) => alone).map((one) => one.strokes.map((id) => place.get(id)));
    const body = { strokes: strokes.map(({ points }) => points) };
    if (groups.length) body.groups = groups;
    this.#asker.ask(body, strokes);
  }

  #answered(reply, strokes) {
    try {
      this.#replies.set(strokes, check(reply, strokes.length));
    } catch {
      return this.#failed({ status: 502, message: "", wait: null });
    }
    this.#read(reply);
  }

  #failed(trouble) {
    this.#parts.said.textContent = sorry(trouble);
    this.#tell("trouble", trouble);
  }

  #read(reply) {
    const before = this.value;
    const { strokes, corrections } = this.ink;
    this.reading = reply ? reading(reply, strokes.map(({ id }) => id), corrections) : null;
    if (!strokes.length) this.tints.clear();
    this.#surface.tints.clear();
    for (const [place, index] of assign(this.reading?.digits ?? [], this.tints).entries()) {
      this.reading.digits[place].tint = tint(index);
      for (const id of this.reading.digits[place].strokes) this.#surface.tints.set(id, tint(index));
    }
    this.#surface.redraw();
    this.#parts.output.textContent = this.value;
    this.#parts.said.textContent = "";
    this.#validate();
    this.#name();
    this.#tell("reading", this.reading);
    if (this.value !== before) this.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
  }

  #commit() {
    if (this.value === this.#committed) return;
    this.#committed = this.value;
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }

  #validate() {
    const missing = this.required && !this.value;
    const why = this.ink.strokes.length ? "The number has not been read yet." : "Please write a number.";
    this.#internals.setFormValue(this.value || null, JSON.stringify(this.ink.data()));
    this.#internals.setValidity(missing ? { valueMissing: true } : {}, missing ? why : "", this.#parts.canvas);
  }

  /** Tell those who cannot see the paper what is on it. */
  #name() {
    const { length } = this.ink.strokes;
    const picked = this.ink.strokes.findIndex(({ id }) => id === this.#surface.selected);
    const label = this.getAttribute("label") ?? "Paper to write a number on";
    const ink = length ? `${length} stroke${length === 1 ? "" : "s"}` : "empty; keys 0 to 9 write too";
    const read = this.value ? `, read as ${this.value}` : "";
    const selected = picked < 0 ? "" : `, stroke ${picked + 1} selected`;
    this.#parts.canvas.setAttribute("aria-label", `${label}: ${ink}${read}${selected}`);
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

customElements.define("digit-input", DigitInput);
