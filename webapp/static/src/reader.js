/* What the ink is read as: asks the server, remembers what it said of every ink, and ties its answers to strokes,
   colours and the writer's corrections. */

import { Trouble, asker, question } from "./ask.js";
import { assign, tint } from "./palette.js";
import { check, reading } from "./reading.js";
import { thin } from "./trace.js";

/** Reads `ink` by questions to `url()`. `on` has waiting(), read(reading) for answers to the ink as it is now, and
    failed(trouble). Returns {known(), ask(), forget(), follow(signal), read(strokes, signal)}. */
export function reader(ink, url, on) {
  const replies = new WeakMap(); // list of strokes → {groups as JSON: reply}: undoing asks nothing anew
  const tints = new Map(); // stroke id → tint index
  const asking = asker(url, { waiting: on.waiting, answered, failed: on.failed });

  /** What is known of the ink without asking: {reading, whole}, or null where that is nothing. `whole` says that
      the server knew of all borders that the writer drew. Empty paper is known, and forgets the colours. */
  function known() {
    if (!ink.strokes.length) {
      tints.clear();
      return { reading: null, whole: true };
    }
    const told = replies.get(ink.strokes);
    if (!told) return null;
    const exact = told[JSON.stringify(groups())];
    const reply = exact ?? Object.values(told)[0];
    return { reading: tied(reply, ink.strokes, ink.corrections, tints), whole: Boolean(exact) };
  }

  /** Ask about the ink as it is, `now` even where the next try is due later. */
  function ask(now = false) {
    const told = groups();
    const body = { ...bodyOf(ink.strokes), ...(told.length && { groups: told }) };
    asking.ask(body, { strokes: ink.strokes, groups: told }, now);
  }

  function answered(reply, { strokes, groups }) {
    try {
      check(reply, strokes.length);
    } catch {
      return on.failed(new Trouble(502, null));
    }
    replies.set(strokes, { ...replies.get(strokes), [JSON.stringify(groups)]: reply });
    if (strokes === ink.strokes) on.read(known().reading);
  }

  /** What these first strokes of the ink would be read as. */
  async function read(strokes, signal) {
    const reply = check(await question(url(), bodyOf(strokes), signal), strokes.length);
    return tied(reply, strokes, [], new Map(tints));
  }

  /** The strokes that the writer said are one digit and nothing else, by their places and in their order. */
  function groups() {
    const place = new Map(ink.strokes.map(({ id }, index) => [id, index]));
    const drawn = ink.corrections.filter(({ alone }) => alone).map(({ strokes }) => strokes.map((id) => place.get(id)));
    return drawn.map((places) => places.sort((a, b) => a - b)).sort(([a], [b]) => a - b);
  }

  return { known, ask, forget: asking.forget, follow: asking.follow, read };
}

const bodyOf = (strokes) => ({ strokes: strokes.map(({ points }) => thin(points)) });

/** The reading of `strokes`, each digit with a colour: the one that `memory` has for it. */
function tied(reply, strokes, corrections, memory) {
  const ids = strokes.map(({ id }) => id);
  const tied = reading(reply, ids, corrections);
  for (const [place, index] of assign(tied.digits, memory).entries()) tied.digits[place].tint = tint(index);
  return tied;
}
