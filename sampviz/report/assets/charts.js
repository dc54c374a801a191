// Charts as SVG: their axes, the radial spectra, and one measure against another.

const SVG = "http://www.w3.org/2000/svg";
const FRAME = { width: 640, height: 360, left: 64, right: 16, top: 14, bottom: 48 };

function svg(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** About `most` round numbers from low to high. */
function ticks(low, high, most = 6) {
  if (!(high > low)) return [low];
  const power = 10 ** Math.floor(Math.log10((high - low) / most));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => (high - low) / n <= most);
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, i) => (first + i) * step);
}

/** Draw in a place anew: the chain that has the focus keeps it. */
function keepFocus(place, draw) {
  const chain = place.contains(document.activeElement) && document.activeElement.dataset.chain;
  draw();
  if (chain) place.querySelector(`[data-chain="${chain}"]`)?.focus();
}

/** How wide a chart is: on a narrow screen its letters are not smaller. */
const widthIn = (place, most) => Math.max(300, Math.min(most, place.clientWidth || most));

/** An empty chart with its axes; `x` and `y` are { low, high, label }. */
function framed(place, x, y, frame = FRAME) {
  const { height, left, right, top, bottom } = frame;
  const width = widthIn(place, frame.width);
  const across = (v) => left + ((v - x.low) / (x.high - x.low)) * (width - left - right);
  const up = (v) => height - bottom - ((v - y.low) / (y.high - y.low)) * (height - top - bottom);
  const chart = svg("svg", { viewBox: `0 0 ${width} ${height}`, class: "chart" });
  for (const at of ticks(x.low, x.high)) {
    chart.append(
      svg("line", { x1: across(at), x2: across(at), y1: top, y2: height - bottom, class: "grid" }),
      svg("text", { x: across(at), y: height - bottom + 16, class: "tick middle" }, shown(at)),
    );
  }
  for (const at of ticks(y.low, y.high)) {
    chart.append(
      svg("line", { x1: left, x2: width - right, y1: up(at), y2: up(at), class: "grid" }),
      svg("text", { x: left - 6, y: up(at) + 4, class: "tick end" }, shown(at)),
    );
  }
  const middle = top + (height - top - bottom) / 2;
  chart.append(
    svg("text", { x: left + (width - left - right) / 2, y: height - 8, class: "middle" }, x.label),
    svg("text", { transform: `translate(14 ${middle}) rotate(-90)`, class: "middle" }, y.label),
  );
  place.replaceChildren(chart);
  return { chart, across, up, width };
}

const lineOf = ({ colour, dash }) => ({ stroke: colour, "stroke-dasharray": dash, fill: "none" });

/** The radial spectra of a level, the selected one bold, with the Nyquist frequencies. */
function drawRadial(place, level, selected, marks, floor, unit) {
  const curves = level.panels.map(({ curve }) => curve);
  const high = Math.max(...curves.map(({ frequency }) => frequency.at(-1) ?? 0), 1e-9);
  const x = { low: 0, high, label: unit };
  const highest = Math.max(0, ...curves.flatMap(({ level: levels }) => levels));
  const y = { low: floor, high: highest, label: "mean power of a ring (dB)" };
  const { chart, across, up } = framed(place, x, y);
  const names = [];
  const nyquist = (name, ends, rise) => {
    for (const at of ends) {
      const line = { x1: across(at), x2: across(at), y1: up(0), y2: up(floor), class: "nyquist" };
      chart.append(svg("line", line));
    }
    const texts = [...new Set(ends.map((at) => shown(at, 3)))];
    const text = `${name} ${texts.join(", ")}`;
    const at = across(Math.min(...ends));
    const hasRoom = at - FRAME.left > LETTER * text.length; // at the left of its line
    const where = hasRoom ? { x: at - 4, class: "tick end name" } : { x: at + 4, class: "tick name" };
    names.push(svg("text", { ...where, y: up(floor) - 6 - rise }, text));
  };
  nyquist("Nyquist", curves[0].nyquist, 0);
  if (curves[selected].lost.some((at, axis) => at < curves[0].nyquist[axis])) {
    nyquist("new Nyquist", curves[selected].lost, 16);
  }
  curves.forEach(({ frequency, level: levels }, number) => {
    const points = frequency.map((f, i) => [f, levels[i]]).filter(([, dB]) => dB !== null);
    const path = points.map(([f, dB]) => `${across(f).toFixed(1)},${up(dB).toFixed(1)}`).join(" ");
    const width = number === selected ? 3 : 1.3;
    chart.append(svg("polyline", { points: path, "stroke-width": width, ...lineOf(marks[number]) }));
  });
  chart.append(...names); // over the lines that they reach across
  chart.setAttribute("role", "img");
  chart.setAttribute("aria-label", `Radial power spectra of ${level.panels.map((p) => p.title).join(", ")}`);
}

/** The names of the lines; a click selects. */
function drawLegend(place, level, selected, marks, choose) {
  place.replaceChildren(
    ...level.panels.map(({ title, curve }, number) => {
      const sample = svg("svg", { viewBox: "0 0 28 8", width: 28, height: 8, "aria-hidden": "true" });
      sample.append(svg("line", { x1: 0, x2: 28, y1: 4, y2: 4, "stroke-width": 2.5, ...lineOf(marks[number]) }));
      const button = document.createElement("button");
      button.type = "button";
      button.append(sample, ` ${title}${curve.note ? ` (${curve.note})` : ""}`);
      button.dataset.chain = number;
      button.setAttribute("aria-pressed", number === selected);
      button.addEventListener("click", () => choose(number));
      const item = document.createElement("li");
      item.append(button);
      return item;
    }),
  );
}

/** A range with room around its values. */
function range(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = 0.08 * (high - low || Math.abs(high) || 1);
  return { low: low - room, high: high + room };
}

const LETTER = 7; // px that a letter is wide, about

/** Where a label beside a dot lies on no other dot or label; it is added to those. */
function labelPlace(px, py, width, taken, end) {
  const rows = [0, -14, 14, -28, 28, 42];
  const tried = rows.flatMap((down) => [1, -1].map((side) => ({ side, y: py + down })));
  const boxes = tried.map(({ side, y }) => {
    const x = px + side * 11;
    return { x, y, end: side < 0, left: side < 0 ? x - width : x, right: side < 0 ? x : x + width };
  });
  const free = ({ left, right, y }) =>
    left > 0 &&
    right < end &&
    !taken.some((other) => Math.abs(other.y - y) < 13 && other.left < right && left < other.right);
  const found = boxes.find(free) ?? boxes[0];
  taken.push(found);
  return found;
}

/** Call `act` for a click, Enter or space on what is a button by its role only. */
function pressed(button, act) {
  button.addEventListener("click", act);
  button.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    act();
  });
}

/** A value where it is drawn: in the unit of its axis, of a measure that is best at a value how far from that. */
const onAxis = ({ factor, best }, value) => factor * (best === null ? value : Math.abs(value - best));

const valueText = (factor, value) => (factor === 100 ? `${percent(100 * value)} %` : shown(value, 3));

/** A point for every chain that has both measures; a click, Enter or space selects it. */
function drawTradeoff(place, level, selected, [one, two], marks, choose) {
  const pair = [one, two];
  const points = level.panels
    .map((panel, number) => ({ panel, number, values: pair.map(({ index }) => panel.values?.[index]) }))
    .filter(({ values }) => values.every((value) => value !== null && value !== undefined))
    .map((point) => ({ ...point, at: pair.map((measure, axis) => onAxis(measure, point.values[axis])) }));
  if (!points.length) {
    place.replaceChildren(`No chain has both ${one.label} and ${two.label}.`);
    return;
  }
  const [x, y] = [0, 1].map((axis) => ({
    ...range(points.map(({ at }) => at[axis])),
    label: pair[axis].axis,
  }));
  const { chart, across, up, width } = framed(place, x, y);
  chart.setAttribute("role", "group");
  chart.setAttribute("aria-label", `${one.label} against ${two.label}, a button for each chain`);
  const places = points.map(({ at }) => [across(at[0]), up(at[1])]);
  const taken = places.map(([px, py]) => ({ left: px - 8, right: px + 8, y: py }));
  for (const [i, { panel, number, values }] of points.entries()) {
    const [px, py] = places[i];
    const { x, y, end } = labelPlace(px, py, panel.title.length * LETTER, taken, width);
    const text = svg("text", { x, y: y + 4, class: end ? "end" : "" }, panel.title);
    const dot = svg("circle", { cx: px, cy: py, r: number === selected ? 8 : 5, fill: marks[number].colour });
    const button = svg("g", { role: "button", tabindex: 0, class: "dot", "data-chain": number }, dot, text);
    const texts = pair.map(({ label, factor }, axis) => `${label} ${valueText(factor, values[axis])}`);
    const told = `${panel.title}: ${texts.join(", ")}`;
    button.setAttribute("aria-label", told);
    button.setAttribute("aria-pressed", number === selected);
    button.append(svg("title", {}, told));
    pressed(button, () => choose(number));
    chart.append(button);
  }
}
