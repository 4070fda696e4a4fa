/** The loss of one row and its own derivatives, in symbols and in numbers. */
class LossWords {
  /**
   * @param {Values} values the forward pass
   * @param {{loss: string, targets: Map<number, number>, exact: Map<number, Fraction | null>}} goal by node
   */
  constructor(values, goal) {
    Object.assign(this, { values, targets: goal.targets, exact: goal.exact });
    this.row = values.net.program.data.losses[goal.loss];
    this.computed = LOSSES[goal.loss] ?? {};
    this.symbol = Tree.word(WORDS.say("loss"));
    this.isOutput = this.row.of >= 0;
    this.isFused = !this.isOutput && !this.row.formula;
    const { net } = values;
    this.nodes = this.isOutput ? [this.row.of] : [...this.targets.keys()].sort((a, b) => a - b);
    this.fusedNodes = new Set(this.isFused ? this.nodes.flatMap((node) => net.groupOf.get(node) || [node]) : []);
  }

  divisor(nodes) { return this.row.mean ? this.row.divisor * nodes : this.row.divisor; }
  members(node) { return this.values.net.groupOf.get(node) || []; }

  /** The symbol and the value of the target of a node. */
  target(node) {
    return [Tree.call("t", [this.values.name(node)]), Tree.number(this.targets.get(node) ?? 0, this.exact.get(node) || null)];
  }

  /** The loss of this row. */
  line(value) {
    const { values } = this;
    if (this.isOutput) {
      const [node] = this.nodes;
      return values.line("loss", 0, this.symbol, values.name(node), values.a(node), value, WORDS.say("value as loss"), true);
    }
    const [symbols, forms] = this.isFused ? this.crossEntropy() : this.byNode();
    return values.line("loss", 0, this.symbol, symbols, forms, value, "", true);
  }

  /** The sum of f(a, t) over the target nodes, divided if the loss divides. */
  byNode() {
    const [symbols, forms] = joinedTerms(this.nodes.map((node) => this.term(node, this.row.formula, this.computed.value)));
    const divisor = Tree.whole(this.divisor(this.nodes.length));
    if (divisor.value === 1) return [symbols, forms];
    return [Tree.over(symbols, divisor), forms.map(([form, why]) => [Tree.over(form, divisor), why])];
  }

  /** A formula in the a and t of a node, with its value. */
  term(node, formula, computed) {
    const [symbol, t] = this.target(node);
    const a = this.values.a(node);
    const names = new Map([[a, this.values.name(node)], [t, symbol]]);
    const [numbers, reasons] = Formula.at(formula, { a, t });
    const symbols = Tree.replace(numbers, (leaf) => names.get(leaf) || leaf);
    return termOf(symbols, numbers, computed(a.value, t.value), null, reasons);
  }

  /** Cross-entropy by a, as textbooks write it, and by z for an a too close to 0 or 1. */
  crossEntropy() {
    const { values } = this;
    const one = Tree.whole(1);
    const ln = (inside) => Tree.call("ln", [inside]);
    const [symbols, byA, byZ] = [[], [], []];
    const add = (tName, t, aName, a, minusLog) => {
      if (!t.value) return; // 0·ln 0 is 0
      symbols.push(Tree.times([tName, ln(aName)]));
      byA.push(Tree.times([t, ln(a)]));
      byZ.push(Tree.times([t, minusLog]));
    };
    for (const node of this.nodes) {
      const [tName, t] = this.target(node);
      const [name, a, z] = [values.name(node), values.a(node), values.z(node)];
      const members = this.members(node);
      if (members.length) {
        const { largest, total } = Forward.exponentials(values, members);
        add(tName, t, name, a, Tree.minus(ln(total), Tree.minus(z, largest)));
        continue;
      }
      const inside = Formula.argument(values.net.f(node), z);
      add(tName, t, name, a, softplusOf(Tree.negative(inside)));
      const rest = Tree.number(1 - t.value, t.exact && Rational.add([1n, 1n], Rational.negate(t.exact)));
      add(Tree.minus(one, tName), rest, Tree.minus(one, name), Tree.minus(one, a), softplusOf(inside));
    }
    if (!symbols.length) return [Tree.whole(0), [[Tree.whole(0), []]]];
    return [Tree.negative(Tree.total(symbols)), [[Tree.negative(Tree.total(byA)), []], [Tree.total(byZ), []]]];
  }

  /** The sum of the targets of all members of a softmax group. */
  sumOfTargets(members) {
    const weights = members.map((member) => this.target(member)[1]);
    const exact = weights.map((weight) => weight.exact);
    return Tree.number(compensatedSum(weights.map((weight) => weight.value)), exact.every(Boolean) ? exact.reduce(Rational.add) : null);
  }

  /** ∂loss/∂a of a node with a target, through no other node. */
  slope(node) {
    if (this.isOutput) return termOf(Tree.whole(1), Tree.whole(1), 1);
    const term = this.term(node, this.row.derivative_formula, this.computed.slope);
    const value = term.value / this.divisor(this.nodes.length);
    if (!this.row.mean || this.nodes.length < 2) return termOf(term.symbols, term.numbers, value, null, term.reasons);
    const count = Tree.whole(this.nodes.length);
    return termOf(Tree.over(term.symbols, count), Tree.over(term.numbers, count), value, null, term.reasons);
  }

  /** ∂loss/∂z in symbols and numbers where a is taken together with cross-entropy: a − t, times the gain. */
  fused(node) {
    const [symbol, target] = this.target(node);
    let [name, number] = [this.values.name(node), this.values.a(node)];
    const members = this.members(node);
    const sum = members.length ? this.sumOfTargets(members) : null;
    if (sum && sum.value !== 1) { // ∂/∂z of −Σ t·ln a is a·Σt − t
      name = Tree.times([name, Tree.word("Σt")]);
      number = Tree.times([number, sum]);
    }
    const parts = [Tree.minus(name, symbol), Tree.minus(number, target)];
    const { gain } = this.values.net.f(node) || {};
    return gain ? parts.map((part) => Tree.times([Formula.constant(gain), part])) : parts;
  }
}

/** ln(1 + exp(z)). */
const softplusOf = (z) => Tree.call("ln", [Tree.sum([Tree.whole(1), Tree.call("exp", [z])])]);

/** A sum as Python's `sum` adds floats, with the rounding errors added at the end. */
function compensatedSum(numbers) {
  let [total, lost] = [0, 0];
  for (const number of numbers) {
    const next = total + number;
    lost += Math.abs(total) >= Math.abs(number) ? total - next + number : number - next + total;
    total = next;
  }
  return lost && Number.isFinite(lost) ? total + lost : total;
}
