/* What the browser remembers between visits: the ink until it is cleared, earlier numbers, the live switch. */

const NAME = "inkdigits.";

/** What was kept under `name` as this window's own, else by any, or `otherwise`. Storage may be forbidden, full, or
    edited by hand. */
export function recall(name, otherwise) {
  try {
    return JSON.parse(sessionStorage.getItem(NAME + name) ?? localStorage.getItem(NAME + name)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

/** Keep `value` under `name`; where it is this window's `own`, no other window's takes its place here. */
export function keep(name, value, own = false) {
  const kept = JSON.stringify(value);
  try {
    if (own) sessionStorage.setItem(NAME + name, kept);
    localStorage.setItem(NAME + name, kept);
  } catch {
    // full or forbidden: the page works without
  }
}

/** Call `act` whenever another window has kept something else under `name`. */
export function follow(name, act) {
  addEventListener("storage", ({ key }) => [NAME + name, null].includes(key) && act()); // null: all was emptied
}

/** Whether `data` is ink as `Ink.data()` gives it. */
export function isInk(data) {
  const point = (one) => Array.isArray(one) && one.length === 3 && one.every(Number.isFinite);
  const stroke = (one) => Array.isArray(one) && one.length > 0 && one.every(point);
  const index = (one) => Number.isInteger(one) && one >= 0 && one < data.strokes.length;
  const correction = (one) =>
    Array.isArray(one?.strokes) && one.strokes.every(index) && (one.text === null || typeof one.text === "string");
  return (
    Array.isArray(data?.strokes) &&
    data.strokes.every(stroke) &&
    Array.isArray(data.corrections) &&
    data.corrections.every(correction)
  );
}
