/**
 * The shell: bar, language, theme, notice of the connection; then the router shows the page.
 */

import { choices } from "./choices.js";
import { el, icon, svg } from "./element.js";
import { Router } from "./router.js";
import { onServer } from "./server.js";
import { onLanguage, speak, t } from "./texts.js";
import { startTheme } from "./theme.js";

/** @type {[string, string][]} */
const PLACES = [
  ["home", "/"],
  ["live", "/live"],
  ["timeline", "/timeline"],
  ["exercises", "/exercise"],
  ["jobs", "/jobs"],
  ["alerts", "/alerts"],
];

const main = el("main", { id: "main", tabindex: "-1" });
const links = PLACES.map(([name, href]) => el("a", { href, dataset: { place: name } }));
const nav = el("nav", {}, ...links);
const bar = el("header.bar");
const notice = el("div.notice", { role: "status", hidden: true });
const skip = el("a.skip", { href: "#main", onclick: (/** @type {Event} */ event) => (event.preventDefault(), main.focus()) });

const router = new Router(main, (route) => {
  document.title = route ? `${t(`nav.${route.place}`)} · hilos` : "hilos";
  for (const link of links) {
    if (link.dataset.place === route?.place) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  showPlace();
});

/** Where the bar is too narrow for all pages, the present one is in its middle. */
function showPlace() {
  const link = links.find((each) => each.hasAttribute("aria-current"));
  if (link) nav.scrollLeft = link.offsetLeft - nav.offsetLeft - (nav.clientWidth - link.offsetWidth) / 2;
}

/** What the bar says, in the language in force. */
function say() {
  skip.textContent = t("shell.skip");
  nav.setAttribute("aria-label", t("shell.nav"));
  for (const link of links) link.textContent = t(`nav.${link.dataset.place}`);
}

function sign() {
  return svg(
    "svg",
    { viewBox: "0 0 30 24", "aria-hidden": "true" },
    svg("path", { d: "M2 5c8 0 8 14 15 14s5-7 11-7" }),
    svg("path", { d: "M2 12c6 0 6-7 13-7s6 14 13 14" }),
    svg("path", { d: "M2 19c9 0 5-14 13-14h13" }),
  );
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
say();
bar.append(el("a.brand", { href: "/" }, sign(), "hilos"), nav, choices());
onLanguage(() => {
  say();
  void router.show();
});
onServer((alive, locked) => {
  notice.hidden = alive;
  notice.replaceChildren(...(alive ? [] : [icon("alert"), el("span", {}, t(locked ? "server.locked" : "server.lost"))]));
});
await router.show();
document.documentElement.dataset.ready = "true"; // for whoever waits for the page
