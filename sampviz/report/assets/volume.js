// Of a volume a plane is looked at: a slice of the original, and the slices of the outputs that lie
// nearest to it. It is shown as a picture is.

/** Which of `count` samples on an axis [place of sample 0, step] is nearest to a place. */
function nearestSample(at, [delta, step], count) {
  // Of two that are equally near the lower one, whatever the rounding.
  return Math.max(0, Math.min(count - 1, Math.ceil((at - delta) / step - 0.5 - 1e-9)));
}

/** An axis with `count` samples, counted from the other end of the original. */
const turned = ([delta, step], count, original) => [original - 1 - step * (count - 1) - delta, step];

/** The values of slice `index` of an array, as rows and columns of a plane run. */
function sliceOf({ codes, shape, step, first }, { axis, turns }, index) {
  const [channels, ...sides] = shape;
  const strides = [sides[1] * sides[2], sides[2], 1];
  const [rows, columns] = turns.map(([other]) => sides[other]);
  const steps = turns.map(([other, reverse]) => (reverse ? -strides[other] : strides[other]));
  const ends = turns.map(([other, reverse]) => (reverse ? (sides[other] - 1) * strides[other] : 0));
  const found = new codes.constructor(channels * rows * columns);
  for (let channel = 0, i = 0; channel < channels; channel++) {
    const start = channel * sides[0] * strides[0] + index * strides[axis] + ends[0] + ends[1];
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++, i++) {
        found[i] = codes[start + row * steps[0] + column * steps[1]];
      }
    }
  }
  return { values: step ? unrounded(found, step, first) : found, channels, rows, columns };
}

/** The place of a slice, or between slices, in the unit of the plane. */
const slicePlace = ({ first, step }, at) => first + step * at;

/** Where a slice lies, in words. */
function placeWords(plane, at) {
  const letter = plane.letter ? `${plane.letter}\u00a0=\u00a0` : "";
  return `${letter}${fixed(slicePlace(plane, at), 1)}\u00a0${plane.unit}`;
}

/** A slice in words: of which plane, or along which axis where the directions are not known. */
const sliceWords = ({ name, letter }, place) =>
  letter ? `${name} slice at ${place}` : `slice at ${place} along the ${name}`;

/** How far a slice is from the one that is looked at, in words. */
function distanceWords(plane, from, to) {
  const distance = slicePlace(plane, to) - slicePlace(plane, from);
  if (Math.abs(distance) < 0.05) return "";
  return ` (${distance > 0 ? "+" : ""}${shown(distance, 3)}\u00a0${plane.unit})`;
}

/** The number of a slice, as `--slice` counts. */
const sliceNumber = ({ last }, index) => (last === null ? index : last - index);

/** Slice `index` of a plane of a volume at a level: { subject, level }, as of a picture. */
function cut(volume, level, planeNumber, index) {
  const plane = volume.planes[planeNumber];
  volume.cuts ??= volume.planes.map((each) => ({ ...each, labels: volume.labels }));
  const subject = volume.cuts[planeNumber]; // the same for all its slices
  subject.arrays = new Map(volume.arrays);
  const number = sliceNumber(plane, index);
  subject.slice = plane.letter ? `${plane.name} slice ${number}` : `slice ${number} along the ${plane.name}`;
  subject.affine = plane.affine?.map(([a, b, c], i) => [a, b, c + (index - plane.index) * plane.across[i]]) ?? null;
  const view = volume.levels[level].planes[planeNumber];
  const panels = volume.levels[level].panels.map((panel, i) => {
    const { shape } = volume.arrays.get(panel.array);
    const nearest = nearestSample(index, panel.axes[plane.axis], shape[1 + plane.axis]);
    const taken = (name) => {
      if (name === null || name === undefined) return null;
      const key = `${name}, slice ${nearest}`;
      if (!subject.arrays.has(key)) subject.arrays.set(key, sliceOf(volume.arrays.get(name), plane, nearest));
      return key;
    };
    const [delta, step] = panel.axes[plane.axis];
    const at = delta + step * nearest;
    const place = sliceWords(plane, placeWords(plane, at)) + distanceWords(plane, index, at);
    const axes = plane.turns.map(([other, reverse]) =>
      reverse ? turned(panel.axes[other], shape[1 + other], volume.planes[0].sizes[other]) : panel.axes[other],
    );
    return {
      ...panel,
      ...view.panels[i],
      ...{ array: taken(panel.array), alias: taken(panel.alias), ideal: taken(panel.ideal), axes },
      steps: panel.steps.map((steps) => plane.turns.map(([other]) => steps[other])),
      line: [place, panel.line].filter(Boolean).join("; "),
    };
  });
  return { subject, level: { ...volume.levels[level], ...view, panels } };
}
