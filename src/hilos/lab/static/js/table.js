/** A table of figures: what each row is about in its first column, figures in all others. */

import { el } from "./element.js";

/** @typedef {import("./element.js").Child} Child */

/**
 * @param {HTMLElement|null} caption
 * @param {string[]} head
 * @param {(Child|Child[])[][]} rows
 * @returns {HTMLElement}
 */
export function figureTable(caption, head, rows) {
  return el(
    "table",
    {},
    caption,
    el("thead", {}, el("tr", {}, ...head.map((each, i) => el(i ? "th.figure" : "th", { scope: "col" }, each)))),
    el("tbody", {}, ...rows.map((row) => el("tr", {}, ...row.map((each, i) => (i ? el("td.figure", {}, each) : el("th", { scope: "row" }, each)))))),
  );
}
