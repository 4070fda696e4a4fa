// Gradient descent in the page: steps, a loss curve, the way back to the start.

/**
 * What an example says of its steps, beside the learning rate: as `evaluate/optimisers.py` has them.
 * @typedef {{momentum: number, decay: number, frozen: number[]}} Method `frozen` are parameters, beside those of the spec
 */
const PLAIN = { momentum: 0, decay: 0, frozen: [] };

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

/** By what a step moves each parameter, divided by the learning rate: momentum · the last one + gradient. */
const velocityOf = (program, values, slopes, before, /** @type {Method} */ { momentum, decay }) => {
  const weights = new Set(program.parameter.filter((_, edge) => program.kind[program.source[edge]] !== BIAS));
  return slopes.map((slope, number) => {
    const whole = decay && weights.has(number) ? slope + values[number] * decay : slope;
    return momentum ? before[number] * momentum + whole : whole;
  });
};

/**
 * Values after one step: value − rate · velocity; frozen parameters keep theirs.
 * @param {Float64Array} values by parameter number
 * @param {Float64Array} velocity of plain steps the gradient
 * @param {number} rate the learning rate
 * @param {Method} [method]
 */
const stepped = (program, values, velocity, rate, { frozen: others = [] } = PLAIN) => {
  const frozen = new Set([...program.data.parameters.frozen, ...others]);
  return values.map((value, number) => (frozen.has(number) ? value : value - rate * velocity[number]));
};

/** True if two arrays hold the same numbers. */
const isSame = (one, other) =>
  one.length === other.length && one.every((value, at) => Object.is(value, other[at]));

/**
 * A training that can be run, stopped and rewound. It never leaves finite numbers: a step that would
 * is not taken, and told.
 */
class Training {
  /**
   * @param {Float64Array} values where it starts
   * @param {{count: number, inputs: Float64Array}} rows inputs at input · count + row
   * @param {Goal} goal
   * @param {Method} method
   */
  constructor(program, values, rows, goal, method = PLAIN) {
    Object.assign(this, { program, rows, goal, method });
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
   * @param {Float64Array} [velocity] of the last step; none before the first
   */
  resume(values, losses, velocity = new Float64Array(values.length)) {
    this.velocity = velocity;
    /** True if the last step changed no number, and none of those to come would. */
    this.isStill = false;
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
      const { program, method } = this, { momentum } = method, slopes = this.gradient.values;
      const isPlain = momentum + method.decay === 0;
      const velocityFrom = (before) => (isPlain ? slopes : velocityOf(program, this.values, slopes, before, method));
      const velocity = velocityFrom(this.velocity);
      const moved = (by) => stepped(program, this.values, by, rate, method);
      const values = moved(velocity);
      // While no number moves, the velocity goes towards v = momentum · v + gradient.
      this.isStill = isSame(values, this.values) &&
        isSame(moved(velocityFrom(slopes.map(() => 0)).map((v) => v / (1 - momentum))), this.values);
      const found = this.judged(values, this.steps + 1);
      this.trouble = found.trouble;
      if (this.trouble) break;
      Object.assign(this, { values, velocity });
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

/** Learning rates to begin with: that of `deepgraph train`, and smaller ones. */
const RATES = ["0.1", "0.03", "0.01", "0.003", "0.001", "0.0003", "0.0001"];
/** The steps of a trial, and the most of it: rows by edges by steps. */
const TRIAL_STEPS = 100;
const TRIAL_WORK = 2e7;
/** A loss that is larger by no more than this share is no larger one, but rounding. */
const SAME_LOSS = 1e-9;

/**
 * The first of `RATES` with which no step of a trial raises the loss; if there is none, that with the
 * least loss at the end of its trial.
 * @param {Float64Array} values where it starts
 * @param {{rows: object, goal: Goal, method: Method}} data
 * @returns {{rate: string, steps: number}} the rate, and how many steps were tried
 */
const triedRate = (program, values, { rows, goal, method }) => {
  const steps = Math.min(TRIAL_STEPS, Math.ceil(TRIAL_WORK / (rows.count * program.source.length)));
  let best = RATES[0], least = Infinity;
  for (const rate of RATES) {
    const training = new Training(program, values, rows, goal, method);
    const isWhole = training.step(Number(rate), steps), { losses, loss } = training;
    const isFalling = losses.every((one, at) => !at || one <= losses[at - 1] * (1 + SAME_LOSS));
    if (isWhole && isFalling) return { rate, steps };
    if (isWhole && loss < least) [best, least] = [rate, loss];
  }
  return { rate: best, steps };
};
