/* The number once more as it was written: stroke by stroke, each with what was read of it until then. */

const LONGEST_PAUSE = 500; // milliseconds between strokes
const LONGEST = 12_000; // of a whole replay; longer ink is written faster

/** Returns {start(), stop(), isRunning()}; `on` has reading(reading) for what is read on the way, and ended(). */
export function replayer(paper, on) {
  let running = null;

  function start() {
    stop();
    const { strokes } = paper.ink;
    if (!strokes.length) return;
    const plan = schedule(strokes);
    const speed = Math.max(1, plan.length / LONGEST);
    running = { strokes, plan, speed, begun: performance.now(), read: 0, abort: new AbortController() };
    on.reading(null);
    requestAnimationFrame(() => step(running));
  }

  function step(run) {
    if (!run || run !== running) return;
    const now = (performance.now() - run.begun) * run.speed;
    const shown = run.strokes.flatMap((stroke, i) => until(stroke, now - run.plan.starts[i]));
    paper.show(shown);
    const whole = run.plan.ends.filter((end) => end <= now).length;
    if (whole === run.strokes.length) return stop();
    if (whole > run.read) {
      run.read = whole;
      paper.read(run.strokes.slice(0, whole), run.abort.signal).then(
        (reading) => run === running && run.read === whole && on.reading(reading),
        () => {},
      );
    }
    requestAnimationFrame(() => step(run));
  }

  function stop() {
    if (!running) return;
    running.abort.abort();
    running = null;
    paper.show(null);
    on.ended();
  }

  return { start, stop, isRunning: () => running !== null };
}

/** When each stroke begins and ends, in milliseconds from the first. */
function schedule(strokes) {
  const [starts, ends] = [[], []];
  let clock = 0;
  let last = null;
  for (const { points } of strokes) {
    const [first, final] = [points[0][2], points.at(-1)[2]];
    const pause = last === null ? 0 : first - last;
    clock += last === null ? 0 : pause >= 0 && pause < LONGEST_PAUSE ? pause : LONGEST_PAUSE;
    starts.push(clock);
    clock += Math.max(final - first, 0);
    ends.push(clock);
    last = final;
  }
  return { starts, ends, length: clock };
}

/** What is written of a stroke after `passed` milliseconds: a list of one stroke or none. */
function until(stroke, passed) {
  if (passed < 0) return [];
  const { id, points } = stroke;
  const count = points.findIndex((point) => point[2] - points[0][2] > passed);
  return [count < 0 ? stroke : { id, points: points.slice(0, Math.max(count, 1)) }];
}
