// The forward pass, node by node in the order of sums of the package's reference evaluator.

/** The kinds of nodes as numbers. */
const INPUT = 0, BIAS = 1, HIDDEN = 2, OUTPUT = 3;

/** Whole numbers from their differences: the first one, then each minus the one before. */
const undelta = (/** @type {number[]} */ steps) => {
  let last = 0;
  return Int32Array.from(steps, (step) => (last += step));
};

/**
 * Edges grouped by one of their ends, those of one node in the order of the file.
 * @param {Int32Array} ends node numbers, by edge
 * @param {number} nodes
 * @returns {Int32Array[]} edge numbers, by node
 */
const groupedBy = (ends, nodes) => {
  const found = Array.from({ length: nodes }, () => /** @type {number[]} */ ([]));
  ends.forEach((node, edge) => found[node].push(edge));
  return found.map((edges) => Int32Array.from(edges));
};

/** The constants of each node that has some, with neutral ones for those that it lacks. */
const constantsOf = (/** @type {Object<string, object>} */ given) => {
  /** @type {{[node: number]: {min: number, max: number, mean: number, scale: number}}} */
  const found = {};
  for (const [node, some] of Object.entries(given)) {
    found[node] = { min: -Infinity, max: Infinity, mean: 0, scale: 1, ...some };
  }
  return found;
};

/**
 * The network of the page; `deepgraph/live/program.py` explains the data.
 *
 * Of the result, arrays by node: `ids`, `kind` (INPUT, …), `label` (what readers see), `func`
 * (numbers into `functions`), `aggregation` (names), `incoming` and `outgoing` (edge numbers),
 * `biasParameter` (−1 without one), `biasConstant`; by edge: `source`, `target`, `parameter`
 * (−1 for a wire); node numbers: `inputs`, `outputs`, `softmax` (of each group), `steps` (the order
 * of evaluation, nodes + g for softmax group g); `values`, the values of the file; `count`, the
 * number of nodes; `normalise` and `rescale`, constants by node; `data`, all that was given; `run`,
 * value, slope and fill of each of `functions`, null for softmax.
 * @param {string | object} json
 * @param {(object | null)[]} run
 */
const readProgram = (json, run = FUNCTIONS) => {
  const data = typeof json === "string" ? JSON.parse(json) : json;
  const { nodes, edges, parameters } = data;
  const count = nodes.id.length;
  const kind = Uint8Array.from(nodes.kind, (letter) => "ibho".indexOf(letter));
  const of = (/** @type {number} */ wanted) =>
    Int32Array.from(nodes.id.keys()).filter((node) => kind[node] === wanted);
  const source = undelta(edges.source), target = undelta(edges.target);
  const biasParameter = new Int32Array(count).fill(-1);
  const biasConstant = new Float64Array(count).fill(NaN);
  for (const [node, number] of Object.entries(data.bias.parameter)) biasParameter[node] = number;
  for (const [node, value] of Object.entries(data.bias.constant)) biasConstant[node] = value;
  return {
    data, run, count, kind, source, target, biasParameter, biasConstant,
    ids: nodes.id,
    label: nodes.id.map((id, node) => nodes.label[node] ?? id),
    func: Int32Array.from(nodes.function),
    aggregation: nodes.id.map((_, node) => nodes.aggregation[node] ?? "sum"),
    functions: data.functions,
    parameter: undelta(edges.parameter),
    incoming: groupedBy(target, count),
    outgoing: groupedBy(source, count),
    inputs: of(INPUT),
    outputs: of(OUTPUT),
    softmax: data.softmax.map((members) => Int32Array.from(members)),
    steps: undelta(data.steps),
    normalise: constantsOf(data.normalise),
    rescale: constantsOf(data.rescale),
    values: Float64Array.from(parameters.value),
  };
};

/** True if z of a node is a number of its own: of a neuron, or of a normalised input. */
const hasZ = (program, /** @type {number} */ node) =>
  program.kind[node] > BIAS || node in program.normalise;

/** The weight of an edge; 1 for a wire. */
const weightOf = (program, /** @type {Float64Array} */ values, /** @type {number} */ edge) =>
  program.parameter[edge] < 0 ? 1 : values[program.parameter[edge]];

/** The value of a bias node. */
const biasOf = (program, /** @type {Float64Array} */ values, /** @type {number} */ node) =>
  program.biasParameter[node] < 0 ? program.biasConstant[node] : values[program.biasParameter[node]];

/**
 * An empty trace: z and a of every node for some rows, at node · rows + row.
 * @param {number} rows
 */
const newTrace = (program, rows = 1) => ({
  rows,
  z: new Float64Array(program.count * rows),
  a: new Float64Array(program.count * rows),
});

/**
 * The forward pass.
 * @param {Float64Array} values by parameter number
 * @param {ArrayLike<number>} inputs what a table holds, in the order of program.inputs; for several
 *   rows at input · rows + row
 * @param {{rows: number, z: Float64Array, a: Float64Array}} trace to be written; one row by default
 */
const evaluate = (program, values, inputs, trace = newTrace(program)) => {
  const { rows, z, a } = trace;
  program.inputs.forEach((node, place) => {
    const constants = program.normalise[node];
    for (let row = 0, at = node * rows; row < rows; row++, at++) {
      z[at] = inputs[place * rows + row];
      a[at] = constants ? normalise(z[at], constants) : z[at];
    }
  });
  for (const step of program.steps) {
    if (step >= program.count) {
      const members = program.softmax[step - program.count];
      for (let row = 0; row < rows; row++) softmax(members.map((node) => node * rows + row), z, a);
    } else if (program.kind[step] === BIAS) {
      const value = biasOf(program, values, step);
      z.fill(value, step * rows, (step + 1) * rows);
      a.fill(value, step * rows, (step + 1) * rows);
    } else if (program.kind[step] !== INPUT) {
      joinTerms(program, values, step, trace);
      activate(program, step, trace);
    }
  }
  return trace;
};

/** z of one node: its terms, weight · source value, joined from the first to the last. */
const joinTerms = (program, values, node, { rows, z, a }) => {
  const { join, divides } = AGGREGATIONS[program.aggregation[node]];
  const edges = program.incoming[node], start = node * rows, end = start + rows;
  const weight = (i) => weightOf(program, values, edges[i]);
  const from = (i) => program.source[edges[i]] * rows - start;
  const first = weight(0), shift = from(0);
  for (let at = start; at < end; at++) z[at] = first * a[at + shift];
  let i = 1;
  if (join === add) {
    for (; i + 3 < edges.length; i += 4) {
      const terms = [i, i + 1, i + 2, i + 3];
      addFour(z, a, start, end, terms.map(weight), terms.map(from));
    }
  }
  for (; i < edges.length; i++) joinOne(join, z, a, start, end, weight(i), from(i));
  if (divides) for (let at = start; at < end; at++) z[at] /= edges.length;
};

/** Joins one more term to z, in all rows; the source of a row lies `from` behind it. */
const joinOne = (join, z, a, start, end, w, from) => {
  if (join === add) for (let at = start; at < end; at++) z[at] += w * a[at + from];
  else for (let at = start; at < end; at++) z[at] = join(z[at], w * a[at + from]);
};

/** Adds four terms to z one after another, which reads and writes z once. */
const addFour = (z, a, start, end, [w1, w2, w3, w4], [from1, from2, from3, from4]) => {
  for (let at = start; at < end; at++) {
    const two = z[at] + w1 * a[at + from1] + w2 * a[at + from2];
    z[at] = two + w3 * a[at + from3] + w4 * a[at + from4];
  }
};

/** a of one node from its z; nothing for a member of a softmax group, which waits for all. */
const activate = (program, node, { rows, z, a }) => {
  const found = program.run[program.func[node]], scaled = program.rescale[node];
  if (!found) return;
  const start = node * rows, end = start + rows;
  found.fill(z, a, start, end);
  if (scaled) for (let at = start; at < end; at++) a[at] = a[at] * scaled.scale + scaled.mean;
};

/**
 * The class that a row of outputs says: its number among program.data.classes.names; −1 where an
 * output is NaN, or without classes.
 * @param {ArrayLike<number>} outputs in the order of program.outputs
 */
const predictedClass = (program, outputs) => {
  const { classes } = program.data;
  let best = 0; // of equal ones the first
  for (let i = 0; i < outputs.length; i++) {
    if (Number.isNaN(outputs[i])) return -1;
    if (outputs[i] > outputs[best]) best = i;
  }
  if (!classes) return -1;
  return classes.threshold === null ? best : Number(outputs[0] >= classes.threshold);
};

/** The name of a parameter: `w3`, `W1[2,3]`, `x→h1` for an edge without a label. */
const parameterName = (program, /** @type {number} */ number) => {
  const { blocks, keys, value } = program.data.parameters;
  const key = keys[number - (value.length - keys.length)];
  if (typeof key === "string") return key;
  for (const [name, offset, rows, columns] of blocks) {
    const entry = number - offset;
    if (entry < 0 || entry >= rows * (columns || 1)) continue;
    if (!columns) return `${name}[${entry + 1}]`;
    return `${name}[${Math.floor(entry / columns) + 1},${(entry % columns) + 1}]`;
  }
  const edge = program.parameter.indexOf(number);
  return `${program.ids[program.source[edge]]}→${program.ids[program.target[edge]]}`;
};
