/** The page of an exported file: one or more interleavings to step through, with no server. */

import { el, icon } from "./element.js";
import { LANGUAGES, language, onLanguage, speak, t } from "./texts.js";
import { isDark, onTheme, startTheme, toggleTheme } from "./theme.js";
import { Stepper } from "./components/stepper.js";

/** How a language calls itself. */
const OWN = { es: "Español", en: "English" };
const traces = JSON.parse(document.getElementById("lab-traces")?.textContent ?? "[]");
const head = el("header.bar");
const main = el("main.wide", { id: "main" });
const stepper = new Stepper();
let chosen = 0;

function draw() {
  const trace = traces[chosen];
  const theme = t(isDark() ? "shell.light" : "shell.dark");
  head.replaceChildren(
    el("strong.brand", {}, "hilos"),
    traces.length > 1
      ? el(
          "select",
          { "aria-label": t("step.which"), value: String(chosen), onchange: (/** @type {Event} */ event) => choose(Number(/** @type {HTMLSelectElement} */ (event.target).value)) },
          ...traces.map((/** @type {any} */ each, /** @type {number} */ number) => el("option", { value: String(number) }, `${number + 1}. ${each.program}: ${each.headline[language()].split(": ")[0]}`)),
        )
      : el("span", {}),
    el(
      "div.choices",
      {},
      el(
        "div.languages",
        { role: "group", "aria-label": t("shell.language") },
        ...LANGUAGES.map((each) => el("button", { type: "button", lang: each, "aria-pressed": String(each === language()), "aria-label": OWN[each], onclick: () => void speak(each) }, each.toUpperCase())),
      ),
      el("button.plain", { type: "button", "aria-label": theme, title: theme, onclick: toggleTheme }, icon(isDark() ? "sun" : "moon")),
    ),
  );
  main.replaceChildren(
    el("header.page-head", {}, el("div", {}, el("h1", {}, t("step.title", { program: trace.program })), el("p", {}, t("step.lead")))),
    stepper,
    el("p.small.quiet.again", {}, t("step.token"), " ", el("code", {}, trace.token), ` · ${trace.python}`),
  );
  document.title = t("step.title", { program: trace.program });
}

/** @param {number} number */
function choose(number) {
  chosen = number;
  stepper.trace = traces[number];
  draw();
}

async function begin() {
  startTheme();
  await speak();
  document.body.append(head, main);
  stepper.setAttribute("linked", "");
  choose(0);
  onTheme(draw);
  onLanguage(() => {
    const focused = document.activeElement?.getAttribute("lang");
    draw();
    /** @type {HTMLElement|null} */ (focused ? head.querySelector(`[lang="${focused}"]`) : null)?.focus();
  });
}

void begin();
