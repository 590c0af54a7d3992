/** A new element with these properties and children. */
export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** Take `node` away; if the focus is in it, it goes on to `next`. */
export function takeAway(node, next) {
  const focused = node.contains(document.activeElement);
  node.remove();
  if (focused) next.focus({ preventScroll: true });
}

export const $ = (id) => document.getElementById(id);

/** Tell `point` the place while a pointer or the keyboard is on `target`, and null when it leaves. */
export function pointing(target, place, point) {
  target.addEventListener("pointerenter", (event) => event.pointerType !== "touch" && point(place)); // fingers scroll
  target.addEventListener("pointerleave", () => point(null));
  target.addEventListener("focusin", (event) => event.target.matches(":focus-visible") && point(place));
  target.addEventListener("focusout", () => point(null));
}
