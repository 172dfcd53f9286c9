/**
 * What the page says, in the language in force.
 *
 * The texts come from `/api/texts?lang=`, where gettext's catalogue keeps them; changing the language asks for the
 * other ones and tells whoever listens, without a reload. Dates and numbers follow the same language.
 */

import { recall, remember } from "./memory.js";

/** @typedef {"es"|"en"} Language */

const REMEMBERED = "hilos.lang";
/** @type {Language[]} */
export const LANGUAGES = ["es", "en"];

/** @type {Map<Language, Record<string, string>>} */
const loaded = new Map();
/** @type {Language} */
let inForce = "es";
/** @type {Set<() => void>} */
const listeners = new Set();

// A file that was exported from the lab carries its texts in itself.
const carried = document.getElementById("lab-texts");
if (carried?.textContent) {
  for (const [each, texts] of Object.entries(JSON.parse(carried.textContent))) loaded.set(/** @type {Language} */ (each), texts);
}

/** @returns {Language} the language in force */
export function language() {
  return inForce;
}

/**
 * The language of the address (`?lang=`), else the remembered one, else the browser's, else Spanish.
 *
 * @returns {Language}
 */
function wanted() {
  const asked = [new URLSearchParams(location.search).get("lang"), recall(REMEMBERED), ...navigator.languages.map((each) => each.slice(0, 2))];
  return /** @type {Language} */ (asked.find((each) => LANGUAGES.includes(/** @type {Language} */ (each))) ?? "es");
}

/**
 * Load the texts of `choice` (or of the wanted language), put it in force and tell the listeners.
 *
 * @param {Language} [choice]
 */
export async function speak(choice) {
  const next = choice ?? wanted();
  if (!loaded.has(next)) {
    const reply = await fetch(`/api/texts?lang=${next}`);
    if (!reply.ok) throw new Error(`texts: ${reply.status}`);
    loaded.set(next, await reply.json());
  }
  inForce = next;
  document.documentElement.lang = next;
  if (choice) {
    remember(REMEMBERED, next);
    const address = new URL(location.href);
    if (address.searchParams.has("lang")) {
      address.searchParams.set("lang", next);
      history.replaceState(history.state, "", address);
    }
  }
  for (const listener of [...listeners]) listener();
}

/**
 * Have `listener` called after each change of language.
 *
 * @param {() => void} listener
 * @returns {() => void} undoes it
 */
export function onLanguage(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * The text of `key`, its `{fields}` filled in. A number under `n` chooses between `key.one` and `key.other`.
 *
 * @param {string} key
 * @param {Record<string, string|number>} [fields]
 * @returns {string}
 */
export function t(key, fields = {}) {
  const texts = loaded.get(inForce) ?? {};
  let text = texts[key];
  if (text === undefined && typeof fields.n === "number") {
    text = texts[`${key}.${fields.n === 1 ? "one" : "other"}`];
  }
  if (text === undefined) {
    console.error(`no text for ${key}`);
    return key;
  }
  return text.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = fields[name];
    return value === undefined ? whole : typeof value === "number" ? number(value) : value;
  });
}

/**
 * The word for what the server names (a mark, a status): a text without fields.
 *
 * @param {string} key
 * @param {string} otherwise where there is no text of that key
 * @returns {string}
 */
export function named(key, otherwise) {
  return loaded.get(inForce)?.[key] ?? otherwise;
}

/** @type {Map<string, Intl.NumberFormat>} */
const formats = new Map();

/**
 * A number as the language writes it.
 *
 * @param {number} value
 * @param {number} [digits] decimals at most; without it, three significant digits below 1,000
 * @returns {string}
 */
export function number(value, digits) {
  const size = Math.abs(value);
  const places = digits ?? (Number.isInteger(value) || size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
  const name = `${inForce} ${places}`;
  let format = formats.get(name);
  if (!format) {
    format = new Intl.NumberFormat(inForce, { maximumFractionDigits: places, useGrouping: "always" });
    formats.set(name, format);
  }
  return format.format(value);
}

/**
 * A length of time with the unit that suits it.
 *
 * @param {number} seconds
 * @returns {string}
 */
export function duration(seconds) {
  const size = Math.abs(seconds);
  if (size === 0) return "0 s";
  if (size < 1e-6) return `${number(seconds * 1e9, 0)} ns`;
  if (size < 1e-3) return `${number(seconds * 1e6, size < 1e-5 ? 1 : 0)} µs`;
  if (size < 1) return `${number(seconds * 1e3, size < 0.01 ? 2 : size < 0.1 ? 1 : 0)} ms`;
  if (size < 120) return `${number(seconds, size < 10 ? 2 : 1)} s`;
  return `${number(seconds / 60, 1)} min`;
}

/**
 * A clock time, to the second.
 *
 * @param {number|string} when seconds since the epoch, as our server has them, or what Date reads
 * @returns {string}
 */
export function clock(when) {
  return new Intl.DateTimeFormat(inForce, { timeStyle: "medium" }).format(new Date(typeof when === "number" ? when * 1000 : when));
}
