/* The page: wires paper, tools, answer and cards together. */

import { answer } from "./answer.js";
import { cards } from "./cards.js";
import "./digit-input.js";
import { $ } from "./element.js";
import { notices } from "./notice.js";
import { toBecome } from "./reading.js";
import { tools } from "./tools.js";

const paper = $("paper");
const on = {
  point(place) {
    paper.light(place === null ? null : paper.reading?.digits[place]?.strokes);
    deck.light(place);
    line.light(place);
  },
  correct() {},
  take: (number) => paper.ink.correct(...toBecome(number, paper.reading.digits)),
};
const line = answer(on);
const deck = cards($("cards"), on);
const notice = notices($("notice"));

paper.addEventListener("waiting", () => $("answer").classList.add("waiting"));
paper.addEventListener("ink", () => {
  $("answer").classList.toggle("stale", paper.hasAttribute("manual") && paper.ink.strokes.length > 0);
  notice.inkChanged();
});
paper.addEventListener("reading", ({ detail }) => {
  $("answer").classList.remove("waiting", "stale");
  notice.read(detail);
  line.show(detail);
  deck.show(detail?.digits ?? []);
});
paper.addEventListener("trouble", ({ detail }) => notice.trouble(detail));
paper.addEventListener("empty", () => notice.empty());

tools(paper);
