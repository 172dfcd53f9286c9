/**
 * The drawing of a timeline: lanes, segments, marks, axis.
 *
 * What is narrower than a pixel is merged: a pixel shows what most of its time went into, and neighbours alike become
 * one rectangle, so that 32,000 segments cost a few thousand rectangles. Rectangles of one colour are filled together,
 * since in a browser without a GPU it is the changes of colour that cost.
 */

import { colour, lockInk, threadInk } from "./colours.js";
import { HOLD, IO, RUN, SLEEP, WAIT } from "./lane.js";
import { number } from "./texts.js";

/**
 * @typedef {import("./lane.js").Lane} Lane
 * @typedef {object} Picture
 * @property {import("./timeline_rows.js").Row[]} rows
 * @property {number} from ns
 * @property {number} to ns
 * @property {number} now ns
 * @property {(lock: number) => string} lockName
 * @property {(lock: number) => number} lockNumber of its colour
 * @property {import("./recording.js").Mark[]} marks
 * @property {(mark: import("./recording.js").Mark) => string} markName
 * @property {{lane: Lane, start: number, kind: number, lock: number}|null} selected
 * @property {number} focus index of the row that the keyboard is on, or -1
 * @property {string|null} pointed thread that the learner points at, here or in another view
 * @property {(lock: number) => boolean} isLit whether what is done with a lock is drawn in full
 * @property {Metrics} metrics
 * @typedef {{gutter: number, head: number, lane: number, foot: number}} Metrics in CSS pixels
 */

const FEET = 24;
/** How much is seen of what another lock is pointed at. */
const FAINT = 0.2;
/** However small the share of a segment that stands for many holds, this much of its height is drawn. */
const LEAST_SHARE = 0.3;

/**
 * @param {number} width
 * @param {boolean} compact
 * @returns {Metrics}
 */
export function metricsFor(width, compact) {
  return { gutter: width < 520 ? 84 : 132, head: 20, lane: compact ? 22 : 27, foot: FEET };
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {number} width
 * @param {Picture} picture
 */
export function drawTimeline(pen, width, picture) {
  const { rows, from, to, metrics } = picture;
  const { gutter, head, lane: tall } = metrics;
  const bottom = head + rows.length * tall;
  const scale = (width - gutter) / (to - from);
  const x = (/** @type {number} */ time) => gutter + (time - from) * scale;
  pen.font = `13px ${colour("--font")}`;
  lightUp(pen, width, picture);
  axis(pen, width, bottom, picture, x);
  const rectangles = new Rectangles();
  const faint = new Rectangles();
  /** @type {[number, number, number, number, number][]} lock, left, right, middle, height: names to write */
  const names = [];
  pen.save();
  pen.beginPath();
  pen.rect(gutter, 0, width - gutter, bottom + 2);
  pen.clip();
  rows.forEach(({ lanes }, i) => {
    const middle = head + i * tall + tall / 2;
    for (const lane of lanes) collect(lane, picture, x, scale, middle, tall, rectangles, faint, names);
  });
  pen.globalAlpha = FAINT;
  faint.fill(pen, picture.lockNumber);
  pen.globalAlpha = 1;
  rectangles.fill(pen, picture.lockNumber);
  writeNames(pen, names, picture);
  outline(pen, picture, x);
  pen.restore();
  rowNames(pen, picture);
  drawMarks(pen, width, bottom, picture, x);
}

/**
 * A band behind the row of the thread that is pointed at.
 *
 * @param {CanvasRenderingContext2D} pen
 * @param {number} width
 * @param {Picture} picture
 */
function lightUp(pen, width, { rows, pointed, metrics: { head, lane: tall } }) {
  pen.fillStyle = colour("--lit");
  rows.forEach(({ name }, i) => {
    if (name === pointed) pen.fillRect(0, head + i * tall, width, tall);
  });
}

/** Rectangles by what fills them. */
class Rectangles {
  /** @type {Map<number, number[]>} */
  #by = new Map();

  /**
   * @param {number} style lock for a hold; negative for the rest
   * @param {number} x
   * @param {number} y
   * @param {number} width
   * @param {number} height
   */
  add(style, x, y, width, height) {
    let all = this.#by.get(style);
    if (!all) this.#by.set(style, (all = []));
    all.push(x, y, width, height);
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {(lock: number) => number} lockNumber
   */
  fill(pen, lockNumber) {
    const order = [...this.#by.keys()].sort((one, other) => rank(one) - rank(other));
    for (const style of order) {
      const all = /** @type {number[]} */ (this.#by.get(style));
      if (style === WAITS) {
        pen.fillStyle = colour("--wait-ground");
        for (let i = 0; i < all.length; i += 4) pen.fillRect(all[i], all[i + 1], all[i + 2], all[i + 3]);
        pen.fillStyle = hatch(pen);
        for (let i = 0; i < all.length; i += 4) pen.fillRect(all[i], all[i + 1], all[i + 2], all[i + 3]);
        pen.strokeStyle = colour("--wait");
        pen.lineWidth = 1;
        pen.beginPath();
        for (let i = 0; i < all.length; i += 4) pen.rect(all[i] + 0.5, all[i + 1] + 0.5, all[i + 2] - 1, all[i + 3] - 1);
        pen.stroke();
        continue;
      }
      pen.fillStyle = style >= 0 ? lockInk(lockNumber(style)) : colour(STYLES[style]);
      for (let i = 0; i < all.length; i += 4) pen.fillRect(all[i], all[i + 1], all[i + 2], all[i + 3]);
    }
  }
}

const RUNS = -1;
const WAITS = -2;
const NARROW_WAITS = -3;
const OUTSIDE = -4; // blocked in I/O, or asleep
/** @type {Record<number, string>} */
const STYLES = { [RUNS]: "--run", [NARROW_WAITS]: "--wait", [OUTSIDE]: "--grid" };

/** @param {number} style */
function rank(style) {
  return style === RUNS ? 0 : style === OUTSIDE ? 1 : style >= 0 ? 2 : 3;
}

/**
 * What one lane shows, as rectangles.
 *
 * @param {Lane} lane
 * @param {Picture} picture
 * @param {(time: number) => number} x
 * @param {number} scale pixels a nanosecond
 * @param {number} middle
 * @param {number} tall
 * @param {Rectangles} rectangles
 * @param {Rectangles} faint those of locks that are not lit
 * @param {[number, number, number, number, number][]} names
 */
function collect(lane, { from, to, now, isLit }, x, scale, middle, tall, rectangles, faint, names) {
  const full = tall - 8;
  const thin = 4;
  const alive = Math.max(from, lane.began);
  const over = Math.min(to, lane.ended ?? now);
  if (over > alive) rectangles.add(RUNS, x(alive), middle - thin / 2, (over - alive) * scale, thin);
  const { start, end, kind, lock } = lane;
  let held = -Infinity; // until when a hold that began earlier lasts
  let depth = 0;
  /** @type {[number, number, number, number, number]|null} */
  let named = null; // the last hold, whose name may yet be covered
  // The pixel that is being merged: which one, and what its time goes into.
  let pixel = -1;
  /** @type {Map<number, number>} */
  const spent = new Map();
  // The merged rectangle that is being stretched.
  let style = 0;
  let left = 0;
  let right = -1;
  const put = () => {
    if (right > left) (style < 0 || isLit(style) ? rectangles : faint).add(style, left, middle - full / 2 + (style === NARROW_WAITS ? 2 : 0), right - left, full - (style === NARROW_WAITS ? 4 : 0));
    right = -1;
  };
  const settle = () => {
    if (pixel < 0) return;
    let most = 0;
    let winner = RUNS;
    for (const [each, time] of spent) {
      if (time > most) {
        most = time;
        winner = each;
      }
    }
    if (right === pixel && style === winner) right = pixel + 1;
    else {
      put();
      [style, left, right] = [winner, pixel, pixel + 1];
    }
    spent.clear();
    pixel = -1;
  };
  for (let i = lane.first(from); i < lane.count && start[i] <= to; i += 1) {
    const stop = Math.min(end[i], now, to);
    if (stop < from || kind[i] === RUN) continue;
    const width = (stop - Math.max(start[i], from)) * scale;
    const at = x(Math.max(start[i], from));
    if (width < 1) {
      const here = Math.floor(at);
      if (here !== pixel) {
        settle();
        pixel = here;
      }
      const what = kind[i] === HOLD ? lock[i] : kind[i] === WAIT ? NARROW_WAITS : OUTSIDE;
      spent.set(what, (spent.get(what) ?? 0) + width * lane.share(i));
      continue;
    }
    settle();
    put();
    const inside = start[i] < held;
    // What begins within a hold covers its name from there on.
    if (inside && named) named[2] = Math.min(named[2], at);
    depth = inside ? depth + (kind[i] === HOLD ? 1 : 0) : 0;
    if (kind[i] === HOLD) {
      // What stands for many short holds is as high as the share of its time that was held.
      const high = Math.max(LEAST_SHARE, lane.share(i)) * (full - 2 * Math.min(depth, 2) * 3);
      (isLit(lock[i]) ? rectangles : faint).add(lock[i], at, middle - high / 2, width, high);
      named = [lock[i], at, at + width, middle, high];
      if (width > 22 && isLit(lock[i])) names.push(named);
      held = Math.max(held, end[i]);
    } else if (kind[i] === WAIT) {
      // A wait while something is held lets that show above and below.
      const inset = inside ? 4 : 1;
      (isLit(lock[i]) ? rectangles : faint).add(width < 4 ? NARROW_WAITS : WAITS, at, middle - full / 2 + inset, width, full - 2 * inset);
    } else if (kind[i] === IO || kind[i] === SLEEP) {
      rectangles.add(OUTSIDE, at, middle - thin / 2 - 1, width, thin + 2);
    }
  }
  settle();
  put();
}

/** @type {{pattern: CanvasPattern, ink: string}|null} */
let hatched = null;

/**
 * Diagonal stripes of the colour of waiting.
 *
 * @param {CanvasRenderingContext2D} pen
 * @returns {CanvasPattern}
 */
function hatch(pen) {
  const ink = colour("--wait");
  if (hatched?.ink === ink) return hatched.pattern;
  const tile = document.createElement("canvas");
  tile.width = tile.height = 7;
  const draw = /** @type {CanvasRenderingContext2D} */ (tile.getContext("2d"));
  draw.strokeStyle = ink;
  draw.lineWidth = 2;
  draw.beginPath();
  for (const shift of [-7, 0, 7]) {
    draw.moveTo(shift - 1, 8);
    draw.lineTo(shift + 8, -1);
  }
  draw.stroke();
  hatched = { pattern: /** @type {CanvasPattern} */ (pen.createPattern(tile, "repeat")), ink };
  return hatched.pattern;
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {[number, number, number, number, number][]} names
 * @param {Picture} picture
 */
function writeNames(pen, names, { lockName }) {
  pen.font = `600 12px ${colour("--font")}`;
  pen.textBaseline = "middle";
  pen.textAlign = "left";
  pen.fillStyle = colour("--on-lock");
  /** @type {Map<number, number>} */
  const widths = new Map();
  for (const [lock, left, right, middle, tall] of names) {
    if (tall < 12) continue;
    let wide = widths.get(lock);
    if (wide === undefined) widths.set(lock, (wide = pen.measureText(lockName(lock)).width));
    if (right - left > wide + 8) pen.fillText(lockName(lock), left + 4, middle + 0.5);
  }
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Picture} picture
 * @param {(time: number) => number} x
 */
function outline(pen, { selected, rows, now, metrics }, x) {
  if (!selected) return;
  const { lane, kind, lock, start } = selected;
  const row = rows.findIndex(({ lanes }) => lanes.includes(lane));
  const at = lane.find(kind, lock, start);
  if (row < 0 || at < 0) return;
  const left = x(start);
  pen.strokeStyle = colour("--ink");
  pen.lineWidth = 2;
  pen.strokeRect(left - 1, metrics.head + row * metrics.lane + 3, Math.max(4, x(Math.min(lane.end[at], now)) - left + 2), metrics.lane - 6);
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Picture} picture
 */
function rowNames(pen, { rows, focus, metrics }) {
  const { gutter, head, lane: tall } = metrics;
  pen.font = `13px ${colour("--font")}`;
  pen.textBaseline = "middle";
  pen.textAlign = "left";
  rows.forEach(({ name, number, lanes }, i) => {
    const middle = head + i * tall + tall / 2;
    if (i === focus) {
      pen.fillStyle = colour("--accent-soft");
      pen.fillRect(0, middle - tall / 2 + 1, gutter - 6, tall - 2);
    }
    pen.fillStyle = threadInk(number);
    pen.beginPath();
    pen.arc(8, middle, 4, 0, 7);
    pen.fill();
    pen.fillStyle = colour(lanes.some((lane) => lane.ended === null) ? "--ink" : "--quiet");
    pen.fillText(fitted(pen, name, gutter - 26), 18, middle + 0.5);
  });
}

/** @type {Map<string, string>} */
const cut = new Map();

/**
 * `text`, cut so that it fits.
 *
 * @param {CanvasRenderingContext2D} pen
 * @param {string} text
 * @param {number} width
 */
function fitted(pen, text, width) {
  const key = `${width} ${text}`;
  let found = cut.get(key);
  if (found === undefined) {
    found = text;
    // Names of a pool differ at their end, so the middle goes.
    for (let keep = text.length - 1; pen.measureText(found).width > width && keep > 3; keep -= 1) {
      const tail = Math.min(5, Math.floor(keep / 2));
      found = `${text.slice(0, keep - tail)}…${text.slice(-tail)}`;
    }
    if (cut.size > 500) cut.clear();
    cut.set(key, found);
  }
  return found;
}

const STEPS = [1, 2, 5];

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {number} width
 * @param {number} bottom
 * @param {Picture} picture
 * @param {(time: number) => number} x
 */
function axis(pen, width, bottom, { from, to, metrics }, x) {
  const room = Math.max(2, Math.floor((width - metrics.gutter) / 96));
  const rough = (to - from) / room;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = /** @type {number} */ (STEPS.map((each) => each * power).find((each) => each >= rough) ?? 10 * power);
  pen.strokeStyle = colour("--grid");
  pen.fillStyle = colour("--quiet");
  pen.lineWidth = 1;
  pen.textBaseline = "alphabetic";
  pen.textAlign = "center";
  pen.beginPath();
  for (let time = Math.ceil(from / step) * step; time <= to; time += step) {
    const at = Math.round(x(time)) + 0.5;
    if (at < metrics.gutter) continue;
    pen.moveTo(at, metrics.head);
    pen.lineTo(at, bottom + 4);
    if (time >= 0 && at < width - 24 && at > metrics.gutter + 18) pen.fillText(instant(time, step), at, bottom + 18);
  }
  pen.stroke();
}

/**
 * A moment of the run, with as many decimals as the distance between two of them needs.
 *
 * @param {number} time ns
 * @param {number} step ns
 * @returns {string}
 */
export function instant(time, step) {
  const digits = Math.max(0, Math.ceil(-Math.log10(step / 1e9) - 1e-9));
  if (digits > 4) return `${number(time / 1e6, Math.max(0, digits - 3))} ms`;
  return `${number(Math.round(time / 1e9 / 10 ** -digits) * 10 ** -digits, digits)} s`;
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {number} width
 * @param {number} bottom
 * @param {Picture} picture
 * @param {(time: number) => number} x
 */
function drawMarks(pen, width, bottom, { marks, markName, from, to, metrics }, x) {
  const shown = marks.filter((mark) => mark.t >= from && mark.t <= to);
  const places = shown.map((mark) => Math.round(x(mark.t)) + 0.5);
  pen.font = `600 12px ${colour("--font")}`;
  pen.textBaseline = "middle";
  pen.textAlign = "left";
  let before = -Infinity;
  shown.forEach((mark, i) => {
    const at = places[i];
    const warns = mark.sev === "warn";
    if (warns && at - before < 3) return; // a burst of warnings is one stroke
    if (warns) before = at;
    pen.strokeStyle = pen.fillStyle = colour(warns ? "--warn" : "--bad");
    pen.lineWidth = warns ? 1 : 2;
    pen.globalAlpha = warns ? 0.4 : 1; // what the threads did stays to be seen under it
    pen.beginPath();
    pen.moveTo(at, 12);
    pen.lineTo(at, bottom + 2);
    pen.stroke();
    pen.globalAlpha = 1;
    const half = warns ? 3.5 : 5;
    pen.beginPath();
    pen.moveTo(at - half, 3);
    pen.lineTo(at + half, 3);
    pen.lineTo(at, warns ? 10 : 13);
    pen.fill();
  });
  // Names where there is room for them: what is bad first.
  /** @type {[number, number][]} */
  const taken = places.map((at) => [at - 6, at + 6]);
  const order = [...shown.keys()].sort((one, other) => Number(shown[one].sev === "warn") - Number(shown[other].sev === "warn"));
  for (const i of order) {
    const name = markName(shown[i]);
    const wide = pen.measureText(name).width;
    for (const left of [places[i] + 8, places[i] - 8 - wide]) {
      if (left < metrics.gutter || left + wide > width) continue;
      if (taken.some(([start, end], j) => j !== i && left < end && left + wide > start)) continue;
      pen.fillStyle = colour(shown[i].sev === "warn" ? "--warn" : "--bad");
      pen.fillText(name, left, 9);
      taken.push([left - 4, left + wide + 4]);
      break;
    }
  }
}
