// The page of a network: a layer, a channel of it, and its four pictures in register.

const page = block("page");
const find = (selector, within = document) => within.querySelector(selector);
const TABLES = { signed: tableOf(page.colours.signed), spectrum: tableOf(page.colours.spectrum) };
const SIDE = 300; // CSS pixels that a picture is wide, at most, if its samples are not too many
const SVG = "http://www.w3.org/2000/svg";
const state = { layer: 0, channel: 0 };
const names = ["map that enters", "spectrum", "result", "from outside the box"];
const arrays = new Map();

const layerNow = () => page.layers[state.layer];
const channelNow = () => layerNow().channels[state.channel];

/** Values of a packed array, unpacked once. */
async function valuesOf(name) {
  if (!arrays.has(name)) arrays.set(name, await unpacked(page.arrays[name]));
  return arrays.get(name);
}

/** The levels of a packed spectrum, in dB. */
const levelsOf = (packed) => ({
  ...packed,
  values: Float64Array.from(packed.values, (code) => (code === 65535 ? NaN : page.spectrum.floor + code / 100)),
});

class Picture {
  constructor(number) {
    this.number = number;
    this.figure = find("#panel").content.cloneNode(true).firstElementChild;
    find(".panels").append(this.figure);
    this.pixels = find(".pixels", this.figure);
    this.marks = find(".marks", this.figure);
    find("h3", this.figure).textContent = names[number];
    const stage = find(".stage", this.figure);
    stage.addEventListener("pointermove", (event) => look(this, event));
    stage.addEventListener("pointerleave", () => look(null));
  }

  /** Each sample is a block of whole device pixels. */
  draw(array, limits, table, zoom, line) {
    Object.assign(this, { array, zoom });
    const { rows, columns } = array;
    const colours = painted(array, 0, limits, table, false);
    const [height, width] = [rows * zoom[0], columns * zoom[1]];
    for (const canvas of [this.pixels, this.marks]) {
      Object.assign(canvas, { width, height });
      canvas.style.width = `${width / devicePixelRatio}px`;
      canvas.style.height = `${height / devicePixelRatio}px`;
    }
    const context = this.pixels.getContext("2d");
    const picture = context.createImageData(width, height);
    const out = new Uint32Array(picture.data.buffer);
    for (let y = 0, at = 0; y < height; y++) {
      const row = Math.floor(y / zoom[0]) * columns;
      for (let x = 0; x < width; x++, at++) out[at] = colours[row + Math.floor(x / zoom[1])];
    }
    context.putImageData(picture, 0, 0);
    find(".line", this.figure).textContent = line;
    find("output", this.figure).textContent = "";
  }

  /** Mark the sample at a place of the picture, in parts of its sides, and say its value. */
  mark(place, unit) {
    const context = this.marks.getContext("2d");
    context.clearRect(0, 0, this.marks.width, this.marks.height);
    if (this.number === 1) this.box(context);
    const output = find("output", this.figure);
    output.textContent = "";
    if (!place) return;
    const { rows, columns, values } = this.array;
    const [row, column] = [Math.floor(place[0] * rows), Math.floor(place[1] * columns)];
    if (row < 0 || column < 0 || row >= rows || column >= columns) return;
    context.strokeStyle = "#00c8ff";
    context.lineWidth = Math.max(1, devicePixelRatio);
    context.strokeRect(column * this.zoom[1], row * this.zoom[0], this.zoom[1], this.zoom[0]);
    output.textContent = `${shown(values[row * columns + column])} ${unit} at row ${row}, column ${column}`;
  }

  box(context) {
    const [top, left, height, width] = channelNow().box;
    context.strokeStyle = "#ffffff";
    context.lineWidth = 1.5 * devicePixelRatio;
    context.strokeRect(left * this.zoom[1], top * this.zoom[0], width * this.zoom[1], height * this.zoom[0]);
  }
}

const pictures = names.map((_, number) => new Picture(number));

/** Mark the place under the cursor in all maps, or in the spectrum alone. */
function look(picture, event) {
  let place = null;
  if (picture) {
    const bounds = picture.pixels.getBoundingClientRect();
    place = [(event.clientY - bounds.top) / bounds.height, (event.clientX - bounds.left) / bounds.width];
  }
  const inSpectrum = picture?.number === 1;
  for (const each of pictures) {
    const linked = place && (each.number === 1) === inSpectrum;
    each.mark(linked ? place : null, each.number === 1 ? "dB" : each.number === 3 ? "SD" : "");
  }
}

const percentOf = (share) => (share === null || share === undefined ? "–" : `${percent(100 * share)} %`);

async function show() {
  const [layer, channel] = [layerNow(), channelNow()];
  const [entering, packed, result, folded] = await Promise.all(channel.arrays.map(valuesOf));
  if (layer !== layerNow() || channel !== channelNow()) return; // another one was chosen meanwhile
  const share = layer.enlarges ? "above the box" : "folded";
  const fine = layer.enlarges ? result : entering;
  const factors = layer.stride.map((step) => Math.max(step, 1 / step));
  const unit = layer.steps.map((step) => step / Math.min(...layer.steps));
  const scale = Math.max(1, Math.floor((SIDE * devicePixelRatio) / (Math.max(fine.columns * unit[1], fine.rows * unit[0]))));
  const zoom = unit.map((side) => Math.max(1, Math.round(side * scale)));
  const coarse = zoom.map((pixels, axis) => Math.max(1, Math.round(pixels * factors[axis])));
  const [before, behind] = layer.enlarges ? [coarse, zoom] : [zoom, coarse];
  const parts = { ...folded, values: Float64Array.from(folded.values, (value) => (value === 0 ? 0 : value / channel.deviation)) };
  pictures[0].draw(entering, channel.limits[0], GREY, before, `channel ${channel.entering}`);
  pictures[1].draw(levelsOf(packed), page.spectrum.limits, TABLES.spectrum, zoom, `${percentOf(channel.shares[0])} outside the box`);
  pictures[2].draw(result, channel.limits[1], GREY, behind, `channel ${channel.channel}`);
  pictures[3].draw(parts, [-1, 1], TABLES.signed, behind, `${percentOf(channel.shares[1])} ${share}; ±1 SD of the result`);
  look(null);
  find("#channels-title").textContent = `${layer.number} · ${layer.title}: ${layer.sizes[0]} → ${layer.sizes[1]}`;
  find("#channel").value = state.channel;
  const kept = layer.channels.length;
  find("#kept").textContent = `${state.channel + 1} of ${kept}${kept < layer.count ? ` kept of ${layer.count}` : ""}`;
  find("#summary-line").textContent = [`channel ${channel.channel}`, channel.slice, `${percentOf(channel.shares[1])} ${share} in it, ${percentOf(layer.share)} in all channels`].filter(Boolean).join(", ");
  for (const button of document.querySelectorAll("[data-layer]")) {
    button.setAttribute("aria-pressed", Number(button.dataset.layer) === state.layer);
  }
  for (const hit of document.querySelectorAll("#staircase .hit")) {
    hit.dataset.selected = Number(hit.dataset.number) === layer.number;
  }
  find("[data-step='-1']").disabled = state.channel === 0;
  find("[data-step='1']").disabled = state.channel === kept - 1;
  history.replaceState(null, "", `#layer=${layer.number}&channel=${channel.channel}`);
}

/** Fill what belongs to the layer, and show one of its channels. */
function choose(layer, channel = 0) {
  state.layer = Math.max(0, Math.min(page.layers.length - 1, layer));
  const { channels, bars } = layerNow();
  state.channel = Math.max(0, Math.min(channels.length - 1, channel));
  find("#channel").replaceChildren(...channels.map(({ channel: number, shares }, i) => new Option(`${number}: ${percentOf(shares[1])}`, i)));
  find("#bars").hidden = bars.length === 0;
  find("#bars tbody").replaceChildren(
    ...bars.map(([label, part, error]) => {
      const row = document.createElement("tr");
      const head = Object.assign(document.createElement("th"), { scope: "row", textContent: label });
      const cell = (text) => Object.assign(document.createElement("td"), { textContent: text });
      row.append(head, cell(part === null ? "–" : percent(100 * part)), cell(shown(error, 3)));
      return row;
    }),
  );
  return show();
}

/** Draw the Nyquist frequency of all maps, along the axis where it is highest. */
function staircase() {
  const { treads } = page;
  const heights = treads.map(({ to }) => Math.log(Math.max(...to)));
  const [low, high] = [Math.min(...heights), Math.max(...heights)];
  const y = (height) => 190 - (150 * (height - low)) / (high - low || 1);
  const x = (i) => (1000 * i) / treads.length;
  const add = (name, attributes, text = "") => {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.textContent = text;
    find("#staircase").append(element);
    return element;
  };
  treads.forEach(({ number, size, from }, i) => {
    const hit = add("rect", { class: "hit", x: x(i), y: 0, width: x(1), height: 210, "data-number": number });
    const layer = page.layers.findIndex((each) => each.number === number);
    if (layer >= 0) hit.addEventListener("click", () => choose(layer));
    const level = y(heights[i]);
    if (i) add("line", { class: "drop", x1: x(i), x2: x(i), y1: y(Math.log(Math.max(...from))), y2: level });
    add("line", { class: "tread", x1: x(i), x2: x(i + 1), y1: level, y2: level });
    if (x(1) > 9 * size.length) add("text", { x: x(i + 0.5), y: level - 8 }, size);
  });
}

find("#app").hidden = false;
staircase();
for (const button of document.querySelectorAll("[data-layer]")) {
  button.addEventListener("click", () => choose(Number(button.dataset.layer)));
}
for (const button of document.querySelectorAll("[data-step]")) {
  button.addEventListener("click", () => choose(state.layer, state.channel + Number(button.dataset.step)));
}
find("#channel").addEventListener("change", ({ target }) => choose(state.layer, Number(target.value)));
document.addEventListener("keydown", (event) => {
  const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  const step = steps[event.key];
  if (!step || event.altKey || event.ctrlKey || event.metaKey || event.target.closest("select, input")) return;
  event.preventDefault();
  if (step[0]) choose(state.layer + step[0]);
  else choose(state.layer, state.channel + step[1]);
});
const address = new URLSearchParams(location.hash.slice(1));
const first = page.layers.findIndex(({ number }) => String(number) === address.get("layer"));
const start = Math.max(0, first);
const place = page.layers[start].channels.findIndex(({ channel }) => String(channel) === address.get("channel"));
await choose(start, Math.max(0, place));
document.documentElement.dataset.ready = "";
