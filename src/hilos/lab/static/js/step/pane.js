/**
 * One thread: where it stands in its source, what it is doing or waiting for, what it has read and relies on.
 */

import { el, icon } from "../element.js";
import { language, t } from "../texts.js";
import { threadColour } from "../colours.js";
import { coloured } from "../python.js";
import { relied } from "./trace.js";
import { threadName } from "./threadname.js";

/** @typedef {import("./trace.js").Trace} Trace */
/** @typedef {import("./trace.js").State} State */
/** @typedef {import("./trace.js").Step} Step */

export class Pane {
  #source = -1;
  /** @type {HTMLElement[]} */
  #lines = [];

  /**
   * @param {Pick<Trace, "threads"|"sources"|"objects">} trace
   * @param {number} thread its number
   */
  constructor(trace, thread) {
    this.trace = trace;
    this.thread = thread;
    this.title = el("code.function");
    this.state = el("p.doing");
    this.code = el("div.code", { tabindex: "0", role: "region", "aria-label": t("step.source", { thread: trace.threads[thread].name }) });
    this.reads = el("ul.reads");
    this.element = el(
      "section.card.pane",
      { "aria-label": t("step.thread", { thread: trace.threads[thread].name }) },
      el("header", {}, el("h2", {}, threadName(trace.threads[thread], thread)), this.title),
      this.state,
      this.code,
      this.reads,
    );
    this.element.style.setProperty("--thread", threadColour(thread));
  }

  /**
   * @param {State} state
   * @param {Step|null} step the one that led to this state
   * @param {[number, number]|null} first where the thread begins: shown before it has done anything
   */
  show(state, step, first) {
    const acts = step?.th === this.thread;
    const wait = state.waits.find(([thread]) => thread === this.thread);
    const at = state.at[this.thread];
    this.#write(at?.[0] ?? first?.[0] ?? -1);
    this.#point(at, acts, Boolean(wait));
    this.element.classList.toggle("acts", acts);
    this.element.classList.toggle("ended", state.ended.has(this.thread) && !acts);
    const [sign, text] = this.#doing(state, acts, wait);
    this.state.className = `doing ${wait ? "waits" : acts ? "acts" : ""}`;
    this.state.replaceChildren(icon(sign), el("span", {}, text));
    this.reads.replaceChildren(...relied(state, this.thread).map((read) => readItem(read, state.memory[read.target])));
  }

  /**
   * @param {State} state
   * @param {boolean} acts
   * @param {[number, number]|undefined} wait
   * @returns {["play"|"check"|"pause"|"minus", string]}
   */
  #doing(state, acts, wait) {
    if (wait) return ["pause", t("step.waits", { what: this.trace.objects[wait[1]].label[language()] })];
    if (acts) return ["play", t("step.acts")];
    if (state.ended.has(this.thread)) return ["check", t("step.ended")];
    return ["minus", t(state.at[this.thread] ? "step.paused" : "step.not_begun")];
  }

  /** @param {number} number of the source */
  #write(number) {
    if (number === this.#source) return;
    this.#source = number;
    const source = this.trace.sources[number];
    if (!source) {
      this.title.textContent = "";
      this.#lines = [];
      this.code.replaceChildren(el("p.quiet.small", {}, t("step.no_source")));
      return;
    }
    this.title.textContent = source.name ? `${source.name}()` : source.file;
    this.title.title = source.file;
    const texts = coloured(source.lines.join("\n"));
    this.#lines = texts.map((text, i) => el("div.line", {}, el("span.number", {}, String(source.first + i)), el("code", {}, text)));
    this.code.replaceChildren(...this.#lines);
  }

  /**
   * @param {[number, number]|null} at
   * @param {boolean} acts
   * @param {boolean} waits
   */
  #point(at, acts, waits) {
    for (const line of this.#lines) {
      line.removeAttribute("aria-current");
      line.className = "line";
    }
    const line = at && this.#lines[at[1] - (this.trace.sources[at[0]]?.first ?? 0)];
    if (!line) return;
    line.setAttribute("aria-current", "true");
    line.classList.add(waits ? "waits" : acts ? "acts" : "stands");
    const top = line.offsetTop - this.code.offsetTop;
    if (top < this.code.scrollTop || top + line.offsetHeight > this.code.scrollTop + this.code.clientHeight) {
      this.code.scrollTop = top - this.code.clientHeight / 3;
    }
  }
}

/**
 * @param {import("./trace.js").Read} read
 * @param {string|null} now
 */
function readItem({ target, value, stale }, now) {
  return el(
    stale ? "li.stale" : "li",
    {},
    icon(stale ? "alert" : "arrow"),
    el("span", {}, t("step.has_read", { target, value }), stale ? " " : null, stale ? el("strong", {}, t("step.stale", { now: now ?? "?" })) : null),
  );
}
