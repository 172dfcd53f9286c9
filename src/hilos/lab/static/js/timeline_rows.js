/**
 * The rows of a timeline. A lesson starts "worker-1" again for each experiment: threads of one name that do not
 * overlap share a row, so that rows stay while threads come and go.
 */

/**
 * @typedef {import("./lane.js").Lane} Lane
 * @typedef {{name: string, number: number, lanes: Lane[]}} Row `number` is the row's own for the whole run: its colour
 */

/** Rows that are shown at most: a canvas has a greatest height, and a reader too. */
const MOST_ROWS = 48;

export class Rows {
  /** @type {Row[]} */
  #all = [];
  /** @type {Map<string, Row[]>} */
  #named = new Map();
  #taken = 0;
  /** Rows that did not fit in the last selection. */
  hidden = 0;

  /** @param {Lane[]} lanes all of the run, in the order in which they appeared; it only grows, or begins anew */
  constructor(lanes) {
    this.lanes = lanes;
  }

  /**
   * The rows with a thread that lived between two times, in the order in which their names appeared.
   *
   * @param {number} from ns
   * @param {number} to ns
   * @returns {Row[]}
   */
  between(from, to) {
    this.#take();
    const shown = [];
    for (const row of this.#all) {
      const lanes = row.lanes.filter((lane) => (lane.ended ?? Infinity) >= from && lane.began <= to);
      if (lanes.length) shown.push({ ...row, lanes });
    }
    this.hidden = Math.max(0, shown.length - MOST_ROWS);
    // Of too many the newest: they are what runs now.
    return this.hidden ? shown.slice(-MOST_ROWS) : shown;
  }

  /** Give the lanes that are new a row. */
  #take() {
    if (this.lanes.length < this.#taken) {
      this.#all = [];
      this.#named.clear();
      this.#taken = 0;
    }
    for (; this.#taken < this.lanes.length; this.#taken += 1) {
      const lane = this.lanes[this.#taken];
      const named = this.#named.get(lane.name) ?? [];
      let row = named.find(({ lanes }) => lanes.every((other) => other.ended !== null && other.ended <= lane.began));
      if (!row) {
        row = { name: lane.name, number: this.#all.length, lanes: [] };
        named.push(row);
        this.#all.push(row);
      }
      this.#named.set(lane.name, named);
      row.lanes.push(lane);
      if (row.lanes.length > 64) row.lanes.splice(0, row.lanes.length - 64); // what is over long ago
    }
  }
}
