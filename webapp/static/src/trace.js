/* A stroke as a smooth curve: each point bends the line, the middles between points lie on it. */

export const PEN = 6.5; // the line's width in units of ink, CSS pixels of the window that it was drawn in

const FINE = 1.5; // units of ink between points that matter
const DOT = 0.01; // a line this long is painted as a dot by round caps; one of length zero is not

/** Draw `points` from index `from` on into anything with moveTo, lineTo and quadraticCurveTo. */
export function trace(pen, points, from = 0) {
  const [x, y] = from > 2 ? middle(points[from - 2], points[from - 1]) : points[0];
  pen.moveTo(x, y);
  for (let i = Math.max(from, 2); i < points.length; i++) {
    const [mx, my] = middle(points[i - 1], points[i]);
    pen.quadraticCurveTo(points[i - 1][0], points[i - 1][1], mx, my);
  }
  const [lastX, lastY] = points.at(-1);
  pen.lineTo(points.length > 1 ? lastX : lastX + DOT, lastY);
}

const paths = new WeakMap();

/** The same curve of a stroke as a Path2D, made once: strokes never change. */
export function pathOf(stroke) {
  if (!paths.has(stroke)) {
    const path = new Path2D();
    trace(path, stroke.points);
    paths.set(stroke, path);
  }
  return paths.get(stroke);
}

/** The same curve as the `d` of an SVG path. */
export function svgPath(points) {
  const parts = [];
  const say =
    (letter) =>
    (...numbers) =>
      parts.push(letter + numbers.map((n) => +n.toFixed(1)).join(" "));
  trace({ moveTo: say("M"), lineTo: say("L"), quadraticCurveTo: say("Q") }, points);
  return parts.join("");
}

/** The points that the server needs: a fast mouse gives many more than a hand means. */
export function thin(points) {
  const kept = [points[0]];
  for (const point of points) {
    const [x, y] = kept.at(-1);
    if (Math.hypot(point[0] - x, point[1] - y) >= FINE) kept.push(point);
  }
  if (kept.at(-1) !== points.at(-1)) kept.push(points.at(-1));
  return kept;
}

const middle = ([ax, ay], [bx, by]) => [(ax + bx) / 2, (ay + by) / 2];
