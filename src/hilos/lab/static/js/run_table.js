/** The runs of a lesson side by side: what was changed, and what came of it. */

import { el, icon } from "./element.js";
import { FIGURES } from "./run_figures.js";
import { statusPill } from "./runs.js";
import { figureTable } from "./table.js";
import { number, t } from "./texts.js";

/**
 * @typedef {import("./recording.js").Recording} Recording
 * @typedef {{run: string, parameters: Record<string, any>, recording: Recording}} Row
 */

const SHOWN = 8;
/** Figures whose change is shown large. */
const EFFECTS = 4;

export class RunTable {
  /** @type {Row[]} the newest last */
  #rows = [];
  /** @type {(() => void)[]} */
  #undo = [];
  // These stay while what is in them changes, and so does the focus.
  #heading = el("h3", { id: "runs" });
  #effect = el("div");
  #table = el("div.scrolls", { tabindex: "0", role: "region" });

  /**
   * @param {import("./runs.js").Parameter[]} parameters
   * @param {any[]} specs of the panels: the histograms' bounds are theirs
   */
  constructor(parameters, specs) {
    this.parameters = parameters;
    this.bounds = specs.find((spec) => spec.queries.some((/** @type {any} */ query) => query.metric === "lock_wait_duration_seconds"))?.buckets ?? [];
    this.element = el("section.comparison", { "aria-labelledby": "runs", hidden: true }, this.#heading, this.#effect, this.#table);
  }

  /**
   * @param {string} run
   * @param {Record<string, any>} parameters
   * @param {Recording} recording
   */
  add(run, parameters, recording) {
    this.#rows.push({ run, parameters, recording });
    if (this.#rows.length > SHOWN) this.#rows.shift();
    let asked = false;
    const later = () => {
      if (asked) return;
      asked = true;
      setTimeout(() => {
        asked = false;
        this.refresh();
      }, 1000);
    };
    this.#undo.push(recording.on("data", later), recording.on("state", later));
    this.refresh();
  }

  /** Listen to the runs no more: the page is left. */
  close() {
    for (const undo of this.#undo.splice(0)) undo();
  }

  /** Show what is known now. */
  refresh() {
    const newest = this.#rows[this.#rows.length - 1];
    const rows = this.#rows.filter((row) => row.recording.hello || row === newest);
    this.element.hidden = rows.length === 0;
    if (!rows.length) return;
    const counted = this.parameters.filter(({ when }) => rows.some((row) => Object.entries(when ?? {}).every(([other, value]) => row.parameters[other] === value)));
    const varied = counted.filter(({ name }) => new Set(rows.map((row) => row.parameters[name])).size > 1 || rows.length === 1);
    const figures = FIGURES.map((figure) => ({ figure, values: rows.map((row) => figure.of(row.recording, this.bounds)) })).filter(({ values }) => values.some(Boolean));
    this.#heading.textContent = t("lesson.runs");
    this.#effect.replaceChildren(
      rows.length > 1 ? this.#difference(rows[rows.length - 2], rows[rows.length - 1]) : el("p.quiet.small", {}, t("lesson.runs.about")),
    );
    this.#table.setAttribute("aria-label", t("lesson.runs.table"));
    this.#table.replaceChildren(
      figureTable(
        null,
        [t("lesson.run"), ...varied.map(({ label }) => label), ...figures.map(({ figure }) => t(figure.key))],
        rows
          .map(({ parameters, recording }, i) => [
            [`${i + 1} `, statusPill(recording.hello ? recording.status : "running")],
            ...varied.map((parameter) => said(parameter, parameters[parameter.name])),
            ...figures.map(({ figure, values }) => shown(figure, values[i])),
          ])
          .toReversed(),
      ),
    );
  }

  /**
   * What was changed between two runs, and what that did: each figure before and now, side by side.
   *
   * @param {Row} before
   * @param {Row} now
   * @returns {HTMLElement}
   */
  #difference(before, now) {
    const changed = this.parameters.filter(({ name }) => before.parameters[name] !== now.parameters[name]);
    if (changed.length !== 1) return el("p.quiet.small", {}, t("lesson.runs.about"));
    const [parameter] = changed;
    const effects = FIGURES.flatMap((figure) => {
      const values = [before, now].map(({ recording }) => figure.of(recording, this.bounds));
      return values.every((value) => value !== null) && values.some(Boolean) ? [{ figure, values }] : [];
    });
    return el(
      "div.difference",
      {},
      el("p", {}, t("lesson.changed", { parameter: parameter.label, before: said(parameter, before.parameters[parameter.name]), now: said(parameter, now.parameters[parameter.name]) })),
      el(
        "dl",
        {},
        ...effects.slice(0, EFFECTS).map(({ figure, values: [then, here] }) =>
          el("div", {}, el("dt", {}, t(figure.key)), el("dd", {}, el("span.quiet", {}, shown(figure, then)), icon("arrow"), el("strong", {}, shown(figure, here)))),
        ),
      ),
    );
  }
}

/**
 * @param {import("./run_figures.js").Figure} figure
 * @param {number|null} value
 */
function shown(figure, value) {
  return value === null ? "–" : figure.said(value);
}

/**
 * @param {import("./runs.js").Parameter} parameter
 * @param {any} value
 */
function said(parameter, value) {
  const chosen = value ?? parameter.default;
  if (parameter.kind === "choice") return parameter.choices.find((each) => each.value === chosen)?.label ?? String(chosen);
  return `${number(chosen)}${parameter.unit ? ` ${parameter.unit}` : ""}`;
}
