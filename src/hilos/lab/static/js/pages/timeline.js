/** Timeline: the threads of one run over the whole width, its marks, its deadlock's graph, and its export. */

import { get } from "../api.js";
import { el, icon } from "../element.js";
import { deadlockOf, findingOf, markName } from "../findings.js";
import { linked } from "../linked.js";
import { recordingOf } from "../recording.js";
import { runHead } from "../run_head.js";
import { lessons } from "../runs.js";
import { duration, t } from "../texts.js";
import { Source } from "../components/source.js";
import { Timeline } from "../components/timeline.js";

/** @typedef {import("../recording.js").Mark} Mark */

const LISTED = 30;

/** @type {import("../router.js").Mount} */
export async function mount(root, { id, params }) {
  const head = await runHead("timeline", id);
  root.append(head.element);
  if (!head.run) return;
  const run = head.run;
  const recording = recordingOf(run.id);
  const release = recording.follow();
  const timeline = new Timeline();
  const marks = el("section.card.marks", { "aria-labelledby": "marks", hidden: true });
  const finding = el("section.card.finding", { hidden: true, "aria-live": "polite" });
  head.tools.append(
    el("a.button", { href: `/live/${run.id}` }, icon("chart"), t("timeline.to_panels")),
    el("a.button", { href: `/api/runs/${run.id}/perfetto`, download: `${run.lesson}.json`, title: t("timeline.perfetto_what") }, icon("out"), t("timeline.perfetto")),
  );
  root.append(el("section.card", { "aria-label": t("nav.timeline") }, timeline), el("div.beside", {}, marks, finding));

  let chosen = false; // the learner looks at a mark of his choice
  /** @type {Mark|undefined} */
  let told;
  /** @param {Mark} mark */
  const find = (mark) => {
    finding.hidden = false;
    finding.replaceChildren(...findingOf(mark, recording, run.lesson));
  };
  const list = () => {
    const whose = (/** @type {Mark} */ mark) => mark.threads?.[0] ?? recording.lanes.find((lane) => lane.index === mark.lane)?.name ?? "";
    showMarks(marks, recording.marks, whose, (mark) => {
      timeline.goTo(mark.t);
      chosen = true;
      find(mark);
    });
    const deadlock = deadlockOf(recording);
    if (!deadlock || chosen || deadlock === told) return;
    told = deadlock;
    find(deadlock);
  };
  const at = params.get("at");
  timeline.show(recording, { at: at === null || !Number.isFinite(Number(at)) ? null : Number(at) });
  timeline.addEventListener("mark", (event) => {
    chosen = true;
    find(/** @type {CustomEvent} */ (event).detail.mark);
  });
  const source = await sourceOf(run.lesson);
  timeline.addEventListener("place", (event) => source.show(/** @type {CustomEvent} */ (event).detail.place));
  root.append(source.element);
  const undo = [recording.on("mark", list), recording.on("hello", list), recording.on("state", list), head.follow(recording)];
  list();
  return () => {
    for (const each of undo) each();
    release();
  };
}

/**
 * The lesson's source, with the line of what was chosen; hidden until something of it is.
 *
 * @param {string} id of the lesson
 */
async function sourceOf(id) {
  const element = el("section.card.told-source", { "aria-label": t("lesson.source"), hidden: true });
  const lesson = (await lessons()).some((each) => each.id === id) ? await get(`/api/lessons/${encodeURIComponent(id)}`) : null;
  const view = new Source();
  if (lesson) {
    view.show(lesson.source);
    element.append(view);
  }
  return {
    element,
    /** @param {import("../recording.js").Place} place */
    show(place) {
      const file = (/** @type {string} */ path) => path.split("/").pop();
      if (!lesson || file(place.file) !== file(lesson.source.file)) return; // code that the lesson calls, not its own
      element.hidden = false;
      view.point(place.line);
    },
  };
}

/**
 * @param {HTMLElement} section
 * @param {Mark[]} all
 * @param {(mark: Mark) => string} whose name of the thread
 * @param {(mark: Mark) => void} choose
 */
function showMarks(section, all, whose, choose) {
  section.hidden = all.length === 0;
  section.replaceChildren(
    el("h2", { id: "marks" }, t("timeline.marks")),
    el(
      "ul",
      {},
      ...all.slice(-LISTED).toReversed().map((mark) =>
        linked(el("li", {}, el("button", { type: "button", onclick: () => choose(mark) }, el(mark.sev === "warn" ? "span.warn" : "span.bad", {}, icon("alert")), markName(mark), el("span.quiet.small", {}, [whose(mark), duration(mark.t / 1e9)].filter(Boolean).join(" · ")))), whose(mark)),
      ),
    ),
  );
}
