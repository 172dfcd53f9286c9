/** The head of a page about one run: which run, how it is, its Stop; and what is said when there is none yet. */

import { el, icon } from "./element.js";
import { lessons, newest, runs, statusPill, stop } from "./runs.js";
import { clock, t } from "./texts.js";
import { visit } from "./visit.js";

/** What the server calls the services that `./run.sh start` runs. */
export const SERVICES = "services";

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
  if (page === "live") all.push(services());
  const run = id ? all.find((each) => each.id === id) : newest(all);
  const title = (/** @type {string} */ lesson) => (lesson === SERVICES ? t("run.services") : (known.find((each) => each.id === lesson)?.title ?? lesson));
  const tools = el("div.tools");
  if (!run) return { element: nothing(page, id !== "", known), tools, run, follow: () => () => {} };
  const state = el("span.state", { role: "status" });
  const said = el("p");
  const notes = el("ul.notes.small");
  const stopping = el("button.danger", { type: "button", onclick: () => void stop(run.id).catch((problem) => (said.textContent = problem.message)) }, icon("stop"), t("run.stop"));
  const choice = el(
    "select",
    { "aria-label": t("run.choose"), value: run.id, onchange: (/** @type {Event} */ event) => visit(`/${page}/${/** @type {HTMLSelectElement} */ (event.target).value}`) },
    ...all.slice(0, 20).map((each) => el("option", { value: each.id }, each.id === SERVICES ? title(SERVICES) : `${title(each.lesson)} · ${clock(each.started)}`)),
  );
  const lesson = run.lesson === SERVICES || run.by_hand ? el("span", {}, title(run.lesson)) : el("a", { href: `/lesson/${run.lesson}` }, title(run.lesson));
  tools.append(choice, stopping);
  /**
   * @param {string} status
   * @param {string} sentence
   * @param {boolean} alive
   * @param {string[]} also
   */
  const show = (status, sentence, alive, also) => {
    state.replaceChildren(...(run.id === SERVICES ? [] : [statusPill(status)]));
    stopping.hidden = !alive || Boolean(run.by_hand) || run.id === SERVICES;
    said.textContent = sentence || t(run.id === SERVICES ? "live.services" : `${page}.lead`);
    notes.replaceChildren(...also.map((note) => el("li", {}, note)));
  };
  show(run.status, run.status === "running" ? "" : run.sentence, run.alive, run.notes ?? []);
  return {
    element: el("header.page-head", {}, el("div", {}, el("h1", {}, t(`nav.${page}`)), el("p.tools", {}, state, lesson, ...(run.by_hand ? [el("span.quiet.small", {}, t("run.by_hand"))] : [])), said, notes), tools),
    tools,
    run,
    follow(recording) {
      const changed = () => show(recording.status, recording.gone && !recording.end ? t("run.gone") : recording.sentence, recording.alive, recording.notes);
      const undo = [recording.on("state", changed), recording.on("hello", changed)];
      if (recording.hello) changed();
      return () => undo.forEach((each) => each());
    },
  };
}

/** @returns {import("./runs.js").Run} the course's services on their ports, which a page watches as one more run */
function services() {
  return { id: SERVICES, lesson: SERVICES, status: "running", sentence: "", started: 0, alive: true };
}

/**
 * @param {"live"|"timeline"} page
 * @param {boolean} asked for one that is not there
 * @param {import("./runs.js").Lesson[]} known
 */
function nothing(page, asked, known) {
  return el("div", {}, el("header.page-head", {}, el("h1", {}, t(`nav.${page}`))), instead(asked ? t("run.gone") : t(`${page}.nothing`), known));
}

/**
 * What stands where there is nothing to show: why, and the lessons that would change it.
 *
 * @param {string} why
 * @param {import("./runs.js").Lesson[]} known
 * @returns {HTMLElement}
 */
export function instead(why, known) {
  const good = known.filter((lesson) => lesson.path === "advanced").slice(0, 3);
  return el("div.empty", {}, el("p", {}, why), el("p.tools", {}, ...good.map((lesson) => el("a.button", { href: `/lesson/${lesson.id}` }, lesson.title))));
}
