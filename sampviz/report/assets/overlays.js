// What is laid over the outputs: the alias, the error, the difference; each with a word for it.

const OVERLAYS = {
  alias: {
    word: "alias",
    /** The alias component, on the samples of the output. */
    of({ subject }, { told }) {
      return told.alias === null ? null : { ...subject.arrays.get(told.alias), axes: told.axes };
    },
  },
  error: {
    word: "error",
    /** Output less the ideal image on the same samples. */
    of({ subject }, { told, base }) {
      if (told.ideal === null) return null;
      const ideal = subject.arrays.get(told.ideal);
      const grey = greyOf(base, told.colour);
      const values = Float64Array.from(ideal.values, (value, i) => grey.values[i] - value);
      return { ...ideal, values, axes: told.axes, centred: true };
    },
  },
  difference: {
    word: "difference",
    /** Output less original, on the original's pixels, in register: the nearest sample. */
    of({ panels }, { told, base }) {
      if (!told.comparable) return null;
      const first = panels[0];
      const one = greyOf(first.base, first.told.colour);
      const two = greyOf(base, told.colour);
      const nearest = [one.rows, one.columns].map((count, axis) => {
        const last = axis ? two.columns : two.rows;
        return Array.from({ length: count }, (_, i) => nearestSample(i, told.axes[axis], last));
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
      return { ...one, values, axes: first.told.axes };
    },
  },
};

/** The mean of a channel, of what is finite. */
function meanOf({ values, rows, columns }, channel) {
  const part = values.subarray(channel * rows * columns, (channel + 1) * rows * columns);
  let [sum, count] = [0, 0];
  for (const value of part) {
    if (!Number.isFinite(value)) continue;
    sum += value;
    count++;
  }
  return count ? sum / count : 0;
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
