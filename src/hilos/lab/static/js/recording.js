/**
 * One run as this page knows it: threads and what they did, locks, source places, marks, metrics, output, end.
 *
 * There is one a run, however many panels and timelines look at it, and it outlives the pages: going from the lesson
 * to its timeline loses nothing. It listens to the server only while somebody follows it.
 */

import { KEPT_NS, Lane } from "./lane.js";
import { withoutFolders } from "./names.js";
import { Samples } from "./samples.js";
import { RunSocket } from "./socket.js";
import { language } from "./texts.js";

/**
 * @typedef {{i: number, name: string, type: string}} Lock
 * @typedef {{file: string, line: number, function: string, stack: string[]}} Place
 * @typedef {{t: number, sev: string, id: string, text?: string, threads?: string[], cycle?: string[], trace?: string|null,
 *            lane?: number, lock?: number, place?: number}} Mark
 * @typedef {{t: number, s: string, err: boolean}} Line
 * @typedef {Record<string, {sentence: string, notes: string[]}>} Said by language
 * @typedef {{t: number, status: string, said: Said, exit?: number|null}} End
 * @typedef {"data"|"log"|"mark"|"state"|"hello"} News `state`: it ended, is gone, or goes on otherwise than before
 */

const KEPT_RECORDINGS = 8;
const KEPT_LINES = 2000;
const KEPT_MARKS = 400;
const KEPT_LOCKS = 500;
const AHEAD_NS = 250e6; // how far the clock runs on by itself between two batches

/** @type {Map<string, Recording>} */
const recordings = new Map();

/**
 * The recording of a run.
 *
 * @param {string} run
 * @returns {Recording}
 */
export function recordingOf(run) {
  let found = recordings.get(run);
  if (!found) found = new Recording(run);
  recordings.delete(run);
  recordings.set(run, found); // the newest last
  for (const [name, each] of recordings) {
    if (recordings.size <= KEPT_RECORDINGS) break;
    if (!each.followed) recordings.delete(name);
  }
  return found;
}

export class Recording {
  /** @type {Lane[]} */
  lanes = [];
  /** @type {Map<number, Lock>} */
  locks = new Map();
  /** @type {Map<number, Place>} */
  places = new Map();
  /** @type {Mark[]} */
  marks = [];
  /** @type {Line[]} */
  log = [];
  /** @type {End|null} */
  end = null;
  /** @type {{status: string, said: Said}|null} what the server last said of a run that goes on */
  said = null;
  /** @type {Record<string, any>|null} */
  hello = null;
  samples = new Samples();
  /** Lines of output that were dropped here, for their number. */
  forgotten = 0;
  followed = 0;
  /** Time up to which all is known, in nanoseconds of the run. */
  newest = 0;
  gone = false;

  /** @type {Map<number, Lane>} */
  #byThread = new Map();
  /** @type {Map<News, Set<() => void>>} */
  #listeners = new Map();
  /** @type {RunSocket|null} */
  #socket = null;
  /** @type {Map<string, number>} */
  #numbers = new Map();
  /** @type {Map<string, number>} */
  #threads = new Map();
  /** @type {Map<number, number>} lock -> when it was last used */
  #used = new Map();
  #anchor = { run: 0, wall: 0 };
  #swept = 0;

  /** @param {string} run */
  constructor(run) {
    this.run = run;
  }

  /**
   * Listen to the server until the returned function is called.
   *
   * @returns {() => void}
   */
  follow() {
    this.followed += 1;
    if (!this.#socket && !this.end) {
      this.#socket = new RunSocket(this.run, (items) => this.take(items), () => (this.hello ? this.newest : null));
    }
    let over = false;
    return () => {
      if (over) return;
      over = true;
      this.followed -= 1;
      if (this.followed === 0) {
        this.#socket?.close();
        this.#socket = null;
      }
    };
  }

  /**
   * Have `listener` called after each batch that brought such news.
   *
   * @param {News} news
   * @param {() => void} listener
   * @returns {() => void} undoes it
   */
  on(news, listener) {
    const all = this.#listeners.get(news) ?? new Set();
    this.#listeners.set(news, all);
    all.add(listener);
    return () => all.delete(listener);
  }

  /** Its status, in one word: that of its end, else what was last said of it. */
  get status() {
    return this.end?.status ?? (this.gone ? "gone" : (this.said?.status ?? "running"));
  }

  /** What the server says of it, in one sentence of the page's language; empty while there is nothing to say. */
  get sentence() {
    return this.status === "running" ? "" : (this.#inLanguage()?.sentence ?? "");
  }

  /** What else the server says of it, a sentence each: of what it did, more than can be shown. */
  get notes() {
    return this.#inLanguage()?.notes ?? [];
  }

  #inLanguage() {
    return (this.end ?? this.said)?.said[language()];
  }

  /** Whether it goes on, be it in a deadlock. */
  get alive() {
    return !this.end && !this.gone;
  }

  /** Nanoseconds of the run that it is now: it runs on smoothly between two batches, and stands still at the end. */
  now() {
    if (this.end || !this.#anchor.wall) return this.newest;
    const passed = (performance.now() - this.#anchor.wall) * 1e6;
    return Math.min(this.#anchor.run + passed, this.newest + AHEAD_NS);
  }

  /**
   * The lane of a thread.
   *
   * @param {number} thread
   * @returns {Lane}
   */
  lane(thread) {
    let lane = this.#byThread.get(thread);
    if (!lane) {
      lane = new Lane(thread, `#${thread}`, this.newest);
      this.#byThread.set(thread, lane);
      this.lanes.push(lane);
    }
    return lane;
  }

  /**
   * The number of a thread's name in this run, in the order in which names appeared: its colour in every view.
   *
   * @param {string} name
   */
  threadNumber(name) {
    let found = this.#threads.get(name);
    if (found === undefined) this.#threads.set(name, (found = this.#threads.size));
    return found;
  }

  /**
   * Whether a thread of that name waits for a lock, and has since a moment.
   *
   * @param {string} name
   * @param {number} since ns
   */
  waitsSince(name, since) {
    return this.lanes.some((lane) => lane.name === name && lane.ended === null && lane.waitsSince(since));
  }

  /** @param {number} lock */
  lockName(lock) {
    return this.locks.get(lock)?.name ?? "";
  }

  /**
   * The number of a lock's name in this run, from zero in the order in which names appeared: its colour. An experiment
   * that is repeated makes "account A" anew, and it is the same to a reader.
   *
   * @param {number} lock
   */
  lockNumber(lock) {
    return this.#numbers.get(this.lockName(lock)) ?? 0;
  }

  /**
   * The locks that were used after a moment, the latest ones if there are too many, in the order of their numbers.
   *
   * @param {number} time ns
   * @param {number} most
   * @returns {Lock[]}
   */
  locksSince(time, most) {
    const held = new Set(this.lanes.flatMap((lane) => (lane.ended === null ? lane.openLocks() : [])));
    const used = [...this.#used].filter(([lock, at]) => (at >= time || held.has(lock)) && this.locks.has(lock));
    used.sort((one, other) => other[1] - one[1]);
    /** @type {Map<string, Lock>} */
    const named = new Map();
    for (const [lock] of used) {
      const found = /** @type {Lock} */ (this.locks.get(lock));
      if (named.size < most && !named.has(found.name)) named.set(found.name, found);
    }
    const shown = [...named.values()];
    return shown.sort((one, other) => this.lockNumber(one.i) - this.lockNumber(other.i));
  }

  /**
   * @param {Lock} lock
   */
  meet(lock) {
    if (!this.#used.has(lock.i)) this.#used.set(lock.i, this.newest);
    this.locks.set(lock.i, { ...lock, name: withoutFolders(lock.name) });
    const name = this.lockName(lock.i);
    if (!this.#numbers.has(name)) this.#numbers.set(name, this.#numbers.size);
  }

  /**
   * @param {number} lock
   * @param {number} time ns
   */
  use(lock, time) {
    if (lock >= 0) this.#used.set(lock, time);
  }

  /**
   * Take a batch.
   *
   * @param {import("./socket.js").Item[]} items
   */
  take(items) {
    /** @type {Set<News>} */
    const news = new Set();
    for (const item of items) {
      const kind = TAKES[item.k];
      if (kind) news.add(kind(this, item));
    }
    const expected = this.#anchor.run + (performance.now() - this.#anchor.wall) * 1e6;
    if (!this.#anchor.wall || this.newest > expected || expected > this.newest + AHEAD_NS) {
      this.#anchor = { run: this.newest, wall: performance.now() };
    }
    if (this.newest - this.#swept > 5e9) {
      this.#swept = this.newest;
      this.#forget();
    }
    if (news.size) news.add("data");
    for (const each of news) for (const listener of [...(this.#listeners.get(each) ?? [])]) listener();
  }

  /** Drop what nobody can scroll back to any more, so that a run of hours needs no more room than one of minutes. */
  #forget() {
    for (const lane of this.lanes) lane.forget(this.newest);
    const limit = this.newest - KEPT_NS;
    const kept = this.lanes.filter((lane) => lane.ended === null || lane.ended >= limit);
    if (kept.length < this.lanes.length) {
      for (const lane of this.lanes) if (lane.ended !== null && lane.ended < limit) this.#byThread.delete(lane.index);
      this.lanes.splice(0, this.lanes.length, ...kept);
    }
    if (this.locks.size <= KEPT_LOCKS) return;
    const held = new Set(this.lanes.flatMap((lane) => lane.openLocks()));
    for (const lock of [...this.locks.keys()]) {
      if (held.has(lock) || (this.#used.get(lock) ?? this.newest) >= limit) continue;
      this.locks.delete(lock);
      this.#used.delete(lock);
    }
  }

  /** Forget everything: a new picture follows. */
  reset() {
    this.lanes.length = 0;
    this.#byThread.clear();
    this.locks.clear();
    this.#numbers.clear();
    this.#threads.clear();
    this.#used.clear();
    this.places.clear();
    this.marks.length = 0;
    this.log.length = 0;
    this.samples = new Samples();
    this.forgotten = this.newest = this.#swept = 0;
    this.#anchor = { run: 0, wall: 0 };
    this.end = null;
    this.said = null;
    this.gone = false;
  }
}

/** @type {Record<string, (recording: Recording, item: any) => News>} */
const TAKES = {
  hello(recording, item) {
    if (!item.resumed) recording.reset();
    recording.hello = item;
    if (item.said) recording.said = { status: item.status, said: item.said };
    for (const lock of item.locks ?? []) recording.meet(lock);
    for (const place of item.places ?? []) recording.places.set(place.i, place);
    for (const { i, name, t = 0, end = null } of item.threads ?? []) {
      const lane = recording.lane(i);
      lane.name = name;
      lane.began = Math.min(lane.began, t);
      lane.ended = end;
    }
    return "hello";
  },
  thread(recording, { i, name, ev, t = 0 }) {
    const lane = recording.lane(i);
    if (name) lane.name = name;
    if (ev === "end") lane.ended = t;
    else {
      lane.began = t;
      lane.ended = null;
    }
    return "data";
  },
  lock(recording, lock) {
    recording.meet(lock);
    return "data";
  },
  place(recording, place) {
    recording.places.set(place.i, place);
    return "data";
  },
  s(recording, { now, r = [] }) {
    for (const [lane, kind, lock, start, end, place, times, spent] of r) {
      recording.lane(lane).take(kind, lock ?? -1, start, end ?? null, place ?? -1, times, spent);
      recording.use(lock ?? -1, end ?? now);
    }
    recording.newest = Math.max(recording.newest, now);
    return "data";
  },
  m(recording, item) {
    recording.samples.take(item);
    recording.newest = Math.max(recording.newest, item.t);
    return "data";
  },
  mark(recording, mark) {
    recording.marks.push(mark);
    if (recording.marks.length > KEPT_MARKS) {
      // Warnings come by the dozen, what went wrong does not: the oldest warning goes first.
      const warning = recording.marks.findIndex((each) => each.sev === "warn");
      recording.marks.splice(Math.max(0, warning), 1);
    }
    return "mark";
  },
  log(recording, { t, s, err = false }) {
    recording.log.push({ t, s, err });
    if (recording.log.length > KEPT_LINES) {
      recording.forgotten += recording.log.length - KEPT_LINES;
      recording.log.splice(0, recording.log.length - KEPT_LINES);
    }
    return "log";
  },
  end(recording, end) {
    recording.newest = Math.max(recording.newest, end.t ?? 0);
    recording.end = end;
    return "state";
  },
  status(recording, { status, said }) {
    recording.said = { status, said };
    return "state";
  },
  gone(recording) {
    recording.gone = true;
    return "state";
  },
};
