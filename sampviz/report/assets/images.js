// The pictures: original and outputs in register, what was folded and the difference above them.

class Images extends Group {
  /** Show a level of a subject. `shows` are { channel, overlay, opacity, selected }. */
  show(subject, level, shows, common) {
    const fresh = this.subject !== subject;
    Object.assign(this, { subject, level, shows, common });
    this.unit = subject.spacing || [1, 1];
    level.panels.forEach((told, number) => {
      const panel = this.panels[number];
      panel.told = told;
      panel.base = this.layer(told, subject.arrays.get(told.array), told.axes);
      const count = panel.base.channels > 1 && !told.colour ? `, ${panel.base.channels} channels` : "";
      panel.name(told.title, told.size + count, "picture");
      panel.edges(subject.edges);
      panel.element.querySelector(".line").textContent = told.line;
    });
    this.paint();
    if (fresh) this.look(this.newView());
    else {
      this.view.least = this.newView().least;
      this.resized();
    }
    this.read();
  }

  newView() {
    const { unit, subject } = this;
    const steps = this.panels.flatMap(({ told }) => told.axes.map(([, step]) => step));
    return new View({
      start: unit.map((side) => -side / 2),
      size: subject.size.map((count, axis) => count * unit[axis]),
      sides: unit,
      finest: Math.min(...steps),
      mirrored: subject.mirrored,
    });
  }

  /** An array with its axes in the unit of the view. */
  layer(told, array, axes) {
    return { ...array, axes: axes.map((axis, i) => axis.map((at) => at * this.unit[i])) };
  }

  channel(array) {
    return Math.min(this.shows.channel, array.channels - 1);
  }

  paint() {
    for (const panel of this.panels) {
      const { told, base } = panel;
      base.pixels = painted(base, this.channel(base), told.window, GREY, told.colour);
      panel.over = this.overlay(panel);
      panel.layers = panel.over ? [base, panel.over] : [base];
      panel.element.setAttribute("data-selected", panel.number === this.shows.selected);
      panel.button.setAttribute("aria-pressed", panel.number === this.shows.selected);
    }
    this.list.dataset.overlay = this.shows.overlay;
  }

  /** Show the same with other options. */
  change(shows) {
    this.shows = shows;
    this.paint();
    this.redraw();
    this.read();
  }

  overlay(panel) {
    const { overlay, opacity } = this.shows;
    const { told } = panel;
    if (overlay === "none" || !told.chain) return null;
    const made = overlay === "alias" ? this.alias(told) : this.difference(panel);
    if (!made) return null;
    const limit = this.level[overlay];
    const table = this.common.signed;
    const pixels = painted(made, this.channel(made), [-limit, limit], table, false);
    return { ...made, pixels, share: opacity };
  }

  alias(told) {
    if (told.alias === null) return null;
    const array = this.subject.arrays.get(told.alias);
    const word = told.linear ? "folded" : `output ${MINUS} ideal`;
    return { ...this.layer(told, array, told.axes), word };
  }

  /** Output less original, on the original's pixels, in register: the nearest sample. */
  difference({ told, base }) {
    if (!told.comparable) return null;
    const first = this.panels[0];
    const one = greyOf(first.base, first.told.colour);
    const two = greyOf(base, told.colour);
    const nearest = [one.rows, one.columns].map((count, axis) => {
      const [delta, step] = told.axes[axis];
      const last = (axis ? two.columns : two.rows) - 1;
      const at = (i) => Math.max(0, Math.min(last, Math.ceil((i - delta) / step - 0.5)));
      return Array.from({ length: count }, (_, i) => at(i));
    });
    const values = new Float64Array(one.values.length);
    for (let c = 0, i = 0; c < one.channels; c++) {
      for (const row of nearest[0]) {
        for (const column of nearest[1]) {
          values[i] = two.values[(c * two.rows + row) * two.columns + column] - one.values[i];
          i++;
        }
      }
    }
    return { ...one, values, axes: first.base.axes, word: "difference" };
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
    const value = (layer, colour) => {
      const at = sampleAt(layer, place);
      if (!at) return "\u2013";
      const channels = colour ? [0, 1, 2] : [this.channel(layer)];
      const one = (c) => exact(layer.values[(c * layer.rows + at[0]) * layer.columns + at[1]]);
      return channels.map(one).join(", ");
    };
    const more = over ? `; ${over.word} ${value(over, false)}` : "";
    return `[${index.join(", ")}] ${value(base, told.colour)}${more}`;
  }

  where(place) {
    const { subject, unit } = this;
    const pixel = place.map((at, axis) => at / unit[axis]);
    const parts = [`row ${fixed(pixel[0], 1)}, column ${fixed(pixel[1], 1)} of the original`];
    if (subject.spacing) parts.push(`${fixed(place[0], 1)}, ${fixed(place[1], 1)} mm from its first pixel`);
    if (subject.affine) {
      const mm = subject.affine.map(([a, b, c]) => fixed(a * pixel[0] + b * pixel[1] + c, 1));
      parts.push(`x ${mm[0]}, y ${mm[1]}, z ${mm[2]} mm in the scanner`);
    }
    return parts.join(" \u00b7 ");
  }

  now() {
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

/** The luminance of a picture in colour, by Rec. 601; others as they are. */
function greyOf(array, colour) {
  if (!colour) return array;
  const count = array.rows * array.columns;
  const values = Float64Array.from({ length: count }, (_, i) => {
    const at = (c) => array.values[c * count + i];
    return 0.299 * at(0) + 0.587 * at(1) + 0.114 * at(2);
  });
  return { ...array, values, channels: 1 };
}
