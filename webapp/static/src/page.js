/* The page: wires paper, tools, answer, cards and memory together. */

import { answer } from "./answer.js";
import { erase } from "./borders.js";
import { cards } from "./cards.js";
import { corrector } from "./correct.js";
import "./digit-input.js";
import { earlier } from "./earlier.js";
import { $ } from "./element.js";
import { isInk, keep, recall } from "./keep.js";
import { notices } from "./notice.js";
import { toBecome } from "./reading.js";
import { replayer } from "./replay.js";
import { copy, download } from "./save.js";
import { tools } from "./tools.js";

const paper = $("paper");
const { ink } = paper;
let last = { number: "", read: false, strokes: ink.strokes, data: ink.data() }; // as it was before it changed

let shown = []; // the digits that line and cards show
let pointedAt = null; // the place of the one that is lit up
const on = {
  point(place) {
    pointedAt = place;
    paper.light(shown[place]?.strokes ?? null);
    line.light(place);
    deck.light(place);
  },
  erase: ofAll((place) => erase(ink, place, paper.reading.digits)),
  correct: ofAll(corrector(paper)),
  take: ofAll((number) => ink.correct(...toBecome(number, paper.reading.digits))),
};

/** Does `act` only where what is shown was read of all the ink; a replay shows what was read of its beginning. */
function ofAll(act) {
  return (asked) => (replay.isRunning() ? replay.stop() : act(asked));
}

const line = answer(on);
const deck = cards($("cards"), on);
const isOpen = (number) => number.includes("?"); // a digit of it has no name yet
const notice = notices($("notice"));
const remember = earlier((data) => {
  ink.load(data);
  scrollTo({ top: 0 });
});
const replay = replayer(paper, {
  reading: show,
  ended() {
    bound.press("replay", false);
    show(paper.unread ? null : paper.reading);
  },
});
const bound = tools(paper, {
  copy: async () => {
    const number = paper.value;
    if (paper.unread || isOpen(number)) return notice.say("Not read yet, so nothing was copied.");
    notice.say((await copy(number)) ? `Copied ${number}.` : `${number} could not be copied.`);
  },
  save: ({ dataset }) => download(ink.strokes, paper.unread ? "" : paper.value, dataset.format),
  replay: (button) => (button.ariaPressed === "true" ? replay.stop() : (replay.start(), bound.press("replay", true))),
});

function show(reading) {
  shown = reading?.digits ?? [];
  line.show(reading);
  deck.show(shown);
  if (pointedAt !== null) on.point(shown[pointedAt] ? pointedAt : null);
}

paper.addEventListener("waiting", () => $("answer").classList.add("waiting"));
paper.addEventListener("ink", ({ detail: { anew } }) => {
  replay.stop();
  $("keep").hidden = !ink.strokes.length; // what could not be read can be taken away, too
  const data = ink.data();
  const stood = ([start]) => last.data.strokes.some((points) => points.includes(start)); // whole, or cut in two
  const gone = last.data.strokes.length && !data.strokes.some(stood);
  const replaced = gone && anew && !ink.canRedo; // at once, not stroke by stroke, and Redo does not bring it back
  if (replaced && (last.number || !last.read)) remember(last.read ? last.number : "", last.data);
  if (gone) show(null);
  const sameInk = last.strokes === ink.strokes; // and other corrections
  last = { number: data.strokes.length ? last.number : "", read: false, strokes: ink.strokes, data };
  keep("ink", data, true);
  $("answer").classList.remove("waiting");
  const manual = paper.hasAttribute("manual");
  $("answer").classList.toggle("stale", manual && ink.strokes.length > 0);
  notice.inkChanged(manual);
  if (manual && sameInk) notice.say("Counts as soon as the ink is read.");
});
paper.addEventListener("reading", ({ detail }) => {
  $("answer").classList.remove("waiting", "stale");
  if (ink.strokes.length) Object.assign(last, { number: paper.value, read: !isOpen(paper.value) });
  notice.read(detail);
  if (!replay.isRunning()) show(detail);
});
paper.addEventListener("point", ({ detail: id }) => {
  const place = shown.findIndex(({ strokes }) => strokes.includes(id));
  on.point(place < 0 ? null : place);
});
paper.addEventListener("pointerdown", () => replay.stop());
document.addEventListener("keydown", ({ key }) => key === "Escape" && replay.stop());
paper.addEventListener("trouble", ({ detail }) => notice.trouble(detail));
paper.addEventListener("empty", () => notice.empty());

addEventListener("pageshow", ({ persisted }) => {
  const now = recall("ink", null); // a later page of this window may have written other ink
  if (persisted && isInk(now) && JSON.stringify(now) !== JSON.stringify(ink.data())) location.reload();
});

const kept = recall("ink", null);
if (isInk(kept) && kept.strokes.length) {
  last.data = { strokes: [] }; // the browser may have put the same ink there already
  ink.restore(kept);
}
