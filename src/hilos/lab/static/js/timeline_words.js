/** A timeline in words: one segment as a sentence, the lanes as tables, a lock as a chip. */

import { lockColour } from "./colours.js";
import { el } from "./element.js";
import { chosenLock, chooseLock, linked } from "./linked.js";
import { HOLD, IO, SLEEP, WAIT } from "./lane.js";
import { figureTable } from "./table.js";
import { duration, number, t } from "./texts.js";
import { instant } from "./timeline_drawing.js";

/**
 * @typedef {import("./recording.js").Recording} Recording
 * @typedef {import("./lane.js").Lane} Lane
 */

const ROWS = 120;
/** @type {Record<number, string>} */
const WORDS = { [WAIT]: "wait", [HOLD]: "hold", [IO]: "io", [SLEEP]: "sleep" };

/**
 * What a segment is.
 *
 * @param {Recording} recording
 * @param {Lane} lane
 * @param {number} at index of the segment
 * @returns {string}
 */
export function sentence(recording, lane, at) {
  const open = lane.end[at] === Infinity;
  const length = (open ? recording.now() : lane.end[at]) - lane.start[at];
  const many = lane.times[at] > 1;
  return t(`segment.${WORDS[lane.kind[at]] ?? "run"}${open ? ".open" : many ? ".many" : ""}`, {
    thread: lane.name,
    times: number(lane.times[at], 0),
    spent: duration(lane.spent[at] / 1e9),
    lock: recording.lockName(lane.lock[at]),
    length: duration(length / 1e9),
    at: instant(lane.start[at], 1e6),
  });
}

/**
 * A lock's name on its colour, which chooses that lock in every view.
 *
 * @param {number} lock its number in the run
 * @param {string} name
 * @returns {HTMLElement}
 */
export function lockChip(lock, name) {
  const face = () => chip.setAttribute("aria-pressed", String(chosenLock() === name));
  const choose = () => {
    chooseLock(name);
    face();
  };
  const chip = el("button.lock-chip", { type: "button", title: t("timeline.choose_lock"), onclick: choose }, name);
  chip.style.background = lockColour(lock);
  face();
  return linked(chip, name, "lock");
}

/**
 * The stretch that is shown, as two tables: what each thread spent its time on, and the segments.
 *
 * @param {Recording} recording
 * @param {Lane[]} lanes
 * @param {{from: number, to: number}} window
 * @returns {DocumentFragment}
 */
export function segmentTable(recording, lanes, { from, to }) {
  const end = Math.min(to, recording.now());
  const rows = [];
  const sums = [];
  for (const lane of lanes) {
    let waits = 0;
    let waited = 0;
    let held = 0;
    for (let i = lane.first(from); i < lane.count && lane.start[i] <= end; i += 1) {
      const stop = Math.min(lane.end[i], end);
      if (stop < from) continue;
      const length = (stop - Math.max(from, lane.start[i])) * lane.share(i);
      if (lane.kind[i] === WAIT) {
        waits += lane.times[i];
        waited += length;
      } else if (lane.kind[i] === HOLD) held += length;
      rows.push({ lane, i, start: lane.start[i] });
    }
    const known = Math.max(1, end - Math.max(from, lane.began));
    sums.push([lane.name, number(waits, 0), duration(waited / 1e9), `${number((100 * waited) / known, 0)} %`, duration(held / 1e9)]);
  }
  rows.sort((one, other) => other.start - one.start);
  const page = document.createDocumentFragment();
  page.append(
    figureTable(
      el("caption", {}, t("timeline.table_threads", { from: instant(Math.max(0, from), 1e7), to: instant(end, 1e7) })),
      ["thread", "waits_count", "waited", "share", "held"].map((each) => t(`timeline.${each}`)),
      sums,
    ),
    el(
      "table",
      {},
      el("caption", {}, rows.length > ROWS ? t("timeline.table_last", { n: ROWS }) : t("timeline.table_segments")),
      el("tbody", {}, ...rows.slice(0, ROWS).map(({ lane, i }) => el("tr", {}, el("td", {}, sentence(recording, lane, i)), el("td", {}, placeOf(recording, lane.place[i]))))),
    ),
  );
  return page;
}

/**
 * @param {Recording} recording
 * @param {number} place
 */
function placeOf(recording, place) {
  const found = recording.places.get(place);
  return found ? el("code", {}, `${found.file.split("/").pop()}:${found.line}`) : "";
}
