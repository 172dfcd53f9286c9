/** Alerts: what Alertmanager's webhook has sent, what each means and what to do. */

import { get } from "../api.js";
import { el, icon } from "../element.js";
import { poll } from "../polling.js";
import { prose } from "../prose.js";
import { clock, named, t } from "../texts.js";

const EVERY_MS = 3000;

/** @type {import("../router.js").Mount} */
export async function mount(root) {
  const body = el("div.stack", { "aria-live": "polite" });
  root.append(el("header.page-head", {}, el("div", {}, el("h1", {}, t("nav.alerts")), el("p", {}, t("alerts.lead")))), body);
  return poll(() => get("/api/alerts"), show, EVERY_MS);

  /** @param {any} found */
  function show({ receiver, alerts }) {
    body.replaceChildren(receiver ? (alerts.length ? el("ul.alerts", {}, ...alerts.map(alertCard)) : el("p.empty", {}, t("alerts.nothing"))) : away());
  }
}

function away() {
  return el("div.empty", {}, el("p", {}, t("alerts.away")), el("p", {}, el("code", {}, "hilos alerts")));
}

/** @param {any} alert */
function alertCard({ status, name, severity, job, summary, since, meaning, action }) {
  const firing = status === "firing";
  return el(
    firing ? `li.card.${severity}` : "li.card",
    {},
    el(
      "header",
      {},
      el(`span.pill.${firing ? severity : "ok"}`, {}, icon(firing ? "alert" : "check"), firing ? named(`severity.${severity}`, severity) : t("alerts.resolved")),
      el("h2", {}, name),
      el("span.quiet.small", {}, [job, since && t("home.since", { time: clock(since) })].filter(Boolean).join(" · ")),
    ),
    el("p", {}, summary),
    ...(meaning ? [el("p.quiet.small", {}, ...prose(meaning))] : []),
    ...(action ? [el("p.small", {}, el("strong", {}, t("alerts.action")), " ", ...prose(action))] : []),
  );
}
