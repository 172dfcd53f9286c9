/** The bench of a lesson: its parameters, Run and Stop, the threads' lanes, the panels that it feeds, its output. */

import { el, icon } from "./element.js";
import { deadlockOf, findingOf } from "./findings.js";
import { ParameterForm } from "./parameter_form.js";
import { markLesson } from "./progress.js";
import { recordingOf } from "./recording.js";
import { RunTable } from "./run_table.js";
import { start, statusPill, stop } from "./runs.js";
import { t } from "./texts.js";
import { Output } from "./components/output.js";
import { Panel } from "./components/panel.js";
import { Timeline } from "./components/timeline.js";

/**
 * @typedef {import("./recording.js").Recording} Recording
 * @typedef {import("./components/panel.js").Spec} Spec
 */

const TABLED = 6;
const WINDOW = 30;
/** @type {Record<string, string>} */
const WITHOUT_SENTENCE = { none: "lesson.ready", gone: "run.gone" };

export class Bench {
  /** @type {Recording|undefined} */
  #recording;
  /** @type {(() => void)[]} */
  #undo = [];
  /** @type {(() => void)|undefined} */
  #before;
  #fed = "";
  #told = "";

  /**
   * @param {any} lesson
   * @param {Spec[]} specs all panels
   * @param {import("./runs.js").Run[]} before runs of this lesson, the newest first
   * @param {() => void} done called when a run ended well
   */
  constructor(lesson, specs, before, done) {
    this.lesson = lesson;
    this.specs = specs;
    this.done = done;
    this.form = new ParameterForm(lesson.id, lesson.parameters, () => void this.#run());
    this.table = new RunTable(lesson.parameters, specs);
    this.runButton = el("button.primary", { type: "submit" }, icon("play"), t("run.run"));
    this.stopButton = el("button.danger", { type: "button", onclick: () => void this.#stop() }, icon("stop"), t("run.stop"));
    this.state = el("p.state", { role: "status" });
    this.notes = el("ul.notes.small");
    this.links = el("span.tools");
    this.finding = el("section.finding", { hidden: true, "aria-live": "polite" });
    this.timeline = new Timeline();
    this.grid = el("div.panels.few", { onmoment: (/** @type {any} */ event) => this.timeline.goTo(event.detail.time) });
    this.output = new Output();
    this.watching = el("div.stack", { hidden: true }, this.timeline, this.finding);
    this.form.element.append(el("div.tools", {}, this.runButton, this.stopButton, this.links));
    this.element = el(
      "section.card.bench",
      { "aria-labelledby": "bench" },
      el("h2", { id: "bench" }, t("lesson.bench")),
      this.form.element,
      this.state,
      this.notes,
      this.watching,
      this.table.element,
      this.grid,
      el("section.output", { "aria-labelledby": "output" }, el("h3", { id: "output" }, t("output.title")), this.output),
    );
    this.output.show(undefined);
    for (const run of before.slice(0, TABLED).toReversed()) this.table.add(run.id, run.parameters ?? {}, recordingOf(run.id));
    // What came of the run before is asked for, so that the next one can be compared with it after a reload too.
    for (const run of before.slice(1, 2)) this.#before = recordingOf(run.id).follow();
    if (before.length) this.#watch(before[0].id);
    else this.#face();
  }

  /** Look no more; the run goes on. */
  close() {
    this.#leave();
    this.#before?.();
  }

  #leave() {
    for (const undo of this.#undo.splice(0)) undo();
  }

  async #run() {
    this.runButton.disabled = true;
    try {
      const parameters = this.form.values();
      const { id } = await start(this.lesson.id, parameters);
      this.table.add(id, parameters, recordingOf(id));
      this.#watch(id);
      this.stopButton.focus();
    } catch (problem) {
      this.#failed(problem);
      this.runButton.disabled = false;
    }
  }

  async #stop() {
    if (!this.#recording) return;
    this.stopButton.disabled = true;
    try {
      await stop(this.#recording.run);
    } catch (problem) {
      this.#failed(problem);
      this.stopButton.disabled = false;
    }
  }

  /** @param {unknown} problem */
  #failed(problem) {
    delete this.state.dataset.said;
    this.state.replaceChildren(el("span.bad", {}, problem instanceof Error ? problem.message : String(problem)));
  }

  /** @param {string} run */
  #watch(run) {
    this.#leave();
    const recording = recordingOf(run);
    this.#recording = recording;
    this.#fed = "";
    this.#told = "";
    this.grid.replaceChildren();
    this.finding.hidden = true;
    this.watching.hidden = false;
    this.timeline.show(recording, { compact: true });
    this.output.show(recording);
    this.#undo.push(
      recording.on("data", () => this.#drawPanels()),
      recording.on("hello", () => this.#say()),
      recording.on("mark", () => this.#find()),
      recording.on("state", () => this.#say()),
      recording.follow(),
    );
    this.#drawPanels();
    this.#find();
    this.#say();
  }

  #say() {
    const recording = /** @type {Recording} */ (this.#recording);
    if (recording.end?.status === "ok") {
      markLesson(this.lesson.id, true);
      this.done();
    }
    this.#face();
    this.#find(); // a deadlock that lasts is told as a state
    this.table.refresh();
  }

  #face() {
    const recording = this.#recording;
    const status = recording?.status ?? "none";
    const alive = Boolean(recording?.alive);
    const focused = document.activeElement === this.stopButton;
    this.runButton.disabled = alive;
    this.stopButton.disabled = !alive;
    if (focused && !alive) this.runButton.focus();
    this.element.dataset.status = status;
    const said = recording?.sentence || t(WITHOUT_SENTENCE[status] ?? (alive ? "lesson.running" : "lesson.over"));
    this.#state(status, said);
    this.notes.replaceChildren(...(recording?.notes ?? []).map((note) => el("li", {}, note)));
    const run = recording?.run;
    this.links.replaceChildren(...(run ? [el("a.button", { href: `/live/${run}` }, t("nav.live")), el("a.button", { href: `/timeline/${run}` }, t("nav.timeline"))] : []));
  }

  /**
   * Said once: what is said again is read out again.
   *
   * @param {string} status
   * @param {string} said
   */
  #state(status, said) {
    if (this.state.dataset.said === `${status} ${said}`) return;
    this.state.dataset.said = `${status} ${said}`;
    this.state.replaceChildren(...(status === "none" || status === "gone" ? [] : [statusPill(status), " "]), said);
  }

  /** The panels that this lesson is about, and those in which the run has something to show, as that comes; what it shares with the whole machine at the end. */
  #drawPanels() {
    const { samples } = /** @type {Recording} */ (this.#recording);
    const fed = this.specs.filter((spec) => spec.lesson === this.lesson.id || spec.queries.some((query) => samples.moved(query.metric)));
    const named = fed.map((spec) => spec.id).join();
    if (named === this.#fed) return;
    this.#fed = named;
    const machine = (/** @type {Spec} */ spec) => Number(spec.unit === "percent");
    this.grid.replaceChildren(
      ...fed
        .toSorted((one, other) => machine(one) - machine(other))
        .map((spec) => {
          const panel = new Panel();
          panel.show(spec, /** @type {Recording} */ (this.#recording), { window: WINDOW });
          return panel;
        }),
    );
  }

  /** A deadlock is drawn where it is seen first, with the way to its steps. */
  #find() {
    const recording = /** @type {Recording} */ (this.#recording);
    const mark = deadlockOf(recording);
    if (!mark || this.#told === String(mark.t)) return;
    this.#told = String(mark.t);
    this.finding.hidden = false;
    this.finding.replaceChildren(...findingOf(mark, recording, this.lesson.id, el("button", { type: "button", onclick: () => this.timeline.goTo(mark.t) }, t("lesson.show_there"))));
  }
}
