/** Jobs: what waits by priority, what each worker does, what was given up on (dead letters). */

import { get } from "../api.js";
import { el, icon } from "../element.js";
import { poll } from "../polling.js";
import { clock, duration, named, number, t } from "../texts.js";

const EVERY_MS = 1000;

/** @type {import("../router.js").Mount} */
export async function mount(root) {
  const body = el("div.stack");
  root.append(el("header.page-head", {}, el("div", {}, el("h1", {}, t("nav.jobs")), el("p", {}, t("jobs.lead")))), body);
  /** @type {Map<string, ReturnType<typeof queueCard>>} */
  let cards = new Map();
  return poll(() => get("/api/jobs"), show, EVERY_MS);

  /** @param {{queues: any[]}} found */
  function show({ queues }) {
    const before = cards;
    cards = new Map();
    for (const queue of queues) {
      const key = queue.file ?? `${queue.run} ${queue.name}`;
      const card = before.get(key) ?? queueCard(queue.name);
      card.show(queue);
      cards.set(key, card);
    }
    // Those that stay are not taken out and put in again: the focus and what was scrolled stay where they are.
    const elements = cards.size ? [...cards.values()].map((card) => card.element) : [nothing()];
    if (elements.length !== body.children.length || elements.some((element, i) => element !== body.children[i])) body.replaceChildren(...elements);
  }
}

function nothing() {
  return el("div.empty", {}, el("p", {}, t("jobs.nothing")), el("a.button", { href: "/lesson/job_queue_system" }, t("jobs.to_lesson")));
}

/**
 * A queue that is shown again and again.
 *
 * @param {string} name
 */
function queueCard(name) {
  const figures = el("dl.figures");
  const bars = el("ul.bars");
  const workers = scrolled(t("jobs.workers"));
  const dead = scrolled(t("jobs.dead"));
  const element = el(
    "section.card.queue",
    { "aria-label": name },
    el("h2", {}, name),
    figures,
    el("div.columns", {}, el("div", {}, el("h3", {}, t("jobs.by_priority")), bars), el("div", {}, el("h3", {}, t("jobs.workers")), workers)),
    el("h3", {}, t("jobs.dead")),
    dead,
  );
  return {
    element,
    /** @param {any} queue */
    show(queue) {
      figures.replaceChildren(...figuresOf(queue));
      bars.replaceChildren(...barsOf(Object.entries(queue.waiting ?? {})));
      workers.replaceChildren(workerTable(queue.workers ?? []));
      dead.replaceChildren((queue.dead ?? []).length ? deadTable(queue.dead) : el("p.quiet", {}, t("jobs.no_dead")));
    },
  };
}

/** @param {string} label */
function scrolled(label) {
  return el("div.scrolls", { tabindex: "0", role: "region", "aria-label": label });
}

/** @param {any} queue */
function figuresOf(queue) {
  const total = Object.values(queue.waiting ?? {}).reduce((sum, count) => sum + Number(count), 0);
  return [
    figure("waiting", total),
    figure("running", (queue.running ?? []).length),
    ...(queue.retrying ? [figure("retrying", queue.retrying)] : []),
    ...Object.entries(queue.finished ?? {}).map(([outcome, count]) => figure(outcome, count)),
  ];
}

/**
 * @param {string} key
 * @param {any} count
 */
function figure(key, count) {
  return el("div", {}, el("dt", {}, named(`jobs.${key}`, key)), el("dd", {}, number(Number(count), 0)));
}

/** @param {[string, any][]} waiting jobs by priority */
function barsOf(waiting) {
  const most = Math.max(1, ...waiting.map(([, count]) => Number(count)));
  return waiting.map(([priority, count]) => {
    const name = named(`priority.${priority.toLowerCase()}`, priority);
    return el("li", {}, el("span", {}, name), el("meter", { min: 0, max: most, value: count, "aria-label": name }), el("b", {}, number(Number(count), 0)));
  });
}

/** @param {any[]} workers */
function workerTable(workers) {
  if (!workers.length) return el("p.quiet", {}, t("jobs.no_workers"));
  return el(
    "table",
    {},
    el("thead", {}, el("tr", {}, ...["worker", "state", "job", "since"].map((each) => el("th", { scope: "col" }, t(`jobs.${each}`))))),
    el(
      "tbody",
      {},
      ...workers.map(({ name, state, job, since }) =>
        el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, named(`worker.${state}`, state)), el("td", {}, job || "–"), el("td", {}, typeof since === "number" ? duration(since) : "–")),
      ),
    ),
  );
}

/** @param {any[]} dead */
function deadTable(dead) {
  return el(
    "table",
    {},
    el("thead", {}, el("tr", {}, ...["job", "error", "attempts", "when"].map((each, i) => el(i === 2 ? "th.figure" : "th", { scope: "col" }, t(`jobs.${each}`))))),
    el(
      "tbody",
      {},
      ...dead.map(({ name, error, attempts, when }) =>
        el("tr", {}, el("th", { scope: "row" }, name), el("td.bad", {}, icon("cross"), " ", error), el("td.figure", {}, number(attempts ?? 0, 0)), el("td", {}, when ? clock(when) : "–")),
      ),
    ),
  );
}
