/** The learner's own program: pasted, explored, stepped through. */

import { get, post } from "../api.js";
import { CheckButton } from "../check.js";
import { draftOf, keepDraft } from "../drafts.js";
import { el, icon } from "../element.js";
import { language, t } from "../texts.js";
import { Editor } from "../components/editor.js";
import { printed } from "../components/lamps.js";
import { Stepper } from "../components/stepper.js";

const NAME = "own-program";
const EXAMPLE = `import threading


class State:
    def __init__(self):
        self.total = 0
        self.lock = threading.Lock()


def add(state):
    total = state.total
    with state.lock:
        state.total = total + 1


WORKERS = [add, add]


def invariant(state):
    return state.total == 2
`;

/** What was explored last, told anew in another language without exploring again. @type {any} */
let kept = null;

/** @type {import("../router.js").Mount} */
export function mount(root) {
  const editor = new Editor();
  editor.setAttribute("label", t("program.editor"));
  editor.value = draftOf(NAME)?.text ?? EXAMPLE;
  editor.addEventListener("input", () => keepDraft(NAME, { text: editor.value, stamp: "" }));
  const results = el("div.stack.results");
  const check = new CheckButton(t("program.explore"), "/api/explore", async (signal) => {
    kept = null;
    results.replaceChildren();
    const source = editor.value;
    const answer = await post("/api/explore", { source }, signal);
    const traces = {};
    for (const name of answer.programs.flatMap((/** @type {any} */ program) => program.traces)) Object.assign(traces, { [name]: await get(`/api/traces/${name}`, signal) });
    kept = { ...answer, traces, source };
    show(results, kept);
    /** @type {HTMLElement|null} */ (results.querySelector("h2"))?.focus();
  });
  root.append(
    el("header.page-head", {}, el("div", {}, el("h1", {}, t("program.title")), el("p", {}, t("program.lead")))),
    el(
      "section.card.desk",
      { "aria-label": t("program.title") },
      editor,
      el(
        "div.tools",
        {},
        check.button,
        el("button.plain", { type: "button", onclick: () => ((editor.value = EXAMPLE), keepDraft(NAME, null)) }, t("program.example")),
        check.status,
      ),
    ),
    results,
  );
  if (kept?.source === editor.value) show(results, kept);
  return () => check.stop();
}

const SIGNS = /** @type {const} */ ({ proved: "check", violated: "cross", unfinished: "alert" });
const LAMPS = { proved: "green", violated: "red", unfinished: "amber" };

/**
 * @param {HTMLElement} results
 * @param {any} found
 */
function show(results, found) {
  results.replaceChildren(
    ...found.programs.flatMap((/** @type {any} */ program) => {
      const verdict = /** @type {keyof typeof SIGNS} */ (program.verdict);
      const steppers = program.traces.map((/** @type {string} */ name) => {
        const stepper = new Stepper();
        stepper.trace = found.traces[name];
        return stepper;
      });
      return [
        el(
          `section.card.verdict-card.${LAMPS[verdict]}`,
          {},
          el("h2.outcome", { tabindex: "-1" }, icon(SIGNS[verdict]), t(`program.${verdict}`, { program: program.name })),
          el("p", {}, t("program.counted", { n: program.executions, failing: program.failing, longest: program.longest })),
          program.spins.length ? el("p", {}, t("program.spins", { lines: program.spins.join(", ") })) : "",
          el("details", {}, el("summary", {}, t("program.told")), el("pre.printed", { tabindex: "0" }, program.told[language()])),
        ),
        ...steppers,
      ];
    }),
    printed(found.output) ?? "",
  );
}
