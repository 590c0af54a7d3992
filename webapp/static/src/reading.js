/* The server's reply, checked, tied to the strokes it was asked about, and corrected as the writer said. */

/** Throw where `reply` is not what POST /api/recognize promises for ink of `count` strokes. */
export function check(reply, count) {
  const stroke = (index) => Number.isInteger(index) && index >= 0 && index < count;
  const share = (value) => Number.isFinite(value) && value >= 0 && value <= 1.000001;
  const digit = (one) =>
    Number.isInteger(one?.digit) &&
    share(one.confidence) &&
    Array.isArray(one.probabilities) &&
    one.probabilities.length === 10 &&
    one.probabilities.every(share) &&
    Array.isArray(one.strokes) &&
    one.strokes.length > 0 &&
    one.strokes.every(stroke);
  const other = (one) => typeof one?.number === "string" && share(one.confidence);
  const list = (value, good) => Array.isArray(value) && value.every(good);
  if (
    typeof reply?.number !== "string" ||
    !share(reply.confidence) ||
    !list(reply.digits, digit) ||
    !list(reply.alternatives, other)
  )
    throw new TypeError("The reply is not a reading");
  return reply;
}

/** What the page shows: {number, confidence, alternatives, digits, model, milliseconds}, where a digit is {text,
    confidence, unsure, corrected, startsRow, strokes: [id, …], nth, box, probabilities, notADigit, image}; the
    last four are null where the network was not asked. */
export function reading(reply, ids, corrections) {
  const plain = withRows(
    reply.digits.map((digit) => shown(digit, ids)),
    reply.number,
  );
  const digits = count(corrections.reduce(apply, count(plain)));
  const corrected = digits.some((digit) => digit.corrected || !digit.probabilities);
  return {
    number: digits.map(({ startsRow, text }) => (startsRow ? " " : "") + text).join(""),
    confidence: corrected ? digits.reduce((all, { confidence }) => all * confidence, 1) : reply.confidence,
    corrected,
    alternatives: corrected ? [] : reply.alternatives,
    digits,
    model: reply.model ?? null,
    milliseconds: reply.milliseconds ?? null,
  };
}

/** The corrections that turn `digits` into the number `text`: digit by digit where the lengths allow it. */
export function toBecome(text, digits) {
  const letters = text.replaceAll(" ", "");
  if (letters.length !== digits.length)
    return [{ strokes: [...new Set(digits.flatMap(({ strokes }) => strokes))], nth: 0, text, whole: true }];
  return digits.flatMap(({ strokes, nth, text: old }, place) =>
    old === letters[place] ? [] : [{ strokes, nth, text: letters[place] }],
  );
}

function shown({ digit, confidence, unsure, probabilities, not_a_digit, strokes, box, image }, ids) {
  return {
    text: String(digit),
    confidence,
    unsure: Boolean(unsure),
    corrected: false,
    startsRow: false,
    strokes: strokes.map((index) => ids[index]),
    nth: 0,
    box: box ?? null,
    probabilities,
    notADigit: not_a_digit ?? 0,
    image: typeof image === "string" ? image : null,
  };
}

/** A space in the number says that a new row begins. */
function withRows(digits, number) {
  const rows = number.split(" ").filter(Boolean);
  let place = 0;
  for (const row of rows) {
    if (place > 0 && digits[place]) digits[place].startsRow = true;
    place += row.length;
  }
  return digits;
}

/** Number the digits that share a stroke: the first is 0, as is one that shares none, the next 1, … */
function count(digits) {
  const last = new Map(); // stroke id → the number of the last digit it is part of
  return digits.map((digit) => {
    const nth = Math.max(...digit.strokes.map((id) => (last.get(id) ?? -1) + 1));
    for (const id of digit.strokes) last.set(id, nth);
    return { ...digit, nth };
  });
}

function apply(digits, correction) {
  const mine = new Set(correction.strokes);
  const touches = ({ strokes }) => strokes.some((id) => mine.has(id));
  const same = (digit) => digit.strokes.length === mine.size && digit.strokes.every((id) => mine.has(id));
  const touched = digits.filter(touches);
  if (!touched.length) return digits;
  const meant = touched.filter(({ nth }) => nth === correction.nth);
  const exact = meant.find(same);
  const only = touched.length === 1;
  const grown = only ? touched[0] : meant.find(({ strokes }) => correction.strokes.every((id) => strokes.includes(id)));
  const several = correction.whole && !only;
  const target = correction.alone ? only && exact : !several && (exact ?? grown ?? touched.find(same));
  if (target) return digits.map((one) => (one === target ? told(one, correction) : one));

  // The server drew other borders: the digits that lose strokes stay with what is left to them.
  const whole = touched.find(({ strokes }) => strokes.every((id) => mine.has(id)));
  const place = digits.indexOf(whole ?? touched.at(-1));
  return digits.flatMap((digit, at) => {
    if (!touches(digit)) return [digit];
    const { startsRow } = digit;
    const left = digit.strokes.filter((id) => !mine.has(id));
    const rest = left.length ? [{ ...unknown(left), startsRow: startsRow && at !== place }] : [];
    return at === place ? [{ ...told(unknown(correction.strokes), correction), startsRow }, ...rest] : rest;
  });
}

const told = (digit, { text }) =>
  text === null ? digit : { ...digit, text, confidence: 1, unsure: false, corrected: true };

const unknown = (strokes) => ({
  text: "?",
  confidence: 0,
  unsure: true,
  corrected: false,
  startsRow: false,
  strokes,
  nth: 0,
  box: null,
  probabilities: null,
  notADigit: null,
  image: null,
});
