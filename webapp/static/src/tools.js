/* The buttons and keys that act on the ink. */

import { $ } from "./element.js";
import { keep, recall } from "./keep.js";

/** Bind every control with a data-action to `paper`; `more` has what the page adds, by action.
    Returns press(action, yes), which shows a button as pressed. */
export function tools(paper, more = {}) {
  const { ink } = paper;
  const live = $("live");
  live.checked = recall("live", true);
  paper.toggleAttribute("manual", !live.checked);
  const actions = {
    undo: () => ink.undo(),
    redo: () => ink.redo(),
    erase: () => {
      if (paper.selected !== null) return ink.erase([paper.selected]);
      paper.mode = paper.mode === "erase" ? "draw" : "erase";
    },
    clear: () => ink.clear(),
    predict: () => paper.predict(),
    ...more,
  };
  const buttons = new Map();
  for (const button of document.querySelectorAll("[data-action]")) {
    buttons.set(button.dataset.action, button);
    button.addEventListener("click", () => actions[button.dataset.action](button));
  }

  function refresh() {
    buttons.get("undo").disabled = !ink.canUndo;
    buttons.get("redo").disabled = !ink.canRedo;
    for (const name of ["clear", "erase"]) buttons.get(name).disabled = !ink.strokes.length;
    buttons.get("erase").ariaPressed = String(paper.mode === "erase");
  }
  paper.addEventListener("ink", refresh);
  new MutationObserver(refresh).observe(paper, { attributes: true, attributeFilter: ["mode"] });

  live.addEventListener("change", () => {
    paper.toggleAttribute("manual", !live.checked);
    keep("live", live.checked);
    if (live.checked && ink.strokes.length) paper.predict();
  });

  document.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (target === paper || document.querySelector("dialog[open]")) return;
    const nowhere = target === document.body;
    if (nowhere || key !== "Enter") paper.obey(event, false); // Enter is for the button with the focus
    if (!nowhere) keepFocus();
  });
  document.addEventListener("click", ({ detail }) => detail || keepFocus()); // of a key it is 0

  /** Let the focus go on to the paper where a key has taken away what had it. */
  function keepFocus() {
    const { activeElement: at } = document;
    if (at === document.body || at.disabled || !at.checkVisibility()) paper.focus({ preventScroll: true });
  }
  refresh();
  return { press: (action, yes) => (buttons.get(action).ariaPressed = String(yes)) };
}
