// The page: one state, shown everywhere.

const page = block("page");
const find = (selector) => document.querySelector(selector);
const common = {
  floor: page.decibels.floor,
  decibels: (count) => (count === 65535 ? NaN : page.decibels.floor + count * page.decibels.step),
  spectrum: tableOf(page.colours.spectrum),
  // Neither end of the map, which are too dark on black: as far from white as from these.
  signed: { blue: tableOf(page.colours.signed)[38], red: tableOf(page.colours.signed)[217] },
  marks: page.marks,
};
const measures = page.measures.map((measure, index) => ({ ...measure, index }));
const state = { subject: 0, level: 0, channel: 0, selected: 1, drag: "pan", overlay: "none", opacity: 1, size: 1 };
let current; // { subject, level }: the picture that is shown, of a volume a slice

/** Say a text to a reader of screens, when it has settled. */
let telling;
function tell(text) {
  clearTimeout(telling);
  telling = setTimeout(() => (find("#told").textContent = text), 400);
}

const choose = (selected) => change({ selected });
const images = new Images(find("#images"), page.panels, choose, tell, (by) => slide(by));
const spectra = new Spectra(find("#spectra"), page.panels, choose, tell);
const between = new Between(find("#between"), images);
const tables = [...document.querySelectorAll("#numbers table")].map((each) => new Table(each, page.marks, choose));

/** Offer the measures of the axes of the trade-off. */
function offerMeasures() {
  const named = (name, other) => Math.max(other, measures.findIndex((each) => each.name === name));
  const usual = [named("equivariance", 0), named("detail", Math.min(1, measures.length - 1))];
  return ["#across", "#up"].map((id, axis) => {
    const select = find(id);
    select.replaceChildren(...measures.map(({ label, index }) => new Option(label, String(index))));
    select.value = String(usual[axis]);
    select.addEventListener("change", () => change({}));
    return select;
  });
}
const axes = offerMeasures();

/** Show what the state says, of which `part` is new. */
async function draw(part) {
  const source = await subjectOf(state.subject, page.files);
  if ("subject" in part) offerPlanes(source);
  const fresh = ["subject", "level", "plane"].some((name) => name in part);
  if (fresh || "slice" in part) current = source.planes ? sliceShown(source) : pictureOf(source);
  const { subject, level } = current;
  if (fresh) {
    images.show(subject, level, state, common);
    spectra.show(subject, level, state, common);
    between.offer(level.panels.map(({ title }) => title), state.selected);
    images.now();
    spectra.now();
    document.querySelectorAll("[data-facts]").forEach((each) => {
      each.hidden = Number(each.dataset.facts) !== state.subject;
    });
    const channels = Math.max(...images.panels.map(({ base, told }) => (told.colour ? 1 : base.channels)));
    find("#channel").max = channels - 1;
    find("#channel").closest("label").hidden = channels < 2;
    find("#reference").textContent = `0 dB: ${level.reference}`;
    drawLabels(find("#labels"), subject.labels);
    find("#ring").textContent = level.ring;
  } else if ("slice" in part) {
    images.show(subject, level, state, common);
    images.now();
  } else {
    images.change(state);
    spectra.change(state);
  }
  if ("selected" in part) between.choose(state.selected);
  drawCharts(subject, level);
  for (const table of tables) table.show(state.subject, state.level, state.selected);
  showOverlay(level);
}

const pictureOf = (subject) => ({ subject, level: subject.levels[state.level] });

/** Offer the planes of a volume; each keeps its slice. */
function offerPlanes({ planes, plane }) {
  find("#plane").closest("label").hidden = !planes || planes.length < 2;
  find("#slice").closest("label").hidden = find("#slices").hidden = !planes;
  if (!planes) return;
  Object.assign(state, { plane, slices: planes.map(({ index }) => index) });
  find("#plane").replaceChildren(...planes.map(({ name }, i) => new Option(name, String(i))));
  find("#plane").value = String(plane);
}

/** The slice that the state says, which the slider shows. */
function sliceShown(volume) {
  const plane = volume.planes[state.plane];
  const index = state.slices[state.plane];
  const words = `${placeWords(plane, index)}, slice ${sliceNumber(plane, index)} of 0..${plane.count - 1}`;
  const slider = find("#slice");
  // To the right the numbers of the slices rise.
  Object.assign(slider, { max: plane.count - 1, value: sliceNumber(plane, index) });
  slider.setAttribute("aria-valuetext", words);
  find("#where").textContent = words;
  return cut(volume, state.level, state.plane, index);
}

/** Move to a slice by its number. */
function toSlice(number) {
  const plane = current.subject;
  state.slices[state.plane] = sliceNumber(plane, Math.max(0, Math.min(plane.count - 1, number)));
  return change({ slice: true });
}

/** Go on by slices; whether there are any. */
function slide(by) {
  const plane = current.subject;
  if (!plane.turns) return false;
  toSlice(sliceNumber(plane, state.slices[state.plane]) + by).then(() => tell(find("#where").textContent));
  return true;
}

function drawCharts(subject, level) {
  const { selected } = state;
  const unit = subject.spacing ? "cycles/mm" : "cycles/px of the original";
  drawRadial(find("#radial"), level, selected, page.marks, common.floor, unit);
  const again = (place, draw, ...more) =>
    keepFocus(place, () => draw(place, level, selected, ...more, page.marks, choose));
  again(find("#legend"), drawLegend);
  again(find("#tradeoff"), drawTradeoff, axes.map((select) => measures[Number(select.value)]));
  again(find("#summary"), drawSummary, page.summary);
}

/** The scale of the overlay, and which chains have none. */
function showOverlay({ limits }) {
  const limit = limits[state.overlay];
  find("#signed").hidden = limit === undefined;
  find("#lacking").textContent = "";
  if (limit === undefined) return;
  const texts = [shown(-limit, 3), `${shown(limit, 3)} ${OVERLAYS[state.overlay].word}`];
  find("#signed").querySelectorAll("span").forEach((each, end) => (each.textContent = texts[end]));
  const lacking = images.panels.filter(({ told, over }) => told.chain && !over);
  const why = ({ told }) => `${told.title}: ${told.why[state.overlay]}`;
  find("#lacking").textContent = lacking.length ? `Not defined for ${lacking.map(why).join("; ")}` : "";
}

/** Change a part of the state; one change is drawn after the other. */
let drawing = Promise.resolve();
function change(part) {
  Object.assign(state, part);
  if ("size" in part) resize();
  drawing = drawing.then(() => draw(part)).catch((error) => {
    find("#failed").textContent = `The page cannot be drawn: ${error.message}`;
    throw error;
  });
  return drawing;
}

function resize() {
  if (!images.view) return;
  for (const group of [images, spectra]) group.resized();
  drawCharts(images.subject, images.level);
}

function listen() {
  const on = (id, event, part) =>
    find(id).addEventListener(event, ({ target }) => change(part(target)));
  on("#subject", "change", ({ value }) => ({ subject: Number(value) }));
  on("#level", "input", ({ value }) => ({ level: Number(value) - 1 }));
  on("#plane", "change", ({ value }) => ({ plane: Number(value) }));
  find("#slice").addEventListener("input", ({ target }) => toSlice(Number(target.value)));
  on("#channel", "input", ({ value }) => ({ channel: Number(value) }));
  on("#overlay", "change", ({ value }) => ({ overlay: value }));
  on("#drag", "change", ({ value }) => ({ drag: value }));
  on("#size", "change", ({ value }) => ({ size: Number(value) }));
  on("#opacity", "input", ({ value }) => ({ opacity: Number(value) / 100 }));
  for (const each of document.querySelectorAll("input[type=range]")) {
    const output = each.parentElement.querySelector("output");
    const say = () => output && (output.textContent = each.value);
    each.addEventListener("input", say);
    say();
  }
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.addEventListener("click", () => copy(find(button.dataset.copy)));
  }
  const groups = [images, spectra];
  for (const button of document.querySelectorAll("[data-look]")) {
    button.addEventListener("click", () => groups.forEach((group) => group.look(button.dataset.look)));
  }
  for (const button of document.querySelectorAll("[data-zoom]")) {
    const direction = Number(button.dataset.zoom);
    button.addEventListener("click", () => {
      for (const group of groups) group.magnify(group.panels[0], direction);
    });
  }
  new ResizeObserver(resize).observe(images.list);
}

/** Copy a text, or where that is not allowed mark it, so that a key copies it. */
async function copy(element) {
  try {
    await navigator.clipboard.writeText(element.textContent);
    tell("copied");
  } catch {
    getSelection().selectAllChildren(element);
  }
}

find("#app").hidden = false;
strip(find("#signed canvas"), signedStrip(common.signed));
strip(find("#decibels canvas"), common.spectrum);
find("#decibels span").textContent = shown(common.floor);
listen();
await change({ subject: 0 });
performance.mark("sampviz-ready");
document.documentElement.dataset.ready = "";
