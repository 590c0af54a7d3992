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

/** Whether a key is pressed alone; the others are for the browser. */
export const isBare = ({ altKey, ctrlKey, metaKey }) => !altKey && !ctrlKey && !metaKey;

export const $ = (id) => document.getElementById(id);

/** Let `target` stand for the digit at `place`: tell `point` the place while a pointer or the keyboard is on it, and null
    when it leaves; tell `erase` the place where a key asks for that. */
export function standFor(target, place, { point, erase }) {
  target.addEventListener("pointerenter", (event) => event.pointerType !== "touch" && point(place)); // fingers scroll
  target.addEventListener("pointerleave", () => point(null));
  target.addEventListener("focusin", (event) => event.target.matches(":focus-visible") && point(place));
  target.addEventListener("focusout", () => point(null));
  target.addEventListener("keydown", (event) => {
    if (!isBare(event) || (event.key !== "Delete" && event.key !== "Backspace")) return;
    event.preventDefault(); // the paper would take its last stroke
    erase(place);
  });
}
