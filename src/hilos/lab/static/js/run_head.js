/** The head of a page about one run: which run, how it is, its Stop; and what is said when there is none yet. */

import { el, icon } from "./element.js";
import { lessons, newest, runs, statusPill, stop } from "./runs.js";
import { clock, t } from "./texts.js";
import { visit } from "./visit.js";

/**
 * @typedef {object} Head
 * @property {HTMLElement} element
 * @property {HTMLElement} tools where the page puts its own buttons
 * @property {import("./runs.js").Run|undefined} run
 * @property {(recording: import("./recording.js").Recording) => () => void} follow keeps the state up to date
 */

/**
 * @param {"live"|"timeline"} page
 * @param {string} id of the run; empty for the one that a learner would mean
 * @returns {Promise<Head>}
 */
export async function runHead(page, id) {
  const [all, known] = await Promise.all([runs(), lessons()]);
  const run = id ? all.find((each) => each.id === id) : newest(all);
  const title = (/** @type {string} */ lesson) => known.find((each) => each.id === lesson)?.title ?? lesson;
  const tools = el("div.tools");
  if (!run) return { element: nothing(page, id !== "", known), tools, run, follow: () => () => {} };
  const state = el("span.state", { role: "status" }, statusPill(run.status));
  const said = el("p", {}, run.status === "running" ? t(`${page}.lead`) : run.sentence);
  const stopping = el("button.danger", { type: "button", onclick: () => void stop(run.id).catch(() => {}), hidden: run.status !== "running" }, icon("stop"), t("run.stop"));
  const choice = el(
    "select",
    { "aria-label": t("run.choose"), value: run.id, onchange: (/** @type {Event} */ event) => visit(`/${page}/${/** @type {HTMLSelectElement} */ (event.target).value}`) },
    ...all.slice(0, 20).map((each) => el("option", { value: each.id }, `${title(each.lesson)} · ${when(each)}`)),
  );
  tools.append(choice, stopping);
  return {
    element: el("header.page-head", {}, el("div", {}, el("h1", {}, t(`nav.${page}`)), el("p.tools", {}, state, el("a", { href: `/lesson/${run.lesson}` }, title(run.lesson))), said), tools),
    tools,
    run,
    follow(recording) {
      const show = () => {
        const status = recording.end?.status ?? (recording.gone ? "gone" : "running");
        state.replaceChildren(statusPill(status));
        stopping.hidden = status !== "running";
        said.textContent = recording.end?.sentence ?? (recording.gone ? t("run.gone") : t(`${page}.lead`));
      };
      const undo = [recording.on("end", show), recording.on("gone", show), recording.on("hello", show)];
      if (recording.end || recording.gone) show();
      return () => undo.forEach((each) => each());
    },
  };
}

/** @param {import("./runs.js").Run} run */
function when(run) {
  return clock(typeof run.started === "number" ? run.started * 1000 : run.started);
}

/**
 * @param {"live"|"timeline"} page
 * @param {boolean} asked for one that is not there
 * @param {import("./runs.js").Lesson[]} known
 */
function nothing(page, asked, known) {
  const good = known.filter((lesson) => lesson.level === "advanced" && lesson.runnable !== false).slice(0, 3);
  return el(
    "div",
    {},
    el("header.page-head", {}, el("h1", {}, t(`nav.${page}`))),
    el("div.empty", {}, el("p", {}, asked ? t("run.gone") : t(`${page}.nothing`)), el("p.tools.centre", {}, ...good.map((lesson) => el("a.button", { href: `/lesson/${lesson.id}` }, lesson.title)))),
  );
}
