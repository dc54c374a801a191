// From numbers to colours, a pixel a sample: the same as figures/panels/colormap.py.

const rgba = (red, green, blue) => ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
const GREY = Uint32Array.from({ length: 256 }, (_, i) => rgba(i, i, i));
// NaN and infinities: stripes of magenta and yellow, which no map has.
const STRIPES = [rgba(255, 0, 200), rgba(255, 230, 0)];

/** The 256 colours of a map, from hexadecimal digits. */
function tableOf(digits) {
  return Uint32Array.from({ length: 256 }, (_, i) => {
    const byte = (at) => parseInt(digits.substr(6 * i + 2 * at, 2), 16);
    return rgba(byte(0), byte(1), byte(2));
  });
}

/** Level = floor(256 (value - low) / (high - low)), held within 0..255. */
function levelOf(value, [low, high]) {
  return Math.max(0, Math.min(255, Math.floor((256 * (value - low)) / (high - low))));
}

/** A sample that is not finite. */
function striped(i, columns) {
  const diagonal = Math.floor(i / columns) + (i % columns);
  return STRIPES[(diagonal >> 1) % 2];
}

/** Paint channel `channel` of an array, or all three in colour: a colour for each sample. */
function painted({ values, rows, columns }, channel, limits, table, colour) {
  const count = rows * columns;
  const start = colour ? 0 : channel * count;
  const pixels = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    const first = values[start + i];
    const whole = colour ? first + values[count + i] + values[2 * count + i] : first;
    if (!Number.isFinite(whole)) {
      pixels[i] = striped(i, columns);
    } else if (colour) {
      const level = (c) => levelOf(values[c * count + i], limits);
      pixels[i] = rgba(level(0), level(1), level(2));
    } else {
      pixels[i] = table[levelOf(first, limits)];
    }
  }
  return pixels;
}

/** Paint labels: the same colour for the same number; `table` is a map of numbers to colours. */
function labelled({ values, rows, columns }, channel, table) {
  const count = rows * columns;
  const none = table.get(0);
  return Uint32Array.from({ length: count }, (_, i) => {
    const value = values[channel * count + i];
    return Number.isFinite(value) ? (table.get(Math.trunc(value)) ?? none) : striped(i, columns);
  });
}

/**
 * Paint signed values to be laid over a picture: red above 0, blue below, the more opaque the
 * farther from 0, so that what is 0 hides nothing. `shares` are 0..1.
 */
function tinted({ values, rows, columns }, channel, limit, { blue, red }, zero = 0) {
  const count = rows * columns;
  const pixels = new Uint32Array(count);
  const shares = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const value = values[channel * count + i] - zero;
    const finite = Number.isFinite(value);
    pixels[i] = finite ? (value < 0 ? blue : red) : striped(i, columns);
    shares[i] = finite ? Math.min(1, Math.abs(value) / limit) : 1;
  }
  return { pixels, shares };
}

/** Mix two colours; `share` is that of the second. */
function mixed(under, over, share) {
  const part = (shift) => {
    const [a, b] = [(under >>> shift) & 255, (over >>> shift) & 255];
    return Math.round(a + (b - a) * share);
  };
  return rgba(part(0), part(8), part(16));
}

/**
 * Draw layers on a canvas: each device pixel is the sample that lies under its middle, nothing is
 * between two samples. A layer is { pixels, rows, columns, axes, shares, opacity }; those with
 * shares are mixed in. Only the columns `from` .. `to` of the canvas are drawn.
 */
function drawLayers(canvas, layers, view, from = 0, to = canvas.width) {
  const { width, height } = canvas;
  if (to <= from) return;
  const context = canvas.getContext("2d");
  const picture = context.createImageData(to - from, height);
  const out = new Uint32Array(picture.data.buffer);
  for (const { pixels, rows, columns, axes, shares, opacity } of layers) {
    const down = view.samples(canvas, 0, axes[0], rows, 0, height);
    const along = view.samples(canvas, 1, axes[1], columns, from, to);
    for (let y = 0, at = 0; y < height; y++) {
      const row = down[y] * columns;
      for (let x = 0; x < along.length; x++, at++) {
        if (row < 0 || along[x] < 0) continue;
        const sample = row + along[x];
        out[at] = shares ? mixed(out[at], pixels[sample], shares[sample] * opacity) : pixels[sample];
      }
    }
  }
  if (from === 0) context.clearRect(0, 0, width, height);
  context.putImageData(picture, from, 0);
}
