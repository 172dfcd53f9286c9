/**
 * The shell: bar, language, theme, notice of the connection; then the router shows the page.
 */

import { el, icon, svg } from "./element.js";
import { Router } from "./router.js";
import { onServer } from "./server.js";
import { LANGUAGES, language, onLanguage, speak, t } from "./texts.js";
import { isDark, onTheme, startTheme, toggleTheme } from "./theme.js";

/** @type {[string, string][]} */
const PLACES = [
  ["home", "/"],
  ["live", "/live"],
  ["timeline", "/timeline"],
  ["exercises", "/exercise"],
  ["jobs", "/jobs"],
  ["alerts", "/alerts"],
];
/** How a language calls itself. */
const OWN_NAMES = { es: "Español", en: "English" };

let place = "home";

const main = el("main", { id: "main", tabindex: "-1" });
const bar = el("header.bar");
const notice = el("div.notice", { role: "status", hidden: true });
const skip = el("a.skip", { href: "#main", onclick: (/** @type {Event} */ event) => (event.preventDefault(), main.focus()) });

const router = new Router(main, (route) => {
  place = route?.place ?? "";
  title();
  for (const link of bar.querySelectorAll("nav a")) current(link);
});

/** @param {Element} link */
function current(link) {
  if (/** @type {HTMLElement} */ (link).dataset.place === place) link.setAttribute("aria-current", "page");
  else link.removeAttribute("aria-current");
}

function title() {
  document.title = PLACES.some(([name]) => name === place) ? `${t(`nav.${place}`)} · hilos` : "hilos";
}

function drawBar() {
  skip.textContent = t("shell.skip");
  const mark = svg(
    "svg",
    { viewBox: "0 0 30 24", "aria-hidden": "true" },
    svg("path", { d: "M2 5c8 0 8 14 15 14s5-7 11-7" }),
    svg("path", { d: "M2 12c6 0 6-7 13-7s6 14 13 14" }),
    svg("path", { d: "M2 19c9 0 5-14 13-14h13" }),
  );
  const dark = isDark();
  const theme = dark ? t("shell.light") : t("shell.dark");
  bar.replaceChildren(
    el("a.brand", { href: "/" }, mark, "hilos"),
    el("nav", { "aria-label": t("shell.nav") }, ...PLACES.map(([name, href]) => el("a", { href, dataset: { place: name } }, t(`nav.${name}`)))),
    el(
      "div.choices",
      {},
      el(
        "div.languages",
        { role: "group", "aria-label": t("shell.language") },
        ...LANGUAGES.map((each) =>
          el(
            "button",
            { type: "button", lang: each, "aria-pressed": String(each === language()), "aria-label": OWN_NAMES[each], onclick: () => void chooseLanguage(each) },
            each.toUpperCase(),
          ),
        ),
      ),
      el("button.plain", { type: "button", "aria-label": theme, title: theme, onclick: toggleTheme, id: "theme" }, icon(dark ? "sun" : "moon")),
    ),
  );
  for (const link of bar.querySelectorAll("nav a")) current(link);
}

/** @param {import("./texts.js").Language} each */
async function chooseLanguage(each) {
  await speak(each);
  /** @type {HTMLElement|null} */ (bar.querySelector(`.languages [lang="${each}"]`))?.focus();
}

function redraw() {
  const focused = document.activeElement?.id === "theme";
  drawBar();
  if (focused) document.getElementById("theme")?.focus();
}

startTheme();
document.body.prepend(skip, bar, notice, main);
try {
  await speak();
} catch {
  // Without texts nothing can be said well; both languages in one sentence, and a way on.
  main.textContent = "El laboratorio no responde: recarga la página. The lab does not answer: reload the page.";
  throw new Error("no texts");
}
drawBar();
onTheme(redraw);
onLanguage(() => {
  drawBar();
  void router.show();
});
onServer((alive, locked) => {
  notice.hidden = alive;
  notice.replaceChildren(...(alive ? [] : [icon("alert"), el("span", {}, t(locked ? "server.locked" : "server.lost"))]));
});
await router.show();
document.documentElement.dataset.ready = "true"; // for whoever waits for the page
