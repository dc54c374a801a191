// The subjects of the page and their arrays, as report/array_store.py packed them.

const TYPES = { f4: Float32Array, f8: Float64Array, u2: Uint16Array };

/** The text of a JSON block of the page. */
function block(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

async function unpacked({ type, shape, data, step, first }) {
  const text = atob(data);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const codes = new TYPES[type](await new Response(stream).arrayBuffer());
  // Of a volume a slice is unpacked when it is looked at.
  if (shape.length === 4) return { codes, shape, step, first };
  const values = step ? unrounded(codes, step, first) : codes;
  const [channels, rows, columns] = shape.length === 3 ? shape : [1, ...shape];
  return { values, channels, rows, columns };
}

/** What was rounded to whole steps, 65535 for what is not finite. */
function unrounded(codes, step, first) {
  const values = new Float64Array(codes.length);
  for (let i = 0; i < codes.length; i++) values[i] = codes[i] === 65535 ? NaN : (codes[i] + first) * step;
  return values;
}

/** A subject that lies in a file beside the page: the file calls `sampvizSubject` with it. */
function fromFile(address) {
  return new Promise((resolve, reject) => {
    globalThis.sampvizSubject = resolve;
    const script = document.createElement("script");
    script.src = address;
    script.onerror = () => reject(new Error(`${address} is not beside the page`));
    document.head.append(script);
  });
}

const loaded = new Map();

/** Subject `number`, with `arrays` by their names: { values, channels, rows, columns }. */
async function subjectOf(number, files) {
  if (!loaded.has(number)) {
    const found = files.length ? await fromFile(files[number]) : block(`subject-${number}`);
    const names = Object.keys(found.arrays);
    const arrays = await Promise.all(names.map((name) => unpacked(found.arrays[name])));
    loaded.set(number, {
      ...found.subject,
      arrays: new Map(names.map((name, i) => [name, arrays[i]])),
    });
  }
  return loaded.get(number);
}
