/**
 * The derivatives of z by the sources and the weights of a node, for each aggregation, by edge: `bySource` and
 * `byWeight`, numbers; `sourceForm` and `weightForm`, [symbols, forms], `null` if they are simply the weight and the
 * source, as in a sum; `note`.
 */
const Local = (() => {
  /** The weight of an edge, 1 for a wire, and the value of its source, each with its symbol. */
  function factorsOf(values, edge) {
    const source = values.net.source[edge];
    return [values.weight(edge) || [Tree.whole(1), Tree.whole(1)], [values.name(source), values.a(source)]];
  }

  function plain(values, edge) {
    const [weight, source] = factorsOf(values, edge);
    return { bySource: weight[1], byWeight: source[1], sourceForm: null, weightForm: null, note: "" };
  }

  function mean(values, edge, count) {
    const [share, exactCount] = [Tree.whole(count), [BigInt(count), 1n]];
    const divided = ([symbol, number]) => [
      Tree.number(number.value / count, number.exact && Rational.divide(number.exact, exactCount)),
      [Tree.over(symbol, share), [[Tree.over(number, share), []]]],
    ];
    const [[bySource, sourceForm], [byWeight, weightForm]] = factorsOf(values, edge).map(divided);
    return { bySource, byWeight, sourceForm, weightForm, note: "" };
  }

  function product(values, edge, edges) {
    const others = edges.filter((other) => other !== edge).flatMap((other) => values.factors(other));
    const times = (own) => {
      const factors = [...own, ...others];
      const whole = weighted(factors);
      const [symbols, forms] = joinedTerms(factors.map((factor) => weighted([factor])), "product");
      return [Tree.number(whole.value, whole.exact), [symbols, forms.slice(0, 1)]];
    };
    const own = values.factors(edge);
    const [bySource, sourceForm] = times(own.slice(0, -1));
    const [byWeight, weightForm] = times(own.slice(-1));
    return { bySource, byWeight, sourceForm, weightForm, note: "" };
  }

  /**
   * At an edge into a maximum or minimum: all goes to the first of the `equal` extreme terms; `rounded` are the edges
   * whose terms would be equal or more extreme if nothing were rounded.
   */
  function chosen(values, edge, equal, rounded, word, z) {
    if (Number.isNaN(z)) return plain(values, edge); // NaN reaches all terms
    const first = edge === equal[0];
    const zero = [Tree.whole(0), Tree.whole(0)];
    const [weight, source] = first ? factorsOf(values, edge) : [zero, zero];
    const key = first ? (equal.length > 1 ? "first of equal" : "is")
      : equal.includes(edge) ? "equal to" : rounded.includes(edge) ? "rounded off" : "is not";
    return {
      bySource: weight[1], byWeight: source[1], note: WORDS.say(`${key} ${word}`, equal.length),
      sourceForm: [weight[0], [[weight[1], []]]], weightForm: [source[0], [[source[1], []]]],
    };
  }

  return {
    /** The derivatives at each edge into a node, by edge number. */
    of(values, node) {
      const edges = values.net.into(node);
      const name = values.net.aggregation(node);
      const row = { ...JOINS[name], ...AGGREGATIONS[name] };
      const each = (make) => new Map(edges.map((edge) => [edge, make(edge)]));
      if (edges.length === 1 || (row.symbol === "+" && !row.divides)) return each((edge) => plain(values, edge));
      if (row.divides) return each((edge) => mean(values, edge, edges.length));
      if (!row.extreme) return each((edge) => product(values, edge, edges));
      const z = values.trace.z[node];
      const terms = edges.map((edge) => weighted(values.factors(edge)));
      const extreme = terms.find(({ value }) => value === z)?.exact;
      const equal = edges.filter((_, at) => terms[at].value === z);
      const rounded = edges.filter((edge, at) => !equal.includes(edge) && extreme && terms[at].exact
        && Rational.compare(terms[at].exact, extreme) * row.extreme >= 0);
      return each((edge) => chosen(values, edge, equal, rounded, row.extreme > 0 ? "largest" : "smallest", z));
    },
  };
})();
