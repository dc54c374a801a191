// One view for a group of panels: which place is in the middle, and how large it is drawn.

const MOST_ZOOM = 512;

/**
 * Places are [down, along] in the unit of the group, such as mm. A frame is a part of the original
 * that can be looked at, { start, size }: `whole`, and `detail` if there is one. `sides` are those
 * of the original's samples: `zoom`, a whole number of device pixels, is how large the shorter one
 * is drawn. `finest` is the least step of all panels, in samples of the original. An axis is
 * [place of sample 0, step].
 */
class View {
  constructor({ start, size, detail, sides, finest, mirrored }) {
    Object.assign(this, { start, size, detail, sides, mirrored });
    this.whole = { start, size };
    this.frame = this.whole;
    // No sample is ever smaller than a device pixel, or some would be left out.
    this.least = Math.max(1, Math.ceil(1 / finest - 1e-9));
    this.fitting = this.least;
    this.fit();
  }

  /** Device pixels of a sample of the original, whole along both axes, so that all are alike. */
  zooms(zoom = this.zoom) {
    return this.sides.map((side) => Math.max(1, Math.round((zoom * side) / Math.min(...this.sides))));
  }

  /** Device pixels of a unit, along an axis. */
  scale(axis) {
    return this.zooms()[axis] / this.sides[axis];
  }

  /** The pixel aspect that is not drawn. */
  get stretch() {
    return this.scale(0) / this.scale(1);
  }

  /** The frame again, as large as it fits. */
  fit() {
    this.zoom = this.fitting;
    this.centre = this.frame.start.map((start, axis) => start + this.frame.size[axis] / 2);
  }

  get fitted() {
    const middle = this.frame.start.map((start, axis) => start + this.frame.size[axis] / 2);
    return this.zoom === this.fitting && middle.every((at, axis) => at === this.centre[axis]);
  }

  /** The largest zoom at which a frame fits into device pixels, with whole pixels a sample. */
  fittingZoom({ size }, [height, width]) {
    const most = Math.min(...size.map((n, axis) => ([height, width][axis] * this.shorter) / n));
    const fits = (zoom) => {
      const [high, wide] = this.extent(zoom, size);
      return high <= height && wide <= width;
    };
    let zoom = Math.floor(most / this.least) * this.least;
    while (zoom > this.least && !fits(zoom)) zoom -= this.least;
    return Math.max(this.least, Math.min(MOST_ZOOM, zoom));
  }

  get shorter() {
    return Math.min(...this.sides);
  }

  /** How many device pixels the original, or a part of it, takes at a zoom: [height, width]. */
  extent(zoom, size = this.size) {
    const zooms = this.zooms(zoom);
    return size.map((length, axis) => Math.round((length / this.sides[axis]) * zooms[axis]));
  }

  /** The device pixel, a whole number, at which the original begins. */
  offset(canvas, axis) {
    const half = (axis ? canvas.width : canvas.height) / 2;
    return Math.round(half - (this.centre[axis] - this.start[axis]) * this.scale(axis));
  }

  /** The place under device pixels (x, y). */
  place(canvas, x, y) {
    const along = this.mirrored ? canvas.width - x : x;
    return [y, along].map(
      (at, axis) => this.start[axis] + (at - this.offset(canvas, axis)) / this.scale(axis),
    );
  }

  /** The device pixels [x, y] of a place. */
  pixel(canvas, place) {
    const [y, x] = place.map(
      (at, axis) => this.offset(canvas, axis) + (at - this.start[axis]) * this.scale(axis),
    );
    return [this.mirrored ? canvas.width - x : x, y];
  }

  /** Which of `count` samples lies under the middle of each device pixel; -1 for none. */
  samples(canvas, axis, [origin, step], count, from, to) {
    const offset = this.offset(canvas, axis);
    const scale = this.scale(axis);
    const flip = axis === 1 && this.mirrored;
    return Int32Array.from({ length: to - from }, (_, i) => {
      const at = flip ? canvas.width - 1 - (from + i) : from + i;
      const place = this.start[axis] + (at + 0.5 - offset) / scale;
      const index = Math.floor((place - origin) / step + 0.5);
      return index >= 0 && index < count ? index : -1;
    });
  }

  /** Move by device pixels. */
  pan(x, y) {
    this.centre[0] -= y / this.scale(0);
    this.centre[1] -= (this.mirrored ? -x : x) / this.scale(1);
    this.hold();
  }

  /** One step larger (1) or smaller (-1); what is under device pixels (x, y) stays there. */
  magnify(canvas, direction, x = canvas.width / 2, y = canvas.height / 2) {
    const place = this.place(canvas, x, y);
    const next = direction > 0 ? this.zoom * 1.25 : this.zoom / 1.25;
    const whole = direction > 0 ? Math.ceil(next) : Math.floor(next);
    this.zoom = Math.max(this.least, Math.min(MOST_ZOOM, whole));
    const after = this.place(canvas, x, y);
    this.centre = this.centre.map((at, axis) => at + place[axis] - after[axis]);
    this.hold();
  }

  /** The middle of the canvas stays on the original. */
  hold() {
    this.centre = this.centre.map((at, axis) =>
      Math.max(this.start[axis], Math.min(this.start[axis] + this.size[axis], at)),
    );
  }
}
