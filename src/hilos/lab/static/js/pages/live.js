/** Live: all panels of one run, in the order of the dashboard; a moment in one opens the timeline there. */

import { get } from "../api.js";
import { el } from "../element.js";
import { recordingOf } from "../recording.js";
import { SERVICES, instead, runHead } from "../run_head.js";
import { lessons } from "../runs.js";
import { t } from "../texts.js";
import { visit } from "../visit.js";
import { Panel } from "../components/panel.js";

/** The row of the brief's panels. */
const FIRST = "Concurrency";
const WINDOWS = [10, 30, 60];
let shown = 30;

/** @type {import("../router.js").Mount} */
export async function mount(root, { id }) {
  const [head, panels] = await Promise.all([runHead("live", id), get("/api/panels")]);
  root.append(head.element);
  if (!head.run) return;
  const run = head.run;
  const recording = recordingOf(run.id);
  const release = recording.follow();
  const grid = el("div.panels");
  let drawn = "";
  const fed = () => panels.some((/** @type {any} */ spec) => spec.queries.some((/** @type {any} */ query) => recording.samples.has(query.metric)));
  const silent = run.id === SERVICES ? instead(t("live.silent"), await lessons()) : null;
  /** Of services that are not there no empty panels are shown, but what to do. */
  const face = () => {
    if (!silent) return;
    grid.hidden = !fed();
    silent.hidden = !grid.hidden || !recording.samples.newest;
  };
  /** The eleven of the dashboard's first row always; those of jobs and of the WebSocket server where they are fed. */
  const chosen = () => panels.filter((/** @type {any} */ spec) => spec.row === FIRST || spec.queries.some((/** @type {any} */ query) => recording.samples.has(query.metric)));
  const draw = () => {
    const now = chosen();
    drawn = now.map((/** @type {any} */ spec) => spec.id).join();
    grid.replaceChildren(
      ...now.map((/** @type {import("../components/panel.js").Spec} */ spec) => {
        const panel = new Panel();
        panel.show(spec, recording, { window: shown });
        return panel;
      }),
    );
  };
  const span = el(
    "select",
    {
      "aria-label": t("live.window"),
      value: shown,
      onchange: (/** @type {Event} */ event) => {
        shown = Number(/** @type {HTMLSelectElement} */ (event.target).value);
        draw();
      },
    },
    ...WINDOWS.map((each) => el("option", { value: each }, t("live.seconds", { n: each }))),
  );
  head.tools.append(span, el("a.button", { href: `/timeline/${run.id}` }, t("nav.timeline")));
  root.append(grid, silent ?? "");
  draw();
  face();
  grid.addEventListener("moment", (/** @type {any} */ event) => visit(`/timeline/${run.id}?at=${(event.detail.time / 1e9).toFixed(3)}`));
  const undo = [
    head.follow(recording),
    recording.on("data", () => {
      face();
      if (chosen().map((/** @type {any} */ spec) => spec.id).join() !== drawn) draw();
    }),
  ];
  return () => {
    for (const each of undo) each();
    release();
  };
}
