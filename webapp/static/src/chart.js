/* The ten probabilities of a digit as bars. Of Chart.js only what bars need is in the bundle. */

import { BarController, BarElement, CategoryScale, Chart, LinearScale } from "chart.js";

Chart.register(BarController, BarElement, CategoryScale, LinearScale);

const DIGITS = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
const NONE = "✕"; // the network's eleventh answer, "not a digit"
const MATTERS = 0.05; // from here on it is worth a bar
const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** A chart on `canvas`; returns {show(digit), recolour(), remove()}. Colours come from the canvas's own style. */
export function bars(canvas) {
  const chart = new Chart(canvas, {
    type: "bar",
    data: { labels: [...DIGITS], datasets: [{ data: [], borderRadius: 3, borderSkipped: "bottom", minBarLength: 2 }] },
    options: {
      animation: calm.matches ? false : { duration: 220 },
      maintainAspectRatio: false,
      events: [],
      categoryPercentage: 0.86,
      barPercentage: 0.9,
      layout: { padding: { top: 4 } },
      scales: {
        y: { min: 0, max: 1, display: false },
        x: {
          border: { display: false },
          grid: { display: false },
          ticks: { autoSkip: false, maxRotation: 0, padding: 0, font: {} },
        },
      },
    },
  });

  let shown;

  function show(digit, mode) {
    shown = digit;
    const { probabilities, notADigit, text } = digit;
    const labels = notADigit >= MATTERS ? [...DIGITS, NONE] : [...DIGITS];
    const style = getComputedStyle(canvas);
    const [tint, quiet] = [style.color, style.getPropertyValue("outline-color")];
    const [dataset] = chart.data.datasets;
    chart.data.labels = labels;
    dataset.data = labels.map((label) => (label === NONE ? notADigit : probabilities[label]));
    dataset.backgroundColor = labels.map((label) => (label === text ? tint : quiet));
    const { ticks } = chart.options.scales.x;
    ticks.font.size = parseFloat(style.fontSize);
    ticks.color = labels.map((label) => (label === text ? tint : style.getPropertyValue("text-decoration-color")));
    chart.update(mode);
  }

  return { show, recolour: () => shown && show(shown, "none"), remove: () => chart.destroy() };
}
