/**
 * The arithmetic of one node or edge, for a page to show.
 * @typedef {object} Said
 * @property {string} title the name of the node, or words; `titleRuns` as runs
 * @property {string} note a remark to read first; may be empty
 * @property {{quantity: string, at: number | null, text: string, runs: [string, number][]}[]} lines
 */

/** A step with its texts, or with those of some of its lines. */
const saidStep = ({ title, note, lines }, chosen = lines) => {
  const atoms = typeof title === "string" ? [title] : Spelling.spell(title);
  return {
    title: Spelling.textOf(atoms), titleRuns: Spelling.runs(atoms), note: chosen === lines ? note : "",
    lines: chosen.map((line) => ({ quantity: line.quantity, at: line.at, text: line.text, runs: line.runs })),
  };
};

/** The steps of the backward pass; none where the loss does not depend on the node. */
const backwardSteps = (sections) => (sections.find(({ key }) => key === "Backward") || { steps: [] }).steps;

/**
 * How a node gets its value: the line of an input, the step of a neuron, and the step of its softmax group.
 * @param {object} program
 * @param {Float64Array} values
 * @param {{z: Float64Array, a: Float64Array}} trace
 * @param {number} node
 * @param {Explained} [options] `goal` and `node` of it do not matter
 * @returns {Said[]} none for a bias, which has its value
 */
function explainNode(program, values, trace, node, options = {}) {
  const group = Array.from(program.softmax.find((members) => members.includes(node)) || [node]);
  const [{ steps }] = explain(program, values, trace, { ...options, node, goal: null, shown: new Set(group) });
  const own = steps.filter((step) => step.members.includes(node));
  if (program.kind[node] !== INPUT || own[0].lines.length < own[0].members.length) return own.map((step) => saidStep(step));
  return own.map((step) => saidStep(step, step.lines.filter((line) => line.at === node)));
}

/**
 * The derivatives of the loss at a node and of the parameters into it; none where the loss does not depend on it.
 * @param {object} program
 * @param {Float64Array} values
 * @param {{z: Float64Array, a: Float64Array}} trace
 * @param {number} node
 * @param {Explained} options with `goal`
 * @returns {Said[]}
 */
function explainBackward(program, values, trace, node, options) {
  const parameter = program.biasParameter[node];
  const steps = backwardSteps(explain(program, values, trace, {
    ...options, node: parameter < 0 ? node : null, shown: new Set(),
  }));
  const isOwn = ({ quantity, at }) => quantity === "dparameter" && at === parameter;
  if (parameter < 0) return steps.filter((step) => step.members.includes(node)).map((step) => saidStep(step));
  return steps.filter((step) => step.lines.some(isOwn)).map((step) => saidStep(step, step.lines.filter(isOwn)));
}

/**
 * An edge: how its target gets its value, and with a goal the derivatives at the edge and of its weight.
 * @param {object} program
 * @param {Float64Array} values
 * @param {{z: Float64Array, a: Float64Array}} trace
 * @param {number} edge
 * @param {Explained} [options]
 * @returns {{forward: Said[], backward: Said[]}}
 */
function explainEdge(program, values, trace, edge, options = {}) {
  const forward = explainNode(program, values, trace, program.target[edge], options).slice(0, 1);
  if (!options.goal) return { forward, backward: [] };
  const { parameter, biasParameter, source, target, outgoing } = program;
  const [number, bias] = [parameter[edge], biasParameter[source[edge]]];
  const several = number < 0 ? outgoing[source[edge]].length > 1 : parameter.indexOf(number) !== parameter.lastIndexOf(number);
  const only = { ...options, node: several ? null : target[edge], shown: new Set() };
  const steps = backwardSteps(explain(program, values, trace, only));
  const isOwn = ({ quantity, at, edge: own }) => own === edge || (quantity === "local" && at === edge)
    || (quantity === "dparameter" && own === undefined && (at === number || (number < 0 && at === bias)) && at >= 0);
  const backward = steps.map((step) => saidStep(step, step.lines.filter(isOwn))).filter(({ lines }) => lines.length);
  return { forward, backward };
}

/**
 * The mode "step": the inputs, one node after the other, the loss, and back again.
 * @param {object} program
 * @param {Float64Array} values
 * @param {{z: Float64Array, a: Float64Array}} trace
 * @param {Explained} [options] with `goal`, the way back, too
 * @returns {{phase: string, nodes: number[], sentence: string, sentenceRuns: [string, number][], said: () => Said}[]}
 *   `phase` the heading of its section, `nodes` those to be lit, `said` makes its lines
 */
function explainSteps(program, values, trace, options = {}) {
  const sections = explain(program, values, trace, { ...options, node: null }).filter(({ key }) => key !== "Stages");
  return sections.flatMap(({ key, title, steps }) => steps.map((step) => {
    const sentence = sentenceOf(program.wordNetwork, step, key);
    return {
      phase: title, nodes: step.members, said: () => saidStep(step),
      sentence: Spelling.textOf(sentence), sentenceRuns: Spelling.runs(sentence),
    };
  }));
}

/**
 * What happens in a step, in one sentence.
 * @param {WordNetwork} net
 * @param {object} step
 * @param {string} phase the key of its section
 * @returns {Atom[]}
 */
function sentenceOf(net, { members, node, lines }, phase) {
  const name = node === undefined ? [] : Spelling.spell((net.verbatim.has(node) ? Tree.verbatim : Tree.name)(net.names[node]));
  const say = (key, ...more) => WORDS.say(key, "\u0000", ...more).split("\u0000")
    .flatMap((part, at) => (at ? [...name, part] : [part])).filter((part) => part !== "");
  if (phase === "Loss") return say(lines[0].parts.symbols || lines[0].parts.numbers ? "step loss" : "step output");
  if (node === undefined) {
    if (phase === "Forward") return say(net.kind[members[0]] === INPUT ? "step inputs" : "step softmax");
    return say(members.length ? "step softmax back" : "step shared");
  }
  if (phase === "Forward") {
    const f = net.f(node);
    const found = say(`step ${net.into(node).length > 1 ? net.aggregation(node) : "one"}`);
    if (f && !f.identity && !(f.bare && f.rescaled)) found.push(" ", ...say("step then", f.title));
    if (f && f.rescaled) found.push(` ${WORDS.say("step rescaled")}`);
    return found;
  }
  if (net.kind[node] === INPUT) return say("step input back");
  if (net.kind[node] === BIAS) return say("step bias back");
  return say(net.outOf(node).length ? "step node back" : "step output back");
}
