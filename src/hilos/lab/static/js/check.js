/**
 * A check under way: one button that starts it and, while it runs, stops it; a clock, so that waiting is bearable.
 */

import { ApiError, remove } from "./api.js";
import { el, icon } from "./element.js";
import { number, t } from "./texts.js";

export class CheckButton {
  /** @type {AbortController|null} */
  #running = null;
  /** @type {ReturnType<typeof setInterval>|undefined} */
  #clock;

  /**
   * @param {string} label
   * @param {string} path whose DELETE stops it
   * @param {(signal: AbortSignal) => Promise<void>} work
   */
  constructor(label, path, work) {
    this.label = label;
    this.path = path;
    this.work = work;
    this.status = el("p.checking", { role: "status" });
    this.button = el("button.primary.check", { type: "button", onclick: () => void this.press() });
    this.#rest();
  }

  /** Start, or stop what runs. */
  async press() {
    if (this.#running) {
      this.stop();
      return;
    }
    const running = (this.#running = new AbortController());
    const began = performance.now();
    this.button.className = "danger check";
    this.button.replaceChildren(icon("stop"), t("check.stop"));
    this.status.replaceChildren(el("span.busy", { "aria-hidden": "true" }), el("span", {}, t("check.running")), el("span.clock", { "aria-hidden": "true" }));
    this.#clock = setInterval(() => {
      const clock = this.status.querySelector(".clock");
      if (clock) clock.textContent = `${number((performance.now() - began) / 1000, 0)} s`;
    }, 1000);
    let said = "";
    try {
      await this.work(running.signal);
    } catch (problem) {
      if (running.signal.aborted) said = t("check.stopped");
      else if (problem instanceof ApiError) said = problem.message;
      else throw problem;
    } finally {
      clearInterval(this.#clock);
      this.#running = null;
      this.#rest();
      this.status.textContent = said;
    }
  }

  /** Stop what runs: the server ends the whole process group; also when the page is left. */
  stop() {
    if (!this.#running) return;
    this.#running.abort();
    void remove(this.path).catch(() => undefined);
  }

  #rest() {
    this.button.className = "primary check";
    this.button.replaceChildren(icon("check"), this.label);
  }
}
