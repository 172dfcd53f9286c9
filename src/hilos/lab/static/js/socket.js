/**
 * The socket of one run: batches in, and one that died is opened again where it stopped.
 *
 * It sends only one thing: how often it wants to hear, since a hidden page needs no twenty batches a second.
 */

import { serverAlive, serverLost, onServer } from "./server.js";

/** @typedef {Record<string, any>} Item one item of a batch; its `k` says what it is */

const SHOWN_HZ = 20;
const HIDDEN_HZ = 1;

export class RunSocket {
  /** @type {WebSocket|undefined} */
  #socket;
  #closed = false;
  #failures = 0;
  /** @type {(() => void)[]} */
  #undo = [];

  /**
   * @param {string} run
   * @param {(items: Item[]) => void} take
   * @param {() => number|null} since time of the run, in nanoseconds, up to which all is known; null for nothing
   */
  constructor(run, take, since) {
    this.run = run;
    this.take = take;
    this.since = since;
    const shown = () => this.#sayRate();
    document.addEventListener("visibilitychange", shown);
    this.#undo.push(() => document.removeEventListener("visibilitychange", shown));
    this.#undo.push(onServer((alive) => alive && this.#open()));
    this.#open();
  }

  /** End it for good. */
  close() {
    this.#closed = true;
    for (const undo of this.#undo) undo();
    this.#socket?.close();
  }

  #open() {
    if (this.#closed || (this.#socket && this.#socket.readyState <= WebSocket.OPEN)) return;
    const address = new URL("/ws", location.href);
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    address.searchParams.set("run", this.run);
    const since = this.since();
    if (since !== null) address.searchParams.set("since", String(Math.floor(since)));
    const socket = new WebSocket(address);
    this.#socket = socket;
    socket.onopen = () => {
      this.#failures = 0;
      this.#sayRate();
    };
    socket.onmessage = ({ data }) => {
      const items = JSON.parse(data);
      this.take(Array.isArray(items) ? items : [items]);
    };
    socket.onclose = ({ code }) => this.#lost(code);
  }

  /** @param {number} code */
  #lost(code) {
    // 1000: the run is over and all was sent. 4404: there is no such run any more (the server was started anew).
    if (this.#closed || code === 1000 || code === 4404) {
      if (code === 4404) this.take([{ k: "gone" }]);
      return;
    }
    this.#failures += 1;
    if (this.#failures > 1 || !serverAlive()) serverLost(); // tells us when it is back
    else setTimeout(() => this.#open(), 200);
  }

  #sayRate() {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    this.#socket.send(JSON.stringify({ k: "rate", hz: document.hidden ? HIDDEN_HZ : SHOWN_HZ }));
  }
}
