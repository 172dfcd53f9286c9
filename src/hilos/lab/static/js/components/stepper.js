/**
 * `<lab-stepper>`: an interleaving, step by step, forward and back.
 *
 *     stepper.trace = await get("/api/traces/…");     step data of `hilos.lab.stepping`
 *
 * Keys: ← → one step, Home End to the ends, wherever the focus is but in a field. With the attribute `linked`, the step
 * is in the address (`#step=3`, and `&run=passing` for the one that goes well). Texts of both languages are in the
 * data: a change of language needs nothing else.
 */

import { el, icon } from "../element.js";
import { language, onLanguage, t } from "../texts.js";
import { graphOf } from "../step/graph.js";
import { Lanes } from "../step/lanes.js";
import { Pane } from "../step/pane.js";
import { Holders, Variables } from "../step/tables.js";
import { states } from "../step/trace.js";
import { WaitGraph } from "./waitgraph.js";

/** @typedef {import("../step/trace.js").Trace} Trace */
/** @typedef {import("../step/trace.js").State} State */

export class Stepper extends HTMLElement {
  /** @type {Trace|null} */
  #trace = null;
  #run = 0;
  #step = 0;
  /** @type {State[][]} */
  #states = [];
  /** @type {(() => void)[]} */
  #forget = [];
  /** @type {((step: number) => void)[]} */
  #parts = [];
  #said = el("p.say", { "aria-live": "polite", "aria-atomic": "true" });

  /** @param {Trace} trace */
  set trace(trace) {
    this.#trace = trace;
    this.#states = trace.runs.map((run) => states(trace, run));
    this.#run = 0;
    this.#step = 0;
    if (this.hasAttribute("linked")) this.#fromAddress();
    if (this.isConnected) this.#draw();
  }

  connectedCallback() {
    const keys = (/** @type {KeyboardEvent} */ event) => this.#key(event);
    const address = () => this.#fromAddress() && this.#draw();
    document.addEventListener("keydown", keys);
    if (this.hasAttribute("linked")) addEventListener("hashchange", address);
    this.#forget = [
      onLanguage(() => this.#draw()),
      () => document.removeEventListener("keydown", keys),
      () => removeEventListener("hashchange", address),
    ];
    this.#draw();
  }

  disconnectedCallback() {
    for (const undo of this.#forget) undo();
  }

  /**
   * Show a step; numbers beyond the ends mean the ends.
   *
   * @param {number} step from 0
   */
  go(step) {
    const last = this.#steps.length - 1;
    const next = Math.max(0, Math.min(last, step));
    if (next === this.#step) return;
    this.#step = next;
    this.#show();
  }

  get #steps() {
    return this.#trace?.runs[this.#run].steps ?? [];
  }

  /** @param {number} run */
  #choose(run) {
    if (run === this.#run) return;
    this.#run = run;
    this.#step = Math.min(this.#step, this.#steps.length - 1);
    this.#draw();
    this.querySelector(/** @type {string} */ (`.runs [data-run="${run}"]`))?.focus();
  }

  #draw() {
    const trace = this.#trace;
    if (!trace) return;
    const [run, all] = [trace.runs[this.#run], this.#states[this.#run]];
    const lanes = new Lanes(trace, this.#run, all, (step) => this.go(step));
    const panes = trace.threads.map((_thread, number) => new Pane(trace, number));
    const firsts = trace.threads.map((_thread, number) => run.steps.find((step) => step.th === number)?.at ?? null);
    const variables = new Variables(Object.keys(run.start));
    const holders = new Holders(trace);
    const graph = new WaitGraph();
    const objects = trace.objects.length > 0;
    const controls = new Controls((step) => this.go(step));
    this.#parts = [
      (step) => lanes.show(step),
      (step) => controls.show(step, run.steps.length),
      ...panes.map((pane, number) => (/** @type {number} */ step) => pane.show(all[step], run.steps[step], firsts[number])),
      (step) => variables.show(all[step]),
      ...(objects ? [(/** @type {number} */ step) => holders.show(all[step]), (/** @type {number} */ step) => void (graph.graph = graphOf(trace, all[step]))] : []),
    ];
    this.replaceChildren(
      el("section.card.told", {}, this.#headline(), this.#said),
      el("section.card.interleaving", { "aria-labelledby": "step-interleaving" }, el("h2", { id: "step-interleaving" }, t("step.interleaving")), this.#tabs(), lanes.element, controls.element, this.#difference(), this.#leftOut(), lanesKey(trace)),
      el("div.panes", {}, ...panes.map((pane) => pane.element)),
      el("div.shared", {}, variables.names.length || !objects ? variables.element : null, ...(objects ? [holders.element, el("section.card", {}, el("h2", {}, t("step.graph")), graph)] : [])),
      this.#cause(),
    );
    this.#show();
  }

  #show() {
    const step = this.#steps[this.#step];
    if (!step) return;
    for (const part of this.#parts) part(this.#step);
    const verdict = step.op === "verdict";
    this.#said.className = verdict ? (this.#trace?.runs[this.#run].fails ? "say bad" : "say good") : "say";
    const sign = verdict ? icon(this.#trace?.runs[this.#run].fails ? "cross" : "check") : null;
    const where = el("span.where", {}, t("step.number", { n: this.#step + 1 }));
    const text = step.say[language()];
    const lead = `${patternOf(/** @type {Trace} */ (this.#trace))}: `;
    const said = verdict && text.startsWith(lead) ? text.slice(lead.length) : text;
    this.#said.replaceChildren(...[where, " ", sign, said].filter((part) => part !== null));
    if (this.hasAttribute("linked")) this.#toAddress();
  }

  /** What it is an example of: the name alone; the last step says the rest. */
  #headline() {
    return el("h2.headline", {}, icon("alert"), patternOf(/** @type {Trace} */ (this.#trace)));
  }

  #tabs() {
    const trace = /** @type {Trace} */ (this.#trace);
    if (trace.runs.length < 2) return null;
    return el(
      "div.runs",
      { role: "group", "aria-label": t("step.runs") },
      ...trace.runs.map((run, number) =>
        el(
          "button",
          { type: "button", "aria-pressed": String(number === this.#run), dataset: { run: String(number) }, onclick: () => this.#choose(number) },
          icon(run.fails ? "cross" : "check"),
          t(run.fails ? "step.failing" : "step.passing"),
        ),
      ),
    );
  }

  #difference() {
    const trace = /** @type {Trace} */ (this.#trace);
    const at = trace.differ;
    if (at === null || trace.runs.length < 2) return null;
    const who = (/** @type {number} */ run) => {
      const thread = trace.runs[run].steps[at]?.th;
      return thread === null || thread === undefined ? "?" : trace.threads[thread].name;
    };
    const text = t(at ? "step.differ" : "step.differ_at_once", { n: at, next: at + 1, bad: who(0), good: who(1) });
    return el("p.difference.small", {}, el("span.mark", { "aria-hidden": "true" }), el("span", {}, text), el("button.plain", { type: "button", onclick: () => this.go(at) }, t("step.go_there")));
  }

  #leftOut() {
    const left = this.#trace?.runs[this.#run].left_out;
    return left ? el("p.quiet.small", {}, t("step.left_out", { n: left[1], after: left[0] })) : null;
  }

  #cause() {
    const trace = /** @type {Trace} */ (this.#trace);
    const texts = [...trace.failure, ...trace.cause].map((each) => each[language()]);
    if (!texts.length) return el("div");
    return el("section.card.cause", { "aria-labelledby": "step-cause" }, el("h2", { id: "step-cause" }, t("step.why")), ...texts.map((text) => el("p", {}, text)));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || !this.#trace) return;
    const target = /** @type {HTMLElement} */ (event.target);
    if (target.closest?.("input, textarea, select, [contenteditable], [role=tab]")) return;
    const to = { ArrowRight: this.#step + 1, ArrowLeft: this.#step - 1, Home: 0, End: Infinity }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.go(to);
  }

  /** @returns {boolean} whether the address names another step than the one that is shown */
  #fromAddress() {
    const asked = new URLSearchParams(location.hash.slice(1));
    const run = asked.get("run") === "passing" && (this.#trace?.runs.length ?? 0) > 1 ? 1 : 0;
    const last = (this.#trace?.runs[run].steps.length ?? 1) - 1;
    const step = Math.max(0, Math.min(last, (Number(asked.get("step")) || 1) - 1));
    const differs = run !== this.#run || step !== this.#step;
    this.#run = run;
    this.#step = step;
    return differs;
  }

  #toAddress() {
    const hash = `#step=${this.#step + 1}${this.#run ? "&run=passing" : ""}`;
    if (hash !== location.hash) history.replaceState(history.state, "", hash);
  }
}

/**
 * The pattern's name, which the sentence of the whole begins with.
 *
 * @param {Trace} trace
 * @returns {string}
 */
export function patternOf(trace) {
  return trace.headline[language()].split(": ")[0];
}

/** @param {Trace} trace */
function lanesKey(trace) {
  const marks = trace.runs.some((run) => run.steps.some((step) => step.mark));
  const waits = trace.runs.some((run) => run.steps.some((step) => step.waits?.length));
  if (!marks && !waits) return null;
  return el(
    "p.lanes-key.small.quiet",
    { "aria-hidden": "true" },
    ...(marks ? [el("span.diamond"), el("span", {}, t("step.key_mark"))] : []),
    ...(waits ? [el("span.hatched"), el("span", {}, t("step.key_wait"))] : []),
  );
}

class Controls {
  /** @param {(step: number) => void} go */
  constructor(go) {
    let step = 0;
    const button = (/** @type {"first"|"back"|"next"|"last"} */ name, /** @type {() => number} */ to) =>
      el("button", { type: "button", "aria-label": t(`step.${name}`), title: t(`step.${name}`), onclick: () => go(to()) }, icon(name));
    this.slider = el("input", { type: "range", min: 1, value: 1, "aria-label": t("step.slider"), oninput: () => go(Number(this.slider.value) - 1) });
    this.first = button("first", () => 0);
    this.back = button("back", () => step - 1);
    this.next = button("next", () => step + 1);
    this.last = button("last", () => Infinity);
    this.count = el("output.count");
    this.element = el("div.controls", {}, this.first, this.back, this.slider, this.next, this.last, this.count);
    this.keep = (/** @type {number} */ now) => void (step = now);
  }

  /**
   * @param {number} step
   * @param {number} count
   */
  show(step, count) {
    this.keep(step);
    this.slider.max = String(count);
    this.slider.value = String(step + 1);
    this.slider.setAttribute("aria-valuetext", t("step.of", { step: step + 1, n: count }));
    this.count.textContent = t("step.of", { step: step + 1, n: count });
    // Never disabled: the focus would be lost with it.
    for (const [button, end] of [[this.first, step === 0], [this.back, step === 0], [this.next, step === count - 1], [this.last, step === count - 1]]) {
      button.setAttribute("aria-disabled", String(end));
    }
  }
}

customElements.define("lab-stepper", Stepper);
