/**
 * `<lab-output>`: what a run writes, as it comes; it stays at the end unless the learner has scrolled up.
 */

import { el } from "../element.js";
import { onLanguage, t } from "../texts.js";

const SHOWN = 1500;

export class Output extends HTMLElement {
  /** @type {import("../recording.js").Recording|undefined} */
  #recording;
  #shown = 0; // lines of the recording that are here, those that it forgot included
  /** @type {(() => void)[]} */
  #undo = [];
  #asked = false;
  #box = el("div.log", { tabindex: "0", role: "log", "aria-live": "off" });
  #note = el("p.small.quiet", { hidden: true });

  /** @param {import("../recording.js").Recording|undefined} recording */
  show(recording) {
    this.#recording = recording;
    if (this.isConnected) this.#build();
  }

  connectedCallback() {
    this.#build();
  }

  disconnectedCallback() {
    for (const undo of this.#undo.splice(0)) undo();
  }

  #build() {
    for (const undo of this.#undo.splice(0)) undo();
    this.#box.setAttribute("aria-label", t("output.name"));
    this.#box.replaceChildren();
    this.#shown = 0;
    this.replaceChildren(this.#note, this.#box);
    const recording = this.#recording;
    this.#undo.push(onLanguage(() => this.#build()));
    if (!recording) {
      this.#box.append(el("p.quiet", {}, t("output.none")));
      return;
    }
    this.#undo.push(
      recording.on("log", () => this.#ask()),
      recording.on("hello", () => {
        if (!recording.log.length) this.#build();
      }),
    );
    this.#write();
  }

  #ask() {
    if (this.#asked) return;
    this.#asked = true;
    setTimeout(() => {
      this.#asked = false;
      this.#write();
    }, 60);
  }

  #write() {
    const recording = this.#recording;
    if (!recording) return;
    const { log, forgotten } = recording;
    const box = this.#box;
    const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 40;
    const fresh = log.slice(Math.max(0, this.#shown - forgotten));
    this.#shown = forgotten + log.length;
    if (!fresh.length) return;
    box.append(...fresh.map(({ s, err }) => el(err ? "div.err" : "div", {}, s || " ")));
    while (box.childElementCount > SHOWN) box.firstElementChild?.remove();
    this.#note.hidden = forgotten === 0;
    this.#note.textContent = t("output.cut", { n: SHOWN });
    if (atEnd) box.scrollTop = box.scrollHeight;
  }
}

customElements.define("lab-output", Output);
