/** The runs that the server knows, and how a page speaks of one: its lesson's title, its state. */

import { get, post, remove } from "./api.js";
import { el, icon } from "./element.js";
import { language, named } from "./texts.js";

/**
 * @typedef {object} Run
 * @property {string} id
 * @property {string} lesson
 * @property {string} status running, ok, failed, killed, stopped, deadlock
 * @property {string} sentence
 * @property {number} started seconds since the epoch
 * @property {boolean} alive whether it goes on, be it in a deadlock
 * @property {boolean} [by_hand] started in a terminal, and stopped there
 * @property {Record<string, any>} [parameters]
 * @typedef {object} Lesson
 * @property {string} id
 * @property {number} level
 * @property {string} path of the learning paths: beginner, intermediate, advanced
 * @property {string} title
 * @property {string} summary
 * @property {Parameter[]} parameters
 * @typedef {{name: string, label: string, kind: "int"|"float"|"choice", default: any, min: number, max: number,
 *            step: number|null, unit: string, help: string, choices: {value: string, label: string}[],
 *            when: Record<string, string>|null}} Parameter `when`: the choice with which alone it counts; bounds
 *            are those of a number, choices those of a choice
 */

/** @type {{language: string, lessons: Promise<Lesson[]>}|null} */
let kept = null;

/** @returns {Promise<Lesson[]>} in the language in force */
export function lessons() {
  if (kept?.language !== language()) kept = { language: language(), lessons: get("/api/lessons") };
  return kept.lessons.catch((problem) => {
    kept = null;
    throw problem;
  });
}

/** @returns {Promise<Run[]>} the newest first */
export async function runs() {
  /** @type {Run[]} */
  const found = await get("/api/runs");
  return found.sort((one, other) => other.started - one.started);
}

/**
 * @param {string} lesson
 * @param {Record<string, any>} parameters
 * @returns {Promise<{id: string}>}
 */
export function start(lesson, parameters) {
  return post("/api/runs", { lesson, parameters });
}

/** @param {string} run */
export function stop(run) {
  return remove(`/api/runs/${encodeURIComponent(run)}`);
}

/**
 * A run's state as a pill: icon, word and colour.
 *
 * @param {string} status
 * @returns {HTMLElement}
 */
export function statusPill(status) {
  /** @type {Record<string, any>} */
  const signs = { running: "play", ok: "check", stopped: "stop" };
  return el(`span.pill.${status}`, {}, icon(signs[status] ?? "alert"), named(`status.${status}`, status));
}

/**
 * The run that a page without a name for one means: the newest that runs, else the newest.
 *
 * @param {Run[]} all the newest first
 * @returns {Run|undefined}
 */
export function newest(all) {
  return all.find((run) => run.alive) ?? all[0];
}
