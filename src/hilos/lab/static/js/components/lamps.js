/** What came of a check: a lamp for each question, with its sentence; what it printed; the interleaving that breaks it. */

import { el, icon } from "../element.js";
import { prose } from "../prose.js";
import { t } from "../texts.js";

/** @typedef {{lamp: string, name: string, colour: "green"|"amber"|"red", word: string, text: string, trace: string|null}} Lamp */

const SIGNS = /** @type {const} */ ({ green: "check", amber: "alert", red: "cross" });

/**
 * @param {Lamp[]} lamps
 * @returns {HTMLElement}
 */
export function lampList(lamps) {
  return el(
    "ul.lamps",
    {},
    ...lamps.map((lamp) =>
      el(
        `li.${lamp.colour}`,
        { dataset: { lamp: lamp.lamp } },
        icon(SIGNS[lamp.colour]),
        el("div", {}, el("strong", {}, lamp.name), el("span.word", {}, lamp.word), el("p", {}, ...prose(lamp.text))),
      ),
    ),
  );
}

/**
 * @param {string} output
 * @returns {HTMLElement|null}
 */
export function printed(output) {
  if (!output.trim()) return null;
  return el("details", {}, el("summary", {}, t("check.printed")), el("pre.printed", { tabindex: "0" }, output));
}

/**
 * Lines that sentences speak of: "line 9".
 *
 * @param {string[]} texts
 * @returns {number[]}
 */
export function linesIn(texts) {
  return texts.flatMap((text) => [...text.matchAll(/(?:línea|line) (\d+)/gi)].map((found) => Number(found[1])));
}
