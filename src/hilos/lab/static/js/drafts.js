/** What the learner has typed and not yet checked: survives a change of language, a reload, a closed tab. */

/** @typedef {{text: string, stamp: string}} Draft `stamp`: of the text in the file when the draft was begun */

/**
 * @param {string} name
 * @returns {Draft|null}
 */
export function draftOf(name) {
  try {
    const found = JSON.parse(localStorage.getItem(`hilos.draft.${name}`) ?? "null");
    return typeof found?.text === "string" ? found : null;
  } catch {
    return null; // storage may be forbidden, or hold something else
  }
}

/**
 * @param {string} name
 * @param {Draft|null} draft null forgets it
 */
export function keepDraft(name, draft) {
  try {
    if (draft) localStorage.setItem(`hilos.draft.${name}`, JSON.stringify(draft));
    else localStorage.removeItem(`hilos.draft.${name}`);
  } catch {
    // not kept, then
  }
}
