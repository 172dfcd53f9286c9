/** The wait-for graph of a state, for `<lab-waitgraph>`: everything keeps its place from step to step. */

import { letterOf } from "./threadname.js";

/** @typedef {import("./trace.js").Trace} Trace */
/** @typedef {import("./trace.js").State} State */

/**
 * @param {Pick<Trace, "threads"|"objects"|"cycle">} trace
 * @param {State} state
 */
export function graphOf({ threads, objects, cycle }, state) {
  const around = cycle.flatMap(([thread, object]) => [threads[thread].name, objects[object].name]);
  const closed = cycle.length > 0 && cycle.every(([thread, object]) => state.waits.some((wait) => wait[0] === thread && wait[1] === object));
  return {
    threads: threads.map((thread, number) => ({ name: thread.name, letter: letterOf(thread), colour: number })),
    locks: objects.map((object) => object.name),
    holds: state.holds.map(([object, thread]) => /** @type {[string, string]} */ ([objects[object].name, threads[thread].name])),
    waits: state.waits.map(([thread, object]) => /** @type {[string, string]} */ ([threads[thread].name, objects[object].name])),
    cycle: closed ? around : [],
    ring: around,
  };
}
