// Values over one input, and over two: many rows at once, quick enough to follow a slider.

/** Rows that are evaluated together, so that their values stay in the cache of the processor. */
const TILE = 256;

/** Traces of tiles by program, which are written again and again. */
const tiles = new WeakMap();

/**
 * Evaluates many rows, tile by tile.
 * @param {Float64Array} values by parameter number
 * @param {Float64Array} held the inputs, of which few differ from row to row
 * @param {number} count of rows
 * @param {(row: number, inputs: Float64Array, place: number) => void} fill writes those of a row that
 *   differ, at input · TILE + place
 * @param {(trace: object, first: number, rows: number) => void} take reads z and a of a tile, at
 *   node · TILE + row − first
 */
const overRows = (program, values, held, count, fill, take) => {
  if (!tiles.has(program)) {
    tiles.set(program, {
      trace: newTrace(program, TILE),
      inputs: new Float64Array(program.inputs.length * TILE),
    });
  }
  const { trace, inputs } = tiles.get(program);
  held.forEach((value, at) => inputs.fill(value, at * TILE, (at + 1) * TILE));
  for (let first = 0; first < count; first += TILE) {
    const rows = Math.min(TILE, count - first);
    // The places behind the last row repeat it: a tile is always full.
    for (let place = 0; place < TILE; place++) fill(first + Math.min(place, rows - 1), inputs, place);
    evaluate(program, values, inputs, trace);
    take(trace, first, rows);
  }
};

/**
 * The values of all nodes along one input, the others held.
 * @param {Float64Array} values by parameter number
 * @param {ArrayLike<number>} inputs the row through which it goes
 * @param {number} input its place among the inputs
 * @param {[number, number]} range from, to
 * @param {number} points how many, both ends included; at least 2
 * @returns {{x: Float64Array, z: Float64Array, a: Float64Array}} z and a at node · points + point
 */
const curvesOver = (program, values, inputs, input, [from, to], points = 101) => {
  const x = Float64Array.from({ length: points }, (_, i) => from + (to - from) * (i / (points - 1)));
  x[points - 1] = to;
  const z = new Float64Array(program.count * points), a = new Float64Array(program.count * points);
  const fill = (row, tile, place) => (tile[input * TILE + place] = x[row]);
  overRows(program, values, inputs, points, fill, (trace, first, rows) => {
    for (let node = 0; node < program.count; node++) {
      z.set(trace.z.subarray(node * TILE, node * TILE + rows), node * points + first);
      a.set(trace.a.subarray(node * TILE, node * TILE + rows), node * points + first);
    }
  });
  return { x, z, a };
};

/**
 * Evaluates the middles of n × n cells over two inputs, the others held; `take` as for `overRows`.
 * @param {Float64Array} values by parameter number
 * @param {ArrayLike<number>} inputs the row through which it goes
 * @param {{input: number, range: [number, number]}} across the input of the columns
 * @param {{input: number, range: [number, number]}} up the input of the rows, the lowest first
 * @param {number} n cells on each side
 */
const overCells = (program, values, inputs, across, up, n, take) => {
  const [columns, rows] = [across, up].map(({ range: [from, to] }) =>
    Float64Array.from({ length: n }, (_, i) => from + (to - from) * ((i + 0.5) / n)));
  overRows(program, values, inputs, n * n, (cell, tile, place) => {
    tile[across.input * TILE + place] = columns[cell % n];
    tile[up.input * TILE + place] = rows[Math.floor(cell / n)];
  }, take);
};

/**
 * The value a of some nodes in each cell of a map; other arguments as for `overCells`.
 * @param {ArrayLike<number>} nodes node numbers
 * @returns {Float64Array[]} of each node (n · n) values, at row · n + column
 */
const mapOver = (program, values, inputs, across, up, nodes, n = 100) => {
  const found = Array.from(nodes, () => new Float64Array(n * n));
  overCells(program, values, inputs, across, up, n, ({ a }, first, rows) => {
    found.forEach((map, i) => map.set(a.subarray(nodes[i] * TILE, nodes[i] * TILE + rows), first));
  });
  return found;
};

/**
 * The class of each cell of a map: numbers among program.data.classes.names, −1 where an output is
 * NaN; null without classes. Arguments as for `overCells`.
 */
const classMap = (program, values, inputs, across, up, n = 100) => {
  if (!program.data.classes) return null;
  const found = new Int16Array(n * n), outputs = new Float64Array(program.outputs.length);
  overCells(program, values, inputs, across, up, n, ({ a }, first, rows) => {
    for (let row = 0; row < rows; row++) {
      program.outputs.forEach((node, i) => (outputs[i] = a[node * TILE + row]));
      found[first + row] = predictedClass(program, outputs);
    }
  });
  return found;
};
