/**
 * The colours of the stylesheet, for canvases and for what has a number: each thread, lock and series keeps its own.
 */

const COUNT = 8;
/** @type {Map<string, string>} */
const read = new Map();

/**
 * The value of a custom property of the stylesheet, under the theme in force.
 *
 * @param {string} name `--ink`
 * @returns {string}
 */
export function colour(name) {
  let value = read.get(name);
  if (value === undefined) {
    value = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    read.set(name, value);
  }
  return value;
}

/** Forget what was read: the theme has changed. */
export function forgetColours() {
  read.clear();
}

/** @type {(kind: "thread"|"lock"|"series", index: number) => string} */
const numbered = (kind, index) => `--${kind}-${index % COUNT}`;

// For elements, which follow the theme by themselves.
/** @type {(index: number) => string} */
export const threadColour = (index) => `var(${numbered("thread", index)})`;
/** @type {(index: number) => string} */
export const lockColour = (index) => `var(${numbered("lock", index)})`;

// For canvases.
/** @type {(index: number) => string} */
export const threadInk = (index) => colour(numbered("thread", index));
/** @type {(index: number) => string} */
export const lockInk = (index) => colour(numbered("lock", index));
/** @type {(index: number) => string} */
export const seriesInk = (index) => colour(numbered("series", index));
