/**
 * The thread or lock that the learner points at, in whatever view: the others show it too. A lock may also be chosen:
 * then it stays marked, on the other pages of the run as well, until it is chosen again.
 *
 * One for the whole page; views call `point` as the pointer or the focus comes and goes, and redraw when told.
 */

/** @typedef {"thread"|"lock"} Kind */

/** @type {Set<() => void>} */
const listeners = new Set();
/** @type {{kind: Kind, name: string}|null} */
let pointed = null;
/** @type {string|null} */
let chosen = null;

/** @returns {string|null} name of the thread that is pointed at */
export function pointedThread() {
  return pointed?.kind === "thread" ? pointed.name : null;
}

/** @returns {string|null} name of the lock that is pointed at, else of the chosen one */
export function pointedLock() {
  return pointed?.kind === "lock" ? pointed.name : chosen;
}

/** @returns {string|null} name of the lock that is chosen */
export function chosenLock() {
  return chosen;
}

/**
 * Point at a thread or a lock, or with null at none.
 *
 * @param {string|null} name
 * @param {Kind} [kind]
 */
export function point(name, kind = "thread") {
  if (name === (pointed?.name ?? null) && (name === null || kind === pointed?.kind)) return;
  pointed = name === null ? null : { kind, name };
  tell();
}

/**
 * Choose a lock; none, if it is the chosen one.
 *
 * @param {string} lock
 */
export function chooseLock(lock) {
  chosen = chosen === lock ? null : lock;
  tell();
}

function tell() {
  for (const listener of [...listeners]) listener();
}

/**
 * Have `listener` called whenever something else is pointed at.
 *
 * @param {() => void} listener
 * @returns {() => void} undoes it
 */
export function onPointed(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * Have an element point at a thread or a lock while the pointer is over it or the focus in it, and be marked `lit` while
 * anything else points at the same.
 *
 * @template {Element} T
 * @param {T} element
 * @param {string} name
 * @param {Kind} [kind]
 * @returns {T}
 */
export function linked(element, name, kind = "thread") {
  for (const come of ["pointerenter", "focusin"]) element.addEventListener(come, () => point(name, kind));
  for (const go of ["pointerleave", "focusout"]) element.addEventListener(go, () => point(null));
  const show = () => element.classList.toggle("lit", name === (kind === "thread" ? pointedThread() : pointedLock()));
  const forget = onPointed(() => {
    if (!element.isConnected) forget();
    show();
  });
  show();
  return element;
}
