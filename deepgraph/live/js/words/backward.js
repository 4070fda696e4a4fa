/** The backward pass of one row: the chain rule, node by node from the loss to the inputs. */
class BackwardWords {
  /**
   * @param {LossWords} loss
   * @param {{loss: number, da: Float64Array, dz: Float64Array, edges: Float64Array, values: Float64Array}} gradient
   */
  constructor(loss, gradient) {
    Object.assign(this, { loss, values: loss.values, net: loss.values.net, gradient });
    this.live = this.net.ancestors([...loss.nodes, ...loss.fusedNodes]); // the nodes on which the loss depends
    this.direct = new Set(loss.nodes);
    this.locals = new Map();
    this.reached = new Map(); // the edges of each parameter that was met
  }

  /**
   * A step for each wanted node on which the loss depends, from the last to the first.
   * @param {Set<number>} wanted
   * @param {Set<number> | null} focus with it, of the parameters only those into these nodes
   */
  steps(wanted, focus) {
    const { net } = this;
    const found = [];
    this.focus = focus;
    for (const step of net.steps.slice().reverse()) {
      if (step >= net.ids.length) {
        const members = net.groups[step - net.ids.length];
        if (members.some((node) => this.live.has(node) && wanted.has(node))) found.push(this.softmax(members));
      } else if (this.live.has(step) && wanted.has(step)) {
        const lines = this.node(step);
        if (lines.length) found.push({ title: this.values.name(step), node: step, members: [step], note: this.leftOut(step), lines });
      }
    }
    const hasShared = !focus && [...this.reached].some(([number, edges]) => edges.length && net.isShared(number));
    const shared = hasShared ? this.shared() : [];
    if (shared.length) found.push({ title: WORDS.say("shared weights"), members: [], note: "", lines: shared });
    return found;
  }

  node(node) {
    const { net, values } = this;
    if (net.kind[node] === INPUT) return [this.lineByA(node), ...(net.hasZ(node) ? this.byZLines(node) : [])];
    if (net.kind[node] === BIAS) {
      const own = net.nodeParameter[node] >= 0 && !this.focus && this.fed(node).length !== 1;
      return own ? [this.bias(node)] : [];
    }
    const lines = net.f(node) ? this.through(node) : [];
    Local.of(values, node).forEach((local, edge) => this.locals.set(edge, local));
    if (net.aggregation(node) !== "sum") lines.push(...this.localLines(node));
    if (!this.focus || this.focus.has(node)) lines.push(...this.weights(node), ...this.ownBiases(node));
    return lines;
  }

  // --- symbols and numbers -------------------------------------------------------------------------

  byA(node) { return Tree.partial(this.loss.symbol, this.values.name(node)); }
  byZ(node) { return Tree.partial(this.loss.symbol, this.values.zName(node)); }
  aByZ(node) { return Tree.partial(this.values.name(node), this.values.zName(node)); }
  da(node) { return Tree.number(this.gradient.da[node], this.values.known("da", node)); }
  dz(node) { return Tree.number(this.gradient.dz[node], this.values.known("dz", node)); }
  slope(node) { return Tree.number(this.net.slope(node, this.values.trace.z[node]), this.values.known("slope", node)); }
  isFused(node) { return this.loss.fusedNodes.has(node); }
  /** The edges out of a node on which the loss depends. */
  fed(node) { return this.net.outOf(node).filter((edge) => this.live.has(this.net.target[edge])); }

  /** ∂loss/∂z · ∂z/∂a for each edge out of a node. */
  paths(node) {
    return this.fed(node).map((edge) => {
      const target = this.net.target[edge];
      const dz = this.dz(target);
      const factor = this.locals.get(edge).bySource;
      const zByA = Tree.partial(this.values.zName(target), this.values.name(node));
      const term = weighted([[this.byZ(target), dz], [zByA, factor]]);
      return factor.literal && factor.value === 1 ? termOf(term.symbols, dz, dz.value, dz.exact) : term; // a wire
    });
  }

  // --- from a to z -----------------------------------------------------------------------------------

  /** ∂loss/∂a: the part that the loss itself adds, and a term for each edge out of a node. */
  lineByA(node) { return this.summed("da", node, node); }

  summed(quantity, node, at) {
    const own = this.direct.has(node) ? [this.loss.slope(node)] : [];
    const [symbols, forms] = joinedTerms([...own, ...this.paths(node)]);
    return this.values.line(quantity, at, this.byA(node), symbols, forms, this.gradient.da[node], "", true);
  }

  /** ∂loss/∂a, ∂a/∂z and ∂loss/∂z of a node whose activation works on it alone. */
  through(node) {
    const lines = this.isFused(node) ? [] : [this.lineByA(node)];
    if (!this.values.plain(node)) return [...lines, ...this.byZLines(node)];
    this.values.keep("dz", node, this.values.known("da", node));
    return lines;
  }

  /** ∂a/∂z and ∂loss/∂z of a node whose z is a number of its own. */
  byZLines(node) {
    const fused = this.isFused(node);
    const lines = !fused || this.fed(node).length ? [this.slopeLine(node)] : [];
    const [symbols, numbers] = fused ? this.fused(node) : this.chain(node);
    lines.push(this.values.line("dz", node, this.byZ(node), symbols, numbers, this.gradient.dz[node], "", true));
    return lines;
  }

  /** ∂a/∂z: the derivative of the activation. */
  slopeLine(node) {
    const { values } = this;
    const [z, a, slope, f] = [values.z(node), values.a(node), this.slope(node), this.net.f(node)];
    const names = new Map([[z, values.zName(node)], [a, values.name(node)]]);
    const nameOf = (part) => names.get(part) || values.nameOf(part);
    const leaf = (part) => nameOf(part) || (part.k === "n" ? values.printer.given(part) : part);
    let forms = Formula.slopeForms(f, z, a, values.printer.fractions);
    let note = f.jumps && WORDS.say("flat", f.title, WORDS.say(f.jumps));
    if (bornOf(z, slope)) { // 1/z of a logarithm has a value where the logarithm has none
      forms = [[slope, []]];
      note = WORDS.say("undefined", f.caption, values.printer.given(z).text);
    }
    return values.line("slope", node, this.aByZ(node), (form) => Tree.replace(form, leaf), forms, slope.value, note || "", true);
  }

  /** ∂loss/∂a · ∂a/∂z, in symbols and in numbers. */
  chain(node) {
    return [Tree.product([this.byA(node), this.aByZ(node)]), Tree.product([this.da(node), this.slope(node)])];
  }

  /** a − t of cross-entropy, and what comes through the edges out of the node, if any do. */
  fused(node) {
    const [symbol, number] = this.loss.fused(node);
    if (!this.fed(node).length) return [symbol, number];
    const [symbols, forms] = joinedTerms(this.paths(node));
    const [whole] = forms[forms.length - 1]; // without a middle that is left out
    return [
      Tree.sum([symbol, Tree.times([symbols, this.aByZ(node)])]), Tree.sum([number, Tree.times([whole, this.slope(node)])]),
    ];
  }

  // --- from z to the edges -----------------------------------------------------------------------------

  /** The edges into a node; of many the first and the last. */
  shown(node) {
    const edges = this.net.into(node);
    return edges.length <= MOST ? edges : [...edges.slice(0, FIRST), ...edges.slice(-LAST)];
  }

  leftOut(node) {
    const count = this.net.into(node).length;
    return count <= MOST || this.net.kind[node] <= BIAS ? "" : WORDS.say("more weights", WORDS.count(count - FIRST - LAST));
  }

  /** ∂z/∂source and ∂z/∂weight, where the aggregation is not a plain sum. */
  localLines(node) {
    const { values } = this;
    return this.shown(node).flatMap((edge) => {
      const { sourceForm, weightForm, bySource, byWeight, note } = this.locals.get(edge);
      const lines = [];
      const bySymbol = Tree.partial(values.zName(node), values.name(this.net.source[edge]));
      if (sourceForm) lines.push(values.line("local", edge, bySymbol, ...sourceForm, bySource.value, note));
      if (weightForm && values.weight(edge)) {
        lines.push(values.line("local", edge, this.zByWeight(node, edge), ...weightForm, byWeight.value, note));
      }
      return lines;
    });
  }

  /** The symbol ∂z/∂weight, with the edge if another one into the node shares the weight. */
  zByWeight(node, edge) {
    const number = this.net.edgeParameter[edge];
    const alike = this.net.into(node).filter((other) => this.net.edgeParameter[other] === number);
    const at = alike.length > 1 ? this.values.ends(edge) : null;
    return Tree.partial(this.values.zName(node), this.values.parameterName(number), at);
  }

  /** ∂loss/∂w of the weights into a node. */
  weights(node) {
    const shown = this.shown(node);
    const lines = [];
    for (const edge of this.net.into(node)) {
      const number = this.net.edgeParameter[edge];
      if (number < 0) continue;
      this.reached.set(number, [...(this.reached.get(number) || []), edge]);
      const isShown = shown.includes(edge);
      const line = isShown || this.values.printer.fractions ? this.weight(node, edge, number) : null; // else no line needs it
      if (isShown) lines.push(line);
    }
    return lines;
  }

  /** ∂loss/∂w of one edge, each factor named; of a shared weight, the part of this edge. */
  weight(node, edge, number) {
    const { values } = this;
    const shared = this.net.isShared(number);
    const left = Tree.partial(this.loss.symbol, values.parameterName(number), shared ? values.ends(edge) : null);
    const short = this.isFused(node) || this.loss.members(node).length || values.plain(node);
    const [symbols, numbers] = short ? [this.byZ(node), this.dz(node)] : this.chain(node);
    const line = values.line(
      shared ? "dweight" : "dparameter", shared ? edge : number, left, Tree.product([symbols, this.zByWeight(node, edge)]),
      Tree.product([numbers, this.locals.get(edge).byWeight]), this.gradient.edges[edge], "", true);
    return Object.assign(line, { edge });
  }

  /** ∂loss/∂b of the biases that feed this node alone; the others are steps of their own. */
  ownBiases(node) {
    const sources = this.net.into(node).map((edge) => this.net.source[edge]);
    return sources.filter((source) => this.net.nodeParameter[source] >= 0 && this.fed(source).length === 1)
      .map((source) => this.bias(source));
  }

  /** ∂loss/∂b of a bias that is a parameter. */
  bias(node) {
    this.reached.set(this.net.nodeParameter[node], []);
    return this.summed("dparameter", node, this.net.nodeParameter[node]);
  }

  /** ∂loss/∂w of the weights that several edges share: the sum over these edges. */
  shared() {
    const { values } = this;
    const found = [...this.reached].filter(([number, edges]) => edges.length && this.net.isShared(number));
    return found.sort(([a], [b]) => a - b).map(([number, edges]) => {
      const name = values.parameterName(number);
      const [symbols, forms] = joinedTerms(edges.sort((a, b) => a - b).map((edge) => {
        const part = Tree.number(this.gradient.edges[edge], values.known("dweight", edge));
        return termOf(Tree.partial(this.loss.symbol, name, values.ends(edge)), part, part.value, part.exact);
      }));
      const left = Tree.partial(this.loss.symbol, name);
      return values.line("dparameter", number, left, symbols, forms, this.gradient.values[number], "", true);
    });
  }

  // --- softmax: ∂loss/∂z = a·(∂loss/∂a − Σ a·∂loss/∂a); a − t of cross-entropy is added --------------

  softmax(members) {
    const { values } = this;
    const MEAN = Tree.word(`Σa·∂${WORDS.say("loss")}/∂a`);
    const lines = [];
    const carried = new Map();
    const added = (terms) => terms.map((term) => term.value).reduce((a, b) => a + b);
    for (const node of members) {
      const fused = this.isFused(node);
      if (!this.fed(node).length && (fused || !this.direct.has(node))) continue;
      const line = fused ? this.throughEdges(node, added) : this.lineByA(node);
      lines.push(line);
      carried.set(node, Tree.number(line.value, line.exact()));
    }
    let mean = Tree.whole(0);
    if (carried.size) {
      const terms = [...carried].map(([node, number]) => weighted([[values.name(node), values.a(node)], [this.byA(node), number]]));
      const line = values.line("total", members[0], MEAN, ...joinedTerms(terms), added(terms));
      lines.push(line);
      mean = Tree.number(line.value, line.exact());
    }
    lines.push(...members.map((node) => this.softmaxByZ(node, carried, mean, MEAN)));
    return { title: WORDS.say("softmax"), members, note: "", lines };
  }

  /** ∂loss/∂a through the edges out of a node; the part of the loss itself is added at z. */
  throughEdges(node, added) {
    const terms = this.paths(node);
    return this.values.line("da", node, this.byA(node), ...joinedTerms(terms), added(terms), WORDS.say("through edges"));
  }

  /** ∂loss/∂z of one member of a softmax group. */
  softmaxByZ(node, carried, mean, MEAN) {
    const { values } = this;
    const [symbols, numbers] = [[], []];
    if (carried.size) {
      const zero = Tree.whole(0);
      symbols.push(Tree.times([values.name(node), Tree.minus(carried.has(node) ? this.byA(node) : zero, MEAN)]));
      numbers.push(Tree.times([values.a(node), Tree.minus(carried.get(node) || zero, mean)]));
    }
    if (this.isFused(node)) {
      const [symbol, number] = this.loss.fused(node);
      symbols.push(symbol);
      numbers.push(number);
    }
    return values.line("dz", node, this.byZ(node), Tree.total(symbols), Tree.total(numbers), this.gradient.dz[node], "", true);
  }
}
