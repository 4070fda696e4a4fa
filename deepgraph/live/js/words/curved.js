/** Functions of decimals whose values are not rational. */
const Curved = (() => {
  const { DIGITS, add, negate, absolute, multiply, divide, compare, of, number, adjusted, rounded, ten, finite } = Decimal;
  const BITS = 370n; // behind the point of the fixed-point numbers in which they are computed
  const ONE = 1n << BITS;

  // --- functions, in integers that count 2^-BITS ---------------------------------------------------

  const fixed = (a) => (a.e >= 0 ? (a.m * ten(a.e)) << BITS : (a.m << BITS) / ten(-a.e));
  /** A fixed-point number times a power of ten. */
  const unfixed = (x, power) => rounded((x * ten(115)) >> BITS, power - 115);

  /** exp of a fixed-point number of moderate size. */
  function fixedExp(x) {
    const part = x >> 16n;
    let [term, sum] = [ONE, ONE];
    for (let n = 1n; term && term !== -1n; n++) {
      term = ((term * part) >> BITS) / n;
      sum += term;
    }
    for (let n = 0; n < 16; n++) sum = (sum * sum) >> BITS;
    return sum;
  }

  let tenLog = 0n; // ln 10
  /** ln of a fixed-point number between 1/10 and 10, by Newton's method. */
  function fixedLog(x) {
    let y = BigInt(Math.round(Math.log(Number(x >> (BITS - 60n)) / 2 ** 60) * 2 ** 52)) << (BITS - 52n);
    for (let n = 0; n < 2; n++) {
      const e = fixedExp(y);
      y += ((2n * (x - e)) << BITS) / (x + e);
    }
    return y;
  }
  const logOfTen = () => (tenLog = tenLog || fixedLog(10n * ONE));

  function exp(a) {
    if (!finite(a)) return a === -Infinity ? { m: 0n, e: 0 } : a;
    if (compare(a, { m: -100000n, e: 0 }) < 0) return { m: 0n, e: 0 };
    if (a.m && adjusted(a) > 9) return Infinity;
    if (adjusted(a) < -60) return add({ m: 1n, e: 0 }, a);
    const power = Math.round(number(a) / Math.LN10);
    return unfixed(fixedExp(fixed(a) - BigInt(power) * logOfTen()), power);
  }

  function log(a) {
    if (!finite(a)) return a > 0 ? a : -Infinity;
    if (a.m <= 0n) return -Infinity;
    const power = adjusted(a) + (a.m.toString()[0] > "2" ? 1 : 0);
    return unfixed(fixedLog(fixed({ m: a.m, e: a.e - power })) + BigInt(power) * logOfTen(), 0);
  }

  function root(a) {
    if (!finite(a)) return a > 0 ? a : a === a ? { m: 0n, e: 0 } : NaN;
    if (a.m <= 0n) return { m: 0n, e: 0 };
    const shift = 2 * DIGITS + 4 + ((a.e % 2) + 2) % 2;
    const square = a.m * ten(shift);
    const found = wholeRoot(square);
    return rounded(found * 10n + (found * found === square ? 0n : 1n), (a.e - shift) / 2 - 1);
  }

  function tanh(a) {
    if (finite(a) && compare(absolute(a), { m: 1n, e: -15 }) < 0) return a;
    const one = { m: 1n, e: 0 };
    const e = exp(multiply({ m: -2n, e: 0 }, absolute(a)));
    const found = divide(add(one, negate(e)), add(one, e));
    return (finite(a) ? a.m < 0n : a < 0) ? negate(found) : found;
  }

  /** The error function of a double, by its series. */
  function erf(x) {
    if (!(Math.abs(x) < 6)) return Math.sign(x);
    if (Math.abs(x) < 1e-20) return 1.1283791670955126 * x; // 2/√π
    const z = fixed(of(x));
    const square = (z * z) >> BITS;
    let [term, sum] = [z, z];
    for (let n = 1n; term && term !== -1n; n++) {
      term = -((term * square) >> BITS) / n;
      sum += term / (2n * n + 1n);
    }
    return number(divide(unfixed(2n * sum, 0), { m: 177245385090551602729816748334114518n, e: -35 })); // by √π
  }

  return { exp, log, root, tanh, erf: (a) => of(erf(number(a))) };
})();
