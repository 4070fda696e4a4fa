// Plain gradient descent in the page: steps, a loss curve, the way back to the start.

/**
 * Why a training stopped.
 * @typedef {object} Trouble
 * @property {number} step the step after which it was found, from 1; 0 before the first
 * @property {"z" | "a" | "loss" | "parameter"} what is not finite
 * @property {number} value NaN or an infinity
 * @property {number} [node] the first node, in the order of evaluation, that is not finite
 * @property {number} [row] the first of its rows, from 0
 * @property {number} [parameter] the first parameter
 */

/**
 * Values after one step: value − rate · gradient; frozen parameters keep theirs.
 * @param {Float64Array} values by parameter number
 * @param {Float64Array} slopes ∂loss/∂parameter
 * @param {number} rate the learning rate
 */
const stepped = (program, values, slopes, rate) => {
  const frozen = new Set(program.data.parameters.frozen);
  return values.map((value, number) => (frozen.has(number) ? value : value - rate * slopes[number]));
};

/**
 * A training that can be run, stopped and rewound. It never leaves finite numbers: a step that would
 * is not taken, and told.
 */
class Training {
  /**
   * @param {Float64Array} values where it starts
   * @param {{count: number, inputs: Float64Array}} rows inputs at input · count + row
   * @param {Goal} goal
   */
  constructor(program, values, rows, goal) {
    Object.assign(this, { program, rows, goal });
    this.start = Float64Array.from(values);
    this.trace = newTrace(program, rows.count);
    this.rewind();
  }

  /** Back to where it started. */
  rewind() {
    this.resume(this.start, [NaN]);
    this.losses[0] = this.gradient.loss;
  }

  /**
   * Back to an earlier moment of it.
   * @param {Float64Array} values of that moment
   * @param {number[]} losses until then
   */
  resume(values, losses) {
    /** The current values, by parameter number. */
    this.values = Float64Array.from(values);
    const { gradient, trouble } = this.judged(this.values, losses.length - 1);
    this.gradient = gradient;
    /** @type {Trouble | null} */
    this.trouble = trouble;
    /** The loss before the first step and after each. */
    this.losses = [...losses];
  }

  /** How many steps were taken. */
  get steps() {
    return this.losses.length - 1;
  }

  /** The current loss. */
  get loss() {
    return this.losses[this.steps];
  }

  /**
   * Takes steps.
   * @param {number} rate the learning rate
   * @param {number} count how many
   * @returns {boolean} false if one could not be taken; `trouble` says why
   */
  step(rate, count = 1) {
    for (let i = 0; i < count && !this.trouble; i++) {
      const values = stepped(this.program, this.values, this.gradient.values, rate);
      const found = this.judged(values, this.steps + 1);
      this.trouble = found.trouble;
      if (this.trouble) break;
      this.values = values;
      this.gradient = found.gradient;
      this.losses.push(found.gradient.loss);
    }
    return !this.trouble;
  }

  /**
   * Loss and gradient for some values, and what is wrong with them.
   * @returns {{gradient: object, trouble: Trouble | null}}
   */
  judged(values, step) {
    const { program, rows, goal, trace } = this;
    evaluate(program, values, rows.inputs, trace);
    const found = gradient(program, values, trace, goal);
    const parameter = values.findIndex((value) => !Number.isFinite(value));
    if (parameter >= 0 && Number.isFinite(found.loss)) {
      return { gradient: found, trouble: { step, what: "parameter", parameter, value: values[parameter] } };
    }
    const trouble = Number.isFinite(found.loss) ? null : { step, ...firstTrouble(program, trace, found) };
    return { gradient: found, trouble };
  }
}

/** The first node that is not finite, in the order of evaluation; the loss itself if all are. */
const firstTrouble = (program, { rows, z, a }, found) => {
  for (const node of program.steps) {
    if (node >= program.count) continue;
    for (let row = 0; row < rows; row++) {
      const at = node * rows + row;
      if (!Number.isFinite(z[at])) return { what: "z", node, row, value: z[at] };
      if (!Number.isFinite(a[at])) return { what: "a", node, row, value: a[at] };
    }
  }
  const row = found.rowLosses.findIndex((loss) => !Number.isFinite(loss));
  return { what: "loss", row: Math.max(row, 0), value: found.loss };
};

/**
 * The rows and targets of a table of the program, or of one of its examples, for training.
 * @param {{inputs: number[][], targets: Object<string, number[]>}} table
 * @param {string} loss
 * @returns {{rows: {count: number, inputs: Float64Array}, goal: Goal}}
 */
const trainingData = (table, loss) => {
  const count = table.inputs.length ? table.inputs[0].length : 0;
  const nodes = Int32Array.from(Object.keys(table.targets), Number).sort();
  const targets = Float64Array.from(Array.from(nodes).flatMap((node) => table.targets[node]));
  return { rows: { count, inputs: Float64Array.from(table.inputs.flat()) }, goal: { loss, nodes, targets } };
};
