/* The 28×28 picture that the network saw. */

const SIDE = 28;

/** Paint `base64`, 784 grey bytes, as white ink; null paints nothing. */
export function paint(canvas, base64) {
  const context = canvas.getContext("2d");
  const bytes = base64 && decode(base64);
  if (!bytes) return context.clearRect(0, 0, SIDE, SIDE);
  const pixels = new ImageData(SIDE, SIDE);
  pixels.data.fill(255);
  for (let i = 0; i < SIDE * SIDE; i++) pixels.data[4 * i + 3] = bytes.charCodeAt(i);
  context.putImageData(pixels, 0, 0);
}

function decode(base64) {
  try {
    const bytes = atob(base64);
    return bytes.length === SIDE * SIDE ? bytes : null;
  } catch {
    return null;
  }
}
