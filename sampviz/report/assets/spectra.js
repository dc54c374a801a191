// The spectra: one cursor in all, what it means per pixel and per mm, and where it folds to.

/** Where a frequency (cycles per pixel of the original) comes to lie after all stages. */
function foldedTo(frequency, steps) {
  return steps.reduce(
    (at, step) => at.map((each, axis) => each - Math.round(each * step[axis]) / step[axis]),
    frequency,
  );
}

/** The frequencies of the original, to its Nyquist frequency, that come to lie at `frequency`. */
function sourcesOf(frequency, steps) {
  const coarsest = [0, 1].map((axis) => Math.max(...steps.map((step) => step[axis])));
  const along = frequency.map((at, axis) => {
    const most = Math.ceil(coarsest[axis]);
    const all = Array.from({ length: 2 * most + 1 }, (_, i) => at + (i - most) / coarsest[axis]);
    return all.filter((each) => Math.abs(each) <= 0.5 + 1e-9);
  });
  return along[0].flatMap((down) => along[1].map((right) => [down, right]));
}

const same = (one, two) => one.every((each, axis) => Math.abs(each - two[axis]) < 1e-9);

class Spectra extends Group {
  show(subject, level, shows, common) {
    const fresh = this.subject !== subject || this.level !== level;
    Object.assign(this, { subject, level, shows, common, sample: "bin" });
    level.panels.forEach((told, number) => {
      const panel = this.panels[number];
      panel.told = told;
      const array = subject.arrays.get(told.spectrum);
      // In bins of the original: its samples are squares.
      const axes = [array.rows, array.columns].map((count, axis) => {
        const step = subject.size[axis] / (count * told.axes[axis][1]);
        return [-Math.floor(count / 2) * step, step];
      });
      const values = Float32Array.from(array.values, (each) => common.decibels(each));
      const limits = [common.floor, 0];
      panel.base = { ...array, values, axes };
      panel.base.pixels = painted(panel.base, 0, limits, common.spectrum, false);
      panel.layers = [panel.base];
      const half = told.axes.map(([, step]) => shown(0.5 / step, 3));
      const nyquist = half[0] === half[1] ? half[0] : half.join(" and ");
      panel.name(told.title, `Nyquist ${nyquist} cycles/px`, "spectrum", common.marks[number].colour);
    });
    this.choice();
    if (fresh) this.take(this.newView());
    this.read();
  }

  newView() {
    const ends = [0, 1].map((axis) => {
      const each = this.panels.map(({ base }) => {
        const [origin, step] = base.axes[axis];
        return [origin - step / 2, origin + ((axis ? base.columns : base.rows) - 0.5) * step];
      });
      return [Math.min(...each.map(([low]) => low)), Math.max(...each.map(([, high]) => high))];
    });
    const steps = this.panels.flatMap(({ base }) => base.axes.map(([, step]) => step));
    return new View({
      start: ends.map(([low]) => low),
      size: ends.map(([low, high]) => high - low),
      sides: [1, 1],
      finest: Math.min(1, ...steps),
      mirrored: this.subject.mirrored,
    });
  }

  change(shows) {
    this.shows = shows;
    this.choice();
    this.mark();
    this.read();
  }

  choice() {
    for (const panel of this.panels) panel.choice(this.shows.selected);
  }

  get selected() {
    return this.level.panels[this.shows.selected];
  }

  /** A place in cycles per pixel of the original, and back. */
  frequency(place) {
    return place.map((at, axis) => at / this.subject.size[axis]);
  }

  placeOf(frequency) {
    return frequency.map((at, axis) => at * this.subject.size[axis]);
  }

  read() {
    const place = this.cursor?.place;
    for (const { base, output } of this.panels) {
      const index = place && sampleAt(base, place);
      const value = index && base.values[index[0] * base.columns + index[1]];
      output.textContent = index ? `${fixed(value, 2)} dB` : place ? "cannot hold it" : "";
    }
    this.line.textContent = place ? this.words(this.frequency(place)) : "";
  }

  words(at) {
    const { spacing } = this.subject;
    const pair = (each) => each.map((one) => fixed(one, 4)).join(", ");
    const parts = [`(${pair(at)}) cycles/px, ${fixed(Math.hypot(...at), 4)} in all`];
    if (spacing) {
      const perMm = Math.hypot(...at.map((each, axis) => each / spacing[axis]));
      const length = perMm > 0 ? `${shown(1 / perMm)} mm per cycle` : "the mean";
      parts.push(`${fixed(perMm, 4)} cycles/mm, ${length}`);
    }
    const { title, steps, chain } = this.selected;
    const to = foldedTo(at, steps);
    const beyond = at.some((each) => Math.abs(each) > 0.5 + 1e-9);
    if (chain && !beyond) {
      // A filter before may have taken it away, all or in part.
      const folds = `what ${title} lets pass of it folds to (${pair(to)}) cycles/px`;
      parts.push(same(to, at) ? `${title} can hold it` : folds);
    }
    return parts.join(" \u00b7 ");
  }

  drawMarks(panel, context) {
    const pixel = (frequency) => this.view.pixel(panel.canvas, this.placeOf(frequency));
    const { selected } = this;
    if (!panel.told.chain && selected.chain) {
      const half = [0, 1].map((axis) => 0.5 / Math.max(...selected.steps.map((s) => s[axis])));
      const [x0, y0] = pixel(half.map((each) => -each));
      const [x1, y1] = pixel(half);
      if (half.some((each) => each < 0.5)) {
        stroke(context, () => context.rect(x0, y0, x1 - x0, y1 - y0), [4, 3]);
      }
    }
    if (!this.cursor) return;
    const at = this.frequency(this.cursor.place);
    if (sampleAt(panel.base, this.cursor.place)) cross(context, pixel(at));
    if (panel.told.chain) {
      const to = foldedTo(at, panel.told.steps);
      if (!same(to, at)) ring(context, pixel(to));
    } else if (this.cursor.panel.told.chain) {
      for (const from of sourcesOf(at, this.cursor.panel.told.steps)) {
        if (!same(from, at)) ring(context, pixel(from), 4);
      }
    }
  }
}
