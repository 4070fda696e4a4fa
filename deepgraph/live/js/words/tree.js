/**
 * Arithmetic as a tree: one side of a line, before it is spelled. `k` says the kind of an expression: "n" a number,
 * "name" and "word", "edge" (w(x→h)), "call", "d" (∂of/∂by), "+", "-", "·", "/", "^", "neg", "…" (terms left out),
 * "vector", "matrix" (of vectors), "dot" (a row times a column).
 * @typedef {{k: string, [part: string]: any}} Tree
 */
const Tree = {
  /**
   * A number in a line.
   * @param {number} value the double of the evaluator
   * @param {Fraction | null} [exact] its real value, where that is known
   */
  number: (value, exact = null) => ({ k: "n", value, exact, text: "", rounded: false, literal: false }),
  /** A number of a formula, such as the 2 in z/2. */
  literal: (exact, value = Rational.double(exact), text = Rational.text(exact)) =>
    ({ k: "n", value, exact, text, rounded: false, literal: true }),
  /** A whole number of a formula. */
  whole: (number) => Tree.literal([BigInt(number), 1n]),
  name: (name) => ({ k: "name", name }),
  word: (name) => ({ k: "word", name }),
  verbatim: (name) => ({ k: "verbatim", name }), // as it stands: another name looks the same when it is set
  edge: (source, target) => ({ k: "edge", source, target }),
  call: (name, parts) => ({ k: "call", name, parts }),
  partial: (of, by, at = null) => ({ k: "d", of, by, at }),
  sum: (parts) => ({ k: "+", parts }),
  minus: (left, right) => ({ k: "-", parts: [left, right] }),
  times: (parts) => ({ k: "·", parts }),
  over: (top, bottom) => ({ k: "/", parts: [top, bottom] }),
  power: (base, exponent) => ({ k: "^", parts: [base], exponent }),
  negative: (inner) => ({ k: "neg", parts: [inner] }),
  middle: (count, what, value = null) => ({ k: "…", count, what, parts: value ? [value] : [] }),
  /** The sum of terms; a single term is its own sum. */
  total: (parts) => (parts.length === 1 ? parts[0] : Tree.sum(parts)),
  /** The product of factors, with products among them unfolded; a single factor is itself. */
  product(factors) {
    const flat = factors.flatMap((factor) => (factor.k === "·" ? factor.parts : [factor]));
    return flat.length === 1 ? flat[0] : Tree.times(flat);
  },
  /** Replaces each leaf of a tree by what `leaf` makes of it. */
  replace: (tree, leaf) => (tree.parts && tree.parts.length
    ? { ...tree, parts: tree.parts.map((part) => Tree.replace(part, leaf)) } : leaf(tree)),
  /** The numbers in a tree. */
  numbers(tree) {
    if (tree.k === "n") return [tree];
    return tree.parts ? tree.parts.flatMap(Tree.numbers) : [];
  },
  /** True if a tree has a leaf that is no number, or a name such as z(h). */
  hasNames: (tree) => tree.k === "…" || (tree.parts && tree.parts.length
    ? tree.parts.some((part) => (part.k === "…" && part.parts.length ? false : Tree.hasNames(part)))
    : tree.k !== "n" && !(tree.k === "word" && tree.name === "π")),
  /**
   * The value of a tree of numbers, in any kind of numbers.
   * @param {Tree} tree
   * @param {{number: Function, call: Function, add: Function, negate: Function, multiply: Function, divide: Function,
   *   power: Function}} kind
   */
  evaluate(tree, kind) {
    if (tree.k === "n") return kind.number(tree);
    if (tree.k === "word") return kind.call(tree.name, []);
    if (tree.k === "dot") {
      const [row, column] = tree.parts.map((part) => part.parts.map((entry) => Tree.evaluate(entry, kind)));
      return row.map((entry, at) => kind.multiply(entry, column[at])).reduce(kind.add);
    }
    const parts = tree.parts.map((part) => Tree.evaluate(part, kind));
    switch (tree.k) {
      case "+": return parts.reduce(kind.add);
      case "-": return kind.add(parts[0], kind.negate(parts[1]));
      case "·": return parts.reduce(kind.multiply);
      case "/": return kind.divide(parts[0], parts[1]);
      case "^": return kind.power(parts[0], tree.exponent);
      case "neg": return kind.negate(parts[0]);
      case "call": return kind.call(tree.name, parts);
      case "…": return parts[0];
      default: throw Error(`no number: ${tree.k}`);
    }
  },
};

/** Trees in doubles, so that a condition decides as the evaluator did. */
const inDoubles = {
  number: (leaf) => leaf.value,
  add: (a, b) => a + b,
  negate: (a) => -a,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  power: (a, exponent) => (exponent === 2 ? a * a : a * a * a),
  call(name) { throw Error(`no condition has ${name}`); },
};

/** The functions that map fractions to fractions. */
const PIECEWISE = {
  max: (values) => values.reduce(Rational.larger),
  min: (values) => values.reduce(Rational.smaller),
  ReLU: ([z]) => Rational.larger(z, [0n, 1n]),
  abs: ([z]) => Rational.absolute(z),
  floor: ([z]) => Rational.floor(z),
  round: ([z]) => Rational.round(z),
};

/** The arguments at which functions that are not rational do have a rational value, and the value. */
const RATIONAL_AT = { exp: [0n, 1n], tanh: [0n, 0n], sin: [0n, 0n], cos: [0n, 1n], erf: [0n, 0n], ln: [1n, 0n] };

/**
 * Trees in exact fractions; `value` is `null` where it is not rational or not known, and `why` says which function or
 * text is not. 0 times anything finite is 0.
 * @param {(leaf: Tree) => Fraction | null} exact gives the value of a finite number
 */
const inFractions = (exact) => {
  const unknown = (why) => ({ value: null, why });
  const known = (value) => ({ value, why: "" });
  const multiply = (a, b) => {
    if ((a.value && !a.value[0]) || (b.value && !b.value[0])) return known([0n, 1n]);
    return a.value && b.value ? known(Rational.multiply(a.value, b.value)) : unknown(a.why || b.why);
  };
  return {
    multiply,
    number(leaf) {
      const value = Number.isFinite(leaf.value) ? exact(leaf) : null;
      return value ? known(value) : unknown(leaf.text);
    },
    add: (a, b) => (a.value && b.value ? known(Rational.add(a.value, b.value)) : unknown(a.why || b.why)),
    negate: (a) => (a.value ? known(Rational.negate(a.value)) : a),
    divide(a, b) {
      if (!b.value) return multiply(a, b);
      if (!a.value) return a;
      if (!b.value[0]) throw DIVIDED_BY_ZERO;
      return known(Rational.divide(a.value, b.value));
    },
    power: (a, exponent) => (a.value ? known(Rational.power(a.value, exponent)) : a),
    call(name, parts) {
      if (parts.some((part) => !part.value)) return unknown((parts.find((part) => part.why) || { why: name }).why);
      const values = parts.map((part) => part.value);
      if (PIECEWISE[name]) return known(PIECEWISE[name](values));
      const root = name === "√" ? Rational.root(values[0]) : null;
      if (root) return known(root);
      const [z, value] = RATIONAL_AT[name] || [];
      return values.length === 1 && values[0][1] === 1n && values[0][0] === z ? known([value, 1n]) : unknown(name);
    },
  };
};

const DIVIDED_BY_ZERO = { zero: true };

/**
 * The exact value of a tree, or the reason why there is none.
 * @param {Tree} tree
 * @param {(leaf: Tree) => Fraction | null} exact
 * @returns {Fraction | string} the reason is a function, a text, or the words for a division by zero
 */
function exactValue(tree, exact) {
  try {
    const found = Tree.evaluate(tree, inFractions(exact));
    return found.value || found.why;
  } catch (error) {
    if (error !== DIVIDED_BY_ZERO) throw error;
    return WORDS.say("zero");
  }
}

/** The exact value of a tree of printed numbers, each as its text spells it, or a reason. */
const asSpelled = (tree) => exactValue(tree, (leaf) => Rational.read(leaf.text));

const HOLDS = {
  "<": (order) => order < 0, "≤": (order) => order <= 0, "=": (order) => order === 0, "≥": (order) => order >= 0,
  ">": (order) => order > 0,
};

/**
 * A condition between two sides.
 * @typedef {{left: Tree, relation: string, right: Tree}} Comparison
 */

/** True if a condition holds for the doubles of its numbers. */
function holdsInDoubles({ left, relation, right }) {
  const [a, b] = [Tree.evaluate(left, inDoubles), Tree.evaluate(right, inDoubles)];
  return HOLDS[relation](a === b ? 0 : a < b ? -1 : a > b ? 1 : NaN);
}

/** True or false of the exact values of the sides; `null` where one is not known. */
function holdsExactly({ left, relation, right }, value) {
  const [a, b] = [value(left), value(right)];
  return typeof a === "string" || typeof b === "string" ? null : HOLDS[relation](Rational.compare(a, b));
}
