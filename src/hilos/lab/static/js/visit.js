/** Going to another page from a program, exactly as a link does. */

import { el } from "./element.js";

/** @param {string} href */
export function visit(href) {
  const link = el("a", { href });
  document.body.append(link);
  link.click(); // the router follows it
  link.remove();
}
