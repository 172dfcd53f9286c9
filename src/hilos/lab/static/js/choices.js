/** Language and theme at the end of a page's bar; they follow what is in force, and the focus stays where it is. */

import { el, icon } from "./element.js";
import { LANGUAGES, language, onLanguage, speak, t } from "./texts.js";
import { isDark, onTheme, toggleTheme } from "./theme.js";

/** How a language calls itself. */
const OWN_NAMES = { es: "Español", en: "English" };

/** @returns {HTMLElement} */
export function choices() {
  const buttons = LANGUAGES.map((each) => el("button", { type: "button", lang: each, "aria-label": OWN_NAMES[each], onclick: () => void speak(each) }, each.toUpperCase()));
  const languages = el("div.languages", { role: "group" }, ...buttons);
  const theme = el("button.plain", { type: "button", id: "theme", onclick: toggleTheme });
  const face = () => {
    languages.setAttribute("aria-label", t("shell.language"));
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.lang === language()));
    const name = t(isDark() ? "shell.light" : "shell.dark");
    theme.setAttribute("aria-label", name);
    theme.title = name;
    theme.replaceChildren(icon(isDark() ? "sun" : "moon"));
  };
  face();
  onTheme(face);
  onLanguage(face);
  return el("div.choices", {}, languages, theme);
}
