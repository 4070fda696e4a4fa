/**
 * The words of the page: the sentences of the arithmetic, in the reader's language, and the names of the spec that do not
 * spell themselves. Python's `explain` has the same table of sentences.
 */
const WORDS = {
  names: {},
  sentences: {},
  use(words) {
    WORDS.names = words.names;
    WORDS.sentences = words.sentences;
  },
  /** The sentence of a key, by default the key itself, with its values put in. */
  say: (key, ...values) => (WORDS.sentences[key] ?? key).replace(/\{(\d)\}/g, (_, at) => values[at]),
  /** A whole number with its thousands parted. */
  count: (number) => String(number).replace(/\B(?=(\d{3})+$)/g, WORDS.say("thousands")),
};

/** A sum of more terms than MOST shows only its first and last ones. */
const [MOST, FIRST, LAST] = [12, 3, 2];

/** What `AGGREGATIONS` lacks: what stands between two terms, what joins fractions, which terms are extreme. */
const JOINS = {
  sum: { symbol: "+", exactly: Rational.add },
  product: { symbol: "·", exactly: Rational.multiply },
  mean: { symbol: "+", exactly: Rational.add },
  max: { symbol: "", exactly: Rational.larger, extreme: 1 },
  min: { symbol: "", exactly: Rational.smaller, extreme: -1 },
};

/**
 * A term of an aggregation: in symbols, in numbers, its value, and exactly if known.
 * @typedef {{symbols: Tree, numbers: Tree, value: number, exact: Fraction | null}} Term
 */
const termOf = (symbols, numbers, value, exact = null, reasons = []) => ({ symbols, numbers, value, exact, reasons });

/**
 * The product of factors as a term.
 * @param {[Tree, Tree][]} factors symbols with their numbers
 * @returns {Term}
 */
function weighted(factors) {
  const numbers = factors.map(([, number]) => number);
  const value = numbers.reduce((product, number) => product * number.value, 1);
  const term = termOf(Tree.product(factors.map(([symbol]) => symbol)), Tree.product(numbers), value);
  Object.defineProperty(term, "exact", { get: () => exactProduct(numbers) }); // seldom asked for
  return term;
}

/** The exact product, if it is known: 0 as soon as one factor is 0, and no other is infinite. */
function exactProduct(numbers) {
  const exact = numbers.map((number) => number.exact).filter(Boolean);
  if (exact.some(([n]) => !n) && numbers.every((number) => Number.isFinite(number.value))) return [0n, 1n];
  return exact.length === numbers.length ? exact.reduce(Rational.multiply, [1n, 1n]) : null;
}

/**
 * Joins terms, in symbols and in numbers. The middle of many is one term of its own; a second form has all numbers.
 * @param {Term[]} terms
 * @param {string} [aggregation]
 * @returns {[Tree, Form[]]}
 */
function joinedTerms(terms, aggregation = "sum") {
  const row = { ...JOINS[aggregation], ...AGGREGATIONS[aggregation] };
  const joined = (parts) => {
    if (parts.length === 1) return parts[0];
    if (!row.symbol) return Tree.call(aggregation, parts);
    const whole = row.symbol === "+" ? Tree.total(parts) : Tree.product(parts);
    return row.divides ? Tree.over(whole, Tree.whole(terms.length)) : whole;
  };
  const symbols = terms.map((term) => term.symbols);
  const numbers = terms.map((term) => term.numbers);
  const reasons = terms.flatMap((term) => term.reasons);
  const whole = [joined(numbers.slice()), reasons];
  if (terms.length <= MOST) return [joined(symbols), [whole]];
  const inner = terms.slice(FIRST, -LAST);
  const what = row.symbol === "·" ? "factors" : "terms";
  symbols.splice(FIRST, inner.length, Tree.middle(inner.length, what));
  numbers.splice(FIRST, inner.length, Tree.middle(inner.length, what, folded(inner, row)));
  return [joined(symbols), [[joined(numbers), []], whole]];
}

/** Terms joined to one number. */
function folded(terms, row) {
  let { value, exact } = terms[0];
  for (const term of terms.slice(1)) {
    value = row.join(value, term.value);
    exact = exact && term.exact && row.exactly(exact, term.exact);
    if (exact && Math.floor(Rational.bits(exact) * 30103 / 100000) + 1 > 1100) exact = null; // takes ages
  }
  return Tree.number(value, exact);
}

/** A vector; of many entries it shows the first and last. */
function vectorOf(entries, upright = false) {
  const parts = entries.slice();
  if (parts.length > MOST) parts.splice(FIRST, parts.length - FIRST - LAST, Tree.middle(0, "numbers"));
  return { k: "vector", parts, upright };
}

/** One line of arithmetic, left = symbols = numbers = result; it is printed when it is first looked at. */
class Line {
  /**
   * @param {string} quantity the kind of the result, as in Python's `Line`
   * @param {number | null} at the node, edge or parameter that it is about
   * @param {number} value the result to its last bit
   * @param {() => object} make gives left, symbols, numbers, sign, result or vector, reasons, note
   */
  constructor(quantity, at, value, make) {
    Object.assign(this, { quantity, at, value, make, made: null });
  }

  get parts() { return (this.made = this.made || this.make()); }

  /** The parts of the line from left to right, each with the sign before it or "". */
  get segments() {
    const { left, symbols, numbers, sign, result, vector } = this.parts;
    const found = [["", left]];
    for (const part of [symbols, numbers]) {
      if (part) found.push([putIn(part, found[found.length - 1][1]), part]);
    }
    return [...found, [sign, vector || result]];
  }

  /** The line as atoms of `Spelling`. */
  get atoms() {
    const { reasons, note } = this.parts;
    const found = this.segments.flatMap(([sign, part]) => [sign && ` ${sign} `, ...Spelling.spell(part)]);
    reasons.forEach((reason, at) => found.push(at ? WORDS.say("and") : WORDS.say("as"), ...Spelling.comparison(reason)));
    if (note) found.push(`   (${note})`);
    return found.filter((atom) => atom !== "");
  }

  get text() { return Spelling.textOf(this.atoms); }

  get runs() { return Spelling.runs(this.atoms); }
}

/** The numbers of one row, the names for them, and the lines that are made of both. */
class Values {
  /**
   * @param {object} net the network, see `networkOf`
   * @param {{z: Float64Array, a: Float64Array}} trace
   * @param {Float64Array} parameters
   * @param {Printer} printer
   * @param {{inputs?: Object<string, string>, parameters?: Object<string, string>}} typed texts of numbers that people
   *   typed, such as 1/3, by node and by parameter
   */
  constructor(net, trace, parameters, printer, typed = {}) {
    Object.assign(this, { net, trace, printer, parameterValues: parameters, typed });
    this.exact = new Map(); // real values by quantity and number, filled as the lines are made
    const typedInputs = typed.inputs || {};
    for (const node of net.inputs) {
      const value = trace.z[node];
      const exact = !Number.isFinite(value) ? null : node in typedInputs ? Rational.read(typedInputs[node]) : Rational.shortest(value);
      this.keep(net.hasZ(node) ? "z" : "a", node, exact);
    }
    net.kind.forEach((kind, node) => {
      if (kind !== BIAS) return;
      const number = net.nodeParameter[node];
      this.keep("a", node, number < 0 ? net.constant(node) : this.parameter(number).exact);
    });
  }

  keep(quantity, number, exact) { this.exact.set(`${quantity} ${number}`, exact); }
  known(quantity, number) { return this.exact.get(`${quantity} ${number}`) || null; }

  // --- names -------------------------------------------------------------------------------------

  name(node) { return (this.net.verbatim.has(node) ? Tree.verbatim : Tree.name)(this.net.names[node]); }
  /** True for a node whose a and z are one number: an input, a bias, an identity. */
  plain(node) { return !this.net.hasZ(node) || !!(this.net.f(node) || {}).identity; }
  zName(node) { return this.plain(node) ? this.name(node) : Tree.call("z", [this.name(node)]); }
  ends(edge) { return Tree.edge(this.net.ids[this.net.source[edge]], this.net.ids[this.net.target[edge]]); }
  parameterName(number) {
    const key = this.net.parameterKey(number);
    if (typeof key !== "string") return Tree.edge(key[0], key[1]);
    return this.net.asWeight.has(number) ? Tree.call("w", [Tree.name(key)]) : Tree.name(key);
  }

  // --- numbers -----------------------------------------------------------------------------------

  a(node) { return { ...Tree.number(this.trace.a[node], this.known("a", node)), ofNode: node }; }
  z(node) { return { ...Tree.number(this.trace.z[node], this.known(this.plain(node) ? "a" : "z", node)), node }; }
  /** The name of a number that is the a or the z of a node; nothing of another one. */
  nameOf(number) {
    if (number.ofNode !== undefined) return this.name(number.ofNode);
    return number.node === undefined ? null : this.zName(number.node);
  }
  parameter(number) {
    const value = this.parameterValues[number];
    const text = (this.typed.parameters || {})[number];
    return Tree.number(value, text === undefined ? this.net.exactParameter(number, value) : Rational.read(text));
  }

  /** Symbol and value of the weight of an edge; `null` for a wire. */
  weight(edge) {
    const number = this.net.edgeParameter[edge];
    return number < 0 ? null : [this.parameterName(number), this.parameter(number)];
  }

  /** The factors of the term of an edge: its weight, if it has one, and its source's value. */
  factors(edge) {
    const source = this.net.source[edge];
    const weight = this.weight(edge);
    const value = [this.name(source), this.a(source)];
    return weight ? [weight, value] : [value];
  }

  // --- lines -------------------------------------------------------------------------------------

  /**
   * A computed line. Of several forms the first that agrees is taken; a function for `symbols` makes the symbols of it.
   * @param {string} quantity
   * @param {number | null} at
   * @param {Tree} left
   * @param {Tree | ((form: Tree) => Tree) | null} symbols
   * @param {Tree | Form[]} given
   * @param {number} value
   * @param {string} [note]
   * @param {boolean} [keep] true keeps the real value of the result for later lines
   */
  line(quantity, at, left, symbols, given, value, note = "", keep = false) {
    const forms = Array.isArray(given) ? given : [[given, []]];
    const exactly = forms.map(() => undefined);
    const exact = (index) => {
      if (exactly[index] === undefined) exactly[index] = known(forms[index][0], value, forms[index][1]);
      return exactly[index];
    };
    let found = null;
    const best = () => (found = found || this.best(forms, value, exact));
    const line = new Line(quantity, at, value, () => this.finished(left, symbols, best(), note));
    line.exact = () => {
      const found = forms.map((_, form) => exact(form)).map((one) => (typeof one === "string" ? null : one));
      const alike = found.every((one) => (one ? found[0] && !Rational.compare(one, found[0]) : !found[0]));
      return alike ? found[0] : best().printed.result.exact;
    };
    if (keep) this.keep(quantity, at, line.exact());
    return line;
  }

  /** The first form that agrees, else one that is clear, or has `=` or `≈`, else the first. */
  best(forms, value, exact) {
    const found = [];
    for (let at = 0; at < forms.length; at++) {
      const [form, reasons] = forms[at];
      const pair = { form, printed: this.printer.computed(form, value, reasons, exact(at)) };
      if (pair.printed.agrees) return pair;
      found.push(pair);
    }
    return found.find((pair) => pair.printed.clear) || found.find((pair) => pair.printed.sign !== "→") || found[0];
  }

  finished(left, given, { form, printed: done }, note) {
    let symbols = typeof given === "function" ? given(form) : given;
    const spelled = (tree) => Spelling.textOf(Spelling.spell(tree));
    const isLeft = symbols && symbols.k === left.k && spelled(symbols) === spelled(left);
    if (symbols && (isLeft || !Tree.hasNames(symbols))) symbols = null;
    let { numbers, sign } = done;
    const { result } = done;
    const reasons = done.reasons.map((reason) => ({ // z(y) = 0 says more than 0 = 0
      ...reason, left: (reason.relation === "=" && this.nameOf(reason.left)) || reason.left,
    }));
    if (numbers.k === "n" && !(numbers.literal && numbers.text !== result.text)) { // the number is the result
      numbers = null;
      sign = sign === "→" ? sign : stated([result]);
    }
    const cause = done.cause && WORDS.say("in decimals", done.cause);
    return { left, symbols, numbers, sign, result, reasons, note: [note, done.note, cause].filter(Boolean).join("; ") };
  }

  /** A line that states a number. */
  given(quantity, at, left, number) {
    return new Line(quantity, at, number.value, () => {
      const result = this.printer.given(number);
      return { left, sign: stated([result]), result, reasons: [], note: "" };
    });
  }

  /** A line that states several numbers. */
  vectorLine(left, symbols, numbers, note = "", upright = false) {
    return new Line("stage", null, NaN, () => {
      const given = numbers.map((number) => this.printer.given(number));
      const isFinite = given.every((number) => Number.isFinite(number.value));
      return { left, symbols, sign: isFinite ? stated(given) : "→", vector: vectorOf(given, upright), reasons: [], note };
    });
  }
}
