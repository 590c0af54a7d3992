/* Pointer events → strokes. One pointer at a time; two fingers that come together zoom and move the page. After the
   first touch of a pen, fingers and palms beside it are ignored until the writer says otherwise. */

const ERASER_BUTTON = 5; // of a pen turned round, https://www.w3.org/TR/pointerevents3/#the-buttons-property

const LEAST = 0.7; // units of ink that a pen must move to leave a point
const SLOP = 15; // CSS pixels; a finger that has gone further writes, and another beside it does not make it a gesture

/** Listen on `canvas`. `on` has place(x, y) → ink's coordinates, elapsed() → milliseconds already written, begin(points),
    extend(points, from), end(points), cancel(), erase(way), erasing(), hover(event or null)
    and penOnly(yes).
    Returns {cancel(), allowTouch()}. */
export function listen(canvas, on) {
  // {pointer, type, at, sure, points, erasing, erased}; `sure` says that it is no beginning of a gesture, `erased` how
  // many of its points have taken away what lay under them
  let stroke = null;
  let penOnly = false;
  let allowed = false; // fingers beside a pen, by the writer
  let start = 0; // the timeStamp from which milliseconds are counted

  const setPenOnly = (yes) => {
    penOnly = yes;
    canvas.style.touchAction = yes ? "pan-x pan-y pinch-zoom" : "pinch-zoom"; // fingers are free to scroll again
    on.penOnly(yes);
  };

  const cancel = () => {
    if (!stroke) return false;
    const { pointer } = stroke;
    stroke = null;
    if (canvas.hasPointerCapture(pointer)) canvas.releasePointerCapture(pointer);
    on.cancel();
    return true;
  };

  const erase = (stroke) => {
    const { points, erased } = stroke;
    stroke.erased = points.length;
    if (points.length > erased) on.erase(points.slice(Math.max(0, erased - 1)));
  };

  const take = (events) => {
    const { points } = stroke;
    const from = points.length;
    const box = canvas.getBoundingClientRect();
    for (const event of events) {
      const [x, y] = on.place(event.clientX - box.left, event.clientY - box.top);
      const last = points.at(-1);
      if (!last || Math.hypot(x - last[0], y - last[1]) >= LEAST)
        points.push([x, y, Math.round(event.timeStamp - start)]);
    }
    if (points.length === from) return;
    if (stroke.erasing) (stroke.sure || stroke.type !== "touch") && erase(stroke);
    else if (from) on.extend(points, from);
    else on.begin(points);
  };

  canvas.addEventListener("pointerdown", (event) => {
    const turned = event.pointerType === "pen" && event.button === ERASER_BUTTON;
    if (event.button !== 0 && !turned) return;
    if (event.pointerType === "pen") {
      if (stroke?.type === "touch") cancel(); // it was the palm
      if (!penOnly && !allowed) setPenOnly(true);
    }
    if (stroke || (penOnly && event.pointerType === "touch")) return;
    event.preventDefault();
    canvas.focus({ preventScroll: true });
    canvas.setPointerCapture(event.pointerId);
    const written = on.elapsed();
    if (!written || event.timeStamp - start < written) start = event.timeStamp - written;
    const [pointer, type, at] = [event.pointerId, event.pointerType, [event.clientX, event.clientY]];
    stroke = { pointer, type, at, sure: false, points: [], erasing: turned || on.erasing(), erased: 0 };
    if (stroke.erasing) on.hover(null);
    take([event]);
  });

  canvas.addEventListener("pointermove", (event) => {
    if (!stroke && event.pointerType !== "touch") return on.hover(event);
    if (stroke?.pointer !== event.pointerId) return;
    const coalesced = event.getCoalescedEvents?.() ?? [];
    take(coalesced.length ? coalesced : [event]);
  });

  const finish = (event) => {
    if (stroke?.pointer !== event.pointerId) return;
    const ended = stroke;
    stroke = null;
    if (ended.erasing) erase(ended);
    else on.end(ended.points);
  };
  canvas.addEventListener("pointerup", finish);
  canvas.addEventListener("lostpointercapture", finish);
  canvas.addEventListener("pointercancel", (event) => {
    // The system takes a finger away when it was a palm or a gesture; a pen or mouse only when it is lost.
    if (stroke?.pointer === event.pointerId && stroke.type === "touch") cancel();
    else finish(event);
  });

  canvas.addEventListener("pointerleave", () => stroke || on.hover(null));
  canvas.addEventListener("contextmenu", (event) => stroke && event.preventDefault());

  /** Whether a touch is for the ink alone, so that the page neither scrolls nor zooms by it. */
  const writes = ({ type, targetTouches: [{ clientX, clientY }, other] }) => {
    if (stroke?.type === "pen") return true; // a pen that is a touch, too, would scroll as fingers may
    if (penOnly) return false;
    if (other && stroke?.type === "touch" && !stroke.sure) cancel(); // a gesture begins
    if (stroke && !other) stroke.sure ||= Math.hypot(clientX - stroke.at[0], clientY - stroke.at[1]) > SLOP;
    return stroke?.sure || (type === "touchmove" && !other);
  };

  for (const type of ["touchstart", "touchmove"])
    // older Safari scrolls and scribbles in spite of touch-action
    canvas.addEventListener(type, (event) => event.cancelable && writes(event) && event.preventDefault(), {
      passive: false,
    });

  const allowTouch = () => {
    allowed = true;
    setPenOnly(false);
    canvas.focus({ preventScroll: true }); // the button that asked for it is hidden now
  };

  return { cancel, allowTouch };
}
