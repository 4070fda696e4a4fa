/**
 * Decimals of 45 digits, rounded half-even, as Python's `decimal` computes them: m·10^e, or a double that is
 * infinite or NaN.
 * @typedef {{m: bigint, e: number} | number} Dec
 */
const Decimal = (() => {
  const DIGITS = 45;
  const tens = Array.from({ length: 400 }, (_, n) => 10n ** BigInt(n));
  const ten = (n) => tens[n] || 10n ** BigInt(n);
  /** The number of digits. */
  function count(m) {
    const size = m < 0n ? -m : m;
    if (size < 1000000000000000n) return String(Number(size)).length;
    const least = (binaryDigits(size) * 1233) >> 12; // or one more
    return least + (size >= ten(least) ? 1 : 0);
  }
  const finite = (a) => typeof a === "object";
  const value = (a) => (finite(a) ? Math.sign(Number(a.m)) * Infinity || 0 : a); // enough beside an infinity

  /** Rounds a number to the digits of a result. */
  function rounded(m, e) {
    const extra = count(m) - DIGITS;
    if (extra <= 0) return { m, e };
    const unit = ten(extra);
    let whole = m / unit;
    const rest = 2n * (m - whole * unit);
    const over = (rest < 0n ? -rest : rest) - unit;
    if (over > 0n || (over === 0n && whole & 1n)) whole += m < 0n ? -1n : 1n;
    return { m: whole, e: e + extra };
  }

  function add(a, b) {
    if (!finite(a) || !finite(b)) return finite(a) ? b : finite(b) ? a : a + b;
    if (!a.m || !b.m) return a.m ? rounded(a.m, a.e) : rounded(b.m, b.e);
    const [high, low] = a.e >= b.e ? [a, b] : [b, a];
    const gap = high.e - low.e;
    if (gap > 2 * DIGITS + count(low.m)) { // the small one only says on which side the sum lies
      return rounded(high.m * ten(2 * DIGITS) + (low.m < 0n ? -1n : 1n), high.e - 2 * DIGITS);
    }
    return rounded(high.m * ten(gap) + low.m, low.e);
  }

  const negate = (a) => (finite(a) ? { m: -a.m, e: a.e } : -a);
  const absolute = (a) => (finite(a) ? (a.m < 0n ? negate(a) : a) : Math.abs(a));
  const isZero = (a) => finite(a) && !a.m;

  function multiply(a, b) {
    if (!finite(a) || !finite(b)) return isZero(a) || isZero(b) ? NaN : value(a) * value(b);
    return rounded(a.m * b.m, a.e + b.e);
  }

  function divide(a, b) {
    if (!finite(b)) return finite(a) ? { m: 0n, e: 0 } : NaN;
    if (!finite(a)) return b.m < 0n ? -a : a;
    if (!b.m) return a.m ? value(a) : NaN;
    const shift = Math.max(count(b.m) - count(a.m) + DIGITS + 2, 0);
    const top = a.m * ten(shift);
    let whole = top / b.m;
    if (whole * b.m !== top) whole = whole * 10n + ((a.m < 0n) === (b.m < 0n) ? 1n : -1n);
    else whole *= 10n;
    return rounded(whole, a.e - b.e - shift - 1);
  }

  /** Negative, 0 or positive; NaN beside NaN, so that every comparison is false. */
  function compare(a, b) {
    if (!finite(a) || !finite(b)) {
      const [x, y] = [finite(a) ? 0 : a, finite(b) ? 0 : b];
      return x === y ? 0 : x < y ? -1 : x > y ? 1 : NaN;
    }
    if (a.m <= 0n !== b.m <= 0n || !a.m || !b.m) return Number(a.m > 0n) - Number(a.m < 0n) - Number(b.m > 0n) + Number(b.m < 0n);
    const gap = a.e - b.e;
    const order = gap + count(a.m) - count(b.m);
    if (order) return a.m > 0n ? order : -order;
    const [left, right] = gap >= 0 ? [a.m * ten(gap), b.m] : [a.m, b.m * ten(-gap)];
    return left < right ? -1 : left > right ? 1 : 0;
  }

  /** A double, with all of its digits. */
  function of(x) {
    if (!Number.isFinite(x) || Number.isInteger(x)) return Number.isFinite(x) ? { m: BigInt(x), e: 0 } : x;
    let shift = 0;
    let mantissa = x;
    if (Math.abs(x) < 2 ** -960) [mantissa, shift] = [x * 2 ** 120, 120];
    const places = Math.max(54 - Math.floor(Math.log2(Math.abs(mantissa))), 0);
    const high = Math.min(places, 1000);
    const whole = BigInt(mantissa * 2 ** high * 2 ** (places - high));
    return { m: whole * 5n ** BigInt(places + shift), e: -places - shift };
  }

  const number = (a) => (finite(a) ? Number(`${a.m}e${a.e}`) : a);
  const ratio = ([n, d]) => divide({ m: n, e: 0 }, { m: d, e: 0 });
  const adjusted = (a) => a.e + count(a.m) - 1;
  const whole = (a, how) => (!finite(a) || a.e >= 0 ? a : adjusted(a) < -1 && how === Rational.round ? { m: 0n, e: 0 }
    : { m: how([a.m, ten(-a.e)])[0], e: 0 });

  return {
    ZERO: { m: 0n, e: 0 }, add, negate, absolute, multiply, divide, compare, of, number, ratio, adjusted, rounded, ten, finite, DIGITS,
    floor: (a) => whole(a, Rational.floor),
    round: (a) => whole(a, Rational.round),
    /** The larger of two, the first of equal ones. */
    larger: (a, b) => (compare(b, a) > 0 ? b : a),
    smaller: (a, b) => (compare(b, a) < 0 ? b : a),
    isFinite: finite,
    /** A printed decimal, as it stands. */
    read(text) {
      const [mantissa, power] = text.replace(/−/g, "-").split("e");
      const [before, behind = ""] = mantissa.split(".");
      return { m: BigInt(before + behind), e: Number(power || 0) - behind.length };
    },
  };
})();
