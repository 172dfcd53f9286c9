/** A thread's name as it stands everywhere: its letter on its colour, and the name beside it. */

import { el } from "../element.js";
import { threadColour } from "../colours.js";

/**
 * @param {{name: string, letter: string}} thread
 * @param {number} number its place, which decides its colour
 * @returns {HTMLElement}
 */
export function threadName(thread, number) {
  const letter = el("span.letter", { "aria-hidden": "true" }, thread.letter.replaceAll("_", ""));
  letter.style.setProperty("--thread", threadColour(number));
  return el("span.thread-name", {}, letter, el("span", {}, thread.name));
}
