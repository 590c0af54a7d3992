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

/** One quiet line about a failed question: what happened and what is done about it. */
export function sorry({ status, message, wait }) {
  const next = wait ? " Your ink is safe and will be read as soon as it can be." : " Your ink is safe.";
  if (status === 0) return "The server does not answer." + next;
  if (status === 429) return "Too many questions at once." + next;
  if (status === 503) return "The network that reads digits is away." + next;
  if (status >= 500) return "The server stumbled." + next;
  if (status === 413) return "That is more ink than can be read at once. Undo a little, or clear the paper.";
  return message || "The server could not read this ink.";
}
