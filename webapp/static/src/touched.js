/* Which strokes a pointer touches. */

import { pathOf } from "./trace.js";

/** The ids of the strokes that a round tip touches on its `way` through points, all in the ink's units.
    `reach` is the distance from the tip's middle to the middle of a line that it just touches. */
export function touched(context, strokes, way, reach) {
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.lineWidth = 2 * reach;
  const tips = [way[0], ...way.slice(1).flatMap((to, i) => steps(way[i], to, reach))];
  const hit = strokes.filter((stroke) => tips.some(([x, y]) => context.isPointInStroke(pathOf(stroke), x, y)));
  context.restore();
  return hit.map(({ id }) => id);
}

/** Points after `from`, none further from the next than `reach`; the last is `to`. */
function steps(from, to, reach) {
  const count = 1 + Math.floor(Math.hypot(to[0] - from[0], to[1] - from[1]) / reach);
  const at = (i) => [0, 1].map((axis) => from[axis] + ((to[axis] - from[axis]) * i) / count);
  return Array.from({ length: count }, (_, i) => at(i + 1));
}
