// Arithmetic as numpy does it, aggregations and softmax. Activations and losses stand in front, in
// FUNCTIONS and LOSSES, which are written from the tables of the package.

/** The larger number, NaN if one is NaN; of two zeros the second, as numpy has it. */
const maximum = (/** @type {number} */ a, /** @type {number} */ b) => (a > b || a !== a ? a : b);

/** The smaller number, likewise. */
const minimum = (/** @type {number} */ a, /** @type {number} */ b) => (a < b || a !== a ? a : b);

/**
 * The nearest integer; of two the even one.
 * @param {number} z
 * @returns {number}
 */
const rint = (z) => {
  if (!Number.isFinite(z)) return z;
  const down = Math.floor(z), rest = z - down;
  const nearest = rest > 0.5 || (rest === 0.5 && down % 2 !== 0) ? down + 1 : down;
  return nearest === 0 && (z < 0 || Object.is(z, -0)) ? -0 : nearest;
};

/** In how many parts `exp` cuts a doubling. */
const EXP_PARTS = 128;

/**
 * The powers of two from 2^−1022 on, and 2^(i/128) with what a double loses of it, as a share.
 * A product of two doubles is exact with the rest that Dekker's split finds.
 */
const [POWERS_OF_TWO, ROOTS, ROOT_RESTS] = (() => {
  const halves = (x) => {
    const c = 134217729 * x, high = c - (c - x);
    return [high, x - high];
  };
  const roots = new Float64Array(EXP_PARTS), rests = new Float64Array(EXP_PARTS);
  const root = 1.0054299011128027, rest = 9.499186535455032e-17, [r1, r2] = halves(root);
  let [high, low] = [1, 0];
  for (let i = 0; i < EXP_PARTS; i++) {
    [roots[i], rests[i]] = [high, low / high];
    const [h1, h2] = halves(high), product = high * root;
    const lost = h1 * r1 - product + h1 * r2 + h2 * r1 + h2 * r2 + (high * rest + low * root);
    high = product + lost;
    low = product - high + lost;
  }
  return [Float64Array.from({ length: 2046 }, (_, i) => 2 ** (i - 1022)), roots, rests];
})();

/**
 * exp, to 0.52 of a unit in the last place and with the same bits in every browser; Math.exp may be
 * off by one, and differs. x is k·ln 2/128 and a rest below ln 2/256, for which a polynomial of
 * degree 5 is enough: the way and the coefficients of ARM's optimized routines.
 */
const exp = (/** @type {number} */ x) => {
  if (!(x > -700 && x < 700)) return Math.exp(x);
  const k = x * 184.6649652337873 + 6755399441055744 - 6755399441055744;
  const r = x - k * 0.005415212348111709 - k * 1.2864023111638344e-14, square = r * r, part = k & 127;
  const scale = ROOTS[part] * POWERS_OF_TWO[(k - part) / 128 + 1022];
  return scale + scale * (ROOT_RESTS[part] + r + square * (0.49999999999996786 + r * 0.16666666666665886)
    + square * square * (0.0416666808410674 + r * 0.008333335853059549));
};

/**
 * For each term the product or sum of all others: those before it, then those after it.
 * @param {(a: number, b: number) => number} combine
 * @param {number} neutral of no terms
 * @param {ArrayLike<number>} terms
 * @returns {Float64Array}
 */
const allButOne = (combine, neutral, terms) => {
  const n = terms.length, others = new Float64Array(n).fill(neutral);
  if (n < 2) return others;
  const behind = new Float64Array(n);
  behind[n - 1] = terms[n - 1];
  for (let i = n - 2; i > 0; i--) behind[i] = combine(behind[i + 1], terms[i]);
  others[0] = behind[1];
  let before = terms[0];
  for (let i = 1; i < n; i++) {
    others[i] = i < n - 1 ? combine(before, behind[i + 1]) : before;
    before = combine(before, terms[i]);
  }
  return others;
};

const add = (/** @type {number} */ a, /** @type {number} */ b) => a + b;
const multiply = (/** @type {number} */ a, /** @type {number} */ b) => a * b;

/** The derivative by each term where all goes to the first that equals z; NaN reaches all. */
const toFirst = (/** @type {Float64Array} */ terms, /** @type {number} */ z, /** @type {number} */ dz) => {
  const first = Math.max(0, terms.indexOf(z));
  return terms.map((_, place) => (place === first || z !== z ? dz : 0));
};

/**
 * The table of aggregations: `join` joins one more term, `divides` is true for a mean, and
 * `slopes(terms, z, dz)` is the derivative of a loss by each term; null where that is dz itself.
 */
const AGGREGATIONS = {
  sum: { join: add, divides: false, slopes: null },
  product: {
    join: multiply,
    divides: false,
    slopes: (terms, z, dz) => allButOne(multiply, 1, terms).map((others) => dz * others),
  },
  mean: {
    join: add,
    divides: true,
    slopes: (terms, z, dz) => new Float64Array(terms.length).fill(dz / terms.length),
  },
  max: { join: maximum, divides: false, slopes: toFirst },
  min: { join: minimum, divides: false, slopes: toFirst },
};

/**
 * Softmax of the members of a group; they are read from z and written to a.
 * @param {ArrayLike<number>} members places in z and a
 * @param {Float64Array} z
 * @param {Float64Array} a
 * @returns {number} ln Σ exp(z − the largest z)
 */
const softmax = (members, z, a) => {
  let largest = z[members[0]], total = 0;
  for (let i = 1; i < members.length; i++) largest = maximum(largest, z[members[i]]);
  for (let i = 0; i < members.length; i++) {
    const e = exp(z[members[i]] - largest);
    a[members[i]] = e;
    total = i ? total + e : e;
  }
  for (let i = 0; i < members.length; i++) a[members[i]] /= total;
  return Math.log(total);
};

/**
 * What flows on from a normalised input, (clip(z) − mean) / scale.
 * @param {number} z
 * @param {{min: number, max: number, mean: number, scale: number}} c
 */
const normalise = (z, c) => (minimum(maximum(z, c.min), c.max) + 0 - c.mean) / c.scale;

/** Its derivative: 0 at both limits and beyond them. */
const normaliseSlope = (/** @type {number} */ z, c) =>
  z !== z ? z : z > c.min && z < c.max ? 1 / c.scale : 0;
