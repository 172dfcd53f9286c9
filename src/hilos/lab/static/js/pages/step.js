/** One interleaving, forward and back: `/step/{trace}`. */

import { get } from "../api.js";
import { el, icon } from "../element.js";
import { language, t } from "../texts.js";
import { Stepper } from "../components/stepper.js";

/** @type {import("../router.js").Mount} */
export async function mount(root, { id }) {
  root.append(el("p.quiet", { role: "status" }, t("step.loading")));
  const trace = await get(`/api/traces/${encodeURIComponent(id)}`);
  const stepper = new Stepper();
  stepper.setAttribute("linked", "");
  stepper.trace = trace;
  const file = `/api/traces/${encodeURIComponent(trace.id)}/html?lang=${language()}`;
  root.replaceChildren(
    el(
      "header.page-head",
      {},
      el("div", {}, el("h1", {}, t("step.title", { program: trace.program })), el("p", {}, t("step.lead"))),
      el("div.tools", {}, el("a.button", { href: file, download: `${trace.program}.html` }, icon("out"), t("step.keep"))),
    ),
    stepper,
    el("p.small.quiet.again", {}, t("step.token"), " ", el("code", {}, trace.token)),
  );
}
