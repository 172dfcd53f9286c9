/**
 * Building the page: `el("button.primary", {onclick}, "Run")`, and the same for SVG.
 *
 * No text ever becomes markup here. Markup that our own server made (a lesson's theory, highlighted source) goes
 * through `markup`.
 */

/** @typedef {Node|string|number|null|undefined|false} Child */
/** @typedef {Record<string, any>} Attributes */

const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {Element} node
 * @param {Attributes} attributes `onNAME` listens, true and false are presence, null and undefined are left out
 */
function dress(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on") && typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (name === "dataset") Object.assign(/** @type {HTMLElement} */ (node).dataset, value);
    else if (name === "value" && "value" in node) /** @type {HTMLInputElement} */ (node).value = String(value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
}

/**
 * @param {Element} node
 * @param {(Child|Child[])[]} children
 */
function fill(node, children) {
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : String(child));
  }
}

/**
 * An HTML element.
 *
 * @param {string} spec tag and classes, `section.card.wide`
 * @param {Attributes} [attributes]
 * @param {...(Child|Child[])} children
 * @returns {any} the element, of whatever type the tag has
 */
export function el(spec, attributes = {}, ...children) {
  const [tag, ...classes] = spec.split(".");
  const node = document.createElement(tag);
  if (classes.length) node.className = classes.join(" ");
  fill(node, children);
  dress(node, attributes); // after the children: a select takes its value only when its options are there
  return node;
}

/**
 * An SVG element.
 *
 * @param {string} spec tag and classes
 * @param {Attributes} [attributes]
 * @param {...(Child|Child[])} children
 * @returns {any}
 */
export function svg(spec, attributes = {}, ...children) {
  const [tag, ...classes] = spec.split(".");
  const node = document.createElementNS(SVG, tag);
  if (classes.length) node.setAttribute("class", classes.join(" "));
  dress(node, attributes);
  fill(node, children);
  return node;
}

/**
 * Markup made by our own server, as nodes.
 *
 * @param {string} html
 * @returns {DocumentFragment}
 */
export function markup(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

/** The paths of the icons, on a grid of 24; drawn with a stroke. Many fonts lack the signs for play and the like. */
const ICONS = {
  play: "M7 4.5v15l12-7.5z",
  stop: "M6.5 6.5h11v11h-11z",
  pause: "M8 5v14M16 5v14",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  table: "M4 5h16v14H4zM4 10h16M4 14.5h16M10 5v14",
  chart: "M4 4v16h16M7 15l4-5 3 3 5-7",
  out: "M12 4v11M7.5 10.5 12 15l4.5-4.5M5 19.5h14",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4",
  check: "M5 12.5 10 17.5 19.5 7",
  cross: "M6 6l12 12M18 6 6 18",
  alert: "M12 4 2.8 19.5h18.4zM12 10v4.5M12 17v.2",
  arrow: "M5 12h14M13 6l6 6-6 6",
  first: "M18 5v14l-9-7zM6 5v14",
  last: "M6 5v14l9-7zM18 5v14",
  back: "M16 5v14L7 12z",
  next: "M8 5v14l9-7z",
};

/**
 * An icon, for the eye only: what it stands in has a name of its own.
 *
 * @param {keyof typeof ICONS} name
 * @returns {SVGElement}
 */
export function icon(name) {
  return svg("svg.icon", { viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" }, svg("path", { d: ICONS[name] }));
}
