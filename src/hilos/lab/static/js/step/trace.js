/**
 * Step data (`hilos.lab.stepping`) worked out: what is so after each step. No page here, only data.
 */

/** @typedef {{es: string, en: string}} Both */
/**
 * @typedef {object} Step
 * @property {number|null} th
 * @property {string} op
 * @property {[number, number]|null} [at] source, line
 * @property {string|number} [target]
 * @property {string} [value]
 * @property {Record<string, [string|null, string|null]>} [set]
 * @property {[number, number][]} [holds]
 * @property {[number, number][]} [waits]
 * @property {number[]} [ended]
 * @property {boolean} [mark]
 * @property {Both} say
 */
/** @typedef {{name: string, letter: string}} Thread */
/** @typedef {{name: string, type: string, label: Both}} Thing */
/** @typedef {{file: string, name: string, first: number, lines: string[]}} Source */
/** @typedef {{fails: boolean, token: string, start: Record<string, string|null>, steps: Step[], left_out?: [number, number]}} Run */
/**
 * @typedef {object} Trace
 * @property {number} v
 * @property {string} program
 * @property {string} token
 * @property {Both} headline
 * @property {Both[]} failure
 * @property {Both[]} cause
 * @property {Source[]} sources
 * @property {Thread[]} threads
 * @property {Thing[]} objects
 * @property {[number, number][]} cycle
 * @property {Run[]} runs
 * @property {number|null} differ
 */
/** @typedef {{target: string, value: string, stale: boolean}} Read what a thread has read and not yet written */
/**
 * @typedef {object} State after a step
 * @property {Record<string, string|null>} memory
 * @property {Record<string, [string|null, string|null]>} set what the step changed
 * @property {[number, number][]} holds object, thread
 * @property {[number, number][]} waits thread, object
 * @property {Set<number>} ended
 * @property {([number, number]|null)[]} at by thread: the source and line where it last did something
 * @property {Map<string, string>[]} hand by thread: variable, value that it read
 */

/** @type {(threads: number, start: Record<string, string|null>) => State} */
export function begin(threads, start) {
  return {
    memory: { ...start },
    set: {},
    holds: [],
    waits: [],
    ended: new Set(),
    at: Array.from({ length: threads }, () => null),
    hand: Array.from({ length: threads }, () => new Map()),
  };
}

/**
 * The state after one more step.
 *
 * @param {State} state
 * @param {Step} step
 * @returns {State}
 */
export function follow(state, step) {
  const next = {
    memory: { ...state.memory },
    set: step.set ?? {},
    holds: step.holds ?? state.holds,
    waits: step.waits ?? state.waits,
    ended: new Set([...state.ended, ...(step.ended ?? [])]),
    at: [...state.at],
    hand: [...state.hand],
  };
  for (const [name, [, after]] of Object.entries(next.set)) next.memory[name] = after;
  if (step.th !== null) {
    if (step.at) next.at[step.th] = step.at;
    const hand = new Map(state.hand[step.th]);
    if (typeof step.target === "string" && step.target in next.memory) {
      hand.delete(step.target);
      if (step.op === "read" && step.value !== undefined) hand.set(step.target, step.value);
    }
    next.hand[step.th] = hand;
  }
  for (const thread of next.ended) next.hand[thread] = new Map();
  return next;
}

/**
 * The state after each step of a run.
 *
 * @param {Trace} trace
 * @param {Run} run
 * @returns {State[]}
 */
export function states(trace, run) {
  let state = begin(trace.threads.length, run.start);
  return run.steps.map((step) => (state = follow(state, step)));
}

/**
 * What a thread has read and relies on; `stale` where the variable holds something else by now.
 *
 * @param {State} state
 * @param {number} thread
 * @returns {Read[]}
 */
export function relied(state, thread) {
  return [...state.hand[thread]].slice(-3).map(([target, value]) => ({ target, value, stale: state.memory[target] !== value }));
}
