/** Home: where to begin or go on, what is running, the three paths with what is done. */

import { get } from "../api.js";
import { el, icon } from "../element.js";
import { heroPicture } from "../hero.js";
import { poll } from "../polling.js";
import { lessonsDone } from "../progress.js";
import { lessons, runs, statusPill, stop } from "../runs.js";
import { clock, t } from "../texts.js";
import { ticked } from "../ticked.js";

/** @typedef {import("../runs.js").Lesson} Lesson */

/** Hours of each path, as the course's index gives them. */
const PATHS = /** @type {const} */ ([
  ["beginner", 2, 3],
  ["intermediate", 3, 4],
  ["advanced", 4, 6],
]);
const EVERY_MS = 2000;

/** @type {import("../router.js").Mount} */
export async function mount(root) {
  const [all, exercises] = await Promise.all([lessons(), get("/api/exercises").catch(() => [])]);
  const done = lessonsDone();
  const running = el("section.now", { "aria-labelledby": "now", hidden: true });
  const next = all.find((lesson) => !done.has(lesson.id)) ?? all[0];
  root.append(
    el(
      "section.hero",
      {},
      el("div", {}, el("h1", {}, t("home.title")), el("p", {}, t("home.lead")), ...(next ? [goOn(next, done.size > 0)] : [])),
      heroPicture(),
    ),
    running,
    el("div.paths", {}, ...PATHS.map(([level, least, most]) => path(level, least, most, all, done))),
    ...(exercises.length ? [exerciseCard(exercises)] : []),
  );
  return poll(runs, (found, again) => showRunning(running, found, all, again), EVERY_MS);
}

/**
 * @param {Lesson} lesson
 * @param {boolean} begun
 */
function goOn(lesson, begun) {
  return el(
    "p.tools",
    {},
    el("a.button.primary", { href: `/lesson/${lesson.id}` }, icon("play"), begun ? t("home.go_on") : t("home.begin")),
    el("span.quiet", {}, lesson.title),
  );
}

/**
 * @param {string} level
 * @param {number} least
 * @param {number} most
 * @param {Lesson[]} all
 * @param {Set<string>} done
 */
function path(level, least, most, all, done) {
  const mine = all.filter((lesson) => lesson.path === level);
  const passed = mine.filter((lesson) => done.has(lesson.id)).length;
  return el(
    `section.card.path.${level}`,
    { "aria-labelledby": `path-${level}` },
    el("header", {}, el("h2", { id: `path-${level}` }, t(`level.${level}`)), el("span.quiet.small", {}, t("home.hours", { least, most }))),
    el("p.quiet.small", {}, t(`level.${level}.about`)),
    el(
      "div.progress",
      {},
      el("progress", { max: Math.max(1, mine.length), value: passed, "aria-label": t("home.progress", { path: t(`level.${level}`) }) }),
      el("span.small.quiet", {}, t("home.done", { done: passed, n: mine.length })),
    ),
    el("ol.lessons", {}, ...mine.map(({ id, title, summary }) => el("li", {}, ticked(`/lesson/${id}`, title, done.has(id), summary)))),
  );
}

/** @param {any[]} exercises */
function exerciseCard(exercises) {
  const passed = exercises.filter((each) => each.passed).length;
  return el(
    "section.card.exercises",
    { "aria-labelledby": "exercises" },
    el("div", {}, el("h2", { id: "exercises" }, t("home.exercises")), el("p.quiet", {}, t("home.exercises.about"))),
    el("div.progress", {}, el("progress", { max: exercises.length, value: passed, "aria-label": t("home.exercises") }), el("span.small.quiet", {}, t("home.solved", { done: passed, n: exercises.length }))),
    el("a.button", { href: "/exercise" }, t("home.to_exercises"), icon("arrow")),
  );
}

/**
 * @param {HTMLElement} section
 * @param {import("../runs.js").Run[]} all
 * @param {Lesson[]} titles
 * @param {() => Promise<void>} again
 */
function showRunning(section, all, titles, again) {
  const live = all.filter((run) => run.alive);
  section.hidden = live.length === 0;
  const written = JSON.stringify(live.map((run) => [run.id, run.status]));
  if (section.dataset.shown === written) return; // what has the focus keeps it
  section.dataset.shown = written;
  section.replaceChildren(
    el("h2", { id: "now" }, t("home.running")),
    el("ul", {}, ...live.map((run) => el("li.card", {}, ...runningRow(run, titles.find((lesson) => lesson.id === run.lesson)?.title ?? run.lesson, again)))),
  );
}

/**
 * @param {import("../runs.js").Run} run
 * @param {string} title
 * @param {() => Promise<void>} again
 */
function runningRow(run, title, again) {
  const named = (/** @type {string} */ what) => ({ "aria-label": `${what}: ${title}` });
  return [
    statusPill(run.status),
    el("a", { href: run.by_hand ? `/timeline/${run.id}` : `/lesson/${run.lesson}` }, el("strong", {}, title)),
    el("span.small.quiet", {}, t("home.since", { time: clock(run.started) }), ...(run.by_hand ? [" · ", t("run.by_hand")] : [])),
    el(
      "span.tools",
      {},
      el("a.button", { href: `/live/${run.id}`, ...named(t("nav.live")) }, t("nav.live")),
      el("a.button", { href: `/timeline/${run.id}`, ...named(t("nav.timeline")) }, t("nav.timeline")),
      ...(run.by_hand ? [] : [el("button.danger", { type: "button", ...named(t("run.stop")), onclick: () => void stop(run.id).then(again, again) }, icon("stop"), t("run.stop"))]),
    ),
  ];
}
