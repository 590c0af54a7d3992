/* <digit-input>: a form field that is written on by hand. The page is built on it, and other people's pages load
   it as one script. Attributes: name, required, disabled, controls (its own buttons and answer), manual (asks only
   when told to), endpoint, label. Events: input and change as a text field fires them; ink, reading, waiting, empty,
   trouble and point (at the stroke with this id, or at none) for pages that show more. */

import css from "./digit-input.css";
import { element } from "./element.js";
import { Field } from "./field.js";
import { Ink } from "./ink.js";
import { obey } from "./keys.js";
import { reader } from "./reader.js";
import { Surface } from "./surface.js";
import { described, sorry } from "./words.js";

const SCRIPT = document.currentScript?.src || location.href; // the app that serves this script answers its questions

// An application, for screen readers keep the keys 0 to 9 to themselves on anything less. It holds no text to hide.
// Made node by node: pages with Trusted Types take no HTML from a script.
function made({ ink, allowTouch }) {
  const canvas = element("canvas", { tabIndex: 0, role: "application" });
  const words = element("slot", { name: "hint" }, element("strong", {}, "Write a number here"));
  const hint = element("p", { className: "hint", part: "hint" }, words);
  const press = (text, act, properties) => {
    const button = element("button", { type: "button", ...properties }, text);
    button.addEventListener("click", act);
    return button;
  };
  const fingers = press("Pen only · let fingers write too", allowTouch, { className: "fingers", hidden: true });
  const output = element("output", { part: "answer" });
  const buttons = [press("Undo", () => ink.undo()), press("Clear", () => ink.clear())];
  const said = element("p", { className: "said", part: "said", role: "status" });
  const paper = element("div", { className: "paper", part: "paper" }, canvas, hint);
  const controls = element("div", { className: "controls", part: "controls", hidden: true }, output, ...buttons, said);
  return { paper, canvas, hint, fingers, controls, output, said };
}

export class DigitInput extends Field {
  static observedAttributes = ["required", "controls", "label", "mode"];

  ink = new Ink((anew) => this.#inkChanged(anew));
  reading = null;
  #inkRead = this.ink.strokes; // what the reading is of
  #owesChange = false;
  #away = null; // of the page, by an AbortController
  #parts = {};
  #surface;
  #reader = reader(this.ink, () => this.#endpoint, {
    waiting: () => this.#tell("waiting"),
    read: (reading) => this.#read(reading),
    failed: (trouble) => {
      this.#parts.said.textContent = sorry(trouble);
      this.#tell("trouble", trouble);
    },
  });

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open", delegatesFocus: true });
    const sheet = new CSSStyleSheet(); // adopted, not inlined: pages with a strict style-src may use it
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
    this.#parts = made({ ink: this.ink, allowTouch: () => this.#surface.allowTouch() });
    const { paper, canvas, hint, fingers, controls } = this.#parts;
    root.append(paper, fingers, controls); // beside the paper, all of which is for the pen
    this.#surface = new Surface(canvas, this.ink, {
      began: () => {
        hint.hidden = true;
        this.#surface.selected = null;
        this.#tell("point", null);
      },
      cancelled: () => (hint.hidden = this.ink.strokes.length > 0),
      written: (points) => this.ink.add(points),
      erased: (ids) => this.ink.erase(ids),
      picked: () => this.#name(),
      hovered: (id) => this.#tell("point", id),
      penOnly: (yes) => (fingers.hidden = !yes),
    });
    root.addEventListener("keydown", (event) => {
      const onPaper = event.target === canvas;
      if (onPaper || event.key !== "Enter") this.obey(event, onPaper); // Enter is for the button with the focus
    });
    canvas.addEventListener("transitionend", () => this.#surface.recolour()); // the page's color-scheme has changed
    for (const type of ["pointerdown", "keydown", "blur"])
      // who points sees where he is; who types needs the ring
      canvas.addEventListener(type, () => canvas.classList.toggle("by-pointer", type === "pointerdown"));
    canvas.addEventListener("focus", () => this.#name()); // its label may have come after it
  }

  connectedCallback() {
    super.connectedCallback();
    this.#away = new AbortController();
    this.#surface.follow(this.#away.signal);
    this.#reader.follow(this.#away.signal);
    this.#name();
    this.#state();
    if (this.unread && !this.hasAttribute("manual")) this.#reader.ask(); // it was moved while it waited for an answer
  }

  disconnectedCallback() {
    this.#away.abort();
    this.#surface.cancelStroke();
    this.#reader.forget();
  }

  attributeChangedCallback(name) {
    if (name === "controls") this.#parts.controls.hidden = !this.hasAttribute("controls");
    if (name === "mode") {
      this.#surface.erasing = this.mode === "erase";
      this.#surface.select(null); // or the eraser's button could not be let go of
    }
    if (name === "label" || name === "mode") this.#name();
    if (name === "required") this.#state();
  }

  formDisabledCallback(disabled) {
    if (disabled) this.#surface.cancelStroke();
    for (const button of this.shadowRoot.querySelectorAll("button")) button.disabled = disabled;
    this.#parts.canvas.tabIndex = disabled ? -1 : 0;
  }

  formResetCallback() {
    this.#surface.cancelStroke();
    this.#owesChange = false;
    this.reading = null; // the value is none before the ink goes: a reset fires no input
    this.ink.clear();
    super.formResetCallback();
  }

  formStateRestoreCallback(state) {
    this.ink.restore(JSON.parse(state));
  }

  /** The number as read and corrected, "" while there is none. */
  get value() {
    return this.reading?.number ?? "";
  }

  /** Whether the value is of other ink than there is now. */
  get unread() {
    return this.#inkRead !== this.ink.strokes;
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

  /** Fire change, or wait with it for the answer that is still to come. */
  commit() {
    this.#owesChange = this.unread;
    if (!this.unread) super.commit();
  }

  /** Ask now, or tell that there is no ink to ask about. */
  predict() {
    this.commit();
    if (this.ink.strokes.length) this.#reader.ask(true);
    else this.#tell("empty");
  }

  /** What the first strokes of this ink would be read as. */
  read(strokes, signal) {
    return this.#reader.read(strokes, signal);
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

  #inkChanged(anew) {
    const { strokes } = this.ink;
    const known = this.#reader.known();
    this.#parts.hint.hidden = strokes.length > 0;
    if (!strokes.length && this.mode === "erase") this.mode = "draw"; // there is nothing else to do
    if (anew || !strokes.length) this.#surface.fit();
    else this.#surface.redraw();
    if (!strokes.some(({ id }) => id === this.selected)) this.#surface.selected = null;
    this.#reader.forget();
    this.#tell("ink", { anew });
    if (known) this.#read(known.reading);
    else this.#state();
    this.#name();
    if (this.hasAttribute("manual")) this.#parts.said.textContent = ""; // what was to be asked again is not any more
    else if (!known?.whole) this.#reader.ask();
  }

  #read(reading) {
    const before = this.value;
    this.reading = reading;
    this.#inkRead = this.ink.strokes;
    this.#surface.tints = new Map(reading?.digits.flatMap((digit) => digit.strokes.map((id) => [id, digit.tint])));
    this.#surface.redraw();
    this.#parts.output.textContent = this.value;
    this.#parts.said.textContent = "";
    this.#state();
    this.#name();
    this.#tell("reading", reading);
    if (this.value !== before) this.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
    if (this.#owesChange) this.commit();
  }

  get #endpoint() {
    const own = this.getAttribute("endpoint");
    return own === null ? new URL("/api/recognize", SCRIPT) : new URL(own, document.baseURI);
  }

  #state() {
    this.#parts.output.classList.toggle("stale", this.unread);
    const missing = this.required && !this.value ? "Please write a number." : "";
    const why = this.unread ? "The number has not been read yet." : missing;
    this.setState(this.unread ? "" : this.value, JSON.stringify(this.ink.data()), why, this.#parts.canvas);
  }

  /** Tell those who cannot see the paper what is on it. */
  #name() {
    const { strokes } = this.ink;
    const label = this.getAttribute("label") || this.labels?.[0]?.textContent.trim() || "Paper to write a number on";
    const picked = strokes.findIndex(({ id }) => id === this.selected);
    const value = this.unread ? "" : this.value;
    const says = described(label, { strokes: strokes.length, picked, value, erasing: this.mode === "erase" });
    this.#parts.canvas.setAttribute("aria-label", says);
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

if (!customElements.get("digit-input")) customElements.define("digit-input", DigitInput); // two scripts, one field
