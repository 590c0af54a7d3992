/* One question to the server at a time, the newest; an answer to an older one is dropped. What fails by no fault
   of the ink is tried again: after 1, 2, 4 … seconds, and not before Retry-After says, whatever is drawn until then. */

const PATIENCE = 10_000; // milliseconds until no answer counts as no server
const LONGEST_WAIT = 8_000;
const LONGEST_TIMER = 2 ** 31 - 1; // one that is longer ends at once

export class Trouble extends Error {
  /** `status` is the server's, or 0 where none answered; `wait` milliseconds until the next try, or null; `title` and
      `detail` are the problem's, or "". */
  constructor(status, wait, title = "", detail = "") {
    super(detail || title);
    Object.assign(this, { status, wait, title, detail });
  }
}

/** Ask `url()` for the ink; `told` has waiting(), answered(reply, asked) and failed(trouble). */
export function asker(url, told) {
  let newest = 0;
  let inFlight = null;
  let timer = null;
  let due = null; // the question that waits for its time
  let notBefore = 0; // the performance.now() until which the server wants no question
  let why = null; // the Trouble that said so

  async function ask(body, asked, number, attempt) {
    told.waiting();
    const abort = (inFlight = new AbortController());
    const patience = setTimeout(() => abort.abort(), PATIENCE);
    let reply, trouble;
    try {
      reply = await question(url(), body, abort.signal);
    } catch (error) {
      trouble = error instanceof Trouble ? error : new Trouble(0, null);
    }
    clearTimeout(patience);
    if (number !== newest) return;
    if (!trouble) {
      notBefore = 0;
      return told.answered(reply, asked);
    }
    if (mayPass(trouble.status)) {
      const backoff = Math.min(1000 * 2 ** attempt, LONGEST_WAIT);
      [notBefore, why] = [performance.now() + (trouble.wait ?? 0), trouble];
      trouble.wait = Math.max(backoff, trouble.wait ?? 0);
      later(trouble.wait, () => ask(body, asked, number, attempt + 1));
    }
    told.failed(trouble);
  }

  function later(wait, question) {
    due = question;
    timer = setTimeout(again, Math.min(wait, LONGEST_TIMER));
  }

  function again() {
    clearTimeout(timer);
    const now = due;
    due = null;
    now?.();
  }

  function forget() {
    newest++;
    inFlight?.abort();
    clearTimeout(timer);
    due = null;
  }

  return {
    /** Ask about `body`, `now` even where the server wanted no question yet; `asked` comes back with the answer.
        Forgets what was asked before. */
    ask(body, asked, now) {
      forget();
      const [number, wait] = [newest, notBefore - performance.now()];
      if (now || wait <= 0) return ask(body, asked, number, 0);
      told.waiting();
      later(wait, () => ask(body, asked, number, 0));
      told.failed(Object.assign(why, { wait }));
    },
    forget,
    /** Ask again when the network comes back, until `signal` aborts. */
    follow: (signal) => addEventListener("online", again, { signal }),
  };
}

const mayPass = (status) => status === 0 || status === 429 || status >= 500;

/** Ask once; the reply, or Trouble. */
export async function question(url, body, signal) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    signal,
  });
  const reply = await response.json().catch(() => null);
  if (response.ok && reply) return reply;
  const wait = retryAfter(response.headers.get("Retry-After"));
  const [title, detail] = [reply?.title, reply?.detail].map((text) => (typeof text === "string" ? text : ""));
  throw new Trouble(response.ok ? 502 : response.status, wait, title, detail);
}

/** Milliseconds from a Retry-After header, which holds seconds or a date. */
function retryAfter(header) {
  if (!header) return null;
  const wait = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(wait) ? Math.max(0, wait) : null;
}
