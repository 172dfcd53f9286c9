/** Which lessons the learner has done: kept in this browser; the exercises' progress is the server's. */

import { recallJson, remember } from "./memory.js";

const KEPT = "hilos.lessons";

/** @returns {Set<string>} ids of lessons */
export function lessonsDone() {
  const kept = recallJson(KEPT);
  return new Set(Array.isArray(kept) ? kept : []);
}

/**
 * @param {string} id
 * @param {boolean} done
 */
export function markLesson(id, done) {
  const all = lessonsDone();
  if (done) all.add(id);
  else all.delete(id);
  remember(KEPT, JSON.stringify([...all]));
}
