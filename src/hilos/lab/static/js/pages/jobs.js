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
  return poll(() => get("/api/jobs"), ({ queues }) => body.replaceChildren(...(queues.length ? queues.map(queueCard) : [nothing()])), EVERY_MS);
}

function nothing() {
  return el("div.empty", {}, el("p", {}, t("jobs.nothing")), el("a.button", { href: "/lesson/job_queue_system" }, t("jobs.to_lesson")));
}

/** @param {any} queue */
function queueCard(queue) {
  const waiting = Object.entries(queue.waiting ?? {});
  const most = Math.max(1, ...waiting.map(([, count]) => Number(count)));
  const total = waiting.reduce((sum, [, count]) => sum + Number(count), 0);
  return el(
    "section.card.queue",
    { "aria-label": queue.name },
    el("h2", {}, queue.name),
    el(
      "dl.figures",
      {},
      ...figure("waiting", total),
      ...figure("running", (queue.running ?? []).length),
      ...(queue.retrying ? figure("retrying", queue.retrying) : []),
      ...Object.entries(queue.finished ?? {}).flatMap(([outcome, count]) => figure(outcome, count)),
      ...figure("dead", (queue.dead ?? []).length),
    ),
    el(
      "div.columns",
      {},
      el(
        "div",
        {},
        el("h3", {}, t("jobs.by_priority")),
        el(
          "ul.bars",
          {},
          ...waiting.map(([priority, count]) =>
            el("li", {}, el("span", {}, priorityName(priority)), el("meter", { min: 0, max: most, value: count, "aria-label": priorityName(priority) }), el("b", {}, number(Number(count), 0))),
          ),
        ),
      ),
      el("div", {}, el("h3", {}, t("jobs.workers")), workerTable(queue.workers ?? [])),
    ),
    el("h3", {}, t("jobs.dead")),
    (queue.dead ?? []).length ? deadTable(queue.dead) : el("p.quiet", {}, t("jobs.no_dead")),
  );
}

/**
 * @param {string} key
 * @param {any} count
 */
function figure(key, count) {
  return [el("div", {}, el("dt", {}, named(`jobs.${key}`, key)), el("dd", {}, number(Number(count), 0)))];
}

/** @param {string} priority */
function priorityName(priority) {
  return named(`priority.${priority.toLowerCase()}`, priority);
}

/** @param {any[]} workers */
function workerTable(workers) {
  if (!workers.length) return el("p.quiet", {}, t("jobs.no_workers"));
  return el(
    "div.scrolls",
    {},
    el(
      "table",
      {},
      el("thead", {}, el("tr", {}, ...["worker", "state", "job", "since"].map((each) => el("th", { scope: "col" }, t(`jobs.${each}`))))),
      el(
        "tbody",
        {},
        ...workers.map(({ name, state, job, since }) =>
          el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, named(`worker.${state}`, state)), el("td", {}, job ?? "–"), el("td", {}, typeof since === "number" ? duration(since) : "–")),
        ),
      ),
    ),
  );
}

/** @param {any[]} dead */
function deadTable(dead) {
  return el(
    "div.scrolls",
    { tabindex: "0", role: "region", "aria-label": t("jobs.dead") },
    el(
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
    ),
  );
}
