/* Where one digit ends and the next begins, as the writer says: corrections that join and split. */

import { bounds } from "./ink.js";

/** The correction that makes one digit of two. */
export function joined(one, other) {
  return { strokes: [...new Set([...one.strokes, ...other.strokes])], nth: 0, text: null, alone: true };
}

/** Split `digit`, one of `digits`, in two, as one change: between its strokes, or through its only one. */
export function split(ink, digit, digits) {
  const strokes = ink.strokes.filter(({ id }) => digit.strokes.includes(id));
  if (strokes.length > 1) return ink.correct(...halves(strokes).map((ids) => alone(ids)));
  const [stroke] = strokes;
  if (!stroke) return; // it was erased, and no answer has come since
  const shared = digits.some((other) => other !== digit && other.strokes.includes(stroke.id));
  ink.cut(
    stroke.id,
    waist(stroke.points, digit.box),
    (ids) => (shared ? [] : inOrder(stroke, ids).map((id) => alone([id]))), // what is cut by the reader too, it may cut again
  );
}

const alone = (strokes) => ({ strokes, nth: 0, text: null, alone: true });

/** Two lists of ids, left and right of the widest gap between the strokes' middles. */
function halves(strokes) {
  const middle = (stroke) => {
    const { left, right } = bounds([stroke]);
    return (left + right) / 2;
  };
  const order = strokes.map((stroke) => [middle(stroke), stroke.id]).sort(([a], [b]) => a - b);
  const gaps = order.slice(1).map(([x], i) => x - order[i][0]);
  const widest = gaps.indexOf(Math.max(...gaps)) + 1;
  return [order.slice(0, widest), order.slice(widest)].map((half) => half.map(([, id]) => id));
}

/** The index of the point to cut at: where the line crosses the middle of the box, nearest to half its way. */
function waist(points, box) {
  const { left, right } = bounds([{ points }]);
  const middle = box ? box[0] + box[2] / 2 : (left + right) / 2;
  const inner = points.slice(1, -1).map((_, i) => i + 1);
  const crossings = inner.filter((i) => points[i][0] >= middle !== points[i - 1][0] >= middle);
  const half = points.length / 2;
  const nearest = (list) => list.reduce((best, i) => (Math.abs(i - half) < Math.abs(best - half) ? i : best), list[0]);
  return nearest(crossings.length ? crossings : inner) ?? 0;
}

/** The ids of a stroke's two halves, the left one first. */
function inOrder(stroke, [first, second]) {
  return stroke.points[0][0] <= stroke.points.at(-1)[0] ? [first, second] : [second, first];
}
