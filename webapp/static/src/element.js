/** A new element with these properties and children. */
export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

export const $ = (id) => document.getElementById(id);

/** Tell `point` the place while a pointer or the keyboard is on `target`, and null when it leaves. */
export function pointing(target, place, point) {
  target.addEventListener("pointerenter", (event) => event.pointerType !== "touch" && point(place)); // fingers scroll
  target.addEventListener("pointerleave", () => point(null));
  target.addEventListener("focusin", (event) => event.target.matches(":focus-visible") && point(place));
  target.addEventListener("focusout", () => point(null));
}
