/** What all threads share: the variables, and who holds and who waits for what. */

import { el, icon } from "../element.js";
import { language, t } from "../texts.js";
import { threadName } from "./threadname.js";

/** @typedef {import("./trace.js").Trace} Trace */
/** @typedef {import("./trace.js").State} State */
/** @typedef {import("./trace.js").Step} Step */

export class Variables {
  /** @param {string[]} names */
  constructor(names) {
    this.names = names;
    this.rows = el("tbody");
    this.element = el(
      "section.card.variables",
      { "aria-labelledby": "step-variables" },
      el("h2", { id: "step-variables" }, t("step.variables")),
      names.length ? el("table", {}, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, t("step.variable")), el("th", { scope: "col" }, t("step.value")))), this.rows) : el("p.quiet", {}, t("step.no_variables")),
    );
  }

  /** @param {State} state */
  show(state) {
    this.rows.replaceChildren(...this.names.map((name) => row(name, state.memory[name], state.set[name])));
  }
}

/**
 * @param {string} name
 * @param {string|null} value
 * @param {[string|null, string|null]|undefined} change
 */
function row(name, value, change) {
  const shown = change
    ? [el("del", {}, change[0] ?? "?"), icon("arrow"), el("ins", {}, change[1] ?? "?"), el("span.changed", {}, t("step.changed"))]
    : [el("span", {}, value ?? "?")];
  return el(change ? "tr.set" : "tr", {}, el("th", { scope: "row" }, el("code", {}, name)), el("td.shown", {}, ...shown));
}

export class Holders {
  /** @param {Pick<Trace, "threads"|"objects">} trace */
  constructor(trace) {
    this.trace = trace;
    this.rows = el("tbody");
    const head = ["step.object", "step.held_by", "step.awaited_by"].map((key) => el("th", { scope: "col" }, t(key)));
    this.element = el(
      "section.card.holders",
      { "aria-labelledby": "step-holders" },
      el("h2", { id: "step-holders" }, t("step.holders")),
      el("table", {}, el("thead", {}, el("tr", {}, ...head)), this.rows),
    );
  }

  /** @param {State} state */
  show(state) {
    const { objects } = this.trace;
    this.rows.replaceChildren(
      ...objects.map((object, number) => {
        const holders = state.holds.filter(([held]) => held === number).map(([, thread]) => thread);
        const waiters = state.waits.filter(([, awaited]) => awaited === number).map(([thread]) => thread);
        const label = el("span", { title: object.label[language()] }, el("code", {}, object.name), object.type ? el("span.quiet.small", {}, ` ${object.type}`) : null);
        return el("tr", {}, el("th", { scope: "row" }, label), this.#threads(holders), this.#threads(waiters));
      }),
    );
  }

  /** @param {number[]} numbers */
  #threads(numbers) {
    if (!numbers.length) return el("td.quiet", {}, "–");
    return el("td", {}, ...numbers.map((number) => threadName(this.trace.threads[number], number)));
  }
}
