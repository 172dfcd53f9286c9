/** What a run came to, in a few figures: for comparing it with another that had other parameters. */

import { quantile } from "./samples.js";
import { duration, number } from "./texts.js";

/**
 * @typedef {import("./recording.js").Recording} Recording
 * @typedef {object} Figure
 * @property {string} key of its name
 * @property {(recording: Recording, bounds: number[]) => number|null} of a run; null where it has none
 * @property {(value: number) => string} said
 */

const count = (/** @type {number} */ value) => number(value, 0);
const pace = (/** @type {number} */ value) => number(value, value < 10 ? 1 : 0);

/** Shares and rates before totals: runs that are compared seldom last equally long. @type {Figure[]} */
export const FIGURES = [
  { key: "figure.raced", of: raced, said: (value) => `${pace(value)} %` },
  { key: "figure.switches", of: (recording) => rate(recording, "process_context_switches_total"), said: pace },
  { key: "figure.acquisitions", of: (recording) => rate(recording, "lock_acquisitions_total"), said: pace },
  {
    key: "figure.wait",
    of: (recording, bounds) => {
      const counts = recording.samples.latest("lock_wait_duration_seconds");
      return (counts && quantile(0.95, /** @type {number[]} */ (counts), bounds)) ?? null;
    },
    said: duration,
  },
  { key: "figure.deadlocks", of: (recording) => total(recording, "deadlocks_detected_total"), said: count },
  { key: "figure.timeouts", of: (recording) => total(recording, "lock_timeout_failures_total"), said: count },
];

/**
 * @param {Recording} recording
 * @param {string} metric
 */
function total(recording, metric) {
  const value = recording.samples.latest(metric);
  return typeof value === "number" ? value : null;
}

/**
 * Of a hundred experiments, those in which a race broke something. It does not depend on how fast the machine is.
 *
 * @param {Recording} recording
 */
function raced(recording) {
  const races = total(recording, "race_conditions_detected_total");
  const counts = /** @type {number[]|null} */ (recording.samples.latest("concurrent_operation_duration_seconds"));
  const experiments = counts?.reduce((one, other) => one + other, 0);
  return races === null || !experiments ? null : (100 * races) / experiments;
}

/**
 * A second, over the whole run.
 *
 * @param {Recording} recording
 * @param {string} metric
 */
function rate(recording, metric) {
  const value = total(recording, metric);
  const seconds = recording.samples.newest / 1e9;
  return value === null || seconds <= 0 ? null : value / seconds;
}
