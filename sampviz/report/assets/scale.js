// Colour bars: a strip of colours with the values of its ends.

/** Paint a strip, from left to right, in colours of 32 bits. */
function strip(canvas, colours) {
  Object.assign(canvas, { width: colours.length, height: 1 });
  const context = canvas.getContext("2d");
  const picture = context.createImageData(colours.length, 1);
  new Uint32Array(picture.data.buffer).set(colours);
  context.putImageData(picture, 0, 0);
}

/** The strip of a signed scale: opaque blue to nothing to opaque red. */
function signedStrip({ blue, red }) {
  return Uint32Array.from({ length: 255 }, (_, i) => {
    const colour = i < 127 ? blue : red;
    return ((colour & 0xffffff) | (Math.round((Math.abs(i - 127) / 127) * 255) << 24)) >>> 0;
  });
}

/** The grey window that all panels share: two fields, a strip between them, a reset. */
class WindowScale {
  /** `set(limits)` is called with the ends, or with null for those of the picture. */
  constructor(place, set) {
    this.place = place;
    this.fields = [...place.querySelectorAll("input")];
    this.origin = place.querySelector(".origin");
    strip(place.querySelector("canvas"), GREY);
    place.querySelector("button").addEventListener("click", () => set(null));
    for (const field of this.fields) {
      field.addEventListener("change", () => {
        const limits = this.fields.map(({ value }) => (value === "" ? NaN : Number(value)));
        const valid = limits[0] < limits[1] && Number.isFinite(limits[1] - limits[0]);
        this.say(valid ? "" : "black must be less than white");
        if (valid) set(limits);
      });
    }
  }

  /** Write the ends, and in words where they come from. */
  show(limits, origin) {
    limits.forEach((limit, end) => (this.fields[end].value = Number(limit.toPrecision(4))));
    this.say("");
    this.origin.textContent = origin;
  }

  say(text) {
    for (const field of this.fields) {
      field.setCustomValidity(text);
      field.setAttribute("aria-invalid", text !== "");
    }
    if (text) this.origin.textContent = text;
  }
}
