/* What the page says about confidence and trouble. */

const SURE = [
  [0.995, "certain"],
  [0.95, "quite sure"],
  [0.8, "fairly sure"],
  [0.5, "not sure"],
  [0.2, "doubtful"],
  [0, "a guess"],
];

export const sureness = (confidence) => SURE.find(([least]) => confidence >= least)[1];

/** A share as per cent, never rounded up to 100 nor down to 0. */
export function percent(share) {
  if (share > 0.99 && share < 1) return share > 0.999 ? "99.9 %" : `${(Math.floor(share * 1000) / 10).toFixed(1)} %`;
  return share > 0 && share < 0.005 ? "< 1 %" : `${Math.round(share * 100)} %`;
}

const SOON = 5000; // milliseconds; a shorter wait is not worth a figure

const FAILED = {
  0: "The server does not answer.",
  413: "That is more ink than can be read at once.",
  429: "Too many questions at once.",
};

/** One quiet line about a failed question: what happened and what is done about it. */
export function sorry({ status, wait, title, detail }) {
  const [told, otherwise, next] =
    status === 400 || status === 413 // the ink itself
      ? [detail, "the server could not read this ink", ": undo a little"]
      : status > 400 && status < 500 && status !== 429 // whoever asks, so that asking again is no use
        ? [detail, `the server takes no ink from this page (${status})`, ""]
        : [status === 503 ? title : "", "the server stumbled", when(wait)]; // 503 is too many at once, or no model
  return `${FAILED[status] ?? sentence(told || otherwise)} Your ink is safe${next}.`;
}

function when(wait) {
  if (wait === null) return "";
  return ` and will be read ${wait < SOON ? "as soon as it can be" : `in ${Math.ceil(wait / 1000)} seconds`}`;
}

const sentence = (text) => text[0].toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");

/** What is on the paper, for those who cannot see it. */
export function described(label, { strokes, picked, value, erasing }) {
  const ink = strokes ? `${strokes} stroke${strokes === 1 ? "" : "s"}` : "empty; keys 0 to 9 write too";
  const read = value ? `, read as ${value}` : "";
  const selected = picked < 0 ? "" : `, stroke ${picked + 1} selected`;
  return `${label}: ${ink}${read}${selected}${erasing ? ", erasing" : ""}`;
}
