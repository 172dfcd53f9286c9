/** Which lessons the learner has done: kept in this browser; the exercises' progress is the server's. */

const KEPT = "hilos.lessons";

/** @returns {Set<string>} ids of lessons */
export function lessonsDone() {
  try {
    return new Set(JSON.parse(localStorage.getItem(KEPT) ?? "[]"));
  } catch {
    return new Set(); // storage may be forbidden, or spoilt
  }
}

/**
 * @param {string} id
 * @param {boolean} done
 */
export function markLesson(id, done) {
  const all = lessonsDone();
  if (done) all.add(id);
  else all.delete(id);
  try {
    localStorage.setItem(KEPT, JSON.stringify([...all]));
  } catch {
    // not remembered, then
  }
}
