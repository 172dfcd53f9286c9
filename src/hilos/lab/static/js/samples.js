/**
 * The metrics of a run over the last minute, as they came: cumulative counters, gauges, buckets; and what panels ask
 * of them: rates, increases, sums by label, quantiles.
 *
 * The arithmetic is Prometheus': a counter that fell has begun anew, a quantile is interpolated within its bucket.
 */

import { withoutFolders } from "./names.js";

/**
 * @typedef {object} Query one line (or group of lines) of a panel
 * @property {string} metric
 * @property {"value"|"sum"|"max"|"rate"|"increase"|"quantile"|"heatmap"} op
 * @property {string[]} by labels that make a line each; empty for one line
 * @property {number} [q] for quantiles
 * @property {string} legend `P95 {{lock_name}}`
 *
 * @typedef {{name: string, lock: string, points: [number, number][]}} Line times in ns; `lock` that it is of, if of one
 */

const KEPT_NS = 75e9;
/** Over how long a rate is taken: short enough that a learner sees what a click did. */
const RATE_NS = 3e9;
/** Over how long an increase is taken: what happens rarely stays in sight for a minute, as it does in Grafana. */
const INCREASE_NS = 60e9;

export class Samples {
  /** @type {Map<string, Map<string, Column>>} metric -> written form -> its samples */
  #metrics = new Map();
  /** Time of the newest sample, in nanoseconds. */
  newest = 0;

  /**
   * Take an `m` item.
   *
   * @param {{t: number, c?: Record<string, number>, g?: Record<string, number>, h?: Record<string, number[]>}} item
   */
  take({ t, c = {}, g = {}, h = {} }) {
    if (t <= this.newest) return;
    this.newest = t;
    for (const group of [c, g, h]) {
      for (const [written, value] of Object.entries(group)) this.#series(written).push(t, value);
    }
  }

  /**
   * Whether anything of `metric` has come.
   *
   * @param {string} metric
   */
  has(metric) {
    return this.#metrics.has(metric);
  }

  /**
   * Whether anything of `metric` is, or was, another number than nought.
   *
   * @param {string} metric
   */
  moved(metric) {
    for (const series of this.#metrics.get(metric)?.values() ?? []) {
      const latest = series.values[series.values.length - 1];
      if (Array.isArray(latest) ? latest.some(Boolean) : series.values.some(Boolean)) return true;
    }
    return false;
  }

  /**
   * The last value of a metric, its labels summed: a number, or the counts of a histogram's buckets.
   *
   * @param {string} metric
   * @returns {number|number[]|null}
   */
  latest(metric) {
    const values = [...(this.#metrics.get(metric)?.values() ?? [])].map((series) => series.values[series.values.length - 1]);
    if (!values.length) return null;
    if (!Array.isArray(values[0])) return values.reduce((one, other) => one + other, 0);
    return added(values);
  }

  /**
   * The lines of `query` between two times.
   *
   * @param {Query} query
   * @param {number} from nanoseconds
   * @param {number} to nanoseconds
   * @param {number[]} [bounds] of the buckets, in the metric's unit
   * @returns {Line[]}
   */
  lines(query, from, to, bounds = []) {
    /** @type {Map<string, {labels: Record<string, string>, members: Column[]}>} */
    const groups = new Map();
    for (const series of this.#metrics.get(query.metric)?.values() ?? []) {
      const labels = Object.fromEntries(query.by.map((label) => [label, series.labels[label] ?? ""]));
      const name = JSON.stringify(labels);
      const group = groups.get(name) ?? { labels, members: [] };
      group.members.push(series);
      groups.set(name, group);
    }
    return [...groups.values()]
      .map(({ labels, members }) => ({ name: legend(query.legend, labels), lock: withoutFolders(labels.lock_name ?? ""), points: compute(query, members, from, to, bounds) }))
      .sort((one, other) => one.name.localeCompare(other.name, undefined, { numeric: true }));
  }

  /**
   * What each bucket gained in each step of time: the columns of a heatmap.
   *
   * @param {string} metric
   * @param {number} from nanoseconds
   * @param {number} to nanoseconds
   * @param {number} step nanoseconds
   * @returns {{time: number, counts: number[]}[]}
   */
  heat(metric, from, to, step) {
    const members = [...(this.#metrics.get(metric)?.values() ?? [])];
    const columns = [];
    for (let time = Math.floor(from / step) * step; time < to; time += step) {
      columns.push({ time, counts: added(members.map((member) => gained(member, time, time + step))) });
    }
    return columns;
  }

  /** @param {string} written `name{label="value"}` */
  #series(written) {
    const brace = written.indexOf("{");
    const metric = brace < 0 ? written : written.slice(0, brace);
    let family = this.#metrics.get(metric);
    if (!family) this.#metrics.set(metric, (family = new Map()));
    let series = family.get(written);
    if (!series) family.set(written, (series = new Column(labelsOf(written))));
    return series;
  }
}

class Column {
  /** @type {number[]} */
  times = [];
  /** @type {any[]} */
  values = [];

  /** @param {Record<string, string>} labels */
  constructor(labels) {
    this.labels = labels;
  }

  /**
   * @param {number} time
   * @param {number|number[]} value
   */
  push(time, value) {
    this.times.push(time);
    this.values.push(value);
    if (this.times.length > 64 && this.times[32] < time - KEPT_NS) {
      this.times.splice(0, 32);
      this.values.splice(0, 32);
    }
  }

  /**
   * The last sample at or before `time`.
   *
   * @param {number} time
   * @returns {number} its index, or -1
   */
  before(time) {
    let low = 0;
    let high = this.times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.times[middle] <= time) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

/**
 * @param {string} written
 * @returns {Record<string, string>}
 */
function labelsOf(written) {
  /** @type {Record<string, string>} */
  const labels = {};
  for (const [, name, value] of written.matchAll(/(\w+)="?((?:\\.|[^",}\\])*)"?(?=[,}])/g)) labels[name] = value.replace(/\\(.)/g, "$1");
  return labels;
}

/**
 * @param {string} template
 * @param {Record<string, string>} labels
 */
function legend(template, labels) {
  return withoutFolders(template.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, name) => labels[name] ?? "").trim());
}

/**
 * @param {Query} query
 * @param {Column[]} members
 * @param {number} from
 * @param {number} to
 * @param {number[]} bounds
 * @returns {[number, number][]}
 */
function compute(query, members, from, to, bounds) {
  /** @type {[number, number][]} */
  const points = [];
  for (const time of timesOf(members, from, to)) {
    const value = VALUES[query.op]?.(members, time, query, bounds);
    if (value !== undefined && Number.isFinite(value)) points.push([time, value]);
  }
  return points;
}

/** @type {Record<string, (members: Column[], time: number, query: Query, bounds: number[]) => number|undefined>} */
const VALUES = {
  value: (members, time) => last(members, time, (all) => all[0]),
  sum: (members, time) => last(members, time, (all) => all.reduce((one, other) => one + other, 0)),
  max: (members, time) => last(members, time, (all) => Math.max(...all)),
  rate: (members, time) => {
    const gain = gainOf(members, time, RATE_NS);
    return gain && gain.seconds > 0 ? gain.amount / gain.seconds : undefined;
  },
  increase: (members, time) => gainOf(members, time, INCREASE_NS)?.amount,
  quantile: (members, time, { q = 0.95 }, bounds) => quantile(q, added(members.map((member) => gained(member, time - RATE_NS, time))), bounds),
};

/**
 * @param {Column[]} members
 * @param {number} time
 * @param {(values: number[]) => number} join
 */
function last(members, time, join) {
  const values = members.map((member) => member.values[member.before(time)]).filter((value) => value !== undefined);
  return values.length ? join(values) : undefined;
}

/**
 * What counters gained in the window that ends at `time`.
 *
 * @param {Column[]} members
 * @param {number} time
 * @param {number} window ns
 */
function gainOf(members, time, window) {
  let amount = 0;
  let seconds = 0;
  for (const member of members) {
    const { times, values } = member;
    const end = member.before(time);
    if (end < 0) continue;
    const begin = Math.max(0, member.before(time - window));
    for (let i = begin + 1; i <= end; i += 1) amount += values[i] >= values[i - 1] ? values[i] - values[i - 1] : values[i];
    seconds = Math.max(seconds, (times[end] - times[begin]) / 1e9);
  }
  return seconds > 0 ? { amount, seconds } : undefined;
}

/**
 * What each bucket of a histogram gained between two times.
 *
 * @param {Column} member
 * @param {number} from
 * @param {number} to
 * @returns {number[]}
 */
function gained(member, from, to) {
  const end = member.before(to);
  if (end < 0) return [];
  const begin = member.before(from);
  const now = member.values[end];
  if (begin === end) return [];
  // One that has just appeared counts from zero, except the first that is known at all: what it holds may be old.
  const then = begin >= 0 ? member.values[begin] : end > 0 ? member.values[0] : now;
  return now.map((/** @type {number} */ count, /** @type {number} */ i) => Math.max(0, count - (then[i] ?? 0)));
}

/**
 * Counts of buckets, bucket by bucket together.
 *
 * @param {number[][]} all
 * @returns {number[]}
 */
export function added(all) {
  /** @type {number[]} */
  const sums = [];
  for (const counts of all) counts.forEach((count, bucket) => (sums[bucket] = (sums[bucket] ?? 0) + count));
  return sums;
}

/**
 * As Prometheus' `histogram_quantile`, over counts that are not cumulative.
 *
 * @param {number} q
 * @param {number[]} counts last one beyond all bounds
 * @param {number[]} bounds upper bounds
 * @returns {number|undefined}
 */
export function quantile(q, counts, bounds) {
  const total = counts.reduce((one, other) => one + other, 0);
  if (!total || !bounds.length) return undefined;
  let left = q * total;
  for (let i = 0; i < counts.length; i += 1) {
    if (left <= counts[i] && counts[i] > 0) {
      if (i >= bounds.length) return bounds[bounds.length - 1];
      const low = i ? bounds[i - 1] : 0;
      return low + (bounds[i] - low) * (left / counts[i]);
    }
    left -= counts[i];
  }
  return bounds[bounds.length - 1];
}

/**
 * @param {Column[]} members
 * @param {number} from
 * @param {number} to
 */
function timesOf(members, from, to) {
  /** @type {Set<number>} */
  const times = new Set();
  for (const { times: each } of members) for (const time of each) if (time >= from && time <= to) times.add(time);
  return [...times].sort((one, other) => one - other);
}
