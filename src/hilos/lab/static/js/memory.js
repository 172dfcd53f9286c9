/** What this browser remembers for the learner. Never a reason to fail: storage may be forbidden, full or spoilt. */

/** @typedef {"localStorage"|"sessionStorage"} Where */

/**
 * @param {string} key
 * @param {Where} [where]
 * @returns {string|null}
 */
export function recall(key, where = "localStorage") {
  try {
    return window[where].getItem(key);
  } catch {
    return null;
  }
}

/**
 * @param {string} key
 * @param {Where} [where]
 * @returns {any} what was remembered as JSON; null where there is none
 */
export function recallJson(key, where) {
  try {
    return JSON.parse(recall(key, where) ?? "null");
  } catch {
    return null;
  }
}

/**
 * @param {string} key
 * @param {string|null} text null forgets it
 * @param {Where} [where]
 */
export function remember(key, text, where = "localStorage") {
  try {
    if (text === null) window[where].removeItem(key);
    else window[where].setItem(key, text);
  } catch {
    // not remembered, then
  }
}
