// The pictures: original and outputs in register, in one grey window, with an overlay.

const DOUBLES = 150; // CSS pixels of a drag that double the width of the window

class Images extends Group {
  constructor(place, count, choose, told, slide) {
    super(place, count, choose, told);
    this.slide = slide;
    this.window = null; // the ends that the reader chose
    this.scale = new WindowScale(place.querySelector("#window"), (limits) => this.setWindow(limits));
  }

  /** Show a level of a subject. `shows` are { channel, overlay, opacity, selected, size }. */
  show(subject, level, shows, common) {
    const fresh = this.subject !== subject;
    Object.assign(this, { subject, level, shows, common });
    this.unit = subject.spacing || [1, 1];
    this.labels = subject.labels && labelTable(subject.labels);
    level.panels.forEach((told, number) => {
      const panel = this.panels[number];
      panel.told = told;
      panel.base = this.layer({ ...subject.arrays.get(told.array), axes: told.axes });
      const count = panel.base.channels > 1 && !told.colour ? `, ${panel.base.channels} channels` : "";
      panel.name(told.title, told.size + count, "picture", common.marks[number].colour);
      panel.edges(subject.edges);
    });
    if (fresh) {
      this.window = null;
      this.take(this.newView());
    } else this.retake(this.newView());
    this.paint();
    this.paintOverlays();
    this.read();
  }

  /** Another level of the same picture: the same place, unless that was a frame. */
  retake(view) {
    const before = this.view;
    const { fitted } = before;
    view.frame = before.frame === before.whole ? view.whole : view.detail;
    Object.assign(view, { zoom: before.zoom, centre: before.centre });
    this.view = view;
    this.layout();
    if (fitted || view.zoom < view.least) view.fit();
    this.redraw();
  }

  newView() {
    const { unit, subject } = this;
    const [row, column, height, width] = this.level.region;
    const steps = this.panels.flatMap(({ told }) => told.axes.map(([, step]) => step));
    return new View({
      start: unit.map((side) => -side / 2),
      size: subject.size.map((count, axis) => count * unit[axis]),
      detail: {
        start: [row - 0.5, column - 0.5].map((at, axis) => at * unit[axis]),
        size: [height, width].map((count, axis) => count * unit[axis]),
      },
      sides: unit,
      finest: Math.min(...steps),
      mirrored: subject.mirrored,
    });
  }

  /** A layer with its axes in the unit of the view. */
  layer(array) {
    return { ...array, axes: array.axes.map((axis, i) => axis.map((at) => at * this.unit[i])) };
  }

  channel(array) {
    return Math.min(this.shows.channel, array.channels - 1);
  }

  look(name) {
    super.look(name);
    this.paint();
  }

  /** The window of the picture, or of the detail if that is what is looked at. */
  get ownWindow() {
    const { whole, detail } = this.level.windows;
    return this.view.frame === this.view.whole ? whole : detail;
  }

  setWindow(limits) {
    this.window = limits;
    this.stale = true;
    this.redraw();
  }

  adjusts(event) {
    return !this.scale.place.hidden && (event.button === 2 || this.shows.drag === "window");
  }

  /** Drag by device pixels: to the right is wider, up is brighter. */
  adjust(x, y) {
    const [low, high] = this.window ?? this.ownWindow;
    const width = (high - low) * 2 ** (x / devicePixelRatio / DOUBLES);
    const middle = (low + high) / 2 + ((high - low) * y) / devicePixelRatio / DOUBLES;
    this.setWindow([middle - width / 2, middle + width / 2]);
  }

  /** Paint all samples in their windows. */
  paint() {
    this.stale = false;
    const own = this.ownWindow;
    const limits = this.window ?? own;
    for (const { told, base } of this.panels) {
      const channel = this.channel(base);
      base.pixels = told.labels
        ? labelled(base, channel, this.labels)
        : painted(base, channel, told.window ?? limits, GREY, told.colour);
    }
    const { view, level } = this;
    const whole = view.frame === view.whole || own.every((end, i) => end === level.windows.whole[i]);
    const origin = whole ? level.origin : "p1, p99 of the original in the detail";
    this.scale.place.hidden = this.panels.every(({ told }) => told.window || told.labels);
    this.scale.show(limits, this.window ? "chosen" : origin);
    this.redraw();
  }

  paintOverlays() {
    for (const panel of this.panels) {
      panel.over = this.overlay(panel);
      panel.layers = panel.over ? [panel.base, panel.over] : [panel.base];
      panel.choice(this.shows.selected);
      const parts = [panel.told.line, panel.over?.note].filter(Boolean);
      panel.element.querySelector(".line").textContent = parts.join("; ");
    }
    this.redraw();
  }

  /** Show the same with other options. */
  change(shows) {
    this.shows = shows;
    this.paint();
    this.paintOverlays();
    this.read();
  }

  overlay(panel) {
    const { overlay, opacity } = this.shows;
    if (overlay === "none" || !panel.told.chain) return null;
    const { word, of } = OVERLAYS[overlay];
    const array = of(this, panel);
    if (!array) return null;
    const channel = this.channel(array);
    const limit = this.level.limits[overlay];
    const mean = array.centred ? (panel.told.mean?.[channel] ?? meanOf(array, channel)) : 0;
    const note = array.centred && Math.abs(mean) > limit / 200 ? `mean ${shown(mean, 3)} not drawn` : "";
    const layer = this.layer(array);
    return { ...layer, ...tinted(layer, channel, limit, this.common.signed, mean), opacity, word, note };
  }

  /** Write what is under the cursor. */
  read() {
    for (const panel of [...this.panels, ...this.guests]) {
      panel.output.textContent = this.cursor ? panel.words(this.cursor.place) : "";
    }
    this.line.textContent = this.cursor ? this.where(this.cursor.place) : "";
  }

  words({ base, over, told }, place) {
    const index = sampleAt(base, place);
    if (!index) return "outside";
    const value = (layer, colour, text = exact) => {
      const at = sampleAt(layer, place);
      if (!at) return "\u2013";
      const channels = colour ? [0, 1, 2] : [this.channel(layer)];
      const one = (c) => text(layer.values[(c * layer.rows + at[0]) * layer.columns + at[1]]);
      return channels.map(one).join(", ");
    };
    const more = over ? `; ${over.word} ${value(over, false, (each) => shown(each, 3))}` : "";
    return `[${index.join(", ")}] ${value(base, told.colour)}${more}`;
  }

  where(place) {
    const { subject, unit } = this;
    const pixel = place.map((at, axis) => at / unit[axis]);
    const of = subject.slice ?? "the original";
    const parts = [`row ${fixed(pixel[0], 1)}, column ${fixed(pixel[1], 1)} of ${of}`];
    if (subject.spacing) parts.push(`${fixed(place[0], 1)}, ${fixed(place[1], 1)} mm from its first pixel`);
    if (subject.affine) {
      const mm = subject.affine.map(([a, b, c]) => fixed(a * pixel[0] + b * pixel[1] + c, 1));
      parts.push(`x ${mm[0]}, y ${mm[1]}, z ${mm[2]} mm in the scanner`);
    }
    return parts.join(" \u00b7 ");
  }

  now() {
    if (this.stale) this.paint();
    super.now();
    this.scaleBar();
  }

  scaleBar() {
    const bar = this.place.querySelector(".scale");
    bar.hidden = !this.subject.spacing;
    const most = (100 * devicePixelRatio) / this.view.scale(1);
    const power = 10 ** Math.floor(Math.log10(most));
    const length = Math.max(...[1, 2, 5].map((n) => n * power).filter((n) => n <= most));
    bar.firstElementChild.style.width = `${(length * this.view.scale(1)) / devicePixelRatio}px`;
    bar.lastElementChild.textContent = `${shown(length)} mm`;
  }

  drawMarks({ canvas }, context) {
    if (this.cursor) cross(context, this.view.pixel(canvas, this.cursor.place));
  }
}

/** The colours of labels by their numbers. */
function labelTable(colours) {
  const entries = Object.entries(colours).map(([label, digits]) => {
    const [red, green, blue] = [0, 2, 4].map((at) => parseInt(digits.substr(at, 2), 16));
    return [Number(label), rgba(red, green, blue)];
  });
  return new Map(entries);
}
