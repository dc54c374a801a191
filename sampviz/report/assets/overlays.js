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
    /** Output less original, on the original's pixels, in register: by the overlap of cells. */
    of({ panels }, { told, base }) {
      if (!told.comparable) return null;
      const first = panels[0];
      const one = greyOf(first.base, first.told.colour);
      const two = greyOf(base, told.colour);
      const rows = cellShares(one.rows, told.axes[0], two.rows);
      const columns = cellShares(one.columns, told.axes[1], two.columns);
      const values = one.values.map((value) => -value);
      for (let c = 0, i = 0; c < one.channels; c++) {
        for (const down of rows) {
          for (const along of columns) {
            for (const [row, high] of down) {
              for (const [column, wide] of along) {
                values[i] += high * wide * two.values[(c * two.rows + row) * two.columns + column];
              }
            }
            i++;
          }
        }
      }
      return { ...one, values, axes: first.told.axes };
    },
  },
};

/** The cells that each of `count` pixels overlaps, [[sample, share], ..]; those at the edges reach on. */
function cellShares(count, [delta, step], samples) {
  const rounding = 1e-9;
  const edge = (m) => delta + step * (m - 0.5);
  return Array.from({ length: count }, (_, i) => {
    const shares = [];
    const first = Math.floor((i - 0.5 + rounding - delta) / step + 0.5);
    for (let m = first; edge(m) < i + 0.5 - rounding; m++) {
      const share = Math.min(i + 0.5, edge(m + 1)) - Math.max(i - 0.5, edge(m));
      shares.push([Math.min(Math.max(m, 0), samples - 1), share]);
    }
    return shares;
  });
}

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
