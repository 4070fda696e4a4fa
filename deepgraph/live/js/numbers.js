// Numbers as texts, with the digits that Python prints; and texts that people type as numbers.

/**
 * A finite number as decimal digits, d.ddd… · 10^exponent, rounded half to even as Python does.
 * JavaScript's toPrecision rounds half up: 1.5625 to four digits is 1.562, and 1.563 there.
 * @param {number} x not 0
 * @param {number} count of digits, 1 to 18
 * @returns {{digits: string, exponent: number}}
 */
const rounded = (x, count) => {
  const split = (/** @type {string} */ text) => {
    const [mantissa, exponent] = text.split("e");
    return { digits: mantissa.replace(".", ""), exponent: Number(exponent) };
  };
  const size = Math.abs(x), up = split(size.toExponential(count - 1));
  // A tie has one digit more, a 5, and nothing behind it. No other double comes so near to one that
  // 60 zeros follow.
  if (!size.toExponential(count).includes("5e")) return up;
  const { digits, exponent } = split(size.toExponential(count + 60));
  if (!/^50*$/.test(digits.slice(count)) || !"02468".includes(digits[count - 1])) return up;
  return { digits: digits.slice(0, count), exponent };
};

/** Digits with a decimal point, as Python's format "f" has them. */
const pointed = (/** @type {string} */ digits, /** @type {number} */ exponent) => {
  if (exponent < 0) return `0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  const rest = digits.slice(exponent + 1);
  return rest ? `${whole}.${rest}` : whole;
};

/** Digits with an exponent: `1.2e-4`, `1e20`. */
const powered = (/** @type {string} */ digits, /** @type {number} */ exponent) =>
  `${digits[0]}${digits.length > 1 ? `.${digits.slice(1)}` : ""}e${exponent}`;

/** Without the zeros at the end of digits; at least one digit is left. */
const trimmed = (/** @type {string} */ digits) => digits.replace(/(?<=.)0+$/, "");

/** With a true minus sign, before the number and before its exponent. */
const signed = (/** @type {number} */ x, /** @type {string} */ text) =>
  (x < 0 ? "-" : "").concat(text).replaceAll("-", "−");

/**
 * A number with so many significant digits and a true minus sign, as the package's `number_text`
 * writes it: an exact number as short as possible, a rounded one with its zeros; 17 digits stand for
 * the shortest text that reads back the same.
 * @param {number} x
 * @param {number} count of digits, 1 to 17
 * @returns {string}
 */
const numberText = (x, count = 4) => {
  if (Number.isNaN(x)) return "NaN";
  if (!Number.isFinite(x)) return x < 0 ? "−∞" : "∞";
  if (x === 0) return "0";
  if (count >= 17) return shortestText(x);
  const size = Math.abs(x);
  if (10 ** count - 0.5 <= size && size < 1e7) return signed(x, wholeText(size));
  const { digits, exponent } = rounded(x, count);
  const short = trimmed(digits);
  const isExact = Math.abs(Number(`${digits[0]}.${digits.slice(1)}e${exponent}`) - size) <= EXACT * size;
  const shown = isExact ? short : digits;
  const fits = size >= 1e-3 ? exponent >= -4 && exponent < count : false;
  return signed(x, fits ? pointed(shown, exponent) : powered(shown, exponent));
};

/** A whole number of a size below 1e7, rounded half to even. */
const wholeText = (/** @type {number} */ size) => String(rint(size));

/** The shortest text that reads back the same, in the form of Python's `repr`. */
const shortestText = (/** @type {number} */ x) => {
  const [mantissa, power] = Math.abs(x).toExponential().split("e");
  const digits = mantissa.replace(".", ""), exponent = Number(power);
  return signed(x, exponent >= -4 && exponent < 16 ? pointed(digits, exponent) : powered(digits, exponent));
};

/** By default a number of at most so many significant digits is printed in full. */
const SHORT_DIGITS = 8;
const DEFAULT_DIGITS = 4;

/**
 * A number as worked arithmetic prints it.
 * @param {number} x
 * @param {number | null} precision significant digits, 17 for all; null for four, and short numbers
 *   in full
 * @param {number} guard further digits, where a number is not printed in full
 * @returns {string}
 */
const formatNumber = (x, precision = null, guard = 0) => {
  if (precision !== null) return numberText(x, Math.min(precision === 17 ? 17 : precision + guard, 17));
  if (x !== 0 && Number.isFinite(x)) {
    const { digits, exponent } = rounded(x, SHORT_DIGITS);
    const near = Number(`${digits[0]}.${digits.slice(1)}e${exponent}`);
    if (Math.abs(near - Math.abs(x)) <= EXACT * Math.abs(x)) return numberText(x, SHORT_DIGITS);
  }
  return numberText(x, Math.min(DEFAULT_DIGITS + guard, 17));
};

const PLAIN_NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const RATIO = /^([+-]?\d+)\s*\/\s*([+-]?\d+)$/;

/** Nobody types a number of more characters; a file may hold one. */
const MOST_TYPED = 400;

/**
 * The finite number that someone typed: a decimal with a point or a comma, a fraction of two whole
 * numbers, with a minus sign of any kind. The result is the nearest double.
 * @param {string} text
 * @returns {number | null} null for anything else, and for what is not 0 but too small for a double
 */
const readNumber = (text) => {
  const found = text.length > MOST_TYPED ? null : writtenNumber(text);
  return found === 0 && /^[^eE/]*[1-9]/.test(text) ? null : found;
};

/** The same of a number in a file, however long it is. */
const writtenNumber = (/** @type {string} */ text) => {
  const plain = plainNumber(text);
  if (plain === null) return null;
  const ratio = RATIO.exec(plain);
  const found = ratio ? quotient(BigInt(ratio[1].replace("+", "")), BigInt(ratio[2].replace("+", ""))) : Number(plain);
  return Number.isFinite(found) ? found : null;
};

/**
 * What was typed, spelled as a spec spells it: `−1,5` is `-1.5`, ` 1 / 3` is `1/3`.
 * @param {string} text
 * @returns {string | null} null for what is no number
 */
const plainNumber = (text) => {
  const plain = text.trim().replace(/[−–‒]/g, "-");
  const ratio = RATIO.exec(plain);
  if (ratio) return /^[+-]?0+$/.test(ratio[2]) ? null : `${ratio[1]}/${ratio[2]}`;
  const pointed = /^[^.,]*,[^.,]*$/.test(plain) ? plain.replace(",", ".") : plain;
  return PLAIN_NUMBER.test(pointed) ? pointed : null;
};

/** The double nearest to a quotient of whole numbers of any size; the divisor is not 0. */
const quotient = (/** @type {bigint} */ above, /** @type {bigint} */ below) => {
  const limit = 2n ** 53n;
  const isSmall = (/** @type {bigint} */ n) => -limit <= n && n <= limit;
  if (isSmall(above) && isSmall(below)) return Number(above) / Number(below);
  const negative = above < 0n !== below < 0n;
  const [top, bottom] = [above, below].map((n) => (n < 0n ? -n : n));
  // 64 bits of the quotient, the last one set if anything is left, round as the whole would; below
  // the normal doubles as many as lie above a quarter of the smallest one, or it would round twice.
  const shift = Math.max(top.toString(2).length - bottom.toString(2).length - 64, -1076);
  const [a, b] = shift < 0 ? [top << BigInt(-shift), bottom] : [top, bottom << BigInt(shift)];
  const size = Number((a / b) | (a % b ? 1n : 0n));
  // Two steps, since 2 ** shift alone may leave the range of doubles.
  const half = Math.trunc(shift / 2);
  const value = size * 2 ** half * 2 ** (shift - half);
  return negative ? -value : value;
};
