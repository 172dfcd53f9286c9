/** What the learner has typed and not yet checked: survives a change of language, a reload, a closed tab. */

import { recallJson, remember } from "./memory.js";

/** @typedef {{text: string, stamp: string}} Draft `stamp`: of the text in the file when the draft was begun */

/** @type {(name: string) => string} */
const key = (name) => `hilos.draft.${name}`;

/**
 * @param {string} name
 * @returns {Draft|null}
 */
export function draftOf(name) {
  const found = recallJson(key(name));
  return typeof found?.text === "string" ? found : null;
}

/**
 * @param {string} name
 * @param {Draft|null} draft null forgets it
 */
export function keepDraft(name, draft) {
  remember(key(name), draft && JSON.stringify(draft));
}
