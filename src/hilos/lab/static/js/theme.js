/**
 * Light or dark: the system's preference until the learner chooses; remembered.
 */

import { forgetColours } from "./colours.js";
import { recall, remember } from "./memory.js";

const REMEMBERED = "hilos.theme";
const system = matchMedia("(prefers-color-scheme: dark)");
/** @type {Set<() => void>} */
const listeners = new Set();

/** @returns {boolean} whether dark is in force */
export function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : system.matches;
}

/** Put the remembered choice in force. */
export function startTheme() {
  const chosen = recall(REMEMBERED);
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  system.addEventListener("change", changed);
}

/** Change to the other one, and remember it. */
export function toggleTheme() {
  const next = isDark() ? "light" : "dark";
  document.documentElement.dataset.theme = next;
  remember(REMEMBERED, next);
  changed();
}

/**
 * Have `listener` called after each change: canvases must draw anew.
 *
 * @param {() => void} listener
 * @returns {() => void} undoes it
 */
export function onTheme(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function changed() {
  forgetColours();
  for (const listener of [...listeners]) listener();
}
