// A panel: two canvases, the samples and the marks above them, a title, and what is under the
// cursor. A group of panels shares a view and a cursor.

const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const NOTCH = 40; // px that a wheel turns for a step: touch pads turn by less at a time
const PAN = 40; // device pixels that a key pans

class Panel {
  constructor(group, number) {
    const made = document.getElementById("panel").content.cloneNode(true);
    this.group = group;
    this.number = number;
    this.element = made.querySelector("figure");
    this.button = made.querySelector("button");
    this.stage = made.querySelector(".stage");
    [this.canvas, this.marks] = made.querySelectorAll("canvas");
    this.size = made.querySelector(".size");
    this.output = made.querySelector("output");
    this.layers = [];
    this.listen();
  }

  /** Name the panel, for eyes and for readers of screens. */
  name(title, size, words) {
    this.title = title;
    this.button.textContent = title;
    this.size.textContent = size;
    this.stage.setAttribute("aria-label", `${title}, ${words}, ${size}`);
  }

  edges(sides) {
    for (const side of ["left", "right", "top", "bottom"]) {
      this.element.querySelector(`.${side}`).textContent = sides ? sides[side] : "";
    }
  }

  resize([height, width]) {
    for (const canvas of [this.canvas, this.marks]) {
      if (canvas.height !== height || canvas.width !== width) {
        Object.assign(canvas, { height, width });
      }
      // A canvas pixel is a device pixel.
      canvas.style.height = `${height / devicePixelRatio}px`;
      canvas.style.width = `${width / devicePixelRatio}px`;
    }
  }

  /** What is at a place. */
  words(place) {
    return this.group.words(this, place);
  }

  draw() {
    drawLayers(this.canvas, this.layers, this.group.view);
  }

  /** The pointer in device pixels of the canvas. */
  at(event) {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top].map((p) => p * devicePixelRatio);
  }

  listen() {
    const { stage, group } = this;
    let held = null;
    let turned = 0;
    stage.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        turned += event.deltaY * (event.deltaMode ? NOTCH : 1);
        if (Math.abs(turned) < NOTCH) return;
        group.magnify(this, turned < 0 ? 1 : -1, ...this.at(event));
        turned = 0;
      },
      { passive: false },
    );
    stage.addEventListener("pointerdown", (event) => {
      stage.setPointerCapture(event.pointerId);
      held = this.at(event);
    });
    stage.addEventListener("pointermove", (event) => {
      const now = this.at(event);
      if (held) {
        group.pan(now[0] - held[0], now[1] - held[1]);
        held = now;
      }
      group.point(this, group.view.place(this.canvas, ...now));
    });
    for (const end of ["pointerup", "pointercancel"]) {
      stage.addEventListener(end, () => (held = null));
    }
    stage.addEventListener("pointerleave", () => group.point(null, null));
    stage.addEventListener("blur", () => group.point(null, null));
    stage.addEventListener("focus", () => {
      if (stage.matches(":focus-visible")) group.step(this, [0, 0]);
    });
    stage.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !this.key(event)) return;
      event.preventDefault();
    });
    this.button.addEventListener("click", () => group.choose(this.number));
  }

  /** Obey a key; whether it is one of ours. */
  key({ key, shiftKey }) {
    const { group } = this;
    if (key in ARROWS) {
      const [down, along] = ARROWS[key];
      if (shiftKey) group.pan(-along * PAN, -down * PAN);
      else group.step(this, ARROWS[key]);
    } else if (key === "+" || key === "=") group.magnify(this, 1);
    else if (key === "-") group.magnify(this, -1);
    else if (key === "0") group.fit();
    else if (key === "Enter" || key === " ") group.choose(this.number);
    else if (key === "Escape") group.point(null, null);
    else return false;
    return true;
  }
}

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

  /** Take another view; panels get the whole zoom that fits best. */
  look(view) {
    this.view = view;
    this.cursor = null;
    this.layout();
    view.fit();
    this.redraw();
  }

  /** Panels as large as a whole zoom allows, near to what is pleasant. */
  layout() {
    const { view } = this;
    const ratio = devicePixelRatio;
    const room = this.room(this.list.clientWidth) * ratio;
    const [high, wide] = view.size.map((size) => size / Math.min(...view.sides));
    const wanted = PLEASANT * this.shows.size * ratio;
    const pleasant = Math.min(wanted / wide, (1.5 * wanted) / high);
    const nearest = Math.round(pleasant) || 1;
    view.whole = Math.max(view.least, Math.min(nearest, Math.floor(room / wide) || 1));
    const [height, width] = view.extent(view.whole);
    const size = [
      Math.max(SMALLEST * ratio, Math.min(height, 2 * wanted)),
      Math.max(SMALLEST * ratio, Math.min(width, 2 * wanted, room)),
    ].map(Math.floor);
    for (const panel of this.panels) panel.resize(size);
  }

  /** The width that a panel may have: half of what there is, so that two stand side by side. */
  room(whole) {
    const half = (whole - GAP) / 2;
    return half < NARROW || this.shows.size > 1 ? whole : half;
  }

  resized() {
    const fitted = this.view.zoom === this.view.whole;
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
    const off = Math.abs(stretch - 1) > 0.01 ? `, ${fixed(stretch, 2)} times as high as it should be` : "";
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

  pan(x, y) {
    this.view.pan(x, y);
    this.redraw();
  }

  magnify(panel, direction, x, y) {
    this.view.magnify(panel.canvas, direction, x, y);
    this.redraw();
  }

  fit() {
    this.view.fit();
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

const PLEASANT = 320; // CSS pixels that a panel is wide, or two thirds of its height
const SMALLEST = 64;
const NARROW = 240;
const GAP = 8; // between panels, as in the style

/** The index [row, column] of the sample of a layer at a place; null outside. */
function sampleAt({ rows, columns, axes }, place) {
  const index = place.map((at, axis) => Math.floor((at - axes[axis][0]) / axes[axis][1] + 0.5));
  const inside = index.every((at, axis) => at >= 0 && at < (axis ? columns : rows));
  return inside ? index : null;
}

/** A line that is seen on black and on white. */
function stroke(context, draw, dashes = []) {
  for (const [colour, width] of [["#000", 3], ["#fff", 1]]) {
    context.beginPath();
    context.strokeStyle = colour;
    context.lineWidth = width * Math.max(1, Math.round(devicePixelRatio));
    context.setLineDash(colour === "#fff" ? dashes.map((d) => d * devicePixelRatio) : []);
    draw(context);
    context.stroke();
  }
}

/** A cross with an open middle. */
function cross(context, [x, y]) {
  const [near, far] = [4, 11].map((length) => length * devicePixelRatio);
  stroke(context, () => {
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      context.moveTo(x + dx * near, y + dy * near);
      context.lineTo(x + dx * far, y + dy * far);
    }
  });
}

function ring(context, [x, y], radius = 6) {
  stroke(context, () => context.arc(x, y, radius * devicePixelRatio, 0, 2 * Math.PI));
}
