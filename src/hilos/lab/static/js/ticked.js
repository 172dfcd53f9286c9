/** An entry of a list of lessons or exercises: a tick once it is done, its title, a line about it. */

import { el, icon } from "./element.js";
import { t } from "./texts.js";

/**
 * @param {string} href
 * @param {string} title
 * @param {boolean} done
 * @param {string} about
 * @returns {HTMLElement}
 */
export function ticked(href, title, done, about) {
  return el(
    "a",
    { href },
    el(done ? "span.tick.done" : "span.tick", {}, done ? icon("check") : ""),
    el("span", {}, el("strong", {}, title), done ? el("span.for-readers", {}, ` (${t("home.is_done")})`) : "", el("span.small.quiet", {}, about)),
  );
}
