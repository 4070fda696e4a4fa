/**
 * What worked arithmetic asks of a network. `program.data.arithmetic` has what the program itself does not: names as they are
 * printed, exact numbers, the formulas of normalised inputs; `deepgraph/live/arithmetic.py` explains it.
 */
class WordNetwork {
  constructor(program) {
    const { data } = program;
    this.program = program;
    this.given = data.arithmetic;
    this.ids = program.ids;
    this.kind = program.kind;
    this.source = program.source;
    this.target = program.target;
    this.edgeParameter = program.parameter;
    this.nodeParameter = program.biasParameter;
    this.inputs = Array.from(program.inputs);
    this.outputs = Array.from(program.outputs);
    this.steps = Array.from(program.steps);
    this.groups = program.softmax.map((members) => Array.from(members));
    this.groupOf = new Map(this.groups.flatMap((members) => members.map((node) => [node, members])));
    this.names = program.ids.map((id, node) => this.given.shown[node] ?? program.label[node]);
    this.verbatim = new Set(this.given.verbatim);
    this.asWeight = new Set(this.given.weights);
    this.functions = data.functions.map((row, at) => functionOf(row, this.given.functions[at]));
    this.scaled = new Map(Object.entries(this.given.scaled).map(([node, given]) => {
      const bare = data.functions[program.func[node]];
      return [Number(node), functionOf({ ...bare, ...given.row }, given, true)];
    }));
    this.classes = this.given.classes && { ...data.classes, threshold: this.given.classes.threshold };
    this.incoming = program.incoming.map((edges) => Array.from(edges));
    this.outgoing = program.outgoing.map((edges) => Array.from(edges));
    this.keys = []; // of parameters that were asked for
    this.exactly = []; // [value, exact value] of each parameter that was asked for; few change from one look to the next
    this.uses = new Map(); // how many edges have each parameter
    for (const number of this.edgeParameter) this.uses.set(number, (this.uses.get(number) || 0) + 1);
  }

  hasZ(node) { return hasZ(this.program, node); }
  /** The function of a node; `null` for softmax. */
  f(node) { return this.scaled.get(node) || this.functions[this.program.func[node]]; }
  into(node) { return this.incoming[node]; }
  outOf(node) { return this.outgoing[node]; }
  aggregation(node) { return this.program.aggregation[node]; }
  isShared(parameter) { return this.uses.get(parameter) > 1; }

  /** The name of a parameter, or the ids of the ends of its edge if that has no label. */
  parameterKey(number) { return (this.keys[number] = this.keys[number] || this.keyOf(number)); }

  keyOf(number) {
    const { keys, value } = this.program.data.parameters;
    const own = number - (value.length - keys.length);
    if (own < 0 || typeof keys[own] === "string") return parameterName(this.program, number);
    const edge = this.edgeParameter.indexOf(number);
    return [this.ids[this.source[edge]], this.ids[this.target[edge]]];
  }

  /** The exact value of a parameter: the text of the file as long as its value is that of the file. */
  exactParameter(number, value) {
    const found = this.exactly[number];
    if (found && Object.is(found[0], value)) return found[1];
    const text = this.program.data.parameters.text[number];
    const exact = text !== undefined && value === this.program.values[number] ? Rational.read(text) : Rational.shortest(value);
    this.exactly[number] = [value, exact];
    return exact;
  }

  /** The exact value of a bias whose edges have weights. */
  constant(node) {
    const text = this.program.data.bias.text[node];
    return text === undefined ? Rational.shortest(this.program.biasConstant[node]) : Rational.read(text);
  }

  /** ∂a/∂z of a node whose activation works on each value by itself. */
  slope(node, z) {
    const constants = this.program.normalise[node];
    if (constants) return normaliseSlope(z, constants);
    const slope = this.program.run[this.program.func[node]].slope(z);
    const scaled = this.program.rescale[node];
    return scaled ? slope * scaled.scale : slope;
  }

  /** Some nodes and everything that they depend on; a softmax group is reached as a whole. */
  ancestors(nodes) {
    const found = new Set();
    const waiting = Array.from(nodes);
    while (waiting.length) {
      const node = waiting.pop();
      if (found.has(node)) continue;
      found.add(node);
      waiting.push(...(this.groupOf.get(node) || []), ...this.into(node).map((edge) => this.source[edge]));
    }
    return found;
  }

  /** A node and everything that depends on it. */
  descendants(node) {
    const found = new Set();
    const waiting = [node];
    while (waiting.length) {
      const at = waiting.pop();
      if (found.has(at)) continue;
      found.add(at);
      waiting.push(...(this.groupOf.get(at) || []), ...this.outOf(at).map((edge) => this.target[edge]));
    }
    return found;
  }
}

/** A function for `Formula`: a row of the program, with the exact numbers of the rest; `null` for softmax. */
function functionOf(row, exact, rescaled = false) {
  if (!row.formula) return null;
  return {
    title: row.title,
    caption: row.caption,
    value: row.shown || row.formula,
    slope: row.derivative_formula,
    slopeByA: rescaled ? null : row.derivative_by_a,
    jumps: row.jumps,
    inFull: row.spelled_out,
    bare: row.name === "identity",
    rescaled: rescaled && row.name !== "normalise",
    identity: row.name === "identity" && !rescaled && row.gain === 1,
    parameters: exact.parameters,
    gain: exact.gain,
    scale: exact.scale,
    mean: exact.mean,
    lowered: exact.lowered,
  };
}
