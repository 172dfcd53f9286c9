/** Pages that ask again and again: while they are there and seen, and at once when the server is back. */

import { onServer } from "./server.js";

/**
 * Ask now and every so often, and show each answer that is another than the one before: nothing moves under the
 * reader's eyes for nothing.
 *
 * @param {() => Promise<any>} ask
 * @param {(found: any, again: () => Promise<void>) => void} show `again` asks at once
 * @param {number} every milliseconds
 * @returns {Promise<() => void>} once the first answer is shown: ends it
 */
export async function poll(ask, show, every) {
  let here = true;
  let shown = "";
  const look = async () => {
    if (!here || document.hidden) return;
    let found;
    try {
      found = await ask();
    } catch {
      return; // the notice above says that the server is silent
    }
    const written = JSON.stringify(found);
    if (!here || written === shown) return;
    shown = written;
    show(found, look);
  };
  await look();
  const timer = setInterval(() => void look(), every);
  const forget = onServer((alive) => alive && void look());
  return () => {
    here = false;
    clearInterval(timer);
    forget();
  };
}
