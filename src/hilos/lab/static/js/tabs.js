/** Tabs as ARIA wants them: arrows move, one panel shows. */

import { el } from "./element.js";

let serial = 0;

/**
 * @param {string} name of the whole
 * @param {[string, string, HTMLElement][]} entries key, title, content
 * @returns {{element: HTMLElement, choose: (key: string) => void}}
 */
export function tabs(name, entries) {
  const mine = ++serial;
  const buttons = entries.map(([key, title]) =>
    el("button", { type: "button", role: "tab", id: `tab-${mine}-${key}`, "aria-controls": `tabbed-${mine}-${key}`, dataset: { key }, onclick: () => choose(key) }, title),
  );
  const contents = entries.map(([key, , content]) => el("div.tabbed", { role: "tabpanel", id: `tabbed-${mine}-${key}`, "aria-labelledby": `tab-${mine}-${key}` }, content));
  const list = el("div.tabs", { role: "tablist", "aria-label": name }, ...buttons);
  list.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = buttons.findIndex((button) => button === document.activeElement);
    const next = buttons[(at + step + buttons.length) % buttons.length];
    choose(next.dataset.key ?? "");
    next.focus();
  });

  /** @param {string} key */
  function choose(key) {
    buttons.forEach((button, i) => {
      const chosen = button.dataset.key === key;
      button.setAttribute("aria-selected", String(chosen));
      button.tabIndex = chosen ? 0 : -1;
      contents[i].hidden = !chosen;
    });
  }

  choose(entries[0][0]);
  return { element: el("div", {}, list, ...contents), choose };
}
