/**
 * `<lab-editor>`: a native text field over the same text in colour, with line numbers.
 *
 *     editor.value = "…";  editor.mark([9, 11]);  editor.addEventListener("input", …)
 *
 * Tab and Shift+Tab indent, Enter keeps the indentation, Backspace takes a level away; all of it can be undone, since it
 * goes through the field's own editing. Esc lets the next Tab leave the field, so that the keyboard is not trapped.
 */

import { el } from "../element.js";
import { t } from "../texts.js";
import { coloured } from "../python.js";

const INDENT = "    ";
let count = 0;

export class Editor extends HTMLElement {
  #leaving = false;
  /** @type {Set<number>} */
  #marked = new Set();
  #gutter = el("div.gutter", { "aria-hidden": "true" });
  #text = el("pre", { "aria-hidden": "true" });
  #field = el("textarea", {
    spellcheck: "false",
    autocomplete: "off",
    autocapitalize: "off",
    wrap: "off",
    onkeydown: (/** @type {KeyboardEvent} */ event) => this.#key(event),
    oninput: () => this.#changed(),
    onblur: () => (this.#leaving = false),
  });

  connectedCallback() {
    if (this.firstChild) return;
    const help = `editor-help-${++count}`;
    this.#field.setAttribute("aria-label", this.getAttribute("label") ?? t("editor.label"));
    this.#field.setAttribute("aria-describedby", help);
    this.append(el("div.scroll", {}, this.#gutter, el("div.field", {}, this.#text, this.#field)), el("p.small.quiet", { id: help }, t("editor.help")));
    this.#draw();
  }

  get value() {
    return this.#field.value;
  }

  set value(text) {
    this.#field.value = text;
    this.#marked.clear();
    this.#draw();
  }

  focus() {
    this.#field.focus();
  }

  /**
   * Point at lines; the next change forgets them.
   *
   * @param {number[]} lines from 1
   */
  mark(lines) {
    this.#marked = new Set(lines);
    this.#draw();
  }

  #changed() {
    this.#marked.clear();
    this.#draw();
  }

  #draw() {
    const lines = coloured(this.#field.value);
    this.#text.replaceChildren(...lines.flatMap((line, i) => (i ? ["\n", line] : [line])), "\n");
    this.#gutter.replaceChildren(...lines.map((_line, i) => el(this.#marked.has(i + 1) ? "span.marked" : "span", {}, String(i + 1))));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key === "Escape") this.#leaving = true;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Tab") {
      if (this.#leaving) return;
      event.preventDefault();
      if (event.shiftKey) this.#shift(false);
      else if (this.#selected().includes("\n")) this.#shift(true);
      else this.#insert(INDENT.slice(this.#column() % INDENT.length));
    } else if (event.key === "Enter") {
      event.preventDefault();
      const line = this.#line();
      const indentation = /^[ \t]*/.exec(line)?.[0] ?? "";
      this.#insert(`\n${indentation}${/:\s*(#.*)?$/.test(line) ? INDENT : ""}`);
    } else if (event.key === "Backspace" && !this.#selected() && /^ +$/.test(this.#line())) {
      event.preventDefault();
      const column = this.#column();
      const back = column % INDENT.length || INDENT.length;
      this.#field.setSelectionRange(this.#field.selectionStart - back, this.#field.selectionStart);
      this.#insert("");
    }
    if (event.key !== "Escape") this.#leaving = false;
  }

  #selected() {
    return this.#field.value.slice(this.#field.selectionStart, this.#field.selectionEnd);
  }

  /** What stands before the cursor in its line. */
  #line() {
    const before = this.#field.value.slice(0, this.#field.selectionStart);
    return before.slice(before.lastIndexOf("\n") + 1);
  }

  #column() {
    return this.#line().length;
  }

  /**
   * Indent the selected lines, or take a level away.
   *
   * @param {boolean} deeper
   */
  #shift(deeper) {
    const field = this.#field;
    const start = field.value.lastIndexOf("\n", field.selectionStart - 1) + 1;
    const found = field.value.indexOf("\n", Math.max(field.selectionStart, field.selectionEnd - 1));
    const end = found < 0 ? field.value.length : found;
    const lines = field.value.slice(start, end).split("\n");
    const shifted = lines.map((/** @type {string} */ line) => (deeper ? (line ? INDENT + line : line) : line.replace(/^ {1,4}|^\t/, ""))).join("\n");
    field.setSelectionRange(start, end);
    this.#insert(shifted);
    field.setSelectionRange(start, start + shifted.length);
  }

  /**
   * Put text in the place of the selection, as typing does: undo takes it back.
   *
   * @param {string} text
   */
  #insert(text) {
    const done = text ? document.execCommand("insertText", false, text) : document.execCommand("delete");
    if (!done) {
      this.#field.setRangeText(text, this.#field.selectionStart, this.#field.selectionEnd, "end");
      this.#field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
}

customElements.define("lab-editor", Editor);
