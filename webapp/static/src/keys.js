/* Which key asks for what. Keys that are a character count only while the paper has the focus (WCAG 2.1.4). */

const COMMANDS = {
  Enter: "predict",
  Escape: "cancel",
  Delete: "remove",
  Backspace: "remove",
};
const ON_PAPER = { e: "eraser", ArrowLeft: "previous", ArrowRight: "next" };

/** The command in a keydown event, or null; `onPaper` says that the paper has the focus. */
export function command(event, onPaper) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.altKey) return null;
  if (event.ctrlKey || event.metaKey) {
    if (key === "z") return event.shiftKey ? "redo" : "undo";
    return key === "y" ? "redo" : null;
  }
  if (onPaper && /^\d$/.test(key)) return key;
  return (onPaper && ON_PAPER[key]) || COMMANDS[key] || null;
}
