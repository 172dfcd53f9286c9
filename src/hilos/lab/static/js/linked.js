/**
 * The thread that the learner points at, in whatever view: the others show it too.
 *
 * One name for the whole page; views call `point` as the pointer or the focus comes and goes, and redraw when told.
 */

/** @type {Set<(thread: string|null) => void>} */
const listeners = new Set();
/** @type {string|null} */
let pointed = null;

/** @returns {string|null} name of the thread that is pointed at */
export function pointedThread() {
  return pointed;
}

/**
 * Point at a thread, or with null at none.
 *
 * @param {string|null} thread
 */
export function point(thread) {
  if (thread === pointed) return;
  pointed = thread;
  for (const listener of [...listeners]) listener(thread);
}

/**
 * Have `listener` called whenever another thread is pointed at.
 *
 * @param {(thread: string|null) => void} listener
 * @returns {() => void} undoes it
 */
export function onPointed(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * Have an element point at a thread while the pointer is over it or the focus in it, and be marked `lit` while anything
 * else points at that thread.
 *
 * @template {Element} T
 * @param {T} element
 * @param {string} thread
 * @returns {T}
 */
export function linked(element, thread) {
  for (const come of ["pointerenter", "focusin"]) element.addEventListener(come, () => point(thread));
  for (const go of ["pointerleave", "focusout"]) element.addEventListener(go, () => point(null));
  const forget = onPointed((now) => {
    if (!element.isConnected) forget();
    element.classList.toggle("lit", now === thread);
  });
  return element;
}
