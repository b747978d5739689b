// Activity over time: bars for those who look, a sentence and a table for everybody.

import { byId, element } from "./dom.js";
import { clock, zone } from "./time.js";

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 100;
const STEP = 10;
const BAR = 8;

export function showChart({ counts }) {
  const most = Math.max(...counts.map((span) => span.count), 1);
  const all = sum(counts, "count");
  const errors = sum(counts, "errors");
  byId("chart-summary").textContent =
    all === 0 ? "No entries" : `${all} ${all === 1 ? "entry" : "entries"}, ${errors} ${errors === 1 ? "error" : "errors"}, at most ${most} an hour · times in ${zone()}`;
  byId("chart-zone").textContent = `(${zone()})`;
  byId("chart").replaceChildren(bars(counts, most), hours(counts));
  byId("chart-rows").replaceChildren(...counts.map(row));
}

const sum = (counts, name) => counts.reduce((total, span) => total + span[name], 0);

function bars(counts, most) {
  const svg = node("svg", {
    viewBox: `0 0 ${counts.length * STEP - (STEP - BAR)} ${HEIGHT}`,
    preserveAspectRatio: "none",
    "aria-hidden": "true",
  });
  counts.forEach((span, at) => {
    const group = node("g", {});
    const title = node("title", {});
    title.textContent = `${clock(span.from)}: ${span.count}, ${span.errors} of them errors`;
    const good = ((span.count - span.errors) / most) * HEIGHT;
    const bad = (span.errors / most) * HEIGHT;
    group.append(
      title,
      bar(at, 0, HEIGHT, "back"),
      bar(at, HEIGHT - good, good, "good"),
      bar(at, HEIGHT - good - bad, bad, "bad"));
    svg.append(group);
  });
  return svg;
}

const bar = (at, y, height, kind) => node("rect", { x: at * STEP, y, width: BAR, height, class: kind });

function node(name, attributes) {
  const created = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) created.setAttribute(key, value);
  return created;
}

function hours(counts) {
  const marks = [0, 0.25, 0.5, 0.75].map((share) => counts[Math.floor(share * counts.length)]);
  const scale = element("p", { className: "scale", ariaHidden: "true" });
  scale.append(...marks.filter(Boolean).map((span) => element("span", {}, clock(span.from))), element("span", {}, "now"));
  return scale;
}

function row(span) {
  const from = element("th", { scope: "row" }, clock(span.from));
  return element("tr", {}, from, element("td", {}, span.count), element("td", {}, span.errors));
}
