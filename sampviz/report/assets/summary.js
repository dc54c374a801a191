// The summary: power re the original, folded energy, brightness; as in the figures.

const PROFILE = { width: 560, height: 250, left: 56, right: 12, top: 26, bottom: 44 };
const BARS = { width: 560, line: 26, top: 26, gap: 20, number: 52 };

/** Of texts, long to short, the first that fits into so many pixels, or else the last. */
const fitting = (texts, width) => texts.find((text) => text.length * LETTER <= width) ?? texts.at(-1);

/** Draw the charts of a level; a bar's name selects its chain. `said` has the words and ends of axes of the figures. */
function drawSummary(place, level, selected, said, marks, choose) {
  const [left, right] = ["div", "div"].map((tag) => document.createElement(tag));
  place.replaceChildren(left, right);
  drawProfiles(left, level, selected, said, marks);
  right.append(bars(right, level, selected, said.headings, marks, choose));
}

function drawProfiles(place, level, selected, said, marks) {
  const drawn = level.panels.map((panel, number) => ({ ...panel, number })).filter(({ profile }) => profile);
  const ratios = drawn.flatMap(({ profile }) => profile.ratio.filter((each) => each !== null));
  const y = {
    low: Math.max(said.most[0], Math.min(said.least[0], ...ratios.map((each) => each - 1))),
    high: Math.min(said.most[1], Math.max(said.least[1], ...ratios.map((each) => each + 1))),
    label: said.y,
  };
  const x = { low: 0, high: 1, label: said.x };
  const { chart, across, up, width: whole } = framed(place, x, y, PROFILE);
  const title = fitting(said.titles, whole - PROFILE.left);
  chart.append(
    svg("text", { x: PROFILE.left, y: 14 }, title),
    svg("line", { x1: across(0), x2: across(1), y1: up(0), y2: up(0), class: "ideal" }),
  );
  for (const { profile, number } of drawn) {
    const parts = runs(profile.ratio).map((part) =>
      part.map((i) => {
        const dB = Math.max(y.low, Math.min(y.high, profile.ratio[i]));
        return `${across(profile.frequency[i]).toFixed(1)},${up(dB).toFixed(1)}`;
      }),
    );
    for (const points of parts) {
      const width = number === selected ? 3 : 1.6;
      chart.append(
        svg("polyline", { points: points.join(" "), "stroke-width": width, ...lineOf(marks[number]) }),
      );
    }
  }
  chart.setAttribute("role", "img");
  const names = drawn.map(({ title }) => title).join(", ");
  chart.setAttribute("aria-label", `Radial power re original, up to the new Nyquist frequency: ${names}`);
}

/** The indices of what is not null, in runs without gaps. */
function runs(values) {
  const parts = [[]];
  values.forEach((value, i) => {
    if (value !== null) parts.at(-1).push(i);
    else if (parts.at(-1).length) parts.push([]);
  });
  return parts.filter((part) => part.length);
}

/** Two charts of bars, a line for each chain, with the numbers in words. */
function bars(place, level, selected, headings, marks, choose) {
  const chains = level.panels.map((panel, number) => ({ ...panel, number })).filter(({ chain }) => chain);
  const { line, top, gap } = BARS;
  const width = widthIn(place, BARS.width);
  const longest = Math.max(...chains.map(({ title }) => title.length));
  const label = Math.min(0.4 * width, longest * LETTER + 16);
  const note = chains.map(({ folded }) => folded.value !== null && folded.why).find((why) => why);
  const bottom = top + line * chains.length;
  const height = bottom + 8 + (note ? line : 0);
  const chart = svg("svg", { viewBox: `0 0 ${width} ${height}`, class: "chart bars" });
  chart.setAttribute("role", "group");
  chart.setAttribute("aria-label", "Folded energy and brightness bias, a button for each chain");
  const room = (width - label - 2 * gap) / 2;
  const charts = ["folded", "bias"].map((name, i) => ({
    name,
    left: label + gap + i * (room + gap),
    heading: fitting(headings[name], room),
  }));
  for (const { left, heading } of charts) chart.append(svg("text", { x: left, y: 14 }, heading));
  chains.forEach((panel, row) => {
    const y = top + line * row + line / 2;
    const parts = charts.flatMap(({ name, left }) => bar(chains, panel, name, { left, room, y }, marks));
    const words = charts.map(({ name, heading }) => `${heading} ${barText(panel[name])}`).join(", ");
    const text = svg("text", { x: label, y: y + 4, class: "end name" }, shortened(panel.title, label));
    const button = svg("g", { role: "button", tabindex: 0, class: "dot", "data-chain": panel.number }, text, ...parts);
    button.setAttribute("aria-label", `${panel.title}: ${words}`);
    button.setAttribute("aria-pressed", panel.number === selected);
    button.append(svg("title", {}, `${panel.title}: ${words}`));
    pressed(button, () => choose(panel.number));
    chart.append(button);
  });
  for (const { name, left } of charts) {
    const zero = left + (zeroOf(chains, name) ?? 0) * (room - BARS.number);
    chart.append(svg("line", { x1: zero, x2: zero, y1: top, y2: bottom, class: "axis" }));
  }
  const said = note && note.length * LETTER < width ? note : "stepalias";
  if (note) chart.append(svg("text", { x: width, y: height - 8, class: "end" }, `* ${said}`));
  return chart;
}

/** A number, or that there is none, and the reason or what to know of it. */
const barText = ({ value, why }) => (value === null ? "not defined" : percent(value)) + (why ? `: ${why}` : "");

/** The values of a chart of bars. */
const barValues = (chains, name) => chains.map((each) => each[name].value).filter((each) => each !== null);

/** Where 0 lies, as a share of the width of the bars. */
function zeroOf(chains, name) {
  const values = barValues(chains, name);
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  return high > low ? -low / (high - low) : 0;
}

function bar(chains, panel, name, { left, room, y }, marks) {
  const values = barValues(chains, name);
  const span = Math.max(0, ...values) - Math.min(0, ...values) || 1;
  const scale = (room - BARS.number) / span;
  const zero = left + zeroOf(chains, name) * (room - BARS.number);
  const { value } = panel[name];
  const end = zero + (value ?? 0) * scale;
  const words = barText(panel[name]);
  const fits = words.length * LETTER < left + room + BARS.gap - zero;
  const told = value === null ? (fits ? words : "not defined") : percent(value) + (panel[name].why ? "*" : "");
  const text = svg("text", { x: Math.max(zero, end) + 5, y: y + 4 }, told);
  if (!value) return [text];
  const box = { x: Math.min(zero, end), y: y - 8, width: Math.abs(end - zero), height: 16 };
  return [svg("rect", { ...box, fill: marks[panel.number].colour }), text];
}

/** As much of a text as fits into so many pixels. */
function shortened(text, width) {
  const most = Math.max(2, Math.floor(width / LETTER));
  return text.length > most ? `${text.slice(0, most - 1)}\u2026` : text;
}

/** Draw the labels of a label map with their colours, if there are not too many. */
function drawLabels(place, labels) {
  const numbers = Object.keys(labels ?? {}).map(Number).sort((one, two) => one - two);
  place.hidden = !numbers.length;
  const swatches = numbers.slice(0, 40).map((number) => {
    const box = svg("rect", { width: 12, height: 12, fill: `#${labels[number]}`, class: "swatch" });
    const each = document.createElement("span");
    each.append(svg("svg", { viewBox: "0 0 12 12", width: 12, height: 12, "aria-hidden": "true" }, box), ` ${shown(number)}`);
    return each;
  });
  const more = numbers.length > 40 ? ` and ${numbers.length - 40} more` : "";
  place.replaceChildren("Labels: ", ...swatches, more);
}
