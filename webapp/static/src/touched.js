/* Which strokes a pointer touches. */

import { pathOf } from "./trace.js";

/** The ids of the strokes that a round tip touches on its way `from` one point `to` another, all in the ink's units.
    `reach` is the distance from the tip's middle to the middle of a line that it just touches. */
export function touched(context, strokes, from, to, reach) {
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.lineWidth = 2 * reach;
  const steps = 1 + Math.floor(Math.hypot(to[0] - from[0], to[1] - from[1]) / reach);
  const between = (i) => [0, 1].map((axis) => from[axis] + ((to[axis] - from[axis]) * i) / steps);
  const way = Array.from({ length: steps + 1 }, (_, i) => between(i));
  const hit = strokes.filter((stroke) => way.some(([x, y]) => context.isPointInStroke(pathOf(stroke), x, y)));
  context.restore();
  return hit.map(({ id }) => id);
}
