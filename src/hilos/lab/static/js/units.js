/** Values with the unit of their panel (Grafana's names of units), and round steps for an axis. */

import { duration, number } from "./texts.js";

/**
 * @param {number} value
 * @param {string} unit `short`, `s`, `percent`, `ops`, `decmbytes`
 * @returns {string}
 */
export function withUnit(value, unit) {
  switch (unit) {
    case "s":
      return duration(value);
    case "percent":
      return `${number(value, value < 10 ? 1 : 0)} %`;
    case "ops":
      return `${brief(value)}/s`;
    case "decmbytes":
      return `${brief(value)} MB`;
    default:
      return Number.isInteger(value) ? number(value, 0) : brief(value);
  }
}

/** @param {number} value */
function brief(value) {
  if (value >= 1e6) return `${number(value / 1e6)} M`;
  if (value >= 1e4) return `${number(value / 1e3)} k`;
  return value >= 100 ? number(value, 0) : number(value, value >= 10 ? 1 : 2);
}

/**
 * Round marks from zero to a little above `top`: two or three of them above zero.
 *
 * @param {number} top
 * @param {boolean} whole only whole numbers
 * @returns {number[]}
 */
export function ticks(top, whole) {
  const least = whole ? 1 : 1e-9;
  const rough = Math.max(top, least) / 2;
  const power = 10 ** Math.floor(Math.log10(rough));
  let step = [1, 2, 2.5, 5, 10].map((each) => each * power).find((each) => each >= rough * 0.999) ?? rough;
  if (whole) step = Math.max(1, Math.ceil(step));
  const found = [0];
  while (found[found.length - 1] < top * 1.03 || found.length < 2) found.push(found.length * step);
  return found;
}
