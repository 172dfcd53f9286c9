/**
 * `<lab-waitgraph>`: who holds what and who waits for what, drawn.
 *
 * Threads are circles, locks squares; a solid arrow goes from a lock to the thread that holds it, a dashed one from a
 * thread to the lock that it waits for; a cycle is red *and* thicker *and* said in the sentence below. Everything on a
 * circle: threads and locks of a cycle alternate around it, so that the cycle is seen as one.
 *
 *     graph.graph = {threads: [{name: "A", colour: 0}, {name: "B", colour: 1}], locks: ["LA", "LB"],
 *                    holds: [["LA", "A"], ["LB", "B"]], waits: [["A", "LB"], ["B", "LA"]],
 *                    cycle: ["A", "LB", "B", "LA"]};
 */

import { el, svg } from "../element.js";
import { onLanguage, t } from "../texts.js";
import { threadColour } from "../colours.js";
import { linked } from "../linked.js";

/**
 * @typedef {object} Graph
 * @property {{name: string, letter?: string, colour?: number}[]} [threads] in order, also those that neither hold nor
 *   wait; `letter` is drawn instead of a long name, `colour` is the number of the thread's colour
 * @property {string[]} [locks] in order
 * @property {[string, string][]} holds lock, thread that holds it
 * @property {[string, string][]} waits thread, lock that it waits for
 * @property {string[]} cycle thread, lock, thread, lock…; empty where there is none
 * @property {string[]} [ring] what stands around the circle, when that is to stay the same while the cycle forms
 */

/**
 * The graph that a recorded cycle tells: `["A", "LB", "B", "LA"]`: A waits for LB, which B holds, and so on around.
 *
 * @param {string[]} cycle
 * @param {(thread: string) => number} [colourOf] number of a thread's colour
 * @returns {Graph}
 */
export function fromCycle(cycle, colourOf) {
  /** @type {Graph} */
  const graph = { threads: [], locks: [], holds: [], waits: [], cycle };
  for (let i = 0; i + 1 < cycle.length; i += 2) {
    graph.threads?.push({ name: cycle[i], colour: colourOf?.(cycle[i]) });
    graph.locks?.push(cycle[i + 1]);
    graph.waits.push([cycle[i], cycle[i + 1]]);
    graph.holds.push([cycle[i + 1], cycle[(i + 2) % cycle.length]]);
  }
  return graph;
}

/** @typedef {{id: string, thread: boolean, name: string, shown: string, x: number, y: number}} Place */

const WIDTH = 360;
const LIMIT = 14; // signs of a name

export class WaitGraph extends HTMLElement {
  /** @type {Graph} */
  #graph = { holds: [], waits: [], cycle: [] };
  /** @type {(() => void)|undefined} */
  #forget;

  /** @param {Graph} graph */
  set graph(graph) {
    this.#graph = graph;
    if (this.isConnected) this.#draw();
  }

  connectedCallback() {
    this.#forget = onLanguage(() => this.#draw());
    this.#draw();
  }

  disconnectedCallback() {
    this.#forget?.();
  }

  #draw() {
    const { holds, waits, cycle } = this.#graph;
    const places = this.#places(cycle);
    if (!places.size) {
      this.replaceChildren(el("p.quiet", {}, t("graph.empty")));
      return;
    }
    const bad = new Set(cycle.map((name, i) => (i % 2 ? `l:${name}` : `t:${name}`)));
    const picture = svg("svg", { viewBox: frame([...places.values()]), role: "img", "aria-label": this.#said(cycle) });
    picture.append(arrowheads());
    for (const [lock, thread] of holds) {
      picture.append(arrow(places.get(`l:${lock}`), places.get(`t:${thread}`), "holds", bad));
    }
    for (const [thread, lock] of waits) {
      picture.append(arrow(places.get(`t:${thread}`), places.get(`l:${lock}`), "waits", bad));
    }
    for (const place of places.values()) picture.append(this.#node(place, bad.has(place.id)));
    this.replaceChildren(
      picture,
      el(
        "p.graph-key",
        {},
        svg("svg", { viewBox: "0 0 34 10", "aria-hidden": "true" }, svg("path.holds", { d: "M1 5h32" })),
        el("span", {}, t("graph.holds")),
        svg("svg", { viewBox: "0 0 34 10", "aria-hidden": "true" }, svg("path.waits", { d: "M1 5h32" })),
        el("span", {}, t("graph.waits")),
      ),
      el(cycle.length ? "p.graph-said.bad" : "p.graph-said", {}, this.#said(cycle)),
    );
  }

  /**
   * Where each thread and lock stands: the cycle (or, without one, everything) around a circle, the rest in rows below.
   *
   * @param {string[]} cycle
   * @returns {Map<string, Place>}
   */
  #places(cycle) {
    const { holds, waits } = this.#graph;
    const named = (this.#graph.threads ?? []).map((thread) => thread.name);
    const threads = new Set([...named, ...holds.map((hold) => hold[1]), ...waits.map((wait) => wait[0])]);
    const locks = new Set([...(this.#graph.locks ?? []), ...holds.map((hold) => hold[0]), ...waits.map((wait) => wait[1])]);
    const around = this.#graph.ring?.length ? this.#graph.ring : cycle;
    const ring = around.length
      ? around.map((name, i) => ({ thread: i % 2 === 0, name }))
      : alternate([...threads], [...locks]);
    /** @type {Map<string, Place>} */
    const places = new Map();
    const radius = ring.length <= 4 ? 92 : Math.min(130, 24 * ring.length);
    const flat = radius * (ring.length <= 4 ? 0.78 : 0.95);
    ring.forEach(({ thread, name }, i) => {
      const angle = Math.PI + (2 * Math.PI * i) / ring.length;
      const id = `${thread ? "t" : "l"}:${name}`;
      const x = WIDTH / 2 + (ring.length === 1 ? 0 : radius * 1.25 * Math.cos(angle));
      places.set(id, { id, thread, name, shown: this.#shown(thread, name), x, y: 48 + flat + (ring.length === 1 ? 0 : flat * Math.sin(angle)) });
    });
    const rest = [...[...threads].map((name) => ({ thread: true, name })), ...[...locks].map((name) => ({ thread: false, name }))];
    const left = rest.filter(({ thread, name }) => !places.has(`${thread ? "t" : "l"}:${name}`));
    const top = ring.length ? 48 + 2 * flat + 84 : 48;
    left.forEach(({ thread, name }, i) => {
      const id = `${thread ? "t" : "l"}:${name}`;
      places.set(id, { id, thread, name, shown: this.#shown(thread, name), x: 54 + (i % 4) * 84, y: top + Math.floor(i / 4) * 84 });
    });
    return places;
  }

  /**
   * @param {boolean} thread
   * @param {string} name
   * @returns {string} what is written in its place
   */
  #shown(thread, name) {
    const letter = thread && this.#graph.threads?.find((each) => each.name === name)?.letter;
    return letter || short(name);
  }

  /**
   * @param {Place} place
   * @param {boolean} bad
   * @returns {SVGElement}
   */
  #node(place, bad) {
    const known = (this.#graph.threads ?? []).findIndex((thread) => place.thread && thread.name === place.name);
    const thread = this.#graph.threads?.[known];
    const shown = place.shown;
    const group = svg(`g.${place.thread ? "thread" : "lock"}${bad ? ".bad" : ""}`, { transform: `translate(${place.x} ${place.y})` });
    const wide = 2 * half(place);
    if (place.thread) {
      // A circle while the name fits in one; a pill beyond.
      const shape = svg("rect", { x: -wide / 2, y: -30, width: wide, height: 60, rx: 30 });
      shape.style.fill = threadColour(thread?.colour ?? Math.max(0, known));
      group.append(shape);
    } else {
      group.append(svg("rect", { x: -wide / 2, y: -24, width: wide, height: 48, rx: 5 }));
    }
    group.append(svg("title", {}, place.name), svg("text", { "text-anchor": "middle", dy: "0.35em" }, shown));
    return linked(group, place.name, place.thread ? "thread" : "lock");
  }

  /**
   * @param {string[]} cycle
   * @returns {string} the graph in one sentence
   */
  #said(cycle) {
    if (!cycle.length) {
      if (!this.#graph.waits.length) return t("graph.nobody");
      return this.#graph.waits.map(([thread, lock]) => this.#waiting(thread, lock)).join(" ");
    }
    /** @type {string[]} */
    const parts = [];
    for (let i = 0; i < cycle.length; i += 2) parts.push(this.#waiting(cycle[i], cycle[i + 1]));
    return `${t("graph.cycle")} ${parts.join(" ")}`;
  }

  /**
   * @param {string} thread
   * @param {string} lock
   * @returns {string}
   */
  #waiting(thread, lock) {
    const holder = this.#graph.holds.find((hold) => hold[0] === lock)?.[1];
    return holder ? t("graph.waits_for_held", { thread, lock, holder }) : t("graph.waits_for", { thread, lock });
  }
}

/**
 * The drawing's frame: no wider than what is in it, so that it stays legible on a phone.
 *
 * @param {Place[]} places
 * @returns {string}
 */
function frame(places) {
  const left = Math.min(...places.map((place) => place.x - half(place))) - 4;
  const right = Math.max(...places.map((place) => place.x + half(place))) + 4;
  const top = Math.min(...places.map((place) => place.y)) - 36;
  const bottom = Math.max(...places.map((place) => place.y)) + 36;
  return `${left} ${top} ${right - left} ${bottom - top}`;
}

/**
 * @param {Place} place
 * @returns {number} half the width of what is drawn there
 */
function half(place) {
  return Math.max(place.thread ? 60 : 44, place.shown.length * 8.7 + 18) / 2;
}

/** @param {string} name */
function short(name) {
  return name.length > LIMIT ? `${name.slice(0, LIMIT - 1)}…` : name;
}

/**
 * @param {string[]} threads
 * @param {string[]} locks
 * @returns {{thread: boolean, name: string}[]}
 */
function alternate(threads, locks) {
  const found = [];
  for (let i = 0; i < Math.max(threads.length, locks.length); i += 1) {
    if (i < threads.length) found.push({ thread: true, name: threads[i] });
    if (i < locks.length) found.push({ thread: false, name: locks[i] });
  }
  return found;
}

/** @returns {SVGElement} */
function arrowheads() {
  const head = (/** @type {string} */ id) =>
    svg(
      "marker",
      { id, viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 11, markerHeight: 11, markerUnits: "userSpaceOnUse", orient: "auto" },
      svg(`path.${id}`, { d: "M0 0 10 5 0 10z" }),
    );
  return svg("defs", {}, head("head-plain"), head("head-bad"));
}

/**
 * @param {Place|undefined} from
 * @param {Place|undefined} to
 * @param {"holds"|"waits"} how
 * @param {Set<string>} bad
 * @returns {SVGElement|string}
 */
function arrow(from, to, how, bad) {
  if (!from || !to) return "";
  const along = Math.atan2(to.y - from.y, to.x - from.x);
  const start = edge(from, along);
  const end = edge(to, along + Math.PI);
  const red = bad.has(from.id) && bad.has(to.id);
  return svg(`path.${how}${red ? ".bad" : ""}`, {
    d: `M${start.x.toFixed(1)} ${start.y.toFixed(1)}L${end.x.toFixed(1)} ${end.y.toFixed(1)}`,
    "marker-end": `url(#head-${red ? "bad" : "plain"})`,
  });
}

/**
 * Where a line that leaves `place` at `angle` crosses its outline.
 *
 * @param {Place} place
 * @param {number} angle
 */
function edge(place, angle) {
  const [wide, high] = [half(place), place.thread ? 30 : 24];
  // An ellipse for a pill, a box for a lock.
  const reach = place.thread
    ? 1 / Math.hypot(Math.cos(angle) / wide, Math.sin(angle) / high)
    : Math.min(wide / Math.abs(Math.cos(angle) || 1e-9), high / Math.abs(Math.sin(angle) || 1e-9));
  return { x: place.x + (reach + 3) * Math.cos(angle), y: place.y + (reach + 3) * Math.sin(angle) };
}

customElements.define("lab-waitgraph", WaitGraph);
