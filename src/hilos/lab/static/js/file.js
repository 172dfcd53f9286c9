/** The page of an exported file: one or more interleavings to step through, with no server. */

import { choices } from "./choices.js";
import { el } from "./element.js";
import { onLanguage, speak, t } from "./texts.js";
import { startTheme } from "./theme.js";
import { patternOf, Stepper } from "./components/stepper.js";

const traces = JSON.parse(document.getElementById("lab-traces")?.textContent ?? "[]");
/** @type {HTMLOptionElement[]} */
const options = traces.map((/** @type {any} */ _trace, /** @type {number} */ number) => el("option", { value: number }));
const which = options.length > 1 ? el("select", { onchange: () => choose(Number(which.value)) }, ...options) : el("span");
const title = el("h1");
const lead = el("p");
const stepper = new Stepper();
const again = el("p.small.quiet.again");
let chosen = 0;

/** What stands around the stepper, in the language in force. */
function say() {
  const trace = traces[chosen];
  if (options.length > 1) which.setAttribute("aria-label", t("step.which"));
  options.forEach((option, number) => {
    option.textContent = `${number + 1}. ${traces[number].program}: ${patternOf(traces[number])}`;
  });
  title.textContent = document.title = t("step.title", { program: trace.program });
  lead.textContent = t("step.lead");
  again.replaceChildren(t("step.token"), " ", el("code", {}, trace.token), ` · ${trace.python}`);
}

/** @param {number} number */
function choose(number) {
  chosen = number;
  stepper.trace = traces[number];
  say();
}

async function begin() {
  startTheme();
  await speak();
  stepper.setAttribute("linked", "");
  choose(0);
  document.body.append(
    el("header.bar", {}, el("strong.brand", {}, "hilos"), which, choices()),
    el("main.wide", { id: "main" }, el("header.page-head", {}, el("div", {}, title, lead)), stepper, again),
  );
  onLanguage(say);
}

void begin();
