/**
 * Everything between two decimals, with room for the rounding of each operation.
 * @typedef {[Dec, Dec]} Interval
 */
const Interval = (() => {
  const OPERATION = Decimal.of(2 ** -52); // one unit in the last place
  const FUNCTION = Decimal.of(2 ** -48); // of exp, tanh and the like
  const SMALLEST = { m: 1n, e: -320 }; // subnormal doubles have fewer digits
  const SHORT = Decimal.of(1e-12);
  const EVERYTHING = [-Infinity, Infinity];
  const { add, negate, multiply, divide, compare, absolute, larger, smaller } = Decimal;

  function wider([low, high], share = OPERATION) {
    const margin = add(multiply(share, larger(absolute(low), absolute(high))), SMALLEST);
    return [add(low, negate(margin)), add(high, margin)];
  }
  const isNaNumber = (end) => typeof end === "number" && end !== end;
  const hull = (ends) => [ends.reduce(smaller), ends.reduce(larger)];
  const inside = (low, high) => compare(low, Decimal.ZERO) < 0 && compare(high, Decimal.ZERO) > 0;

  function product(a, b) {
    const ends = a.flatMap((left) => b.map((right) => multiply(left, right)));
    return ends.some(isNaNumber) ? EVERYTHING : wider(hull(ends));
  }

  const ONE = { m: 1n, e: 0 };
  const operations = {
    add: (a, b) => wider([add(a[0], b[0]), add(a[1], b[1])]),
    negate: ([low, high]) => [negate(high), negate(low)],
    multiply: product,
    divide: (a, [low, high]) => (compare(low, Decimal.ZERO) <= 0 && compare(high, Decimal.ZERO) >= 0 ? EVERYTHING
      : product(a, [divide(ONE, high), divide(ONE, low)])),
    power([low, high], exponent) {
      const to = (a) => (exponent === 2 ? multiply(a, a) : multiply(multiply(a, a), a));
      const ends = [to(low), to(high)];
      if (exponent % 2 === 0 && inside(low, high)) ends.push(Decimal.ZERO);
      return wider(hull(ends));
    },
  };

  const RISING = { exp: "exp", ln: "log", tanh: "tanh", erf: "erf", "√": "root" };
  const RISING_EXACTLY = { ReLU: (z) => larger(z, Decimal.ZERO), floor: Decimal.floor, round: Decimal.round };

  /** The value of a function of intervals. */
  function call(name, parts) {
    if (name === "π") return wider([Decimal.of(Math.PI), Decimal.of(Math.PI)]);
    const [[low, high]] = parts;
    if (name === "max" || name === "min") {
      const outer = name === "max" ? larger : smaller;
      return [parts.map((part) => part[0]).reduce(outer), parts.map((part) => part[1]).reduce(outer)];
    }
    if (RISING_EXACTLY[name]) return [low, high].map(RISING_EXACTLY[name]);
    if (name === "abs") {
      const [least, most] = hull([absolute(low), absolute(high)]);
      return [inside(low, high) ? Decimal.ZERO : least, most];
    }
    if (name === "sin" || name === "cos") return wave(Math[name], low, high);
    return wider([low, high].map(Curved[RISING[name]]), FUNCTION);
  }

  /** Sine or cosine of an interval; their slope is at most 1. */
  function wave(f, low, high) {
    const [least, most] = [{ m: -1n, e: 0 }, ONE];
    if (!Decimal.isFinite(low) || !Decimal.isFinite(high)) return [least, most];
    const half = { m: 5n, e: -1 };
    const middle = Decimal.number(multiply(add(low, high), half));
    const unit = Decimal.of(unitInLastPlace(middle));
    const reach = add(add(multiply(add(high, negate(low)), half), unit), FUNCTION);
    const value = Decimal.of(f(middle));
    return [larger(add(value, negate(reach)), least), smaller(add(value, reach), most)];
  }

  return {
    OPERATION, SHORT, EVERYTHING, point: (fraction) => { const value = Decimal.ratio(fraction); return [value, value]; },
    /** The functions that a formula may use; a test compares them with Python's. */
    functions: [...Object.keys(PIECEWISE), ...Object.keys(RISING), "sin", "cos"],
    /**
     * The interval in which the value of a tree of printed numbers lies.
     * @param {Tree} tree of finite numbers
     * @param {number | "full" | null} precision of the printing
     * @param {boolean} radii false takes each printed number as it is, instead of all that it may stand for
     * @returns {Interval}
     */
    of(tree, precision, radii = true) {
      const number = (leaf) => {
        const fraction = Rational.read(leaf.text);
        const value = Decimal.ratio(fraction);
        if (!radii || leaf.text.includes("/")) return [value, value];
        if (leaf.literal) return hull([value, Decimal.of(leaf.value)]); // the evaluator has the double nearest to it
        const cut = Math.abs(Decimal.number(value) - leaf.value) > 1e-12 * Math.abs(leaf.value);
        const radius = cut ? halfUnit(leaf.text) : multiply(precision === "full" ? OPERATION : SHORT, absolute(value));
        return [add(value, negate(radius)), add(value, radius)];
      };
      return Tree.evaluate(tree, { ...operations, number, call });
    },
  };
})();

/** Half a unit of the last digit of a decimal text. */
const halfUnit = (text) => ({ m: 5n, e: Decimal.read(text).e - 1 });

/** The distance from a double to the next larger one. */
function unitInLastPlace(x) {
  const size = Math.abs(x);
  if (size < 2 ** -1022) return 2 ** -1074;
  let exponent = Math.floor(Math.log2(size));
  if (2 ** exponent > size) exponent -= 1;
  return 2 ** Math.max(exponent - 52, -1074);
}
