// The page: one state, shown everywhere.

const page = block("page");
const find = (selector) => document.querySelector(selector);
const common = {
  floor: page.decibels.floor,
  decibels: (count) => (count === 65535 ? NaN : page.decibels.floor + count * page.decibels.step),
  spectrum: tableOf(page.colours.spectrum),
  signed: tableOf(page.colours.signed),
};
const measures = page.measures.map((measure, index) => ({ ...measure, index }));
const state = { subject: 0, level: 0, channel: 0, selected: 1, overlay: "none", opacity: 0.6, size: 1 };

/** Say a text to a reader of screens, when it has settled. */
let telling;
function tell(text) {
  clearTimeout(telling);
  telling = setTimeout(() => (find("#told").textContent = text), 400);
}

const choose = (selected) => change({ selected });
const images = new Images(find("#images"), page.panels, choose, tell);
const spectra = new Spectra(find("#spectra"), page.panels, choose, tell);
const between = new Between(find("#between"), images);
const table = new Table(find("#numbers table"), choose);

/** Offer the measures of the axes of the trade-off. */
function offerMeasures() {
  const named = (name, other) => Math.max(other, measures.findIndex((each) => each.name === name));
  const usual = [named("equivariance", 0), named("detail", Math.min(1, measures.length - 1))];
  return ["#across", "#up"].map((id, axis) => {
    const select = find(id);
    select.replaceChildren(...measures.map(({ name, index }) => new Option(name, String(index))));
    select.value = String(usual[axis]);
    select.addEventListener("change", () => change({}));
    return select;
  });
}
const axes = offerMeasures();

/** Show what the state says, of which `part` is new. */
async function draw(part) {
  const fresh = "subject" in part || "level" in part;
  const subject = await subjectOf(state.subject, page.files);
  const level = subject.levels[state.level];
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
    find("#reference").textContent = level.reference;
    find("#ring").textContent = level.ring;
  } else {
    images.change(state);
    spectra.change(state);
  }
  const unit = subject.spacing ? "cycles/mm" : "cycles/px of the original";
  const { selected } = state;
  if ("selected" in part) between.choose(selected);
  drawRadial(find("#radial"), level, selected, page.marks, common.floor, unit);
  const legend = find("#legend");
  keepFocus(legend, () => drawLegend(legend, level, selected, page.marks, choose));
  const pair = axes.map((select) => measures[Number(select.value)]);
  const chart = find("#tradeoff");
  keepFocus(chart, () => drawTradeoff(chart, level, selected, pair, page.marks, choose));
  table.show(state.subject, state.level, state.selected);
  const limit = level[state.overlay];
  find("#limit").textContent = limit === undefined ? "" : `blue ${shown(-limit)}, red ${shown(limit)}`;
  const lacking = images.panels.filter(({ told, over }) => told.chain && limit !== undefined && !over);
  const why = ({ told }) => `${told.title}: ${told.why || "other channels than the original"}`;
  find("#lacking").textContent = lacking.map(why).join("; ");
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
  for (const group of [images, spectra]) group.view && group.resized();
}

function listen() {
  const on = (id, event, part) =>
    find(id).addEventListener(event, ({ target }) => change(part(target)));
  on("#subject", "change", ({ value }) => ({ subject: Number(value) }));
  on("#level", "input", ({ value }) => ({ level: Number(value) - 1 }));
  on("#channel", "input", ({ value }) => ({ channel: Number(value) }));
  on("#overlay", "change", ({ value }) => ({ overlay: value }));
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
  find("#whole").addEventListener("click", () => groups.forEach((group) => group.fit()));
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
listen();
await change({ subject: 0 });
performance.mark("sampviz-ready");
document.documentElement.dataset.ready = "";
