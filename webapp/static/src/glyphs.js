/* Ink for those who write with keys: one way of writing each digit, in a box one unit high, y down. */

const GLYPHS = [
  ["0.42,0.02 0.2,0.06 0.04,0.3 0.04,0.68 0.2,0.96 0.42,0.97 0.6,0.7 0.6,0.34 0.48,0.06 0.36,0.03"],
  ["0.04,0.26 0.2,0.14 0.32,0 0.32,0 0.3,0.5 0.3,1"],
  ["0.06,0.24 0.16,0.03 0.44,0 0.56,0.2 0.44,0.5 0.04,0.98 0.04,0.98 0.3,0.94 0.62,0.97"],
  ["0.06,0.1 0.28,0 0.54,0.1 0.5,0.36 0.24,0.46 0.24,0.46 0.54,0.54 0.58,0.84 0.32,1 0.04,0.9"],
  ["0.36,0 0.18,0.36 0.02,0.64 0.02,0.64 0.34,0.62 0.64,0.62", "0.48,0.34 0.46,0.7 0.44,1"],
  [
    "0.14,0.02 0.1,0.24 0.08,0.44 0.08,0.44 0.36,0.38 0.58,0.56 0.54,0.86 0.28,1 0.02,0.9",
    "0.14,0.02 0.36,0.03 0.58,0",
  ],
  ["0.5,0 0.22,0.26 0.06,0.62 0.14,0.94 0.4,0.99 0.58,0.8 0.48,0.56 0.26,0.56 0.1,0.76"],
  ["0.02,0.04 0.3,0.03 0.6,0.02 0.6,0.02 0.42,0.46 0.26,1"],
  ["0.52,0.14 0.3,0 0.1,0.14 0.22,0.4 0.5,0.6 0.56,0.86 0.32,1 0.08,0.86 0.16,0.6 0.46,0.38 0.54,0.16"],
  ["0.54,0.22 0.36,0.02 0.1,0.14 0.08,0.42 0.32,0.5 0.54,0.24 0.54,0.24 0.52,0.6 0.42,1"],
];

const MS_PER_POINT = 14;
const BETWEEN_STROKES = 180;

/** The strokes of `digit`, its left top corner at (x, y), `height` high, written from `start` milliseconds on. */
export function glyph(digit, { x, y, height, start = 0 }) {
  let clock = start;
  return GLYPHS[digit].map((line) => {
    const corners = line.split(" ").map((pair) => pair.split(",").map(Number));
    clock += BETWEEN_STROKES;
    return smooth(smooth(smooth(corners))).map(([u, v]) => {
      clock += MS_PER_POINT;
      return [x + u * height, y + v * height].map((value) => Math.round(value * 10) / 10).concat(clock);
    });
  });
}

/** Cut the corners of a line (Chaikin 1974); a corner given twice stays sharp. */
function smooth(points) {
  const cut = points.slice(1).flatMap((b, i) => {
    const a = points[i];
    const between = (share) => [0, 1].map((axis) => a[axis] + (b[axis] - a[axis]) * share);
    return a[0] === b[0] && a[1] === b[1] ? [a, b] : [between(0.25), between(0.75)];
  });
  return [points[0], ...cut, points.at(-1)];
}
