// The depth of each queue over the last hour.
import { draw, eachFrame, fill, find, make } from "./dom.js";
import { clock, colourOf, duration, minute, now, number } from "./text.js";

const hour = 3600000;
const height = 168;
const edge = { top: 12, right: 14, bottom: 22, left: 44 };

export class Graph {
  constructor() {
    this.series = new Map();
    this.interval = 5000;
    this.box = find("graph");
    this.changed = eachFrame(() => this.render());
    new ResizeObserver(() => this.changed()).observe(this.box);
    find("graph-details").addEventListener("toggle", () => this.changed());
    setInterval(() => this.changed(), 5000);
    this.box.addEventListener("pointermove", (event) => this.point(event.offsetX));
    this.box.addEventListener("pointerleave", () => this.point(null));
  }

  /** What the gateway has kept. Samples of this page that it does not have any more stay. */
  take({ interval_seconds: seconds, samples }) {
    this.interval = Math.max(1000, seconds * 1000);
    const all = new Map();
    for (const sample of samples) {
      const at = Date.parse(sample.at);
      if (Number.isNaN(at)) continue;
      if (!all.has(sample.backend)) all.set(sample.backend, []);
      all.get(sample.backend).push({ at, depth: sample.ready + (sample.unacknowledged ?? 0) });
    }
    for (const [backend, points] of all) {
      points.sort((one, other) => one.at - other.at);
      const begin = points[0].at;
      const end = points.at(-1).at;
      const old = this.series.get(backend) ?? [];
      this.series.set(backend, [
        ...old.filter((point) => point.at < begin), ...points, ...old.filter((point) => point.at > end),
      ]);
    }
    this.changed();
  }

  /** What was just measured. */
  add(queues) {
    const at = now();
    for (const queue of queues) {
      if (queue.ready === null) continue;
      const points = this.series.get(queue.backend) ?? [];
      this.series.set(queue.backend, points);
      const point = { at, depth: queue.ready + (queue.unacknowledged ?? 0) };
      // A burst of changes is one point, and the last word of it is what counts.
      if (points.length > 1 && at - points.at(-2).at < 1000) points[points.length - 1] = point;
      else points.push(point);
      while (points.length > 0 && points[0].at < at - hour - 60000) points.shift();
    }
    this.changed();
  }

  render() {
    const width = this.box.clientWidth;
    if (width === 0) return;
    const end = now();
    const begin = end - hour;
    const names = [...this.series.keys()].sort();
    const highest = Math.max(0, ...names.flatMap((name) =>
      this.series.get(name).filter((point) => point.at >= begin).map((point) => point.depth)));
    const top = ceiling(highest);
    const x = (at) => edge.left + ((at - begin) / hour) * (width - edge.left - edge.right);
    const y = (depth) => height - edge.bottom - (depth / top) * (height - edge.top - edge.bottom);
    this.scale = { begin, end, x, y, width, names };
    const picture = draw("svg", {
      width, height, viewBox: `0 0 ${width} ${height}`, role: "img",
      "aria-label": names.length === 0 ? "No figures yet" : "Waiting jobs over the last hour: " + names.map(
        (name) => `${name} ${number(this.series.get(name).at(-1)?.depth ?? 0)} now`).join(", "),
    });
    for (const depth of [0, top / 2, top]) {
      picture.append(
        draw("line", { class: "grid", x1: edge.left, x2: width - edge.right, y1: y(depth), y2: y(depth) }),
        draw("text", { class: "tick", x: edge.left - 8, y: y(depth) + 4, "text-anchor": "end" }, number(depth)));
    }
    const step = width < 420 ? 20 : 10;
    for (let minutes = 60; minutes >= 0; minutes -= step) {
      const at = end - minutes * 60000;
      picture.append(draw("text", {
        class: "tick", x: x(at), y: height - 5, "text-anchor": minutes === 0 ? "end" : minutes === 60 ? "start" : "middle",
      }, minutes === 0 ? "now" : minutes === 60 ? minute(at) : `\u2212${minutes} min`));
    }
    for (const name of names) this.line(picture, name, x, y, begin);
    this.cursor = draw("g", { class: "cursor" });
    picture.append(this.cursor);
    this.box.replaceChildren(picture);
    if (names.every((name) => this.series.get(name).length === 0)) {
      this.box.append(make("p", { class: "empty" }, "No figures yet: the first come within seconds."));
    }
    if (find("graph-details").open) this.table(names, begin, end);
  }

  line(picture, name, x, y, begin) {
    // A gap means that nobody measured, not that nothing waited.
    const gap = Math.max(30000, this.interval * 3);
    const points = thin(this.series.get(name).filter((point) => point.at >= begin), 600);
    let path = "";
    let area = "";
    let last = null;
    const close = () => { if (last) area += `L${x(last.at).toFixed(1)} ${y(0).toFixed(1)}Z`; };
    for (const point of points) {
      const here = `${x(point.at).toFixed(1)} ${y(point.depth).toFixed(1)}`;
      if (!last || point.at - last.at > gap) {
        close();
        path += `M${here}`;
        area += `M${x(point.at).toFixed(1)} ${y(0).toFixed(1)}L${here}`;
      } else {
        path += `L${here}`;
        area += `L${here}`;
      }
      last = point;
    }
    close();
    picture.append(
      draw("path", { class: `area ${colourOf(name)}`, d: area }),
      draw("path", { class: `stroke ${colourOf(name)}`, d: path }));
    if (last) picture.append(draw("circle", { class: `dot ${colourOf(name)}`, cx: x(last.at), cy: y(last.depth), r: 3 }));
  }

  point(offset) {
    if (!this.cursor || !this.scale) return;
    const { begin, end, x, y, width, names } = this.scale;
    this.cursor.replaceChildren();
    if (offset === null || names.length === 0) return;
    const at = begin + ((offset - edge.left) / (width - edge.left - edge.right)) * hour;
    if (at < begin || at > end) return;
    const near = names.map((name) => ({ name, point: nearest(this.series.get(name), at) }))
      .filter(({ point }) => point && Math.abs(point.at - at) < 60000);
    if (near.length === 0) return;
    const middle = x(near[0].point.at);
    const isRight = middle > width / 2;
    this.cursor.append(draw("line", { x1: middle, x2: middle, y1: edge.top, y2: height - edge.bottom }));
    const text = `${clock(near[0].point.at)}  ${near.map(({ name, point }) => `${name} ${number(point.depth)}`).join("  ")}`;
    this.cursor.append(
      draw("text", { x: middle + (isRight ? -8 : 8), y: edge.top + 6, "text-anchor": isRight ? "end" : "start" }, text),
      ...near.map(({ point }) => draw("circle", { cx: x(point.at), cy: y(point.depth), r: 3.5 })));
  }

  table(names, begin, end) {
    const times = [];
    for (let minutes = 60; minutes >= 0; minutes -= 5) times.push(end - minutes * 60000);
    const rows = times.map((at) => [minute(at), ...names.map((name) => {
      const point = nearest(this.series.get(name), at);
      return point && Math.abs(point.at - at) < 150000 ? number(point.depth) : "\u2013";
    })]);
    fill(find("graph-table"), rows, () => make("table", { class: "small" },
      make("caption", { class: "hidden" }, `Waiting jobs every five minutes, from ${duration(end - begin)} ago`),
      make("thead", {}, make("tr", {}, ["at", ...names].map((name) => make("th", { scope: "col" }, name)))),
      make("tbody", {}, rows.map(([at, ...depths]) => make("tr", {},
        make("th", { scope: "row" }, at), depths.map((depth) => make("td", {}, depth)))))));
  }
}

/** Of many points the highest of each stretch, so that no peak is lost. */
function thin(points, most) {
  if (points.length <= most) return points;
  const size = Math.ceil(points.length / most);
  const kept = [];
  for (let index = 0; index < points.length; index += size) {
    kept.push(points.slice(index, index + size).reduce((one, other) => (other.depth > one.depth ? other : one)));
  }
  if (kept.at(-1) !== points.at(-1)) kept.push(points.at(-1));
  return kept;
}

function nearest(points, at) {
  let best = null;
  for (const point of points) if (!best || Math.abs(point.at - at) < Math.abs(best.at - at)) best = point;
  return best;
}

/** The next of 4, 10, 20, 40, 100, … */
function ceiling(value) {
  for (let size = 1; ; size *= 10) for (const factor of [4, 10, 20]) if (value <= factor * size) return factor * size;
}
