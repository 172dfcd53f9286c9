/** Lesson: read at the left, experiment at the right; below, what each run came to. */

import { get } from "../api.js";
import { Bench } from "../bench.js";
import { el, icon, markup } from "../element.js";
import { lessonsDone, markLesson } from "../progress.js";
import { runs } from "../runs.js";
import { tabs } from "../tabs.js";
import { t } from "../texts.js";
import { Source } from "../components/source.js";

/** @type {import("../router.js").Mount} */
export async function mount(root, { id }) {
  const [lesson, panels, all] = await Promise.all([get(`/api/lessons/${encodeURIComponent(id)}`), get("/api/panels"), runs()]);
  const done = doneButton(id);
  const bench = new Bench(lesson, panels, all.filter((run) => run.lesson === id), done.face);
  const source = new Source();
  source.show(lesson.source);
  const theory = el("div.theory", {}, markup(lesson.theory_html));
  for (const block of theory.querySelectorAll("pre")) block.tabIndex = 0; // wide ones are scrolled by keyboard too
  const reading = tabs(t("lesson.reading"), [
    ["theory", t("lesson.theory"), theory],
    ["source", t("lesson.source"), source],
  ]);
  root.append(
    el("header.page-head", {}, el("div", {}, el("h1", {}, lesson.title), el("p", {}, lesson.summary)), el("div.tools", {}, done.element)),
    el("div.lesson", {}, el("section.card.reading", { "aria-label": t("lesson.reading") }, reading.element), bench.element),
  );
  const file = lesson.source.file.split("/").pop();
  bench.element.addEventListener("place", (/** @type {any} */ event) => {
    const { place } = event.detail;
    if (place.file.split("/").pop() !== file) return; // code that the lesson calls, not its own
    reading.choose("source");
    source.point(place.line);
  });
  return () => {
    bench.close();
    bench.table.close();
  };
}

/** @param {string} id */
function doneButton(id) {
  const element = el("button", { type: "button" });
  const face = () => {
    const done = lessonsDone().has(id);
    element.replaceChildren(icon("check"), t(done ? "lesson.done" : "lesson.mark_done"));
    element.setAttribute("aria-pressed", String(done));
  };
  element.onclick = () => {
    markLesson(id, !lessonsDone().has(id));
    face();
  };
  face();
  return { element, face };
}
