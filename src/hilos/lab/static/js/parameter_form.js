/** The parameters of a lesson as a form: kept while the learner goes elsewhere and comes back. */

import { el } from "./element.js";
import { recallJson, remember } from "./memory.js";

/** @typedef {import("./runs.js").Parameter} Parameter */

export class ParameterForm {
  /** @type {Map<string, HTMLInputElement|HTMLSelectElement>} */
  #fields = new Map();

  /**
   * @param {string} lesson
   * @param {Parameter[]} parameters
   * @param {() => void} submit
   */
  constructor(lesson, parameters, submit) {
    this.parameters = parameters;
    this.kept = `hilos.parameters.${lesson}`;
    const before = recallJson(this.kept, "sessionStorage") ?? {};
    this.element = el("form.parameters", {
      onsubmit: (/** @type {Event} */ event) => {
        event.preventDefault();
        remember(this.kept, JSON.stringify(this.values()), "sessionStorage");
        submit();
      },
    });
    this.element.append(el("div.fields", {}, ...parameters.map((parameter) => this.#field(parameter, before[parameter.name]))));
    this.element.addEventListener("change", () => this.#suit());
    this.#suit();
  }

  /** Show the fields that count with what is chosen now. */
  #suit() {
    const values = this.values();
    for (const { name, when } of this.parameters) {
      const field = /** @type {HTMLElement} */ (this.#fields.get(name));
      const counts = Object.entries(when ?? {}).every(([other, value]) => values[other] === value);
      /** @type {HTMLElement} */ (field.closest(".field")).hidden = !counts;
    }
  }

  /** @returns {Record<string, any>} */
  values() {
    /** @type {Record<string, any>} */
    const values = {};
    for (const parameter of this.parameters) {
      const field = /** @type {HTMLInputElement} */ (this.#fields.get(parameter.name));
      values[parameter.name] = parameter.kind === "choice" ? field.value : Number(field.value);
    }
    return values;
  }

  /**
   * @param {Parameter} parameter
   * @param {any} before
   */
  #field(parameter, before) {
    const { name, label, kind, unit, help } = parameter;
    const id = `parameter-${name}`;
    const described = help ? `${id}-help` : undefined;
    const value = before ?? parameter.default;
    const field =
      kind === "choice"
        ? el("select", { id, name, value, "aria-describedby": described }, ...parameter.choices.map((each) => el("option", { value: each.value }, each.label)))
        : el("input", { id, name, type: "number", value, min: parameter.min, max: parameter.max, step: kind === "int" ? 1 : "any", required: true, "aria-describedby": described, inputmode: kind === "int" ? "numeric" : "decimal" });
    this.#fields.set(name, field);
    return el(
      "div.field",
      {},
      el("label", { for: id }, label),
      el("div", {}, ...(kind === "choice" ? [] : [slider(parameter, field)]), field, ...(unit ? [el("span.quiet.small", {}, unit)] : [])),
      ...(help ? [el("p.small.quiet", { id: described }, help)] : []),
    );
  }
}

/**
 * A slider beside the number, for the hand; the number is what counts and what a screen reader meets. Wide ranges
 * (a switch interval from microseconds to seconds) slide by powers.
 *
 * @param {Parameter} parameter
 * @param {HTMLInputElement} field
 */
function slider({ min, max, step, kind, label }, field) {
  const powers = min > 0 && max / min > 500;
  const to = (/** @type {number} */ value) => (powers ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min));
  const from = (/** @type {number} */ share) => (powers ? min * (max / min) ** share : min + share * (max - min));
  const range = el("input", { type: "range", min: 0, max: 1, step: 0.001, value: to(Number(field.value)), tabindex: "-1", "aria-hidden": "true", title: label });
  range.addEventListener("input", () => {
    const value = from(Number(range.value));
    const grain = kind === "int" ? (step ?? 1) : powers ? 10 ** (Math.floor(Math.log10(value)) - 1) : (step ?? (max - min) / 100);
    const rounded = Math.min(max, Math.max(min, Math.round(value / grain) * grain));
    field.value = String(Number(rounded.toPrecision(6)));
  });
  field.addEventListener("input", () => (range.value = String(to(Number(field.value) || min))));
  return range;
}
