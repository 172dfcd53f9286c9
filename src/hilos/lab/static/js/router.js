/**
 * One shell, many addresses: which page stands at which path, and going from one to another without a reload.
 *
 * A page is a module with `export async function mount(root, {id, params})`; it fills `root` and may return a function
 * that is called when the learner leaves. `id` is the path's field, `params` the address' URLSearchParams. On a change
 * of language the page is mounted anew: what must survive it (fields, runs) is kept by the page outside of `mount`.
 */

import { el } from "./element.js";
import { t } from "./texts.js";

/**
 * @typedef {{id: string, params: URLSearchParams}} Asked
 * @typedef {(root: HTMLElement, asked: Asked) => Promise<void|(() => void)>|void|(() => void)} Mount
 * @typedef {object} Route
 * @property {string} path
 * @property {string} place which entry of the navigation is the current one
 * @property {boolean} [wide] uses the window's whole width
 * @property {() => Promise<{mount: Mount}>} load
 */

/** @type {Route[]} */
const ROUTES = [
  { path: "/", place: "home", load: () => import("./pages/home.js") },
  { path: "/lesson/{id}", place: "home", wide: true, load: () => import("./pages/lesson.js") },
  { path: "/live", place: "live", wide: true, load: () => import("./pages/live.js") },
  { path: "/live/{id}", place: "live", wide: true, load: () => import("./pages/live.js") },
  { path: "/timeline", place: "timeline", wide: true, load: () => import("./pages/timeline.js") },
  { path: "/timeline/{id}", place: "timeline", wide: true, load: () => import("./pages/timeline.js") },
  { path: "/step/{id}", place: "exercises", wide: true, load: () => import("./pages/step.js") },
  { path: "/exercise", place: "exercises", load: () => import("./pages/exercises.js") },
  { path: "/exercise/{id}", place: "exercises", wide: true, load: () => import("./pages/exercise.js") },
  { path: "/program", place: "exercises", wide: true, load: () => import("./pages/program.js") },
  { path: "/scheduler/{id}", place: "exercises", wide: true, load: () => import("./pages/scheduler.js") },
  { path: "/jobs", place: "jobs", load: () => import("./pages/jobs.js") },
  { path: "/alerts", place: "alerts", load: () => import("./pages/alerts.js") },
];

/**
 * @param {string} path
 * @returns {{route: Route, id: string}|null}
 */
function match(path) {
  const asked = path.replace(/\/+$/, "").split("/");
  for (const route of ROUTES) {
    const wanted = route.path.replace(/\/+$/, "").split("/");
    if (wanted.length !== asked.length) continue;
    let id = "";
    const same = wanted.every((part, i) => {
      if (!part.startsWith("{")) return part === asked[i];
      id = decodeURIComponent(asked[i]);
      return id !== "";
    });
    if (same) return { route, id };
  }
  return null;
}

export class Router {
  /** @type {void|(() => void)} */
  #leave = undefined;
  #turn = 0;

  /**
   * @param {HTMLElement} main where pages stand
   * @param {(route: Route|null) => void} arrived told of each page
   */
  constructor(main, arrived) {
    this.main = main;
    this.arrived = arrived;
    addEventListener("popstate", () => void this.show());
    document.addEventListener("click", (event) => this.#clicked(event));
  }

  /**
   * Go to `address` as a link does.
   *
   * @param {string} address
   */
  async go(address) {
    history.pushState(null, "", address);
    await this.show();
    scrollTo(0, 0);
    this.main.focus({ preventScroll: true });
  }

  /** Show the page of the present address. */
  async show() {
    const turn = ++this.#turn;
    const found = match(location.pathname);
    this.#leave?.();
    this.#leave = undefined;
    const holder = el("div");
    try {
      if (!found) throw new Error(t("page.nowhere"));
      const module = await found.route.load();
      if (turn !== this.#turn) return;
      this.main.classList.toggle("wide", Boolean(found.route.wide));
      this.main.replaceChildren(holder);
      this.arrived(found.route);
      const leave = await module.mount(holder, { id: found.id, params: new URLSearchParams(location.search) });
      if (turn === this.#turn) this.#leave = leave;
      else leave?.();
    } catch (problem) {
      if (turn !== this.#turn) return;
      if (found) console.warn(problem);
      this.arrived(found?.route ?? null);
      this.main.replaceChildren(
        el(
          "div.empty",
          {},
          el("h1", {}, t("page.problem")),
          el("p", {}, problem instanceof Error ? problem.message : String(problem)),
          el("a.button", { href: "/" }, t("page.to_home")),
        ),
      );
    }
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = /** @type {Element} */ (event.target).closest?.("a[href]");
    if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute("download")) return;
    if (link.origin !== location.origin || !match(link.pathname)) return;
    if (link.hash && link.pathname === location.pathname) return;
    event.preventDefault();
    void this.go(link.href);
  }
}
