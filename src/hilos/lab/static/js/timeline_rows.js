/**
 * The rows of a timeline. A lesson starts "worker-1" again for each experiment: threads of one name that do not
 * overlap share a row, so that rows stay while threads come and go.
 */

/**
 * @typedef {import("./lane.js").Lane} Lane
 * @typedef {{name: string, number: number, lanes: Lane[]}} Row `number` is that of its name: its colour
 */

/** Rows that are shown at most: a canvas has a greatest height, and a reader too. */
const MOST_ROWS = 48;
/** Rows without a thread that are kept for one of that name. */
const KEPT_ROWS = 48;

export class Rows {
  /** @type {Row[]} */
  #all = [];
  /** @type {Map<string, Row[]>} */
  #named = new Map();
  /** @type {WeakSet<Lane>} lanes that have a row */
  #placed = new WeakSet();
  /** @type {Lane|undefined} the newest of them */
  #newest;
  /** Rows that did not fit in the last selection. */
  hidden = 0;

  /**
   * @param {Lane[]} lanes of the run, in the order in which they appeared; those that ended long ago leave it
   * @param {(name: string) => number} numberOf a thread
   */
  constructor(lanes, numberOf) {
    this.lanes = lanes;
    this.numberOf = numberOf;
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
    const last = this.lanes[this.lanes.length - 1];
    if (last === this.#newest) return;
    this.#newest = last;
    this.#drop();
    for (const lane of this.lanes) {
      if (this.#placed.has(lane)) continue;
      this.#placed.add(lane);
      const named = this.#named.get(lane.name) ?? [];
      let row = named.find(({ lanes }) => lanes.every((other) => other.ended !== null && other.ended <= lane.began));
      if (!row) {
        row = { name: lane.name, number: this.numberOf(lane.name), lanes: [] };
        named.push(row);
        this.#all.push(row);
      }
      this.#named.set(lane.name, named);
      row.lanes.push(lane);
    }
  }

  /** Rows whose threads have all left the recording go too; a name that comes again gets its row back while it stands. */
  #drop() {
    const here = new Set(this.lanes);
    for (const row of this.#all) row.lanes = row.lanes.filter((lane) => here.has(lane));
    const gone = this.#all.filter((row) => !row.lanes.length);
    if (gone.length <= KEPT_ROWS) return; // a worker that comes back after a pause keeps its place and colour
    const going = new Set(gone);
    this.#all = this.#all.filter((row) => !going.has(row));
    for (const row of gone) {
      const left = (this.#named.get(row.name) ?? []).filter((each) => each !== row);
      if (left.length) this.#named.set(row.name, left);
      else this.#named.delete(row.name);
    }
  }
}
