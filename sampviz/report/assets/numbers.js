// Numbers for readers.

const MINUS = "\u2212";

/** So many significant digits, without zeros behind. */
function shown(value, digits = 4) {
  if (value === null || value === undefined) return "\u2013";
  if (!Number.isFinite(value)) return String(value).replace("-", MINUS);
  return String(Number(value.toPrecision(digits))).replace("-", MINUS);
}

/** As many digits as a float32 has. */
const exact = (value) => shown(value, 7);

/** A percentage to three digits, and what is nearly 0 as such. */
const percent = (value) => (value && Math.abs(value) < 0.01 ? "<0.01" : shown(value, 3));

/** So many digits behind the point. */
function fixed(value, digits) {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", MINUS);
}
