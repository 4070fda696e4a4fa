/**
 * Exact fractions, [numerator, denominator] in lowest terms, the denominator positive.
 * @typedef {[bigint, bigint]} Fraction
 */
const Rational = {
  /**
   * A fraction in lowest terms.
   * @param {bigint} n
   * @param {bigint} d not 0
   * @returns {Fraction}
   */
  of(n, d) {
    if (d === 1n) return [n, d];
    let [a, b] = [n < 0n ? -n : n, d < 0n ? -d : d];
    while (b > 9007199254740991n) [a, b] = [b, a % b];
    if (b) {
      let [x, y] = [Number(b), Number(a % b)]; // small numbers divide faster as doubles
      while (y) [x, y] = [y, x % y];
      a = BigInt(x);
    }
    if (d < 0n) a = -a;
    return a === 1n ? [n, d] : [n / a, d / a];
  },
  /**
   * The number that a text stands for: −0.64, 1/3, 1.500e−3.
   * @param {string} text
   * @returns {Fraction}
   */
  read(text) {
    const plain = text.replace(/−/g, "-");
    const ratio = plain.split("/");
    if (ratio.length > 1) return Rational.of(BigInt(ratio[0]), BigInt(ratio[1]));
    const [mantissa, power] = plain.split(/e/i);
    const [whole, behind = ""] = mantissa.split(".");
    const digits = BigInt(whole.replace("+", "") + behind); // "-0" + "64" keeps its sign
    const exponent = Number(power || 0) - behind.length;
    const scale = 10n ** BigInt(Math.abs(exponent));
    return exponent < 0 ? Rational.of(digits, scale) : [digits * scale, 1n];
  },
  /**
   * The shortest decimal that reads back to a double, exactly.
   * @param {number} value finite
   * @returns {Fraction}
   */
  shortest: (value) => Rational.read(String(value)),
  /** @type {(a: Fraction, b: Fraction) => Fraction} */
  add: (a, b) => a[1] === b[1] ? Rational.of(a[0] + b[0], a[1]) : Rational.of(a[0] * b[1] + b[0] * a[1], a[1] * b[1]),
  /** @type {(a: Fraction, b: Fraction) => Fraction} */
  multiply: (a, b) => Rational.of(a[0] * b[0], a[1] * b[1]),
  /** @type {(a: Fraction, b: Fraction) => Fraction} */
  divide: (a, b) => Rational.of(a[0] * b[1], a[1] * b[0]),
  /** @type {(a: Fraction) => Fraction} */
  negate: (a) => [-a[0], a[1]],
  /** @type {(a: Fraction) => Fraction} */
  absolute: (a) => (a[0] < 0n ? [-a[0], a[1]] : a),
  /** @type {(a: Fraction, exponent: number) => Fraction} */
  power: (a, exponent) => [a[0] ** BigInt(exponent), a[1] ** BigInt(exponent)],
  /** @type {(a: Fraction, b: Fraction) => number} negative, 0 or positive */
  compare(a, b) {
    const [left, right] = [a[0] * b[1], b[0] * a[1]];
    return left < right ? -1 : left > right ? 1 : 0;
  },
  /** @type {(a: Fraction, b: Fraction) => Fraction} the first of equal ones */
  larger: (a, b) => (Rational.compare(b, a) > 0 ? b : a),
  /** @type {(a: Fraction, b: Fraction) => Fraction} the first of equal ones */
  smaller: (a, b) => (Rational.compare(b, a) < 0 ? b : a),
  /** @type {(a: Fraction) => Fraction} the largest integer not above */
  floor([n, d]) {
    const whole = n / d;
    return [n < 0n && whole * d !== n ? whole - 1n : whole, 1n];
  },
  /** @type {(a: Fraction) => Fraction} the nearest integer, of two the even one */
  round(a) {
    const [low] = Rational.floor(a);
    const over = 2n * (a[0] - low * a[1]);
    return [over > a[1] || (over === a[1] && low & 1n) ? low + 1n : low, 1n];
  },
  /**
   * The square root, if it is rational.
   * @param {Fraction} a
   * @returns {Fraction | null}
   */
  root([n, d]) {
    if (n < 0n) return null;
    const [top, bottom] = [wholeRoot(n), wholeRoot(d)];
    return top * top === n && bottom * bottom === d ? [top, bottom] : null;
  },
  /**
   * The nearest double; infinite beyond the largest.
   * @param {Fraction} a
   * @returns {number}
   */
  double: ([n, d]) => quotient(n, d),
  /** @type {(a: Fraction) => number} the binary digits of numerator or denominator, whichever has more */
  bits: ([n, d]) => Math.max(binaryDigits(n), binaryDigits(d)),
  /** @type {(a: Fraction) => string} p/q or p, with a true minus sign */
  text: ([n, d]) => `${n}${d === 1n ? "" : `/${d}`}`.replace("-", "−"),
};

/**
 * The number of binary digits.
 * @param {bigint} number
 * @returns {number}
 */
function binaryDigits(number) {
  const size = number < 0n ? -number : number;
  if (!size) return 0;
  const hex = size.toString(16);
  return 4 * hex.length - Math.clz32(parseInt(hex[0], 16)) + 28;
}

/**
 * The largest integer whose square is not above a number.
 * @param {bigint} number not negative
 * @returns {bigint}
 */
function wholeRoot(number) {
  if (number < 2n) return number;
  let x = 1n << BigInt((binaryDigits(number) + 1) >> 1);
  for (;;) {
    const next = (x + number / x) >> 1n;
    if (next >= x) return x;
    x = next;
  }
}
