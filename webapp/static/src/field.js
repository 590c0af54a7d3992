/* What every form field has, for a custom element: name, form, validity, and change when the writer is done. */

export class Field extends HTMLElement {
  static formAssociated = true;
  #internals = this.attachInternals();
  #committed = "";

  constructor() {
    super();
    this.addEventListener("focusout", () => this.commit());
  }

  /** What a page set before this script had come lies over the accessors: hand it to them. */
  connectedCallback() {
    for (const name of ["name", "disabled", "required", "mode"].filter((name) => Object.hasOwn(this, name))) {
      const value = this[name];
      delete this[name];
      this[name] = value;
    }
  }

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

  get disabled() {
    return this.hasAttribute("disabled");
  }

  set disabled(yes) {
    this.toggleAttribute("disabled", yes);
  }

  get required() {
    return this.hasAttribute("required");
  }

  set required(yes) {
    this.toggleAttribute("required", yes);
  }

  get labels() {
    return this.#internals.labels;
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
    this.#committed = "";
  }

  /** Fire change where the value is another than when it was fired last. */
  commit() {
    if (this.value === this.#committed) return;
    this.#committed = this.value;
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** What the form sends, what the browser keeps for a return to the page, and why it must not be sent, or "". */
  setState(value, kept, why, anchor) {
    this.#internals.setFormValue(value || null, kept);
    this.#internals.setValidity({ valueMissing: this.required && !value, customError: why !== "" }, why, anchor);
  }
}
