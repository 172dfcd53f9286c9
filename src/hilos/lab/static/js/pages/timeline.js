/** Timeline: the threads of one run over the whole width, its marks, its deadlock's graph, and its export. */

import { el, icon } from "../element.js";
import { findingOf, isDeadlock, markName } from "../findings.js";
import { recordingOf } from "../recording.js";
import { runHead } from "../run_head.js";
import { duration, t } from "../texts.js";
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

  /** @param {Mark} mark */
  const find = (mark) => {
    finding.hidden = false;
    finding.replaceChildren(...findingOf(mark, run.lesson));
  };
  const list = () => {
    const whose = (/** @type {Mark} */ mark) => mark.threads?.[0] ?? recording.lanes.find((lane) => lane.index === mark.lane)?.name ?? "";
    showMarks(marks, recording.marks, whose, (mark) => {
      timeline.goTo(mark.t);
      find(mark);
    });
    const deadlock = recording.marks.find(isDeadlock);
    if (deadlock && finding.hidden) find(deadlock);
  };
  const at = params.get("at");
  timeline.show(recording, { at: at === null || !Number.isFinite(Number(at)) ? null : Number(at) });
  timeline.addEventListener("mark", (event) => find(/** @type {CustomEvent} */ (event).detail.mark));
  const undo = [recording.on("mark", list), recording.on("hello", list), head.follow(recording)];
  list();
  return () => {
    for (const each of undo) each();
    release();
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
        el("li", {}, el("button", { type: "button", onclick: () => choose(mark) }, el(mark.sev === "warn" ? "span.warn" : "span.bad", {}, icon("alert")), markName(mark), el("span.quiet.small", {}, [whose(mark), duration(mark.t / 1e9)].filter(Boolean).join(" · ")))),
      ),
    ),
  );
}
