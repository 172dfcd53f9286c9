/** A sentence of the course: what stands between `backticks` is code. */

import { el } from "./element.js";

/**
 * @param {string} text
 * @returns {(string|HTMLElement)[]}
 */
export function prose(text) {
  return text.split("`").map((part, i) => (i % 2 ? el("code", {}, part) : part));
}
