/**
 * The interleaving as lanes: a row a thread, a column a step. For the eye; the slider beside it does the same.
 */

import { el } from "../element.js";
import { t } from "../texts.js";
import { threadColour } from "../colours.js";
import { threadName } from "./threadname.js";

/** @typedef {import("./trace.js").Trace} Trace */
/** @typedef {import("./trace.js").State} State */

export class Lanes {
  /**
   * @param {Trace} trace
   * @param {number} run number of the run
   * @param {State[]} states
   * @param {(step: number) => void} go told of a click
   * @param {boolean} [whole] whether the last entry is the verdict
   */
  constructor(trace, run, states, go, whole = true) {
    const { steps } = trace.runs[run];
    this.now = el("div.now");
    const board = el("div.board", { "aria-hidden": "true" });
    board.style.setProperty("--steps", String(steps.length));
    board.style.setProperty("--rows", String(trace.threads.length));
    if (steps.length > 60) board.classList.add("dense");
    trace.threads.forEach((_thread, row) => {
      const lane = el("div.lane");
      lane.style.gridRow = String(row + 1);
      board.append(lane);
    });
    steps.forEach((step, column) => {
      trace.threads.forEach((_thread, row) => {
        const waits = states[column].waits.some(([thread]) => thread === row);
        const acts = step.th === row && step.op !== "blocked";
        if (acts || waits) board.append(cell(row, column, acts ? (step.mark ? "act.mark" : "act") : "wait"));
      });
    });
    if (whole) {
      const last = el(`div.cell.verdict.${trace.runs[run].fails ? "fails" : "passes"}`);
      last.style.gridColumn = String(steps.length);
      board.append(last);
    } else {
      board.style.maxWidth = `${steps.length * 5}rem`;
    }
    if (trace.differ !== null && trace.runs.length > 1 && trace.differ < steps.length) {
      const line = el("div.differ");
      line.style.gridColumn = String(trace.differ + 1);
      board.append(line);
    }
    board.append(this.now);
    board.addEventListener("click", (event) => {
      const box = board.getBoundingClientRect();
      go(Math.min(steps.length - 1, Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * steps.length))));
    });
    this.element = el(
      "div.lanes",
      { role: "img", "aria-label": t("step.lanes", { n: steps.length }) },
      el("div.names", {}, ...trace.threads.map((thread, number) => threadName(thread, number))),
      board,
    );
  }

  /** @param {number} step */
  show(step) {
    this.now.style.gridColumn = String(step + 1);
  }
}

/**
 * @param {number} row
 * @param {number} column
 * @param {string} kind
 */
function cell(row, column, kind) {
  const found = el(`div.cell.${kind}`);
  found.style.gridColumn = String(column + 1);
  found.style.gridRow = String(row + 1);
  found.style.setProperty("--thread", threadColour(row));
  return found;
}
