/** A thread's name as it stands everywhere: its letter on its colour, and the name beside it. */

import { el } from "../element.js";
import { threadColour } from "../colours.js";

/**
 * A thread's letter as it is shown; after the 26th it is a number, which a token has between `_`.
 *
 * @param {{letter: string}} thread
 * @returns {string}
 */
export function letterOf(thread) {
  return thread.letter.replaceAll("_", "");
}

/**
 * @param {{name: string, letter: string}} thread
 * @param {number} number its place, which decides its colour
 * @returns {HTMLElement}
 */
export function threadName(thread, number) {
  const letter = el("span.letter", { "aria-hidden": "true" }, letterOf(thread));
  letter.style.setProperty("--thread", threadColour(number));
  return el("span.thread-name", {}, letter, el("span", {}, thread.name));
}
