/* <digit-input>: a form field that is written on by hand. The page is built on it, and other people's pages load
   it as one script. Attributes: name, required, disabled, controls (its own buttons and answer), manual (asks only
   when told to), endpoint, label. Events: input and change as a text field fires them; ink, reading, waiting, empty,
   trouble and point (at the stroke with this id, or at none) for pages that show more. */

import { asker, question } from "./ask.js";
import css from "./digit-input.css";
import { Field } from "./field.js";
import { Ink } from "./ink.js";
import { obey } from "./keys.js";
import { assign, tint } from "./palette.js";
import { check, reading } from "./reading.js";
import { Surface } from "./surface.js";
import { thin } from "./trace.js";
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

export class DigitInput extends Field {
  static observedAttributes = ["required", "controls", "label", "mode"];

  ink = new Ink(() => this.#inkChanged());
  reading = null;
  tints = new Map(); // stroke id → tint index
  #surface;
  #asker;
  #replies = new WeakMap(); // list of strokes → {groups as JSON: reply}: undoing asks nothing anew
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
        this.#tell("point", null);
      },
      written: (points) => this.ink.add(points),
      erased: (ids) => this.ink.erase(ids),
      picked: () => this.#name(),
      hovered: (id) => this.#tell("point", id),
      penOnly: (yes) => (this.#parts.fingers.hidden = !yes),
    });
    this.#asker = asker(() => this.#url, {
      waiting: () => this.#tell("waiting"),
      answered: (reply, asked) => this.#answered(reply, asked),
      failed: (trouble) => this.#failed(trouble),
    });
    const { canvas } = this.#parts;
    canvas.addEventListener("keydown", (event) => this.obey(event, true));
    for (const type of ["pointerdown", "keydown"])
      // who points sees where he is; who types needs the ring
      canvas.addEventListener(type, () => canvas.classList.toggle("by-pointer", type === "pointerdown"));
    this.#parts.fingers.addEventListener("click", () => this.#surface.allowTouch());
    for (const button of root.querySelectorAll("[data-do]"))
      button.addEventListener("click", () => (button.dataset.do === "undo" ? this.ink.undo() : this.ink.clear()));
  }

  connectedCallback() {
    this.#name();
    this.#state();
  }

  disconnectedCallback() {
    this.#asker.forget();
  }

  attributeChangedCallback(name) {
    if (name === "controls") this.#parts.controls.hidden = !this.hasAttribute("controls");
    if (name === "mode") {
      this.#surface.erasing = this.mode === "erase";
      this.#surface.select(null); // or the eraser's button could not be let go of
    }
    if (name === "label") this.#name();
    if (name === "required") this.#state();
  }

  /** The number as read and corrected, "" while there is none. */
  get value() {
    return this.reading?.number ?? "";
  }

  formResetCallback() {
    this.ink.clear();
    super.formResetCallback();
  }

  formStateRestoreCallback(state) {
    this.ink.restore(JSON.parse(state));
    this.fit();
  }

  /** "draw" or "erase": what the next stroke does. */
  get mode() {
    return this.getAttribute("mode") === "erase" ? "erase" : "draw";
  }
  set mode(mode) {
    this.setAttribute("mode", mode);
  }

  /** The id of the stroke that was tapped or chosen by key, or null. */
  get selected() {
    return this.#surface.selected;
  }

  /** Ask now, or tell that there is no ink to ask about. */
  predict() {
    this.commit();
    if (!this.ink.strokes.length) this.#tell("empty");
    else if (this.#asker.waitingToRetry()) this.#asker.again();
    else this.#ask();
  }

  /** What the first strokes of this ink would be read as. */
  async read(strokes, signal) {
    const body = { strokes: strokes.map(({ points }) => thin(points)) };
    const reply = check(await question(this.#url, body, signal), strokes.length);
    return this.#tinted(
      reading(
        reply,
        strokes.map(({ id }) => id),
        [],
      ),
      new Map(this.tints),
    );
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

  /** Do what a key asks for; `onPaper` says that the paper has the focus. */
  obey(event, onPaper) {
    if (event.defaultPrevented || this.matches(":disabled") || !obey(event, onPaper, this, this.#surface)) return;
    event.preventDefault();
    this.#name();
  }

  /** Show all of the ink, however far it goes beyond the paper. */
  fit() {
    this.#surface.fit();
  }

  #inkChanged() {
    const { ink } = this;
    const replies = this.#replies.get(ink.strokes);
    const known = replies?.[JSON.stringify(this.#groups)];
    this.#parts.hint.hidden = ink.strokes.length > 0;
    if (!ink.strokes.length && this.mode === "erase") this.mode = "draw"; // there is nothing else to do
    this.#surface.redraw();
    if (!ink.strokes.some(({ id }) => id === this.#surface.selected)) this.#surface.selected = null;
    this.#asker.forget();
    if (!ink.strokes.length || replies) this.#read(known ?? Object.values(replies ?? {})[0]);
    else this.#state();
    this.#name();
    this.#tell("ink");
    if (ink.strokes.length && !known && !this.hasAttribute("manual")) this.#ask();
  }

  #ask() {
    const { strokes } = this.ink;
    const groups = this.#groups;
    const body = { strokes: strokes.map(({ points }) => thin(points)) };
    if (groups.length) body.groups = groups;
    this.#asker.ask(body, { strokes, groups });
  }

  /** The strokes that the writer said are one digit and nothing else, by their places. */
  get #groups() {
    const { strokes, corrections } = this.ink;
    const place = new Map(strokes.map(({ id }, index) => [id, index]));
    return corrections.filter(({ alone }) => alone).map((one) => one.strokes.map((id) => place.get(id)));
  }

  get #url() {
    return new URL(this.getAttribute("endpoint") ?? "/api/recognize", SCRIPT);
  }

  #answered(reply, { strokes, groups }) {
    try {
      check(reply, strokes.length);
    } catch {
      return this.#failed({ status: 502, message: "", wait: null });
    }
    this.#replies.set(strokes, { ...this.#replies.get(strokes), [JSON.stringify(groups)]: reply });
    if (strokes === this.ink.strokes) this.#read(reply);
  }

  #failed(trouble) {
    this.#parts.said.textContent = sorry(trouble);
    this.#tell("trouble", trouble);
  }

  #read(reply) {
    const before = this.value;
    const { strokes, corrections } = this.ink;
    if (!strokes.length) this.tints.clear();
    this.reading = reply
      ? this.#tinted(
          reading(
            reply,
            strokes.map(({ id }) => id),
            corrections,
          ),
          this.tints,
        )
      : null;
    this.#surface.tints = new Map(this.reading?.digits.flatMap((digit) => digit.strokes.map((id) => [id, digit.tint])));
    this.#surface.redraw();
    this.#parts.output.textContent = this.value;
    this.#parts.said.textContent = "";
    this.#state();
    this.#name();
    this.#tell("reading", this.reading);
    if (this.value !== before) this.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
  }

  #tinted(reading, memory) {
    for (const [place, index] of assign(reading.digits, memory).entries()) reading.digits[place].tint = tint(index);
    return reading;
  }

  #state() {
    const why = this.ink.strokes.length ? "The number has not been read yet." : "Please write a number.";
    this.setState(this.value, JSON.stringify(this.ink.data()), why, this.#parts.canvas);
  }

  /** Tell those who cannot see the paper what is on it. */
  #name() {
    const { length } = this.ink.strokes;
    const picked = this.ink.strokes.findIndex(({ id }) => id === this.#surface.selected);
    const label = this.getAttribute("label") ?? this.labels?.[0]?.textContent.trim() ?? "Paper to write a number on";
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
