/** The runs of a lesson side by side: what was changed, and what came of it. */

import { el } from "./element.js";
import { FIGURES } from "./run_figures.js";
import { statusPill } from "./runs.js";
import { figureTable } from "./table.js";
import { number, t } from "./texts.js";

/** @typedef {import("./recording.js").Recording} Recording */

const SHOWN = 8;

export class RunTable {
  /** @type {{run: string, parameters: Record<string, any>, recording: Recording}[]} the newest last */
  #rows = [];
  /** @type {(() => void)[]} */
  #undo = [];

  /**
   * @param {import("./runs.js").Parameter[]} parameters
   * @param {any[]} specs of the panels: the histograms' bounds are theirs
   */
  constructor(parameters, specs) {
    this.parameters = parameters;
    this.bounds = specs.find((spec) => spec.queries.some((/** @type {any} */ query) => query.metric === "lock_wait_duration_seconds"))?.buckets ?? [];
    this.element = el("section.card.runs", { "aria-labelledby": "runs", hidden: true });
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
    this.#undo.push(recording.on("data", later));
    this.refresh();
  }

  /** Listen to the runs no more: the page is left. */
  close() {
    for (const undo of this.#undo.splice(0)) undo();
  }

  /** Show what is known now. */
  refresh() {
    const rows = this.#rows.filter((row) => row.recording.hello || row.recording.run === this.#rows[this.#rows.length - 1].run);
    this.element.hidden = rows.length === 0;
    if (!rows.length) return;
    const varied = this.parameters.filter(({ name }) => new Set(rows.map((row) => row.parameters[name])).size > 1 || rows.length === 1);
    const figures = FIGURES.map(([key, of]) => ({ key, values: rows.map((row) => of(row.recording, this.bounds)) })).filter(({ values }) => values.some((value) => value !== null));
    this.element.replaceChildren(
      el("h2", { id: "runs" }, t("lesson.runs")),
      el("p.quiet.small", {}, t("lesson.runs.about")),
      el(
        "div.scrolls",
        { tabindex: "0", role: "region", "aria-label": t("lesson.runs.table") },
        figureTable(
          null,
          [t("lesson.run"), ...varied.map(({ label }) => label), ...figures.map(({ key }) => t(key))],
          rows
            .map(({ parameters, recording }, i) => [
              [`${i + 1} `, statusPill(recording.hello ? recording.status : "running")],
              ...varied.map((parameter) => said(parameter, parameters[parameter.name])),
              ...figures.map(({ values }) => values[i] ?? "–"),
            ])
            .toReversed(),
        ),
      ),
    );
  }
}

/**
 * @param {import("./runs.js").Parameter} parameter
 * @param {any} value
 */
function said(parameter, value) {
  const shown = value ?? parameter.default;
  if (typeof shown !== "number") return String(shown);
  return `${number(shown)}${parameter.unit ? ` ${parameter.unit}` : ""}`;
}
