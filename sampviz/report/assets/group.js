// A group of panels shares a view and a cursor.

const NARROWEST = 136; // CSS pixels that a panel is wide, where that many stand in a row
const WIDEST = 480;
const TALLEST = { detail: 0.42, whole: 0.62 }; // of the window's height
const SMALLEST = 64;
const GAP = 8; // between panels, as in the style
const CLEAR = 6; // CSS pixels a sample: so large a whole picture needs no detail

class Group {
  /** `choose(number)` is called for the panel that is chosen, `told(text)` for a slow reader. */
  constructor(place, count, choose, told) {
    this.place = place;
    this.choose = choose;
    this.told = told;
    this.list = place.querySelector(".panels");
    this.line = place.querySelector(".cursor");
    this.zoomed = place.querySelector(".zoomed");
    this.panels = Array.from({ length: count }, (_, number) => new Panel(this, number));
    this.list.append(...this.panels.map((panel) => panel.element));
    this.guests = []; // panels elsewhere that share view and cursor
    this.cursor = null; // { panel, place }
    this.sample = "px"; // what `zoom` is of
    this.asked = 0;
  }

  /** Take the view of another picture. */
  take(view) {
    this.view = view;
    this.cursor = null;
    const whole = view.fittingZoom(view.whole, this.room(this.columns()));
    if (view.detail && whole < CLEAR * devicePixelRatio) view.frame = view.detail;
    this.layout();
    view.fit();
    this.redraw();
  }

  /** Look at the frame of that name, if there is one. */
  look(name) {
    this.view.frame = this.view[name] ?? this.view.whole;
    this.layout();
    this.view.fit();
    this.redraw();
  }

  /** How many panels stand in a row. */
  columns() {
    const { size } = this.shows;
    const count = this.panels.length;
    const most = Math.max(1, Math.floor((this.list.clientWidth + GAP) / (NARROWEST * size + GAP)));
    return Math.max(1, Math.ceil(count / Math.ceil(count / most) / size));
  }

  /** The device pixels that a panel may have, with so many in a row: [height, width]. */
  room(columns) {
    const width = Math.min((this.list.clientWidth - (columns - 1) * GAP) / columns, WIDEST * this.shows.size);
    const frame = this.view.frame === this.view.whole ? "whole" : "detail";
    const height = Math.max(NARROWEST, Math.min(0.8, TALLEST[frame] * this.shows.size) * innerHeight);
    return [height, width].map((side) => Math.floor(side * devicePixelRatio));
  }

  /** Panels in as few rows as can be, but with room for all of the frame. */
  layout() {
    const { view } = this;
    let columns = this.columns();
    const needed = view.extent(view.least, view.frame.size)[1];
    const fits = (count) => needed <= this.room(count)[1];
    if (!fits(columns) && fits(1)) while (!fits(columns)) columns--;
    const [tall, room] = this.room(columns);
    view.fitting = view.fittingZoom(view.frame, [tall, room]);
    const whole = view.extent(view.fitting);
    const frame = view.extent(view.fitting, view.frame.size);
    // A detail is filled with what lies around it.
    const high = Math.max(frame[0], Math.round((room * frame[0]) / frame[1]));
    const size = [Math.min(whole[0], high, Math.max(tall, frame[0])), Math.min(whole[1], room)];
    const least = SMALLEST * devicePixelRatio;
    for (const panel of this.panels) panel.resize(size.map((side) => Math.floor(Math.max(least, side))));
    this.list.style.setProperty("--columns", columns);
  }

  resized() {
    const { fitted } = this.view;
    this.layout();
    if (fitted || this.view.zoom < this.view.least) this.view.fit();
    this.redraw();
  }

  /** Draw everything before the next frame, once. */
  redraw() {
    if (this.asked) return;
    this.asked = requestAnimationFrame(() => this.now());
  }

  now() {
    cancelAnimationFrame(this.asked);
    this.asked = 0;
    for (const panel of [...this.panels, ...this.guests]) panel.draw();
    const { zoom, stretch } = this.view;
    const off = Math.abs(stretch - 1) > 0.01 ? `, pixel aspect ${fixed(stretch, 2)} not drawn` : "";
    this.zoomed.textContent = `${zoom} screen px per ${this.sample}${off}`;
    this.mark();
  }

  mark() {
    for (const panel of [...this.panels, ...this.guests]) {
      const context = panel.marks.getContext("2d");
      context.clearRect(0, 0, panel.marks.width, panel.marks.height);
      this.drawMarks(panel, context);
    }
  }

  /** Whether a drag that begins so adjusts something, and does not pan. */
  adjusts() {
    return false;
  }

  /** Go on by so many slices; whether there are any. */
  slide() {
    return false;
  }

  pan(x, y) {
    this.view.pan(x, y);
    this.redraw();
  }

  magnify(panel, direction, x, y) {
    this.view.magnify(panel.canvas, direction, x, y);
    this.redraw();
  }

  /** The cursor is at a place in a panel, or nowhere. */
  point(panel, place) {
    this.cursor = panel && { panel, place };
    this.mark();
    this.read();
  }

  /** Move the cursor by samples of a panel, from where it is or from the middle. */
  step(panel, by) {
    const from = this.cursor ? this.cursor.place : this.view.centre;
    const { rows, columns, axes } = panel.base;
    const along = this.view.mirrored ? -by[1] : by[1];
    const index = [rows, columns].map((count, axis) => {
      const at = Math.round((from[axis] - axes[axis][0]) / axes[axis][1]);
      return Math.max(0, Math.min(count - 1, at + (axis ? along : by[0])));
    });
    const place = index.map((at, axis) => axes[axis][0] + at * axes[axis][1]);
    this.point(panel, place);
    this.follow(panel, place);
    this.told(`${panel.title}: ${panel.output.textContent}. ${this.line.textContent}`);
  }

  /** Bring a place that is out of sight to the middle. */
  follow(panel, place) {
    const [x, y] = this.view.pixel(panel.canvas, place);
    if (x < 0 || y < 0 || x > panel.canvas.width || y > panel.canvas.height) {
      this.view.centre = [...place];
      this.redraw();
    }
  }
}
