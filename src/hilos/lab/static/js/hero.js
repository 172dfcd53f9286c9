/** The home page's picture: three threads that take a lock in turns, as the timeline draws them. For the eye only. */

import { threadColour } from "./colours.js";
import { svg } from "./element.js";

/** Holds and waits of each thread, as [left, width]; at no moment do two hold. */
const LANES = [
  { holds: [[38, 62], [236, 46]], waits: [[166, 70]] },
  { holds: [[100, 76]], waits: [[62, 38], [250, 90]] },
  { holds: [[176, 60], [282, 58]], waits: [[112, 64]] },
];

/** @returns {SVGElement} */
export function heroPicture() {
  return svg(
    "svg.picture",
    { viewBox: "0 0 360 132", "aria-hidden": "true", focusable: "false" },
    svg("defs", {}, svg("pattern", { id: "hatch", width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }, svg("path.stripe", { d: "M0 0V6" }))),
    ...LANES.map(({ holds, waits }, i) =>
      svg(
        "g",
        { transform: `translate(0 ${22 + 44 * i})` },
        dot(i),
        svg("path.run", { d: "M24 0H352" }),
        ...waits.map(([x, width]) => svg("g", {}, svg("rect.ground", { x, y: -11, width, height: 22, rx: 3 }), svg("rect.wait", { x, y: -11, width, height: 22, rx: 3 }))),
        ...holds.map(([x, width]) => svg("rect.hold", { x, y: -13, width, height: 26, rx: 3 })),
      ),
    ),
  );
}

/** @param {number} thread */
function dot(thread) {
  const circle = svg("circle", { cx: 8, r: 5 });
  circle.style.fill = threadColour(thread);
  return circle;
}
