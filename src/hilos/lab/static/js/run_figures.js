/** What a run came to, in a few figures: for comparing it with another that had other parameters. */

import { quantile } from "./samples.js";
import { duration, number } from "./texts.js";

/** @typedef {import("./recording.js").Recording} Recording */

/** @type {[string, (recording: Recording, bounds: number[]) => string|null][]} key of the column's title, its value */
export const FIGURES = [
  ["figure.races", (recording) => total(recording, "race_conditions_detected_total")],
  ["figure.acquisitions", (recording) => total(recording, "lock_acquisitions_total")],
  [
    "figure.wait",
    (recording, bounds) => {
      const counts = recording.samples.latest("lock_wait_duration_seconds");
      const value = counts && quantile(0.95, /** @type {number[]} */ (counts), bounds);
      return value === undefined || value === null ? null : duration(value);
    },
  ],
  ["figure.deadlocks", (recording) => total(recording, "deadlocks_detected_total")],
  ["figure.timeouts", (recording) => total(recording, "lock_timeout_failures_total")],
];

/**
 * @param {Recording} recording
 * @param {string} metric
 */
function total(recording, metric) {
  const value = recording.samples.latest(metric);
  return typeof value === "number" ? number(value, 0) : null;
}
