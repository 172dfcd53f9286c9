/** What a mark is about: a deadlock's cycle drawn, and the way to its step view. */

import { el, icon } from "./element.js";
import { fromCycle, WaitGraph } from "./components/waitgraph.js";
import { duration, named, t } from "./texts.js";

/**
 * @typedef {import("./recording.js").Mark} Mark
 * @typedef {import("./recording.js").Recording} Recording
 */

/** How long threads of a cycle wait when nothing will set them free. */
const LASTING_NS = 8e8;

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
function isDeadlock(mark) {
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
 * The deadlock to speak of: the one that holds threads for good, else the first that was seen.
 *
 * @param {Recording} recording
 * @returns {Mark|undefined}
 */
export function deadlockOf(recording) {
  const all = recording.marks.filter(isDeadlock);
  return all.findLast((mark) => recording.newest > mark.t + LASTING_NS && mark.threads?.every((name) => recording.waitsSince(name, mark.t))) ?? all[0];
}

/**
 * @param {Mark} mark
 * @param {Recording} recording
 * @param {string} lesson
 * @param {...Node} more buttons
 * @returns {HTMLElement[]} heading, graph, text, buttons
 */
export function findingOf(mark, recording, lesson, ...more) {
  /** @type {HTMLElement[]} */
  const parts = [el(mark.sev === "warn" ? "h2.finding-name" : "h2.finding-name.bad", {}, icon("alert"), `${markName(mark)} · ${duration(mark.t / 1e9)}`)];
  if (isDeadlock(mark)) {
    const graph = new WaitGraph();
    graph.graph = fromCycle(mark.cycle ?? [], (thread) => recording.threadNumber(thread));
    parts.push(graph);
  } else if (mark.text) {
    parts.push(el("p", {}, mark.text));
  }
  const trace = traceOf(mark, lesson);
  const step = trace ? [el("a.button", { href: `/step/${encodeURIComponent(trace)}` }, icon("next"), t("timeline.to_step"))] : [];
  if (step.length || more.length) parts.push(el("p.tools", {}, ...step, ...more));
  return parts;
}
