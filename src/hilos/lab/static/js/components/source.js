/**
 * `<lab-source>`: source with line numbers; `point(line)` brings a line into view and marks it.
 */

import { el, markup } from "../element.js";
import { t } from "../texts.js";

export class Source extends HTMLElement {
  /** @type {HTMLElement[]} */
  #lines = [];

  /** @param {{file: string, lines: string[], html?: string}} source `html`: the same lines, coloured */
  show({ file, lines, html }) {
    const coloured = html?.replace(/\n$/, "").split("\n");
    const matches = coloured && coloured.length >= lines.length;
    this.#lines = lines.map((text, i) =>
      el("div.line", {}, el("span.number", { "aria-hidden": "true" }, String(i + 1)), el("code", {}, matches ? markup(coloured[i]) : text)),
    );
    this.replaceChildren(
      el("p.file.small.quiet", {}, el("code", {}, file)),
      el("div.lines", { tabindex: "0", role: "region", "aria-label": t("source.name", { file }) }, ...this.#lines),
    );
  }

  /**
   * @param {number} line from 1
   */
  point(line) {
    for (const each of this.querySelectorAll(".line[aria-current]")) each.removeAttribute("aria-current");
    const found = this.#lines[line - 1];
    if (!found) return;
    found.setAttribute("aria-current", "true");
    const box = /** @type {HTMLElement} */ (found.parentElement);
    box.scrollTop = found.offsetTop - box.offsetTop - box.clientHeight / 3;
  }
}

customElements.define("lab-source", Source);
