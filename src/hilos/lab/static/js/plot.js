/** The drawing of a panel: axes, lines, thresholds, heat. Pure: it knows neither elements nor where data come from. */

import { colour, seriesInk } from "./colours.js";
import { pointedLock } from "./linked.js";
import { ticks, withUnit } from "./units.js";

/**
 * @typedef {import("./samples.js").Line} Line
 * @typedef {object} Frame
 * @property {number} from ns
 * @property {number} to ns
 * @property {string} unit
 * @property {string} ago what the left end is called
 * @property {string} present what the right end is called
 * @property {number|null} cursor ns
 * @typedef {{left: number, right: number, top: number, bottom: number}} Box
 */

/** Each line has its own dashes too, so that colour alone tells nothing. */
export const DASHES = [[], [7, 3], [2, 3], [9, 3, 2, 3], [4, 2], [1, 2], [12, 4], [6, 2, 1, 2, 1, 2]];
/** Those of the line where the alert begins. */
export const ALERT_DASHES = [6, 4];
const FOOT = 18;

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {number} width
 * @param {number} height
 * @param {Frame} frame
 * @param {Line[]} lines
 * @param {number[]} thresholds the first is where the alert begins
 */
export function drawLines(pen, width, height, frame, lines, thresholds) {
  let top = highest(lines);
  const [alert] = thresholds;
  if (alert !== undefined && top > alert * 0.3) top = Math.max(top, alert * 1.15);
  const marks = frame.unit === "percent" && top <= 100 ? [0, 50, 100] : ticks(top || 1, frame.unit === "short");
  const high = marks[marks.length - 1];
  const box = axes(pen, width, height, frame, marks.map((each) => withUnit(each, frame.unit)));
  const x = across(frame, box);
  const y = (/** @type {number} */ value) => box.bottom - (value / high) * (box.bottom - box.top);
  pen.save();
  pen.beginPath();
  pen.rect(box.left, box.top - 2, box.right - box.left + 1, box.bottom - box.top + 4);
  pen.clip();
  pen.lineJoin = "round";
  curves(pen, lines, x, y);
  if (alert !== undefined && alert <= high) {
    pen.strokeStyle = colour("--bad");
    pen.lineWidth = 1.5;
    pen.setLineDash(ALERT_DASHES);
    line(pen, box.left, Math.round(y(alert)) + 0.5, box.right, Math.round(y(alert)) + 0.5);
  }
  pen.restore();
  cursor(pen, frame, box);
}

/**
 * A small line under a number, with no axis.
 *
 * @param {CanvasRenderingContext2D} pen
 * @param {number} width
 * @param {number} height
 * @param {Frame} frame
 * @param {Line[]} lines
 */
export function drawSpark(pen, width, height, frame, lines) {
  const box = { left: 0, right: width - 1, top: 4, bottom: height - 3 };
  const x = across(frame, box);
  const top = Math.max(1, highest(lines));
  const y = (/** @type {number} */ value) => box.bottom - (value / top) * (box.bottom - box.top);
  curves(pen, lines, x, y);
  cursor(pen, frame, box);
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {number} width
 * @param {number} height
 * @param {Frame} frame
 * @param {{time: number, counts: number[]}[]} columns
 * @param {number[]} bounds upper bounds of the buckets
 * @param {number} step ns
 */
export function drawHeat(pen, width, height, frame, columns, bounds, step) {
  // Only the buckets that something fell in, and one on either side.
  let low = bounds.length;
  let high = -1;
  let most = 0;
  for (const { counts } of columns) {
    counts.forEach((count, bucket) => {
      if (!count) return;
      low = Math.min(low, bucket);
      high = Math.max(high, bucket);
      most = Math.max(most, count);
    });
  }
  if (high < 0) [low, high] = [0, bounds.length - 1];
  low = Math.max(0, low - 1);
  high = Math.min(bounds.length, high + 1);
  const rows = high - low + 1;
  const labels = [];
  for (let row = 0; row <= rows; row += 1) labels.push(row ? (bounds[low + row - 1] === undefined ? "" : withUnit(bounds[low + row - 1], frame.unit)) : "");
  const every = Math.max(1, Math.ceil(rows / 4));
  const box = axes(pen, width, height, frame, labels.map((label, row) => (row % every === 0 ? label : "")));
  const x = across(frame, box);
  const tall = (box.bottom - box.top) / rows;
  const tint = colour("--heat");
  for (const { time, counts } of columns) {
    const left = Math.max(box.left, x(time));
    const wide = Math.min(box.right, x(time + step)) - left;
    if (wide <= 0) continue;
    for (let bucket = low; bucket <= high; bucket += 1) {
      if (!counts[bucket]) continue;
      // The root, so that a single slow operation among thousands is still seen.
      pen.fillStyle = `rgb(${tint} / ${(0.14 + 0.86 * Math.sqrt(counts[bucket] / most)).toFixed(3)})`;
      pen.fillRect(left, box.bottom - (bucket - low + 1) * tall + 0.5, Math.max(1, wide - 0.5), tall - 1);
    }
  }
  cursor(pen, frame, box);
}

/** @param {Line[]} lines */
function highest(lines) {
  let top = 0;
  for (const { points } of lines) for (const [, value] of points) top = Math.max(top, value);
  return top;
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Line[]} lines
 * @param {(time: number) => number} x
 * @param {(value: number) => number} y
 */
function curves(pen, lines, x, y) {
  pen.lineWidth = 1.8;
  const pointed = pointedLock();
  const known = lines.some(({ lock }) => lock === pointed);
  lines.forEach(({ points, lock }, i) => {
    pen.globalAlpha = known && lock !== pointed ? 0.25 : 1;
    pen.strokeStyle = seriesInk(i);
    pen.setLineDash(DASHES[i % DASHES.length]);
    pen.beginPath();
    points.forEach(([time, value], at) => (at ? pen.lineTo(x(time), y(value)) : pen.moveTo(x(time), y(value))));
    pen.stroke();
  });
  pen.globalAlpha = 1;
}

/**
 * Grid, values at the left, ends of time below.
 *
 * @param {CanvasRenderingContext2D} pen
 * @param {number} width
 * @param {number} height
 * @param {Frame} frame
 * @param {string[]} labels from the bottom up
 * @returns {Box}
 */
function axes(pen, width, height, frame, labels) {
  pen.font = `12px ${colour("--font")}`;
  const left = Math.ceil(Math.max(26, ...labels.map((label) => pen.measureText(label).width))) + 8;
  const box = { left, right: width - 4, top: 8, bottom: height - FOOT };
  pen.lineWidth = 1;
  pen.setLineDash([]);
  pen.textBaseline = "middle";
  labels.forEach((label, i) => {
    const y = Math.round(box.bottom - (i / Math.max(1, labels.length - 1)) * (box.bottom - box.top)) + 0.5;
    pen.strokeStyle = colour("--grid");
    if (label || i === 0) line(pen, box.left, y, box.right, y);
    pen.fillStyle = colour("--quiet");
    pen.textAlign = "right";
    pen.fillText(label, box.left - 6, y);
  });
  pen.textBaseline = "bottom";
  pen.textAlign = "left";
  pen.fillText(frame.ago, box.left, height);
  pen.textAlign = "right";
  pen.fillText(frame.present, box.right, height);
  return box;
}

/**
 * @param {Frame} frame
 * @param {Box} box
 * @returns {(time: number) => number}
 */
function across(frame, box) {
  const scale = (box.right - box.left) / (frame.to - frame.from);
  return (time) => box.left + (time - frame.from) * scale;
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Frame} frame
 * @param {Box} box
 */
function cursor(pen, frame, box) {
  if (frame.cursor === null) return;
  const x = Math.round(across(frame, box)(frame.cursor)) + 0.5;
  pen.strokeStyle = colour("--ink");
  pen.setLineDash([]);
  pen.lineWidth = 1;
  line(pen, x, box.top, x, box.bottom);
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {number} x0
 * @param {number} y0
 * @param {number} x1
 * @param {number} y1
 */
function line(pen, x0, y0, x1, y1) {
  pen.beginPath();
  pen.moveTo(x0, y0);
  pen.lineTo(x1, y1);
  pen.stroke();
}
