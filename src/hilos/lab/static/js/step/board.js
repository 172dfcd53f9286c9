/**
 * One question of a puzzle: whose turn it is next, what has been done so far, what came of it.
 *
 * All orders are in the data as a tree (`hilos.lab.branching`); a turn goes to a child, undo to the parent.
 */

import { el, icon } from "../element.js";
import { language, t } from "../texts.js";
import { threadColour } from "../colours.js";
import { WaitGraph } from "../components/waitgraph.js";
import { graphOf } from "./graph.js";
import { Lanes } from "./lanes.js";
import { Pane } from "./pane.js";
import { Holders, Variables } from "./tables.js";
import { begin, follow } from "./trace.js";
import { threadName } from "./threadname.js";

const LACKS = ["none", "exclusion", "hold", "preemption", "circle"];

export class Board {
  /**
   * @param {any} question
   * @param {{answers: Record<string, string>, paths: Record<string, number[]>}} kept answers by variable; turns by question
   * @param {() => void} answered told when an answer changes
   */
  constructor(question, kept, answered) {
    this.question = question;
    this.kept = kept;
    this.answered = answered;
    this.said = el("p.say", { "aria-live": "polite" });
    this.lanes = el("div");
    this.turns = el("div.turns", { role: "group", "aria-label": t("scheduler.turn") });
    this.answer = el("div.answer");
    const trace = { ...question, cycle: [] };
    this.trace = trace;
    this.panes = question.threads.map((/** @type {any} */ _thread, /** @type {number} */ number) => new Pane(trace, number));
    this.variables = new Variables(Object.keys(question.start));
    this.holders = new Holders(trace);
    this.graph = new WaitGraph();
    this.firsts = question.threads.map((/** @type {any} */ _thread, /** @type {number} */ number) => this.#first(number));
    const objects = question.objects.length > 0;
    this.element = el("div.scheduler", {}, this.#head(), ...(question.nodes.length ? [this.#table(objects)] : []));
    this.keys = (/** @type {KeyboardEvent} */ event) => this.#key(event);
    document.addEventListener("keydown", this.keys);
    if (question.nodes.length) this.#show();
    else this.said.textContent = t("scheduler.too_many");
    this.#showAnswer();
  }

  leave() {
    document.removeEventListener("keydown", this.keys);
  }

  get path() {
    return (this.kept.paths[this.question.name] ??= []);
  }

  #head() {
    const none = this.question.none[language()];
    return el(
      "section.card.wanted-card",
      {},
      el("p.wanted", {}, `${this.question.wanted[language()]}.`),
      this.said,
      this.turns,
      this.lanes,
      el(
        "div.tools",
        {},
        el("button", { type: "button", onclick: () => this.#undo() }, icon("back"), t("scheduler.undo")),
        el("button", { type: "button", onclick: () => this.#restart() }, icon("first"), t("scheduler.restart")),
        el("button", { type: "button", onclick: () => this.#note(none) }, icon("cross"), t("scheduler.none", { word: none })),
      ),
      this.answer,
    );
  }

  /** @param {boolean} objects */
  #table(objects) {
    return el(
      "div.stack",
      {},
      el("div.panes", {}, ...this.panes.map((/** @type {Pane} */ pane) => pane.element)),
      el("div.shared", {}, this.variables.names.length || !objects ? this.variables.element : null, ...(objects ? [this.holders.element, el("section.card", {}, el("h2", {}, t("step.graph")), this.graph)] : [])),
    );
  }

  /** @param {number} thread where it begins, if it were the first */
  #first(thread) {
    let node = this.question.nodes[0];
    for (let turn = 0; node && turn < 50; turn += 1) {
      const next = node.next[thread] ?? Object.values(node.next)[0];
      if (next === undefined) return null;
      node = this.question.nodes[next];
      if (node.step.th === thread) return node.step.at;
    }
    return null;
  }

  #show() {
    const { nodes, threads, start } = this.question;
    let node = nodes[0];
    let state = begin(threads.length, start);
    /** @type {any[]} */
    const steps = [];
    const states = [];
    for (const thread of this.path) {
      node = nodes[node.next[thread]];
      state = follow(state, node.step);
      steps.push(node.step);
      states.push(state);
    }
    if (node.end?.waits) state = { ...state, waits: node.end.waits };
    const last = steps[steps.length - 1] ?? null;
    this.panes.forEach((/** @type {Pane} */ pane, /** @type {number} */ number) => pane.show(state, last, this.firsts[number]));
    this.variables.show(state);
    this.holders.show(state);
    this.graph.graph = graphOf({ ...this.trace, cycle: circle(state) }, state);
    const run = { fails: false, token: "", start, steps };
    if (steps.length) {
      const lanes = new Lanes({ ...this.trace, runs: [run], differ: null }, 0, states, () => undefined, false);
      this.lanes.replaceChildren(lanes.element);
      lanes.show(steps.length - 1);
    } else {
      this.lanes.replaceChildren();
    }
    this.#say(node, last);
    this.#showTurns(node, state);
    if (node.end?.ok && this.kept.answers[this.question.name] !== node.end.order) this.#note(node.end.order, "none");
  }

  /**
   * @param {any} node
   * @param {any} last
   */
  #say(node, last) {
    const parts = [];
    if (last) parts.push(last.say[language()], " ");
    else parts.push(t("scheduler.begin"));
    if (node.end) {
      const state = node.end.say[language()];
      const text = node.end.ok ? t("scheduler.reached", { order: node.end.order }) : state ? t("scheduler.missed", { state }) : t("scheduler.stuck");
      parts.push(el(node.end.ok ? "strong.good" : "strong.bad", {}, icon(node.end.ok ? "check" : "cross"), text));
    }
    this.said.replaceChildren(...parts);
  }

  /**
   * @param {any} node
   * @param {import("./trace.js").State} state
   */
  #showTurns(node, state) {
    const focused = /** @type {HTMLElement|null} */ (document.activeElement)?.dataset?.turn;
    const buttons = this.question.threads.map((/** @type {any} */ thread, /** @type {number} */ number) => {
      const can = node.next[number] !== undefined;
      const why = can ? "" : t(state.ended.has(number) ? "scheduler.ended" : "scheduler.waits");
      const button = el(
        "button.turn",
        { type: "button", "aria-disabled": String(!can), dataset: { turn: String(number) }, onclick: () => this.#turn(number) },
        threadName(thread, number),
        why ? el("span.why", {}, why) : null,
      );
      button.style.setProperty("--thread", threadColour(number));
      return button;
    });
    this.turns.replaceChildren(el("span.quiet", {}, node.end ? t("scheduler.over") : t("scheduler.turn")), ...buttons);
    if (focused !== undefined) /** @type {HTMLElement|null} */ (this.turns.querySelector(`[data-turn="${focused}"]`))?.focus();
  }

  /** @param {number} thread */
  #turn(thread) {
    let node = this.question.nodes[0];
    for (const each of this.path) node = this.question.nodes[node.next[each]];
    if (node.next[thread] === undefined) return;
    this.path.push(thread);
    this.#show();
  }

  #undo() {
    this.path.pop();
    this.#show();
  }

  #restart() {
    this.path.length = 0;
    this.#show();
  }

  /**
   * @param {string} answer
   * @param {string} [lacks]
   */
  #note(answer, lacks) {
    this.kept.answers[this.question.name] = answer;
    if (this.question.lacks && lacks) this.kept.answers[`${this.question.name}_LACKS`] = lacks;
    this.#showAnswer();
    this.answered();
  }

  #showAnswer() {
    const given = this.kept.answers[this.question.name];
    const name = `${this.question.name}_LACKS`;
    this.answer.replaceChildren(given ? el("p", { role: "status" }, icon("check"), " ", t("scheduler.your_answer", { answer: given })) : el("p.quiet", {}, t("scheduler.no_answer")));
    if (!this.question.lacks) return;
    const choice = el(
      "select",
      { value: LACKS.includes(this.kept.answers[name]) ? this.kept.answers[name] : "", onchange: () => (this.kept.answers[name] = choice.value) },
      el("option", { value: "" }, t("scheduler.lacks.choose")),
      ...LACKS.map((each) => el("option", { value: each }, t(`scheduler.lacks.${each}`))),
    );
    this.answer.append(el("label", {}, t("scheduler.lacks"), " ", choice));
  }

  /** @param {KeyboardEvent} event a thread's letter gives it the turn, Backspace takes it back */
  #key(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !this.question.nodes.length) return;
    if (/** @type {HTMLElement} */ (event.target).closest?.("input, textarea, select")) return;
    const thread = this.question.threads.findIndex((/** @type {any} */ each) => each.letter === event.key.toLowerCase());
    if (thread >= 0) this.#turn(thread);
    else if (event.key === "Backspace") this.#undo();
    else return;
    event.preventDefault();
  }
}

/**
 * The circle of a deadlock, as pairs of thread and object; empty where nobody waits in one.
 *
 * @param {import("./trace.js").State} state
 * @returns {[number, number][]}
 */
function circle(state) {
  for (const [start] of state.waits) {
    /** @type {[number, number][]} */
    const path = [];
    /** @type {number|undefined} */
    let thread = start;
    while (thread !== undefined && !path.some(([each]) => each === thread)) {
      const wait = state.waits.find(([each]) => each === thread);
      if (!wait) break;
      path.push(wait);
      const holders = state.holds.filter(([object]) => object === wait[1]);
      thread = holders.length === 1 ? holders[0][1] : undefined;
    }
    const from = path.findIndex(([each]) => each === thread);
    if (thread !== undefined && from >= 0 && path.length > 0) return path.slice(from);
  }
  return [];
}
