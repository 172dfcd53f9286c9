/**
 * `<lab-timeline>`: the threads of a run as lanes: running (thin bar), waiting (hatched amber), holding (solid, one
 * colour a lock, with its name); a deadlock or a timeout is a red line with its name.
 *
 *     timeline.show(recording, {compact: true});
 *
 * It follows the present; it can be held, moved, zoomed and scrolled back a minute, with pointer, wheel, buttons or
 * keys. Choosing a segment says what it is, with its source line and stack, and sends `place` {place}; choosing a mark
 * sends `mark` {mark}. All of it can be read as a table.
 */

import { Sheet } from "../canvas.js";
import { el, icon } from "../element.js";
import { drawTimeline, instant, metricsFor } from "../timeline_drawing.js";
import { Rows } from "../timeline_rows.js";
import { View } from "../timeline_view.js";
import { onPointed, point, pointedLock, pointedThread } from "../linked.js";
import { markName } from "../findings.js";
import { duration, onLanguage, t } from "../texts.js";
import { onTheme } from "../theme.js";
import { lockChip, segmentTable, sentence } from "../timeline_words.js";

/**
 * @typedef {import("../recording.js").Recording} Recording
 * @typedef {import("../recording.js").Mark} Mark
 * @typedef {import("../lane.js").Lane} Lane
 * @typedef {{lane: Lane, start: number, kind: number, lock: number}} Selected
 */

const KEPT_NS = 60e9;
const KEYED = 12;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

export class Timeline extends HTMLElement {
  /** Time of the run, in nanoseconds, of the newest data in the last painted frame. */
  painted = 0;
  /** @type {Recording|undefined} */
  #recording;
  #compact = false;
  #view = new View(() => this.#limits());
  #rows = new Rows([], () => 0);
  /** @type {Sheet|undefined} */
  #sheet;
  /** @type {Selected|null} */
  #selected = null;
  #row = -1;
  #asTable = false;
  /** @type {(() => void)[]} */
  #undo = [];
  #parts = /** @type {Record<string, any>} */ ({});
  #drag = /** @type {{x: number, moved: boolean}|null} */ (null);
  #cost = 0;
  #skipped = false;

  /**
   * @param {Recording} recording
   * @param {{compact?: boolean, at?: number|null}} [options] `at`: seconds of the run to stand at
   */
  show(recording, { compact = false, at = null } = {}) {
    this.#recording = recording;
    this.#compact = compact;
    this.#selected = null;
    this.#row = -1;
    this.#view = new View(() => this.#limits());
    this.#rows = rowsOf(recording);
    if (at !== null) this.#view.goTo(at * 1e9);
    if (this.isConnected) this.#build();
  }

  /**
   * Have a moment in the middle.
   *
   * @param {number} time ns of the run
   */
  goTo(time) {
    this.#view.goTo(time);
    this.#changed();
  }

  /** The stretch that is shown, in nanoseconds: for links and tests. */
  get shown() {
    return { ...this.#view.window(), following: this.#view.following };
  }

  connectedCallback() {
    if (this.#recording) this.#build();
  }

  disconnectedCallback() {
    this.#tearDown();
  }

  #tearDown() {
    for (const undo of this.#undo.splice(0)) undo();
    this.#sheet?.close();
    this.#sheet = undefined;
  }

  #limits() {
    const recording = /** @type {Recording} */ (this.#recording);
    const now = recording.now();
    const first = recording.lanes.reduce((least, lane) => Math.min(least, lane.began), now);
    return { now, first: Math.max(first, now - KEPT_NS) };
  }

  /** A new picture of the run has come: what was chosen in the old one is not in it. */
  #anew() {
    if (this.#recording?.hello?.resumed) return;
    this.#selected = null;
    this.#rows = rowsOf(/** @type {Recording} */ (this.#recording));
  }

  /** The rows of what is shown. */
  #shownRows({ from, to } = this.#view.window()) {
    return this.#rows.between(from, to);
  }

  #build() {
    this.#tearDown();
    const recording = /** @type {Recording} */ (this.#recording);
    const canvas = el("canvas", { role: "application", tabindex: "0", "aria-label": t("timeline.name"), "aria-describedby": "timeline-keys" });
    canvas.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.#key(event));
    canvas.addEventListener("wheel", (/** @type {WheelEvent} */ event) => this.#wheel(event), { passive: false });
    canvas.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => this.#press(event));
    canvas.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => this.#move(event));
    canvas.addEventListener("pointerup", (/** @type {PointerEvent} */ event) => this.#release(event));
    canvas.addEventListener("pointercancel", () => (this.#drag = null));
    canvas.addEventListener("pointerleave", () => this.#tip(null));
    canvas.addEventListener("blur", () => point(null));
    const button = (/** @type {string} */ name, /** @type {any} */ sign, /** @type {() => void} */ act) =>
      el("button.plain", { type: "button", "aria-label": t(`timeline.${name}`), title: t(`timeline.${name}`), onclick: act }, icon(sign));
    this.#parts = {
      canvas,
      pace: el("button", { type: "button", onclick: () => this.#act(this.#control.pace) }),
      table: button("table", "table", () => this.#toggle()),
      reading: el("div.scrolls.reading", { hidden: true, tabindex: "0", role: "region", "aria-label": t("timeline.name") }),
      said: el("p.said", { role: "status" }),
      where: el("div.where"),
      tip: el("div.tip", { hidden: true, "aria-hidden": "true" }),
      key: el("ul.key"),
      more: el("p.small.quiet", { hidden: true }),
      empty: el("p.quiet.nothing", { hidden: true }),
    };
    const { pace, table, reading, said, where, tip, key, more, empty } = this.#parts;
    this.replaceChildren(
      el(
        "div.tools",
        {},
        pace,
        button("back", "back", () => this.#act(() => this.#view.pan(-0.5))),
        button("forward", "next", () => this.#act(() => this.#view.pan(0.5))),
        button("out", "minus", () => this.#act(() => this.#view.zoom(1.6))),
        button("in", "plus", () => this.#act(() => this.#view.zoom(1 / 1.6))),
        table,
      ),
      el("div.drawing", {}, canvas, tip, empty),
      more,
      reading,
      key,
      el("div.chosen", {}, said, where),
      el("p.for-readers", { id: "timeline-keys" }, t("timeline.keys")),
    );
    this.#sheet = new Sheet(canvas, (pen, width) => this.#draw(pen, width));
    this.#undo.push(
      recording.on("data", () => this.#news()),
      recording.on("state", () => this.#face()),
      recording.on("hello", () => this.#anew()),
      onPointed(() => this.#sheet?.ask()),
      onTheme(() => this.#changed()),
      onLanguage(() => this.#build()),
    );
    this.#face();
    this.#news();
    this.#tell();
  }

  #keyed = "";

  #news() {
    const recording = /** @type {Recording} */ (this.#recording);
    const window = this.#view.window();
    const rows = this.#shownRows(window).length;
    const { lane, head, foot } = metricsFor(this.clientWidth, this.#compact);
    const height = `${Math.max(1, rows) * lane + head + foot}px`;
    if (this.#parts.canvas.style.height !== height) this.#parts.canvas.style.height = height;
    this.#parts.empty.hidden = rows > 0;
    this.#parts.empty.textContent = t(recording.alive ? "timeline.empty" : "timeline.none");
    this.#parts.more.hidden = !this.#rows.hidden;
    if (this.#rows.hidden) this.#parts.more.textContent = t("timeline.more", { n: this.#rows.hidden });
    const locks = recording.locksSince(window.from, KEYED);
    const keyed = locks.map((lock) => `${recording.lockNumber(lock.i)} ${lock.name}`).join("|");
    if (keyed !== this.#keyed || !this.#parts.key.childElementCount) this.#drawKey(keyed, locks);
    if (this.#view.following || recording.end) this.#sheet?.ask();
    if (this.#asTable && !this.#slow) this.#drawTable();
  }

  /**
   * @param {string} keyed
   * @param {import("../recording.js").Lock[]} locks
   */
  #drawKey(keyed, locks) {
    this.#keyed = keyed;
    const { key } = this.#parts;
    const focused = key.contains(document.activeElement) ? document.activeElement.textContent : null;
    if (focused !== null || key.matches(":hover")) point(null);
    key.replaceChildren(
      el("li", {}, el("i.runs"), t("timeline.runs")),
      el("li", {}, el("i.waits"), t("timeline.waits")),
      ...locks.map((lock) => el("li", {}, lockChip(/** @type {Recording} */ (this.#recording).lockNumber(lock.i), lock.name))),
    );
    for (const chip of key.querySelectorAll("button")) if (chip.textContent === focused) chip.focus();
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {number} width
   */
  #draw(pen, width) {
    const recording = /** @type {Recording} */ (this.#recording);
    const began = performance.now();
    const window = this.#view.window();
    drawTimeline(pen, width, {
      rows: this.#shownRows(window),
      ...window,
      now: recording.now(),
      lockName: (lock) => recording.lockName(lock),
      lockNumber: (lock) => recording.lockNumber(lock),
      marks: recording.marks,
      markName,
      selected: this.#selected,
      focus: this.#row,
      pointed: pointedThread(),
      isLit: this.#litLocks(),
      metrics: metricsFor(width, this.#compact),
    });
    this.painted = recording.newest;
    this.#cost = 0.8 * this.#cost + 0.2 * (performance.now() - began);
    if (this.#view.following && !recording.end && recording.newest && !calm.matches) this.#again();
  }

  /**
   * Which locks are drawn in full: all, unless this run has the one that is pointed at.
   *
   * @returns {(lock: number) => boolean}
   */
  #litLocks() {
    const recording = /** @type {Recording} */ (this.#recording);
    const name = pointedLock();
    const known = name !== null && [...recording.locks.values()].some((lock) => lock.name === name);
    return known ? (lock) => recording.lockName(lock) === name : () => true;
  }

  /** The next frame of a picture that moves; every second one where drawing is dear. */
  #again() {
    this.#skipped = !this.#skipped;
    if (this.#cost > 6 && this.#skipped) requestAnimationFrame(() => this.#sheet?.ask());
    else this.#sheet?.ask();
  }

  #changed() {
    this.#face();
    this.#sheet?.ask();
    if (this.#asTable) this.#drawTable();
  }

  /** @param {() => void} act */
  #act(act) {
    act();
    this.#changed();
  }

  #face() {
    const { pace, table, canvas, reading, tip } = this.#parts;
    const live = this.#view.following;
    const over = this.#recording?.end;
    pace.replaceChildren(icon(live && !over ? "pause" : "last"), t(live && !over ? "timeline.pause" : over ? "timeline.end" : "timeline.live"));
    table.setAttribute("aria-pressed", String(this.#asTable));
    canvas.parentElement.hidden = this.#asTable;
    reading.hidden = !this.#asTable;
    tip.hidden = true;
  }

  #toggle() {
    this.#asTable = !this.#asTable;
    this.#changed();
  }

  #slow = false;

  #drawTable() {
    this.#slow = true; // a table that changes twenty times a second cannot be read
    setTimeout(() => (this.#slow = false), 1000);
    const window = this.#view.window();
    this.#parts.reading.replaceChildren(segmentTable(/** @type {Recording} */ (this.#recording), this.#shownRows(window).flatMap((row) => row.lanes), window));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.metaKey || event.ctrlKey || event.altKey) return;
    const act = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    act(this.#control);
    this.#changed();
  }

  /** What keys can do. */
  #control = {
    pan: (/** @type {number} */ share) => this.#view.pan(share),
    zoom: (/** @type {number} */ factor) => this.#view.zoom(factor),
    pace: () => (this.#view.following ? this.#view.hold() : this.#view.follow()),
    live: () => this.#view.follow(),
    begin: () => this.#view.goTo(this.#limits().first + this.#view.span / 2),
    fit: () => this.#view.fit(),
    row: (/** @type {number} */ step) => {
      const rows = this.#shownRows();
      this.#row = Math.min(rows.length - 1, Math.max(0, this.#row + step));
      if (!rows[this.#row]) return;
      this.#tell(rows[this.#row].name);
      point(rows[this.#row].name);
    },
    segment: (/** @type {1|-1} */ step) => this.#step(step),
    mark: (/** @type {1|-1} */ step) => this.#stepMark(step),
  };

  /**
   * The next or previous segment of the lane.
   *
   * @param {1|-1} step
   */
  #step(step) {
    this.#row = Math.max(0, this.#row);
    const { from, to } = this.#view.window();
    const row = this.#shownRows({ from, to })[this.#row];
    if (!row) return;
    this.#view.hold();
    const here = this.#selected && row.lanes.includes(this.#selected.lane) ? this.#selected.start : (from + to) / 2;
    const found = stepIn(row.lanes, here, step);
    if (!found) return;
    const { lane, at } = found;
    this.#select(lane, at);
    const middle = lane.start[at];
    if (middle < from || middle > to) this.#view.goTo(middle);
  }

  /** @param {1|-1} step */
  #stepMark(step) {
    const { marks } = /** @type {Recording} */ (this.#recording);
    const { from, to } = this.#view.window();
    const here = (from + to) / 2;
    const slack = (to - from) / 1000;
    const mark = step > 0 ? marks.find((each) => each.t > here + slack) : marks.findLast((each) => each.t < here - slack);
    if (mark) this.#choose(mark);
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      this.#act(() => this.#view.zoom(1.0015 ** event.deltaY, this.#time(event.offsetX)));
    } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      event.preventDefault();
      this.#act(() => this.#view.pan((event.shiftKey ? event.deltaY || event.deltaX : event.deltaX) / 800));
    }
  }

  /** @param {PointerEvent} event */
  #press(event) {
    if (event.button) return;
    this.#drag = { x: event.offsetX, moved: false };
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const drag = this.#drag;
    if (!drag) {
      this.#tip(event);
      return;
    }
    if (!drag.moved && Math.abs(event.offsetX - drag.x) < 4) return;
    if (!drag.moved) this.#parts.canvas.setPointerCapture(event.pointerId);
    drag.moved = true;
    const gutter = metricsFor(this.clientWidth, this.#compact).gutter;
    const share = (drag.x - event.offsetX) / Math.max(1, this.clientWidth - gutter);
    drag.x = event.offsetX;
    this.#act(() => this.#view.pan(share));
  }

  /** @param {PointerEvent} event */
  #release(event) {
    const drag = this.#drag;
    this.#drag = null;
    if (!drag || drag.moved) return;
    const time = this.#time(event.offsetX);
    const slack = this.#slack(5);
    const mark = event.offsetY < 20 ? nearest(/** @type {Recording} */ (this.#recording).marks, time, slack * 2) : null;
    if (mark) {
      this.#choose(mark);
      return;
    }
    const rows = this.#shownRows();
    const { head, lane: tall } = metricsFor(this.clientWidth, this.#compact);
    this.#row = Math.min(rows.length - 1, Math.max(0, Math.floor((event.offsetY - head) / tall)));
    const found = segmentAt(rows[this.#row]?.lanes ?? [], time, slack);
    this.#view.hold();
    if (found) this.#select(found.lane, found.at);
    else {
      this.#selected = null;
      const lane = rows[this.#row]?.lanes.find((each) => each.began <= time && (each.ended ?? Infinity) >= time);
      this.#tell(lane ? t("timeline.is_running", { thread: lane.name, at: instant(time, this.#view.span / 1000) }) : "");
    }
    this.#changed();
  }

  /** @param {number} x */
  #time(x) {
    const { from, to } = this.#view.window();
    const { gutter } = metricsFor(this.clientWidth, this.#compact);
    return from + ((x - gutter) / Math.max(1, this.#parts.canvas.clientWidth - gutter)) * (to - from);
  }

  /** @param {number} pixels */
  #slack(pixels) {
    return (pixels * this.#view.span) / Math.max(1, this.clientWidth);
  }

  /** @param {PointerEvent|null} event */
  #tip(event) {
    const { tip } = this.#parts;
    tip.hidden = true;
    if (!event || event.pointerType === "touch") {
      point(null);
      return;
    }
    const { head, lane: tall } = metricsFor(this.clientWidth, this.#compact);
    const row = this.#shownRows()[Math.floor((event.offsetY - head) / tall)];
    point(row?.name ?? null);
    const found = segmentAt(row?.lanes ?? [], this.#time(event.offsetX), this.#slack(2));
    if (!found) return;
    tip.textContent = sentence(/** @type {Recording} */ (this.#recording), found.lane, found.at);
    tip.hidden = false;
    const left = Math.min(event.offsetX + 12, this.clientWidth - tip.offsetWidth - 8);
    tip.style.transform = `translate(${Math.max(0, left)}px, ${event.offsetY + 16}px)`;
  }

  /**
   * @param {Lane} lane
   * @param {number} at
   */
  #select(lane, at) {
    const recording = /** @type {Recording} */ (this.#recording);
    this.#selected = { lane, start: lane.start[at], kind: lane.kind[at], lock: lane.lock[at] };
    const place = recording.places.get(lane.place[at]);
    this.#tell(sentence(recording, lane, at), place);
    if (place) this.dispatchEvent(new CustomEvent("place", { bubbles: true, detail: { place } }));
  }

  /** @param {Mark} mark */
  #choose(mark) {
    this.#view.goTo(mark.t);
    this.#selected = null;
    const recording = /** @type {Recording} */ (this.#recording);
    this.#tell(`${markName(mark)} · ${duration(mark.t / 1e9)}`, recording.places.get(mark.place ?? -1));
    this.dispatchEvent(new CustomEvent("mark", { bubbles: true, detail: { mark } }));
    this.#changed();
  }

  /**
   * Say what was chosen, and where in the source it is.
   *
   * @param {string} [text]
   * @param {import("../recording.js").Place} [place]
   */
  #tell(text = "", place) {
    const { said, where } = this.#parts;
    said.textContent = text || t(this.#compact ? "timeline.hint_short" : "timeline.hint");
    said.classList.toggle("quiet", !text);
    where.replaceChildren(
      ...(place
        ? [
            el("p", {}, el("code", {}, `${place.file}:${place.line}`), place.function ? ` · ${place.function}` : ""),
            ...(place.stack?.length ? [el("details", {}, el("summary.small", {}, t("timeline.stack")), el("ol.stack-of-calls", {}, ...place.stack.map((each) => el("li", {}, el("code", {}, each)))))] : []),
          ]
        : []),
    );
  }
}

/**
 * @param {Recording} recording
 * @returns {Rows}
 */
function rowsOf(recording) {
  return new Rows(recording.lanes, (name) => recording.threadNumber(name));
}

/** @type {Record<string, (control: any) => void>} */
const KEYS = {
  ArrowLeft: (control) => control.pan(-0.1),
  ArrowRight: (control) => control.pan(0.1),
  a: (control) => control.pan(-0.1),
  d: (control) => control.pan(0.1),
  PageUp: (control) => control.pan(-0.9),
  PageDown: (control) => control.pan(0.9),
  ArrowUp: (control) => control.row(-1),
  ArrowDown: (control) => control.row(1),
  "+": (control) => control.zoom(1 / 1.6),
  "=": (control) => control.zoom(1 / 1.6),
  w: (control) => control.zoom(1 / 1.6),
  "-": (control) => control.zoom(1.6),
  s: (control) => control.zoom(1.6),
  0: (control) => control.fit(),
  " ": (control) => control.pace(),
  Home: (control) => control.begin(),
  End: (control) => control.live(),
  Enter: (control) => control.segment(1),
  ".": (control) => control.segment(1),
  ",": (control) => control.segment(-1),
  n: (control) => control.mark(1),
  p: (control) => control.mark(-1),
};

/**
 * The segment of a row at a moment.
 *
 * @param {Lane[]} lanes
 * @param {number} time
 * @param {number} slack
 * @returns {{lane: Lane, at: number}|null}
 */
function segmentAt(lanes, time, slack) {
  for (const lane of lanes) {
    const at = lane.at(time, slack);
    if (at >= 0) return { lane, at };
  }
  return null;
}

/**
 * The segment of a row that begins next after (or last before) a moment.
 *
 * @param {Lane[]} lanes
 * @param {number} time
 * @param {1|-1} step
 * @returns {{lane: Lane, at: number}|null}
 */
function stepIn(lanes, time, step) {
  let best = null;
  for (const lane of lanes) {
    const at = step > 0 ? lane.after(time) : lane.after(time - 1) - 1;
    if (at < 0 || at >= lane.count) continue;
    if (!best || step * (lane.start[at] - best.lane.start[best.at]) < 0) best = { lane, at };
  }
  return best;
}

/**
 * @param {Mark[]} marks
 * @param {number} time
 * @param {number} slack
 */
function nearest(marks, time, slack) {
  let best = null;
  for (const mark of marks) {
    const away = Math.abs(mark.t - time);
    if (away <= slack && (!best || away < Math.abs(best.t - time))) best = mark;
  }
  return best;
}

customElements.define("lab-timeline", Timeline);
