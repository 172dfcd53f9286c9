/**
 * What one thread did, as segments in columns: sorted by start, bounded, quick to search.
 *
 * Columns of numbers instead of objects: a minute of a busy run is some hundred thousand segments, and a frame walks
 * those in view.
 */

export const RUN = 0;
export const WAIT = 1;
export const HOLD = 2;
export const IO = 3;
export const SLEEP = 4;

const FIRST = 256;
/** For how long what is over is kept: a minute to scroll back, and some. */
export const KEPT_NS = 75e9;

export class Lane {
  count = 0;
  /** Longest closed segment seen: how far before a window a segment that reaches into it can begin. */
  longest = 0;
  #room = FIRST;

  /**
   * @param {number} index of the thread
   * @param {string} name of the thread
   * @param {number} began nanoseconds
   */
  constructor(index, name, began) {
    this.index = index;
    this.name = name;
    this.began = began;
    /** @type {number|null} */
    this.ended = null;
    this.start = new Float64Array(FIRST);
    this.end = new Float64Array(FIRST); // Infinity while open
    this.kind = new Uint8Array(FIRST);
    this.lock = new Int32Array(FIRST);
    this.place = new Int32Array(FIRST);
    this.times = new Uint32Array(FIRST); // holds (or waits) that the segment stands for, where the lesson makes very many
    this.spent = new Float64Array(FIRST); // nanoseconds of it that were held (or waited), where it stands for many
    /** @type {Map<string, number>} what is open -> its start */
    this.open = new Map();
  }

  /** @returns {number[]} the locks that it holds or waits for now */
  openLocks() {
    return [...this.open.keys()].map((name) => Number(name.split("/")[1]));
  }

  /**
   * Whether it waits for a lock, and has since `time` or longer.
   *
   * @param {number} time
   */
  waitsSince(time) {
    return [...this.open].some(([name, start]) => name.startsWith(`${WAIT}/`) && start <= time);
  }

  /**
   * Take one row of a batch; an open segment that closes comes again.
   *
   * @param {number} kind
   * @param {number} lock
   * @param {number} start
   * @param {number|null} end
   * @param {number} place
   * @param {number} [times] how many short ones it stands for
   * @param {number} [spent] nanoseconds that those took in all
   */
  take(kind, lock, start, end, place, times = 1, spent = 0) {
    const name = `${kind}/${lock}/${start}`;
    if (this.open.has(name)) {
      const at = this.find(kind, lock, start);
      if (at >= 0) {
        if (end !== null) {
          this.#close(at, end);
          this.open.delete(name);
        }
        return;
      }
      this.open.delete(name);
    }
    if (this.count === this.#room) this.#make_room();
    // Rows come almost in order: what closed within one batch may follow what began after it.
    let at = this.count;
    while (at > 0 && this.start[at - 1] > start) at -= 1;
    if (at < this.count) {
      for (const column of this.#columns()) column.copyWithin(at + 1, at, this.count);
    } else if (this.find(kind, lock, start, at) >= 0) {
      return; // a snapshot overlaps what is here already
    }
    this.start[at] = start;
    this.kind[at] = kind;
    this.lock[at] = lock;
    this.place[at] = place;
    this.times[at] = times;
    this.spent[at] = spent;
    this.end[at] = Infinity;
    this.count += 1;
    if (end === null) this.open.set(name, start);
    else this.#close(at, end);
  }

  /**
   * The share of a segment's time that was held (or waited): less than one only where it stands for many.
   *
   * @param {number} at index
   */
  share(at) {
    return this.times[at] > 1 ? Math.min(1, this.spent[at] / Math.max(1, this.end[at] - this.start[at])) : 1;
  }

  /**
   * Index of the first segment that can reach into the time from `time` on.
   *
   * @param {number} time
   * @returns {number}
   */
  first(time) {
    const open = this.open.size ? Math.min(...this.open.values()) : Infinity;
    return this.after(Math.min(time - this.longest, open) - 1);
  }

  /**
   * Index of the first segment that begins after `time`.
   *
   * @param {number} time
   * @returns {number}
   */
  after(time) {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.start[middle] <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /**
   * The segment of that kind and lock that began at `start`.
   *
   * @param {number} kind
   * @param {number} lock
   * @param {number} start
   * @param {number} [after] index of the first segment that begins later, where that is known
   * @returns {number} its index, or -1
   */
  find(kind, lock, start, after = this.after(start)) {
    for (let at = after - 1; at >= 0 && this.start[at] === start; at -= 1) {
      if (this.kind[at] === kind && this.lock[at] === lock) return at;
    }
    return -1;
  }

  /**
   * The segment at `time` that matters most to a learner: a wait before a hold, the innermost hold before the outer.
   *
   * @param {number} time
   * @param {number} [slack] nanoseconds beside it that count too
   * @returns {number} its index, or -1
   */
  at(time, slack = 0) {
    let best = -1;
    for (let i = this.first(time - slack); i < this.count && this.start[i] <= time + slack; i += 1) {
      if (this.end[i] < time - slack) continue;
      if (best < 0 || this.kind[i] === WAIT || this.kind[best] !== WAIT) best = i;
    }
    return best;
  }

  /**
   * Drop what ended more than a minute (and some) before `now`.
   *
   * @param {number} now
   */
  forget(now) {
    const limit = now - KEPT_NS;
    let keep = 0;
    while (keep < this.count && this.end[keep] < limit) keep += 1;
    if (keep < this.#room / 4) return;
    for (const column of this.#columns()) column.copyWithin(0, keep, this.count);
    this.count -= keep;
  }

  #columns() {
    return [this.start, this.end, this.kind, this.lock, this.place, this.times, this.spent];
  }

  #make_room() {
    this.#room *= 2;
    for (const name of /** @type {const} */ (["start", "end", "kind", "lock", "place", "times", "spent"])) {
      const Column = /** @type {any} */ (this[name].constructor);
      const wider = new Column(this.#room);
      wider.set(this[name]);
      this[name] = wider;
    }
  }

  /**
   * @param {number} at
   * @param {number} end
   */
  #close(at, end) {
    this.end[at] = end;
    this.longest = Math.max(this.longest, end - this.start[at]);
  }
}
