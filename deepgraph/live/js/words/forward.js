/**
 * The forward pass, node by node in the order of evaluation. A step is {title, node, members, note, lines}: the lines
 * about one node, `title` its name as a tree or words.
 */
const Forward = (() => {
  /** A step for the inputs, then one for each needed node; of a node that is not `shown` maybe only its exact value. */
  function steps(values, needed, shown = needed) {
    const { net } = values;
    const found = [inputs(values, needed)];
    for (const step of net.steps) {
      if (step >= net.ids.length) {
        const members = net.groups[step - net.ids.length];
        if (needed.has(members[0])) found.push(softmax(values, members));
      } else if (needed.has(step) && net.kind[step] > BIAS) {
        const exact = shown.has(step) ? undefined : exactSum(values, step);
        if (exact === undefined) found.push(node(values, step));
        else {
          values.keep(values.plain(step) ? "a" : "z", step, exact);
          if (!values.plain(step) && net.f(step)) activated(values, step);
        }
      }
    }
    return found;
  }

  function inputs(values, needed) {
    const nodes = values.net.inputs.filter((input) => needed.has(input));
    const lines = nodes.length > MOST ? manyInputs(values, nodes) : nodes.flatMap((input) => (values.net.hasZ(input)
      ? [values.given("z", input, values.zName(input), values.z(input)), activated(values, input)]
      : [values.given("a", input, values.name(input), values.a(input))]));
    return { title: WORDS.say(nodes.length > 1 ? "inputs" : "input"), members: nodes, note: "", lines };
  }

  /** The inputs as a vector, and as another one what flows on if some are normalised. */
  function manyInputs(values, nodes) {
    const lines = [values.vectorLine(Tree.word(WORDS.say("inputs")), null, nodes.map((input) => values.z(input)))];
    const normalised = nodes.filter((input) => values.net.hasZ(input));
    normalised.forEach((input) => activated(values, input)); // fills the exact values
    if (normalised.length) {
      lines.push(values.vectorLine(Tree.word(WORDS.say("normalised inputs")), null, nodes.map((input) => values.a(input))));
    }
    return lines;
  }

  function node(values, at) {
    const { net } = values;
    const terms = net.into(at).map((edge) => weighted(values.factors(edge)));
    const [symbols, forms] = joinedTerms(terms, net.aggregation(at));
    const plain = values.plain(at);
    const lines = [values.line(plain ? "a" : "z", at, values.zName(at), symbols, forms, values.trace.z[at], "", true)];
    if (!plain && net.f(at)) lines.push(activated(values, at));
    if (net.classes) lines.push(...classOf(values, at));
    return { title: values.name(at), node: at, members: [at], note: "", lines };
  }

  /** The exact z of a node that sums, as its line would keep it; `undefined` where only its line can tell. */
  function exactSum(values, at) {
    const { net, trace } = values;
    if (net.aggregation(at) !== "sum") return undefined;
    let [total, size] = [[0n, 1n], Math.abs(trace.z[at])];
    for (const edge of net.into(at)) {
      const factors = values.factors(edge).map(([, number]) => number);
      const term = exactProduct(factors);
      if (!term || !factors.every(({ value }) => Number.isFinite(value))) return term ? undefined : null;
      total = Rational.add(total, term);
      size = Math.max(size, ...factors.map(({ value }) => Math.abs(value)));
    }
    if (Rational.bits(total) > 3000) return undefined;
    return Math.abs(Rational.double(total) - trace.z[at]) <= Math.max(1e-9 * size, EXACT) ? total : null;
  }

  /** The class that the one output says, if the spec has something to say about its classes. */
  function classOf(values, at) {
    const { classes, outputs } = values.net;
    const a = values.a(at);
    if (outputs.length !== 1 || outputs[0] !== at || Number.isNaN(a.value)) return [];
    const border = Formula.constant(classes.threshold);
    const found = Number(a.value >= border.value);
    return [new Line("class", at, found, () => ({
      left: Tree.word(WORDS.say("class")), sign: "=", vector: Tree.word(classes.names[found]), note: "",
      reasons: [values.printer.compared(a, found ? "≥" : "<", border)],
    }))];
  }

  /** The value of a node from its z. */
  function activated(values, at) {
    const f = values.net.f(at);
    const [a, z] = [values.a(at), values.z(at)];
    const note = bornOf(z, a) ? WORDS.say("undefined", f.caption, values.printer.given(z).text) : "";
    const symbols = Formula.inSymbols(f, values.zName(at));
    return values.line("a", at, values.name(at), symbols, Formula.valueForms(f, z, values.printer.fractions), a.value, note, true);
  }

  /** The largest z of a softmax group, exp(z − largest) of each member, and the sum of these. */
  function exponentials(values, members) {
    const z = members.map((member) => values.trace.z[member]);
    const largest = z.reduce((a, b) => Math.max(a, b));
    const e = values.trace.exponentials ? members.map((member) => values.trace.exponentials[member]) : z.map((one) => exp(one - largest));
    const known = members.map((member) => values.known("z", member)).filter(Boolean);
    return {
      largest: Tree.number(largest, known.length === members.length ? known.reduce(Rational.larger) : null),
      exps: members.map((member, at) => Tree.number(e[at], values.known("exp", member))),
      total: Tree.number(e.reduce((a, b) => a + b), values.known("total", members[0])),
    };
  }

  /** The step of a softmax group; each z is shifted by the largest, so that no exp overflows. */
  function softmax(values, members) {
    const [LARGEST, TOTAL] = [Tree.word(WORDS.say("largest z")), Tree.word("Σe")];
    const { largest, exps, total } = exponentials(values, members);
    const zs = members.map((member) => values.z(member));
    const [symbols, forms] = joinedTerms(zs.map((z, at) => termOf(values.zName(members[at]), z, z.value, z.exact)), "max");
    const lines = [values.line("largest", null, LARGEST, symbols, forms, largest.value)];
    const shares = members.map((member) => Tree.call("e", [values.name(member)]));
    members.forEach((member, at) => {
      const shown = Tree.call("exp", [Tree.minus(values.zName(member), LARGEST)]);
      const numbers = Tree.call("exp", [Tree.minus(zs[at], largest)]);
      lines.push(values.line("exp", member, shares[at], shown, numbers, exps[at].value, "", true));
    });
    const found = exponentials(values, members).exps;
    const sum = joinedTerms(found.map((e, at) => termOf(shares[at], e, e.value, e.exact)));
    lines.push(values.line("total", members[0], TOTAL, sum[0], sum[1], total.value, "", true));
    const whole = exponentials(values, members).total;
    members.forEach((member, at) => {
      const [shown, quotient] = [Tree.over(shares[at], TOTAL), Tree.over(found[at], whole)];
      lines.push(values.line("a", member, values.name(member), shown, quotient, values.trace.a[member], "", true));
    });
    return { title: WORDS.say("softmax"), members, note: WORDS.say("softmax shifted"), lines };
  }

  return { steps, exponentials };
})();

/** True if a function has made a NaN of a finite number. */
const bornOf = (z, result) => Number.isFinite(z.value) && Number.isNaN(result.value);
