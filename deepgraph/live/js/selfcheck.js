// The page compares its arithmetic with Python's when it opens.

/** Values differ within rounding up to this share of the larger of 1 and the value. */
const ROUNDING = 1e-9;

/** The place of a double among all doubles, so that neighbours differ by 1. */
const placeOf = (/** @type {number} */ x) => {
  const bits = new BigInt64Array(new Float64Array([x]).buffer)[0];
  return bits < 0n ? -(2n ** 63n) - bits : bits;
};

/** How many doubles two numbers are apart. */
const ulpsApart = (/** @type {number} */ left, /** @type {number} */ right) => {
  const distance = placeOf(left) - placeOf(right);
  return Number(distance < 0n ? -distance : distance);
};

/** The number of an input in a row that nobody gave, as `_made_rows` of `program.py` makes it. */
const madeNumber = (/** @type {number} */ column, /** @type {number} */ row) =>
  row < 3 ? [0, 1, -1][row] : (((row * 67 + column * 29 + row * column * 13) % 201) - 100) / 100;

/** The inputs of the rows that are checked, by input: those of the table, of the data, or made. */
const checkedInputs = ({ inputs: { length }, data: { rows: table, check: { rows: steps, inputs } } }) => {
  const rows = [...undelta(steps)];
  return Array.from({ length }, (_, column) =>
    (inputs ? inputs[column] : rows.map((row) => table.inputs[column][row])) ?? rows.map((row) => madeNumber(column, row)));
};

/**
 * Evaluates the rows for which the program carries a value of Python's.
 * @returns {{verdict: "equal" | "close" | "differs", rows: number, worst: number, node: number,
 *   row: number}} "equal" where all bits are, "close" where rounding differs, as it may in exp and
 *   the like; how many rows were compared; the largest difference in units of the last place, with
 *   its node and row, −1 where all are equal
 */
const selfCheck = (program) => {
  const { nodes, rows: { length: rows }, a } = program.data.check;
  const found = { verdict: "equal", rows, worst: 0, node: -1, row: -1 };
  const trace = newTrace(program, rows);
  evaluate(program, program.values, checkedInputs(program).flat(), trace);
  const compare = (/** @type {number} */ here, /** @type {number} */ there, node, row) => {
    if (Object.is(here, there)) return;
    const apart = ulpsApart(here, there);
    const isClose = Math.abs(here - there) <= ROUNDING * Math.max(1, Math.abs(there));
    if (!isClose) found.verdict = "differs";
    else if (found.verdict === "equal" && apart) found.verdict = "close";
    if (apart > found.worst) Object.assign(found, { worst: apart, node, row });
  };
  nodes.forEach((node, row) => compare(trace.a[node * rows + row], a[row], node, row));
  return found;
};
