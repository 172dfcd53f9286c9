/** Exercises: all of them by topic with what is solved; the scheduling puzzles; the learner's own program. */

import { get } from "../api.js";
import { el, icon } from "../element.js";
import { t } from "../texts.js";
import { ticked } from "../ticked.js";

/** @type {import("../router.js").Mount} */
export async function mount(root) {
  /** @type {any[]} */
  const all = await get("/api/exercises");
  /** @type {Map<string, any[]>} */
  const topics = new Map();
  for (const each of all) {
    topics.set(each.topic_title, [...(topics.get(each.topic_title) ?? []), each]);
  }
  const passed = all.filter((each) => each.passed).length;
  root.append(
    el(
      "header.page-head",
      {},
      el("div", {}, el("h1", {}, t("nav.exercises")), el("p", {}, t("exercises.lead"))),
      el("div.tools", {}, el("span.quiet", {}, t("home.solved", { done: passed, n: all.length })), el("a.button", { href: "/program" }, t("exercises.own"), icon("arrow"))),
    ),
    el("div.topics", {}, ...[...topics].map(([topic, mine]) => topicCard(topic, mine))),
  );
}

/**
 * @param {string} topic
 * @param {any[]} mine
 */
function topicCard(topic, mine) {
  return el(
    "section.card.path",
    {},
    el("header", {}, el("h2", {}, topic), el("span.quiet.small", {}, t("home.solved", { done: mine.filter((each) => each.passed).length, n: mine.length }))),
    el(
      "ol.lessons",
      {},
      ...mine.map((each) =>
        el(
          "li",
          {},
          ticked(`/exercise/${encodeURIComponent(each.id)}`, each.title, each.passed, t("exercises.stars", { n: each.stars, stars: "★".repeat(each.stars) })),
          ...(each.puzzle ? [el("a.small", { href: `/scheduler/${encodeURIComponent(each.id)}` }, t("exercises.puzzle"))] : []),
        ),
      ),
    ),
  );
}

