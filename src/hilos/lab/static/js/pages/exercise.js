/** An exercise: the task, an editor on the learner's own file, lamps, the interleaving that breaks it, hints. */

import { get, post } from "../api.js";
import { CheckButton } from "../check.js";
import { draftOf, keepDraft } from "../drafts.js";
import { el, icon } from "../element.js";
import { prose } from "../prose.js";
import { coloured } from "../python.js";
import { t } from "../texts.js";
import { Editor } from "../components/editor.js";
import { lampList, linesIn, printed } from "../components/lamps.js";
import { Stepper } from "../components/stepper.js";

/** The last judgement, which a change of language tells anew. @type {{id: string, source: string}|null} */
let judged = null;

/** @type {import("../router.js").Mount} */
export async function mount(root, { id }) {
  const path = `/api/exercises/${encodeURIComponent(id)}`;
  const page = new ExercisePage(path, await get(path));
  root.append(...page.elements);
  page.begin();
  return () => page.leave();
}

class ExercisePage {
  /**
   * @param {string} path
   * @param {any} exercise
   */
  constructor(path, exercise) {
    this.path = path;
    this.exercise = exercise;
    this.name = exercise.id;
    this.stamp = exercise.stamp;
    this.editor = new Editor();
    this.editor.setAttribute("label", t("exercise.editor", { file: exercise.file }));
    this.verdict = el("section.card.verdict-card", { "aria-labelledby": "verdict" });
    this.hints = el("section.card.hints", { "aria-labelledby": "hints" });
    this.stepping = el("div.stepping");
    this.after = el("div.after");
    this.check = new CheckButton(t("exercise.check"), `${path}/check`, (signal) => this.#check(false, signal));
    this.elements = this.#laidOut();
  }

  #laidOut() {
    const { exercise } = this;
    const tools = el(
      "div.tools",
      {},
      this.check.button,
      el("button", { type: "button", onclick: () => void this.#hint() }, t("exercise.hint")),
      el("button.plain", { type: "button", onclick: () => void this.#reset() }, t("exercise.reset")),
      this.check.status,
    );
    return [
      el(
        "header.page-head",
        {},
        el("div", {}, el("p.small.quiet", {}, exercise.topic_title), el("h1", {}, `${exercise.number} ${exercise.title}`)),
        el(
          "div.tools",
          {},
          exercise.puzzle ? el("a.button", { href: `/scheduler/${exercise.id}` }, icon("play"), t("exercise.play")) : null,
          el("a.button", { href: `/exercise/${exercise.next}` }, t("exercise.next"), icon("arrow")),
        ),
      ),
      el(
        "div.exercise",
        {},
        el("section.card.desk", { "aria-label": t("exercise.yours") }, el("p.task", {}, ...prose(exercise.task)), this.editor, tools),
        el("div.stack", {}, this.verdict, this.hints),
      ),
      this.stepping,
      this.after,
    ];
  }

  begin() {
    const draft = draftOf(this.name);
    const mine = draft && draft.text !== this.exercise.text ? draft : null;
    this.editor.value = mine && mine.stamp === this.stamp ? mine.text : this.exercise.text;
    this.editor.addEventListener("input", () => keepDraft(this.name, { text: this.editor.value, stamp: this.stamp }));
    this.#showHints();
    this.#showVerdict(null);
    this.#showAfter();
    if (mine && mine.stamp !== this.stamp) this.#choose(mine.text, this.exercise.text, this.stamp);
    if (judged?.id === this.name && judged.source === this.editor.value) void this.#again();
  }

  leave() {
    this.check.stop();
  }

  /** The same judgement in another language: it counts as no try. */
  async #again() {
    this.check.work = (signal) => this.#check(true, signal);
    await this.check.press();
    this.check.work = (signal) => this.#check(false, signal);
  }

  /**
   * @param {boolean} quiet
   * @param {AbortSignal} signal
   */
  async #check(quiet, signal) {
    const source = this.editor.value;
    let answer;
    try {
      answer = await post(`${this.path}/check`, { source, stamp: this.stamp, quiet }, signal);
    } catch (problem) {
      const now = problem instanceof Error ? await get(this.path).catch(() => null) : null;
      if (now && now.stamp !== this.stamp && now.text !== source && !signal.aborted) this.#choose(source, now.text, now.stamp);
      throw problem;
    }
    this.exercise = answer.exercise;
    this.stamp = answer.exercise.stamp;
    judged = { id: this.name, source };
    if (this.editor.value === source) keepDraft(this.name, null);
    this.editor.mark(linesIn(answer.lamps.filter((/** @type {any} */ lamp) => lamp.colour === "red").map((/** @type {any} */ lamp) => lamp.text)));
    this.#showVerdict(answer);
    this.#showAfter();
    await this.#showTrace(answer.lamps.find((/** @type {any} */ lamp) => lamp.trace)?.trace ?? null, signal);
  }

  /** @param {any|null} answer */
  #showVerdict(answer) {
    const title = el("h2", { id: "verdict" }, t("exercise.verdict"));
    if (!answer) {
      this.verdict.className = "card verdict-card";
      this.verdict.replaceChildren(title, el("p.quiet", {}, t(this.exercise.passed ? "exercise.passed_before" : "exercise.unchecked")));
      return;
    }
    this.verdict.className = `card verdict-card ${answer.passed ? "passed" : "failed"}`;
    const headline = answer.passed ? t("exercise.passed") : t("exercise.failed");
    this.verdict.replaceChildren(
      title,
      el("p.outcome", { role: "status" }, icon(answer.passed ? "check" : "cross"), headline),
      lampList(answer.lamps),
      printed(answer.output) ?? "",
      answer.lamps.some((/** @type {any} */ lamp) => lamp.trace) ? el("a.small", { href: "#stepping", onclick: (/** @type {Event} */ event) => this.#toStepping(event) }, t("exercise.see")) : "",
    );
  }

  /** @param {Event} event */
  #toStepping(event) {
    event.preventDefault();
    this.stepping.scrollIntoView();
    this.stepping.querySelector("h2")?.focus();
  }

  /**
   * @param {string|null} name
   * @param {AbortSignal} signal
   */
  async #showTrace(name, signal) {
    this.stepping.replaceChildren();
    if (!name) return;
    const trace = await get(`/api/traces/${name}`, signal);
    const stepper = new Stepper();
    stepper.trace = trace;
    this.stepping.append(
      el("header.page-head", {}, el("div", {}, el("h2", { tabindex: "-1" }, t("exercise.counterexample"))), el("div.tools", {}, el("a.button", { href: `/step/${name}` }, t("exercise.alone"), icon("arrow")))),
      stepper,
    );
  }

  #showHints() {
    const { hints, hints_all: all } = this.exercise;
    this.hints.hidden = !hints.length;
    this.hints.replaceChildren(
      el("h2", { id: "hints" }, t("exercise.hints", { shown: hints.length, all })),
      el("ol", { "aria-live": "polite" }, ...hints.map((/** @type {string} */ hint) => el("li", {}, ...prose(hint)))),
    );
  }

  async #hint() {
    this.exercise = { ...this.exercise, ...(await post(`${this.path}/hint`)) };
    this.#showHints();
  }

  async #reset() {
    const answer = await post(`${this.path}/reset`);
    this.exercise = answer;
    this.stamp = answer.stamp;
    this.editor.value = answer.text;
    keepDraft(this.name, null);
    judged = null;
    this.#showVerdict(null);
    this.stepping.replaceChildren();
    this.check.status.textContent = t("exercise.was_reset", { file: answer.kept });
  }

  /** What comes once it is solved: why, and what others think. */
  #showAfter() {
    const { solution, why } = this.exercise;
    if (!solution.length) {
      this.after.replaceChildren();
      return;
    }
    const code = (/** @type {string} */ text) => el("pre.solution", { tabindex: "0" }, ...coloured(text).flatMap((line, i) => (i ? ["\n", line] : [line])));
    this.after.replaceChildren(
      el("details.card", {}, el("summary", {}, t("exercise.solution")), ...solution.map(code), ...(why.length ? [el("h3", {}, t("exercise.why_not")), el("ul", {}, ...why.map((/** @type {string} */ text) => el("li", {}, ...prose(text))))] : [])),
    );
  }

  /**
   * The file was changed elsewhere: the learner chooses.
   *
   * @param {string} mine
   * @param {string} theirs
   * @param {string} stamp
   */
  #choose(mine, theirs, stamp) {
    const take = (/** @type {string} */ text) => {
      this.stamp = stamp;
      this.editor.value = text;
      keepDraft(this.name, text === theirs ? null : { text, stamp });
      box.remove();
      this.editor.focus();
    };
    this.elements[1].querySelector(".changed-outside")?.remove();
    const box = el(
      "div.changed-outside",
      { role: "alert" },
      el("p", {}, icon("alert"), t("exercise.changed")),
      el("div.tools", {}, el("button", { type: "button", onclick: () => take(theirs) }, t("exercise.take_file")), el("button", { type: "button", onclick: () => take(mine) }, t("exercise.take_mine"))),
    );
    this.editor.after(box);
  }
}
