/* The colours that tie a digit's ink, its card and its chart together. Each pair (light page, dark page) has at
   least 4.5:1 on its paper; neighbours in the list are far apart in hue, for colour-blind eyes in lightness too. */

const PAIRS = [
  ["#1d5fd1", "#8ab4ff"],
  ["#b8420b", "#ffa26b"],
  ["#0b7a4b", "#63d39b"],
  ["#8a35b5", "#d9a3ff"],
  ["#8a6100", "#e6c04f"],
  ["#0a7287", "#5fcfe6"],
  ["#b91c5c", "#ff93b8"],
];

export const INK = "light-dark(#1f2733, #ece8df)";

export const tint = (index) => `light-dark(${PAIRS[index].join(", ")})`;

/** One tint index for each digit. `memory` (stroke id → tint index) keeps a digit's colour while others come. */
export function assign(digits, memory) {
  const names = digits.map(({ strokes }) => Math.min(...strokes));
  const wanted = names.map((name) => memory.get(name));
  const used = [];
  for (const [place, name] of names.entries()) {
    let index = wanted[place] ?? (used.at(-1) ?? -1) + 1;
    const taken = (i) => i === used.at(-1) || (wanted[place] === undefined && i === wanted[place + 1]);
    index %= PAIRS.length;
    while (taken(index)) index = (index + 1) % PAIRS.length;
    if (names.indexOf(name) === place) memory.set(name, index); // the next digit of the stroke follows from it
    used.push(index);
  }
  return used;
}

/** Call `recolour` when the system's colours have changed, once style sheets follow, and for print, until `signal`
    aborts: pixels do not follow by themselves. */
export function whenColoursChange(recolour, signal) {
  for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"])
    matchMedia(query).addEventListener("change", () => requestAnimationFrame(recolour), { signal });
  for (const moment of ["beforeprint", "afterprint"]) addEventListener(moment, recolour, { signal }); // without a frame
}

/** What `colour` comes out as for `element`: its light or dark half, or the system's in forced colours. */
export function resolve(element, colour) {
  const probe = document.createElement("span");
  probe.hidden = true;
  probe.style.color = colour;
  element.append(probe);
  const resolved = getComputedStyle(probe).color;
  probe.remove();
  return resolved;
}
