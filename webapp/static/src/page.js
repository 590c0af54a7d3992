/* The page: wires paper, tools, answer, cards and memory together. */

import { answer } from "./answer.js";
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
const replay = replayer(paper, { reading: replayed, ended: () => (bound.press("replay", false), show(paper.reading)) });
const bound = tools(paper, {
  copy: async () => {
    const number = paper.value;
    if (paper.unread || isOpen(number)) return notice.say("Not read yet, so nothing was copied.");
    notice.say((await copy(number)) ? `Copied ${number}.` : `${number} could not be copied.`);
  },
  save: ({ dataset }) => download(ink.strokes, paper.unread ? "" : paper.value, dataset.format),
  replay: (button) => (button.ariaPressed === "true" ? replay.stop() : (replay.start(), bound.press("replay", true))),
});

/** Shows what was read of the beginning, and goes on showing the button that stops it. */
function replayed(reading) {
  show(reading);
  $("keep").hidden = false;
}

function show(reading) {
  shown = reading?.digits ?? [];
  line.show(reading);
  deck.show(shown);
  if (pointedAt !== null) on.point(shown[pointedAt] ? pointedAt : null);
}

paper.addEventListener("waiting", () => $("answer").classList.add("waiting"));
paper.addEventListener("ink", ({ detail: { anew } }) => {
  replay.stop();
  const data = ink.data();
  const stood = ([start]) => last.data.strokes.some((points) => points.includes(start)); // whole, or cut in two
  const gone = last.data.strokes.length && !data.strokes.some(stood);
  const neverRead = anew && !last.read && !ink.canRedo; // and there is no other way back to it
  if (gone && (last.number || neverRead)) remember(last.read ? last.number : "", last.data);
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

const kept = recall("ink", null);
if (isInk(kept) && kept.strokes.length) {
  last.data = { strokes: [] }; // the browser may have put the same ink there already
  ink.restore(kept);
}
