/**
 * `<lab-panel>`: one panel of the dashboard over the last seconds of a run: number, gauge, lines or heat.
 *
 *     panel.show(spec, recording, {window: 60});
 *
 * The plot is a slider over time: arrows (or the pointer) read the values at a moment, Enter (or a click) sends the
 * event `moment` with it, which pages use to open the timeline there. The button turns the plot into a table.
 */

import { Sheet } from "../canvas.js";
import { colour, seriesInk } from "../colours.js";
import { el, icon, svg } from "../element.js";
import { ALERT_DASHES, DASHES, drawHeat, drawLines, drawSpark } from "../plot.js";
import { duration, number, onLanguage, t } from "../texts.js";
import { added } from "../samples.js";
import { figureTable } from "../table.js";
import { onPointed, point, pointedLock } from "../linked.js";
import { onTheme } from "../theme.js";
import { withUnit } from "../units.js";

/**
 * @typedef {object} Spec as `/api/panels` gives it
 * @property {string} id
 * @property {string} title
 * @property {"stat"|"gauge"|"timeseries"|"heatmap"} kind
 * @property {string} unit
 * @property {string} help
 * @property {number[]} thresholds
 * @property {import("../samples.js").Query[]} queries
 * @property {number[]} [buckets]
 * @property {string} lesson id of the lesson that is about it
 * @property {string} row title of the dashboard's row
 * @typedef {import("../recording.js").Recording} Recording
 * @typedef {import("../samples.js").Line} Line
 */

const HEAT_NS = 1e9;
/** Lines that a legend names; the table has them all. */
const KEYED = 7;
const CONTROLS = new Set(["ArrowLeft", "ArrowRight", "Home", "End", "Enter", "Escape"]);
let serial = 0;

export class Panel extends HTMLElement {
  /** @type {Spec|undefined} */
  #spec;
  /** @type {Recording|undefined} */
  #recording;
  /** Seconds shown. */
  #window = 60;
  /** @type {Sheet|undefined} */
  #sheet;
  /** @type {(() => void)[]} */
  #undo = [];
  /** @type {number|null} */
  #cursor = null;
  #asTable = false;
  #number = ++serial;
  /** @type {string|null} what was last written */
  #legend = null;
  #parts = /** @type {Record<string, any>} */ ({});

  /**
   * @param {Spec} spec
   * @param {Recording} recording
   * @param {{window?: number}} [options]
   */
  show(spec, recording, { window = 60 } = {}) {
    this.#spec = spec;
    this.#recording = recording;
    this.#window = window;
    if (this.isConnected) this.#build();
  }

  connectedCallback() {
    if (this.#spec) this.#build();
  }

  disconnectedCallback() {
    this.#tearDown();
  }

  #tearDown() {
    for (const undo of this.#undo.splice(0)) undo();
    this.#sheet?.close();
    this.#sheet = undefined;
  }

  #build() {
    this.#tearDown();
    const spec = /** @type {Spec} */ (this.#spec);
    const name = `panel-${this.#number}`;
    const canvas = el("canvas");
    const plot = el("div.plot", { role: "slider", tabindex: "0", "aria-labelledby": name, "aria-valuemin": -this.#window, "aria-valuemax": 0, "aria-valuenow": 0, "aria-valuetext": t("panel.empty") }, canvas);
    plot.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => this.#point(event.offsetX));
    plot.addEventListener("pointerleave", () => this.#read(null));
    plot.addEventListener("blur", () => this.#read(null));
    plot.addEventListener("click", () => this.#go());
    plot.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.#key(event));
    const toggle = el("button.plain", { type: "button", onclick: () => this.#toggle() });
    this.#parts = {
      plot,
      toggle,
      value: spec.kind === "stat" || spec.kind === "gauge" ? el("p.value") : null,
      legend: el("ul.legend"),
      table: el("div.scrolls.small", { hidden: true, tabindex: "0", role: "region", "aria-labelledby": name }),
    };
    // Lines that are of a lock point at it; listened for here, since the legend is written anew several times a second.
    this.#parts.legend.addEventListener("pointerover", (/** @type {any} */ event) => point(event.target.closest("li")?.dataset.lock || null, "lock"));
    this.#parts.legend.addEventListener("pointerleave", () => point(null));
    const help = el("p.help.small.quiet", {}, spec.help);
    this.className = spec.kind;
    this.replaceChildren(
      el("header", {}, el("h2", { id: name }, spec.title), toggle),
      ...[this.#parts.value].filter(Boolean),
      plot,
      this.#parts.table,
      this.#parts.legend,
      el("details", {}, el("summary.small", {}, t("panel.what")), help),
    );
    this.#legend = null;
    this.#sheet = new Sheet(canvas, (pen, width, height) => this.#draw(pen, width, height));
    this.#undo.push(
      /** @type {Recording} */ (this.#recording).on("data", () => this.#news()),
      onTheme(() => this.#redraw()),
      onPointed(() => this.#pointed()),
      onLanguage(() => this.#build()),
    );
    this.#face();
    this.#redraw();
  }

  #drawnAt = 0;

  /** New samples come a few times a second; what comes more often (threads' segments) needs no new panel. */
  #news() {
    const newest = /** @type {Recording} */ (this.#recording).samples.newest;
    if (newest === this.#drawnAt && !this.#recording?.end) return;
    this.#drawnAt = newest;
    this.#redraw();
  }

  #redraw() {
    this.#legend = null;
    this.#sheet?.ask();
    if (this.#asTable) this.#drawTable();
  }

  /** @returns {{from: number, to: number}} */
  #span() {
    const to = Math.max(/** @type {Recording} */ (this.#recording).samples.newest, 1e9);
    return { from: to - this.#window * 1e9, to };
  }

  /** @returns {Line[]} */
  #lines() {
    const { queries, buckets } = /** @type {Spec} */ (this.#spec);
    const { from, to } = this.#span();
    const { samples } = /** @type {Recording} */ (this.#recording);
    return queries.flatMap((query) => samples.lines(query, from, to, buckets));
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {number} width
   * @param {number} height
   */
  #draw(pen, width, height) {
    const { kind, unit, thresholds, queries, buckets = [] } = /** @type {Spec} */ (this.#spec);
    const { from, to } = this.#span();
    const frame = { from, to, unit, ago: `−${duration(this.#window)}`, present: t("panel.now"), cursor: this.#cursor };
    if (kind === "heatmap") {
      const columns = /** @type {Recording} */ (this.#recording).samples.heat(queries[0].metric, from, to, HEAT_NS);
      drawHeat(pen, width, height, frame, columns, buckets, HEAT_NS);
      this.#tellHeat(columns, buckets);
      return;
    }
    const lines = this.#lines();
    if (kind === "timeseries") drawLines(pen, width, height, frame, lines, thresholds);
    else drawSpark(pen, width, height, frame, lines);
    this.#tell(lines);
  }

  /**
   * Number and legend, with the values at the cursor (or the last).
   *
   * @param {Line[]} lines
   */
  #tell(lines) {
    const { kind, unit, thresholds } = /** @type {Spec} */ (this.#spec);
    const shown = lines.map(({ name, points }) => ({ name, value: valueAt(points, this.#cursor) }));
    const said = shown.map(({ name, value }) => `${name} ${value === undefined ? "–" : withUnit(value, unit)}`);
    const written = said.join("|");
    if (written === this.#legend) return;
    this.#legend = written;
    const { value, legend, plot } = this.#parts;
    if (value) {
      if (!shown.length) value.replaceChildren(el("strong", {}, "–"));
      const total = shown.reduce((sum, each) => sum + (each.value ?? 0), 0);
      const state = kind === "gauge" ? stateOf(total, thresholds) : "";
      if (shown.length) value.replaceChildren(...(kind === "gauge" ? [arc(total, thresholds, state)] : []), el("strong", { class: state }, withUnit(total, unit)), ...(state ? [el("span.small", { class: state }, t(`panel.${state}`))] : []));
    }
    const named = kind === "gauge" ? [] : keyed(lines, shown);
    const more = kind === "gauge" ? 0 : lines.filter(drawn).length - named.length;
    legend.replaceChildren(
      ...named.map((i) => el("li", lines[i].lock ? { "data-lock": lines[i].lock } : {}, swatch(seriesInk(i), DASHES[i % DASHES.length]), el("span", {}, shown[i].name), el("b", {}, said[i].slice(shown[i].name.length + 1)))),
      ...(more ? [el("li", {}, t("panel.more", { n: more }))] : []),
      ...(lines.some(drawn) ? [] : [el("li", {}, t("panel.empty"))]),
      ...(thresholds.length && kind === "timeseries" ? [el("li.alert", {}, swatch(colour("--bad"), ALERT_DASHES), el("span", {}, t("panel.alert_from")), el("b", {}, withUnit(thresholds[0], unit)))] : []),
    );
    this.#lightUp();
    this.toggleAttribute("empty", !lines.some(drawn));
    this.#say(plot, said.join(", ") || t("panel.empty"));
  }

  /** Something else is pointed at. */
  #pointed() {
    this.#lightUp();
    this.#sheet?.ask();
  }

  #lightUp() {
    for (const line of this.#parts.legend.querySelectorAll("[data-lock]")) line.classList.toggle("lit", line.dataset.lock === pointedLock());
  }

  /**
   * @param {{time: number, counts: number[]}[]} columns
   * @param {number[]} bounds
   */
  #tellHeat(columns, bounds) {
    const column = this.#cursor === null ? columns.findLast((each) => each.counts.some(Boolean)) : columns.find((each) => each.time + HEAT_NS > /** @type {number} */ (this.#cursor));
    const counts = column?.counts ?? [];
    const total = counts.reduce((sum, each) => sum + each, 0);
    let top = -1;
    counts.forEach((count, bucket) => (top = count > (counts[top] ?? 0) ? bucket : top));
    const said = total ? t("panel.heat", { n: total, most: top < bounds.length ? `≤ ${duration(bounds[top])}` : `> ${duration(bounds[bounds.length - 1])}` }) : t("panel.empty");
    if (said === this.#legend) return;
    this.#legend = said;
    this.#parts.legend.replaceChildren(el("li", {}, el("span", {}, said)));
    this.toggleAttribute("empty", !columns.some((each) => each.counts.some(Boolean)));
    this.#say(this.#parts.plot, said);
  }

  /**
   * @param {HTMLElement} plot
   * @param {string} said
   */
  #say(plot, said) {
    const ago = this.#cursor === null ? 0 : (this.#cursor - this.#span().to) / 1e9;
    plot.setAttribute("aria-valuenow", ago.toFixed(1));
    plot.setAttribute("aria-valuetext", ago ? t("panel.ago", { ago: duration(-ago), values: said }) : said);
  }

  /** @param {number|null} time */
  #read(time) {
    if (time === this.#cursor) return;
    this.#cursor = time;
    this.#redraw();
  }

  /** @param {number} x */
  #point(x) {
    const { from, to } = this.#span();
    const width = this.#parts.plot.clientWidth;
    this.#read(from + Math.min(1, Math.max(0, x / width)) * (to - from));
  }

  #go() {
    if (this.#cursor !== null) this.dispatchEvent(new CustomEvent("moment", { bubbles: true, detail: { time: this.#cursor } }));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!CONTROLS.has(event.key) || event.metaKey || event.ctrlKey || event.altKey) return;
    event.preventDefault();
    const { from, to } = this.#span();
    const step = (to - from) / (event.shiftKey ? 12 : 60);
    const at = this.#cursor ?? to;
    if (event.key === "ArrowLeft") this.#read(Math.max(from, at - step));
    else if (event.key === "ArrowRight") this.#read(Math.min(to, at + step));
    else if (event.key === "Home") this.#read(from);
    else if (event.key === "End" || event.key === "Escape") this.#read(null);
    else this.#go();
  }

  #toggle() {
    this.#asTable = !this.#asTable;
    this.#face();
    this.#redraw();
  }

  #face() {
    const { plot, table, toggle, legend } = this.#parts;
    plot.hidden = this.#asTable;
    legend.hidden = this.#asTable;
    table.hidden = !this.#asTable;
    const name = this.#asTable ? t("panel.as_plot") : t("panel.as_table");
    toggle.replaceChildren(icon(this.#asTable ? "chart" : "table"));
    toggle.setAttribute("aria-label", `${name}: ${this.#spec?.title}`);
    toggle.title = name;
  }

  #drawTable() {
    const { kind, unit, title, queries, buckets = [] } = /** @type {Spec} */ (this.#spec);
    const { from, to } = this.#span();
    const caption = el("caption.for-readers", {}, title);
    if (kind === "heatmap") {
      const columns = /** @type {Recording} */ (this.#recording).samples.heat(queries[0].metric, from, to, HEAT_NS);
      const counts = added(columns.map((column) => column.counts));
      const rows = counts.map((count, i) => [i < buckets.length ? `≤ ${withUnit(buckets[i], unit)}` : `> ${withUnit(buckets[i - 1], unit)}`, number(count, 0)]).filter((_, i) => counts[i]);
      this.#parts.table.replaceChildren(figureTable(caption, [t("panel.bucket"), t("panel.count")], rows));
      return;
    }
    const rows = this.#lines().map(({ name, points }) => {
      const values = points.map((point) => point[1]);
      const last = values[values.length - 1];
      return [name, ...[last, Math.min(...values), Math.max(...values)].map((value) => (values.length ? withUnit(value, unit) : "–"))];
    });
    this.#parts.table.replaceChildren(figureTable(caption, [t("panel.series"), t("panel.last"), t("panel.least"), t("panel.most")], rows));
  }
}

/** @param {Line} line */
const drawn = ({ points }) => points.length > 0;

/**
 * Which lines the legend names: those that are drawn, while they are few; else those with the greatest values. In order.
 *
 * @param {Line[]} lines
 * @param {{value?: number}[]} shown
 * @returns {number[]}
 */
function keyed(lines, shown) {
  const all = [...lines.keys()].filter((i) => drawn(lines[i]));
  if (all.length <= KEYED) return all;
  return all.sort((one, other) => (shown[other].value ?? -1) - (shown[one].value ?? -1)).slice(0, KEYED - 1).sort((one, other) => one - other);
}

/**
 * @param {[number, number][]} points
 * @param {number|null} time
 */
function valueAt(points, time) {
  if (time === null) return points[points.length - 1]?.[1];
  return points.findLast((point) => point[0] <= time)?.[1];
}

/**
 * A piece of a line, as it is drawn in the plot.
 *
 * @param {string} stroke
 * @param {number[]} dashes
 */
function swatch(stroke, dashes) {
  const path = svg("path", { d: "M0 5h22", "stroke-dasharray": dashes.join(" ") });
  path.style.stroke = stroke;
  return svg("svg", { viewBox: "0 0 22 10", "aria-hidden": "true" }, path);
}

/**
 * @param {number} value
 * @param {number[]} thresholds
 * @returns {"calm"|"warning"|"critical"}
 */
function stateOf(value, thresholds) {
  if (thresholds[1] !== undefined && value >= thresholds[1]) return "critical";
  return thresholds[0] !== undefined && value >= thresholds[0] ? "warning" : "calm";
}

/**
 * The half circle of a gauge: full at twice its critical threshold.
 *
 * @param {number} value
 * @param {number[]} thresholds
 * @param {string} state
 */
function arc(value, thresholds, state) {
  const full = Math.max(1, 2 * (thresholds[1] ?? thresholds[0] ?? 50));
  const share = Math.min(1, value / full);
  const length = Math.PI * 40;
  return svg(
    "svg.arc",
    { viewBox: "0 0 100 56", "aria-hidden": "true" },
    svg("path.ground", { d: "M10 50a40 40 0 0 1 80 0" }),
    svg(`path.${state}`, { d: "M10 50a40 40 0 0 1 80 0", "stroke-dasharray": `${share * length} ${length}` }),
  );
}

customElements.define("lab-panel", Panel);
