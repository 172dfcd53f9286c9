/** What a mark is about: a deadlock's cycle drawn, and the way to its step view. */

import { el, icon } from "./element.js";
import { fromCycle, WaitGraph } from "./components/waitgraph.js";
import { duration, named, t } from "./texts.js";

/** @typedef {import("./recording.js").Mark} Mark */

/** Marks whose lesson has a program that the explorer can step through, should the mark carry no trace of its own. */
const STEPPED = new Set(["deadlock", "corrupt"]);

/**
 * @param {Mark} mark
 * @returns {string}
 */
export function markName(mark) {
  return named(`mark.${mark.id}`, mark.text ?? mark.id);
}

/**
 * @param {Mark} mark
 * @returns {boolean} whether it has a cycle to draw; locks in opposite order have one too, of locks only
 */
export function isDeadlock(mark) {
  return mark.id === "deadlock" && (mark.cycle?.length ?? 0) >= 4;
}

/**
 * @param {Mark} mark
 * @param {string} lesson
 * @returns {string|null} id of what to step through
 */
function traceOf(mark, lesson) {
  return mark.trace ?? (STEPPED.has(mark.id) ? lesson : null);
}

/**
 * @param {Mark} mark
 * @param {string} lesson
 * @param {...Node} more buttons
 * @returns {HTMLElement[]} heading, graph, text, buttons
 */
export function findingOf(mark, lesson, ...more) {
  /** @type {HTMLElement[]} */
  const parts = [el(mark.sev === "warn" ? "h2.finding-name" : "h2.finding-name.bad", {}, icon("alert"), `${markName(mark)} · ${duration(mark.t / 1e9)}`)];
  if (isDeadlock(mark)) {
    const graph = new WaitGraph();
    graph.graph = fromCycle(mark.cycle ?? []);
    parts.push(graph);
  } else if (mark.text) {
    parts.push(el("p", {}, mark.text));
  }
  const trace = traceOf(mark, lesson);
  const step = trace ? [el("a.button", { href: `/step/${encodeURIComponent(trace)}` }, icon("next"), t("timeline.to_step"))] : [];
  if (step.length || more.length) parts.push(el("p.tools", {}, ...step, ...more));
  return parts;
}
