// The one state of the page that changes: inputs, parameters, targets, and what is shown of them.
// Panels read it, change it through its methods, and are told once a frame what has changed.

/**
 * What a person chose: a node, or an edge. A bias is the edge from it to its node.
 * @typedef {{kind: "node" | "edge", number: number}} Item
 *
 * The part of a change that listeners are told: "inputs", "values" (of parameters), "targets",
 * "item", "mode", "step" (of the mode step), "row" (of the table), "settings" (of a panel).
 * @typedef {"inputs" | "values" | "targets" | "item" | "mode" | "step" | "row" | "settings"} Part
 *
 * What undo brings back.
 * @typedef {{inputs: Float64Array, values: Float64Array, targets: Float64Array, row: number, loss: string}} Moment
 */

/** @type {Part[]} */
const PARTS = ["inputs", "values", "targets", "item", "mode", "step", "row", "settings"];
const MODES = ["explore", "step", "slopes", "train", "curves", "quiz"];
const MOST_MOMENTS = 200;

class State {
  /**
   * @param {Object} program from `readProgram`
   * @param {{inputs: number[], targets: (number | null)[], row: number}} start inputs in the order
   *   of `program.inputs`; targets in that of `program.outputs`, null for none; the row of the
   *   page's rows that these are, −1 for none
   * @param {Float64Array} values of the parameters in the file
   */
  constructor(program, start, values) {
    this.program = program;
    /** @type {Moment} */
    this.start = {
      inputs: Float64Array.from(start.inputs),
      values: Float64Array.from(values),
      targets: Float64Array.from(start.targets, (target) => (target === null ? NaN : target)),
      row: start.row,
      loss: program.data.loss,
    };
    this.inputs = this.start.inputs.slice();
    this.values = this.start.values.slice();
    this.targets = this.start.targets.slice();
    this.row = this.start.row;
    /** The name of the loss, a key of `program.data.losses`. */
    this.loss = program.data.loss;
    /** @type {Item | null} */
    this.item = null;
    this.mode = "explore";
    this.step = 0;
    /** Choices of panels that belong into the URL, by panel: texts and numbers. */
    this.settings = {};
    /** @type {Moment[]} */
    this.past = [];
    /** @type {Moment[]} */
    this.future = [];
    this.gesture = "";
    /** @type {((changed: Set<Part>) => void)[]} */
    this.listeners = [];
    /** @type {Set<Part>} */
    this.pending = new Set();
    this.known = { trace: null, slopes: null };
    /** Texts of numbers that people typed and no double is, such as 1/3; see `typedText`. */
    this.texts = new Map();
    this.frame = 0;
    /** Ends a run of training, which would change the values again. */
    this.halt = () => {};
  }

  // --- what follows from it --------------------------------------------------------------

  /** Sums and values of all nodes: `{z, a}` by node number. */
  get trace() {
    if (!this.known.trace) this.known.trace = evaluate(this.program, this.values, this.inputs);
    return this.known.trace;
  }

  /** The derivatives of the loss; null while it has no target. */
  get slopes() {
    if (!this.known.slopes && this.canDerive) {
      this.known.slopes = gradient(this.program, this.values, this.trace, this.goal);
    }
    return this.known.slopes;
  }

  /** What the loss compares, as `gradient` takes it: the outputs that have a target. */
  get goal() {
    const { loss, program, targets } = this;
    const { outputs } = program.data.losses[loss]; // of the value of a node none
    const isCompared = (node, output) => !Number.isNaN(targets[output]) && node in outputs;
    return {
      loss,
      nodes: program.outputs.filter(isCompared),
      targets: targets.filter((_, output) => isCompared(program.outputs[output], output)),
    };
  }

  /** True if the loss needs no target, or an output has one, and the loss can take all there are. */
  get canDerive() {
    const { loss, goal, program } = this;
    return program.data.losses[loss].of >= 0 || (goal.nodes.length > 0 && !badTarget(program, goal));
  }

  /** The numbers of the parameters that differ from the file. */
  get changed() {
    const found = [];
    this.values.forEach((value, number) => {
      if (!Object.is(value, this.start.values[number])) found.push(number);
    });
    return found;
  }

  // --- what was typed ---------------------------------------------------------------------

  /**
   * Remembers how a number was typed, for as long as it has this value.
   * @param {"inputs" | "parameters" | "targets"} kind
   * @param {number} number of the input, parameter or output
   * @param {number} value
   * @param {string} text as `plainNumber` spells it
   */
  noteText(kind, number, value, text) {
    const isOther = value !== 0 && Rational.compare(Rational.read(text), Rational.shortest(value)) !== 0;
    const key = `${kind} ${number} ${value}`;
    if (isOther) this.texts.set(key, text);
    else this.texts.delete(key);
    this.tell(kind === "parameters" ? "values" : kind);
  }

  /** How a number was typed, if no shortest decimal says it; else `undefined`. */
  typedText(kind, number) {
    const value = this[kind === "parameters" ? "values" : kind][number];
    return this.texts.get(`${kind} ${number} ${value}`);
  }

  /** All such texts as `explain` takes them: by node, and by parameter. */
  get typed() {
    const { program, texts } = this, found = { inputs: {}, parameters: {}, targets: {} };
    for (const key of texts.keys()) {
      const [kind, number] = key.split(" "), text = this.typedText(kind, number);
      if (text !== undefined) found[kind][kind === "parameters" ? number : program[kind === "inputs" ? kind : "outputs"][number]] = text;
    }
    return found;
  }

  // --- changes that undo takes back -------------------------------------------------------

  /** @param {number} number of the input @param {number} value @param {string} [gesture] */
  setInput(number, value, gesture = "") {
    if (Object.is(this.inputs[number], value)) return;
    this.remember(gesture && `input ${number} ${gesture}`);
    this.inputs[number] = value;
    this.row = -1;
    this.tell("inputs", "row");
  }

  /**
   * All inputs at once, as for a row of the table or an example.
   * @param {ArrayLike<number>} inputs
   * @param {number} [row] of the page's rows
   * @param {ArrayLike<number> | null} [targets]
   * @param {string} [gesture]
   */
  setInputs(inputs, row = -1, targets = null, gesture = "") {
    this.remember(gesture && `inputs ${gesture}`);
    this.inputs.set(inputs);
    this.row = row;
    if (targets) this.targets.set(targets);
    this.tell("inputs", "row", "targets");
  }

  /** @param {number} number of the parameter @param {number} value @param {string} [gesture] */
  setParameter(number, value, gesture = "") {
    if (Object.is(this.values[number], value)) return;
    this.remember(gesture && `parameter ${number} ${gesture}`);
    this.values[number] = value;
    this.tell("values");
  }

  /**
   * All parameters at once, as after steps of training.
   * @param {Float64Array} values
   * @param {string} [gesture] changes of one gesture, such as one run, are undone together
   */
  setParameters(values, gesture = "") {
    this.remember(gesture);
    this.values.set(values);
    this.tell("values");
  }

  /** @param {number} output its place among the outputs @param {number} value NaN for none */
  setTarget(output, value) {
    if (Object.is(this.targets[output], value)) return;
    this.remember("");
    this.targets[output] = value;
    this.tell("targets");
  }

  /** @param {string} loss */
  setLoss(loss) {
    if (this.loss === loss) return;
    this.remember("");
    this.loss = loss;
    this.tell("targets");
  }

  /** Back to the file: parameters, inputs, targets and loss. */
  reset() {
    this.halt();
    this.remember("");
    this.restore(this.start);
  }

  undo() {
    this.halt();
    if (!this.past.length) return;
    this.future.push(this.moment());
    this.restore(this.past.pop());
  }

  redo() {
    this.halt();
    if (!this.future.length) return;
    this.past.push(this.moment());
    this.restore(this.future.pop());
  }

  /** The end of a gesture: the next change is undone by itself. */
  endGesture() {
    this.gesture = "";
  }

  // --- what is looked at ------------------------------------------------------------------

  /** @param {Item | null} item */
  choose(item) {
    this.item = item;
    this.tell("item");
  }

  /** @param {string} mode one of `MODES` */
  setMode(mode) {
    if (this.mode === mode) return;
    this.mode = mode;
    this.tell("mode");
  }

  /** @param {number} step */
  setStep(step) {
    if (this.step === step) return;
    this.step = step;
    this.tell("step");
  }

  /** @param {string} panel @param {Object} settings texts and numbers that the URL keeps */
  setSettings(panel, settings) {
    this.settings[panel] = settings;
    this.tell("settings");
  }

  // --- listeners --------------------------------------------------------------------------

  /** @param {(changed: Set<Part>) => void} listener called at most once a frame */
  on(listener) {
    this.listeners.push(listener);
  }

  /** @param {...Part} parts */
  tell(...parts) {
    for (const part of parts) this.pending.add(part);
    if (parts.includes("inputs") || parts.includes("values")) this.known.trace = null;
    this.known.slopes = parts.includes("targets") || !this.known.trace ? null : this.known.slopes;
    if (!this.frame) this.frame = requestAnimationFrame(() => this.flush());
  }

  /** Tells the listeners now. */
  flush() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const changed = this.pending;
    this.pending = new Set();
    if (changed.size) for (const listener of this.listeners) listener(changed);
  }

  // --- moments ----------------------------------------------------------------------------

  /** @returns {Moment} */
  moment() {
    const { inputs, values, targets, row, loss } = this;
    return { inputs: inputs.slice(), values: values.slice(), targets: targets.slice(), row, loss };
  }

  /** @param {string} gesture of the change that follows; further ones of it are one with it */
  remember(gesture) {
    if (gesture && gesture === this.gesture && this.past.length) return;
    this.gesture = gesture;
    this.past.push(this.moment());
    if (this.past.length > MOST_MOMENTS) this.past.shift();
    this.future = [];
  }

  /** @param {Moment} moment */
  restore(moment) {
    this.gesture = "";
    this.inputs.set(moment.inputs);
    this.values.set(moment.values);
    this.targets.set(moment.targets);
    this.row = moment.row;
    this.loss = moment.loss;
    this.tell("inputs", "values", "targets", "row");
  }
}
