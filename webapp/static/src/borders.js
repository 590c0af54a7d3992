/* Where one digit ends and the next begins, as the writer says: corrections that join and split, and what is erased.
   Every function takes the place of a digit among those that were read, and makes one change. A stroke that runs on
   into a neighbour is cut between the two first, so that what belongs to others stays as it is. */

import { bounds } from "./ink.js";

/** Make one digit of this one and the next. */
export function join(ink, place, digits) {
  ink.once(() => {
    const parts = cutBetween(ink, place + 1, cutBetween(ink, place - 1, digits));
    ink.correct(alone([...new Set([...parts[place].strokes, ...parts[place + 1].strokes])]));
  });
}

/** Split it in two: between its strokes, or through its only one. */
export function split(ink, place, digits) {
  ink.once(() => {
    const digit = freed(ink, place, digits);
    const strokes = ink.strokes.filter(({ id }) => digit.strokes.includes(id));
    if (strokes.length > 1) return ink.correct(...halves(strokes).map((ids) => alone(ids)));
    const [stroke] = strokes;
    if (!stroke) return; // it was erased, and no answer has come since
    ink.cut(stroke.id, waist(stroke.points, digit.box), (ids) => ids.map((id) => alone([id])));
  });
}

export function erase(ink, place, digits) {
  ink.once(() => ink.erase(freed(ink, place, digits).strokes));
}

/** The digit once its strokes are its own. */
function freed(ink, place, digits) {
  return cutBetween(ink, place, cutBetween(ink, place - 1, digits))[place];
}

/** Cut the stroke that runs from the digit at this place into the next; returns the digits with the strokes they have
    then. What the writer said of any of them goes with it. */
function cutBetween(ink, place, digits) {
  const [left, right] = [digits[place], digits[place + 1]];
  const stroke = ink.strokes.find(({ id }) => left?.strokes.includes(id) && right?.strokes.includes(id));
  if (!stroke || !left.box || !right.box) return digits;
  let sides;
  const onItsSide = (one) => ({
    ...one,
    strokes: one.strokes.map((id) => (id === stroke.id ? sides[Number(one.nth >= right.nth)] : id)),
    nth: one.nth >= right.nth ? one.nth - right.nth : one.nth,
  });
  const cutHere = (one) => one.strokes.includes(stroke.id);
  ink.cut(stroke.id, border(stroke.points, (left.box[0] + left.box[2] + right.box[0]) / 2), (ids) => {
    sides = inOrder(stroke, ids);
    return ink.corrections.filter((one) => cutHere(one) && !one.alone && !one.whole).map(onItsSide);
  });
  return digits.map((one) => (cutHere(one) ? onItsSide(one) : one));
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

/** The index of the point at which to cut a line so that the fewest of its points are left on the wrong side of `x`. */
function border(points, x) {
  const back = points[0][0] > points.at(-1)[0];
  const isEarly = points.map((point) => point[0] < x !== back);
  let wrong = isEarly.filter(Boolean).length;
  let [best, least] = [0, Infinity];
  isEarly.forEach((early, i) => {
    if (wrong < least) [best, least] = [i, wrong];
    wrong += early ? -1 : 1;
  });
  return best;
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
