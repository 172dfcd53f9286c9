/**
 * Whether the lab's server answers: one place that knows, whoever noticed.
 *
 * Sockets and pages report what they see; once it was lost it is asked for, ever less often up to every two seconds,
 * until it answers, and then everyone who listens is told.
 */

/** @typedef {(alive: boolean, locked?: boolean) => void} Listener `locked`: it answers, and no longer takes our key */
/** @type {Set<Listener>} */
const listeners = new Set();
let alive = true;
let asking = false;

/**
 * Have `listener` called at each change.
 *
 * @param {Listener} listener
 * @returns {() => void} undoes it
 */
export function onServer(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** @returns {boolean} */
export function serverAlive() {
  return alive;
}

/** Somebody had no answer. */
export function serverLost() {
  if (alive) change(false);
  if (!asking) void askUntilItAnswers();
}

/** @param {boolean} now */
function change(now) {
  alive = now;
  for (const listener of [...listeners]) listener(now);
}

async function askUntilItAnswers() {
  asking = true;
  for (let pause = 250; ; pause = Math.min(2000, pause * 1.5)) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    try {
      const reply = await fetch("/api/runs", { credentials: "same-origin" });
      if (reply.ok) break;
      if (reply.status === 401 || reply.status === 403) {
        // Another server, with another key: this page has no way in, and only the learner can open the new address.
        asking = false;
        for (const listener of [...listeners]) listener(false, true);
        return;
      }
    } catch {
      // not yet
    }
  }
  asking = false;
  change(true);
}
