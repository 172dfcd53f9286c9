/** You are the scheduler: the learner chooses which thread takes each step, and sees at once what comes of it. */

import { get, post } from "../api.js";
import { CheckButton } from "../check.js";
import { el, icon } from "../element.js";
import { prose } from "../prose.js";
import { t } from "../texts.js";
import { lampList } from "../components/lamps.js";
import { Board } from "../step/board.js";

/** Answers and places that a change of language leaves as they are. @type {{id: string, answers: Record<string, string>, at: number, paths: Record<string, number[]>}} */
let kept = { id: "", answers: {}, at: 0, paths: {} };

/** @type {import("../router.js").Mount} */
export async function mount(root, { id }) {
  root.append(el("p.quiet", { role: "status" }, t("step.loading")));
  const puzzle = await get(`/api/scheduler/${encodeURIComponent(id)}`);
  if (kept.id !== puzzle.id) kept = { id: puzzle.id, answers: { ...puzzle.answers }, at: 0, paths: {} };
  const tabs = el("div.questions", { role: "group", "aria-label": t("scheduler.questions") });
  const holder = el("div");
  const verdict = el("section.card.verdict-card", { "aria-label": t("exercise.verdict"), hidden: true });
  const check = new CheckButton(t("scheduler.check"), `/api/exercises/${puzzle.id}/check`, async (signal) => {
    const answer = await post(`/api/scheduler/${encodeURIComponent(puzzle.id)}`, { answers: kept.answers }, signal);
    verdict.hidden = false;
    verdict.className = `card verdict-card ${answer.passed ? "passed" : "failed"}`;
    verdict.replaceChildren(
      el("p.outcome", { role: "status" }, icon(answer.passed ? "check" : "cross"), t(answer.passed ? "exercise.passed" : "exercise.failed")),
      lampList(answer.lamps),
    );
    verdict.scrollIntoView({ block: "nearest" });
  });

  /** @type {Board|null} */
  let board = null;
  const showTabs = () =>
    tabs.replaceChildren(
      ...puzzle.questions.map((/** @type {any} */ question, /** @type {number} */ number) =>
        el(
          "button",
          { type: "button", "aria-pressed": String(number === kept.at), onclick: () => choose(number, true) },
          kept.answers[question.name] ? icon("check") : null,
          t("scheduler.question", { n: number + 1 }),
          kept.answers[question.name] ? el("span.for-readers", {}, ` (${t("scheduler.answered")})`) : null,
        ),
      ),
    );
  const choose = (/** @type {number} */ number, focus = false) => {
    kept.at = number;
    board?.leave();
    const question = puzzle.questions[number];
    board = new Board(question, kept, showTabs);
    holder.replaceChildren(board.element);
    showTabs();
    if (focus) /** @type {HTMLElement|null} */ (tabs.querySelector('[aria-pressed="true"]'))?.focus();
  };
  choose(Math.min(kept.at, puzzle.questions.length - 1));
  root.replaceChildren(
    el(
      "header.page-head",
      {},
      el("div", {}, el("p.small.quiet", {}, puzzle.topic_title), el("h1", {}, t("scheduler.title", { title: puzzle.title })), el("p", {}, ...prose(puzzle.task))),
      el("div.tools", {}, el("a.button", { href: `/exercise/${puzzle.id}` }, t("scheduler.as_file"))),
    ),
    tabs,
    holder,
    el("section.card.desk.judging", { "aria-label": t("scheduler.check") }, el("div.tools", {}, check.button, check.status)),
    verdict,
  );
  return () => {
    board?.leave();
    check.stop();
  };
}
