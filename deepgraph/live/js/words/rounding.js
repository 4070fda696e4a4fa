/**
 * Honest rounding: prints the numbers of a line and puts `=`, `≈` or `→` between its parts. `=` is true of the numbers
 * themselves; `≈` stands where a rounded number is put in or a result is rounded; `→` beside infinity and NaN. The rules
 * are those of Python's `deepgraph.explain.rounding`, which says them in full.
 */
const [FULL_DIGITS, RELIABLE_DIGITS] = [17, 12]; // of more than twelve digits the last ones are rounding

/** True if an exact number is known, and short enough to be printed as a fraction. */
const isShortFraction = (number) => !!number && Rational.bits(number) <= 160 && Rational.text(number).length <= 40;

/** About how many characters a fraction has, as a text. */
const lengthOf = ([n, d]) => WORDS.count(Math.floor((binaryDigits(n) + binaryDigits(d)) * Math.log10(2)) + 2);

/**
 * A number with so many significant digits; `null` prints four, and short numbers in full.
 * @param {number} value
 * @param {number | "full" | null} precision
 * @param {number} [guard] further digits, where a number is not printed in full
 */
const decimalText = (value, precision, guard = 0) => formatNumber(value, precision === "full" ? FULL_DIGITS : precision, guard);

/** Adds its text to a number. */
function printed(number, precision, fractions, guard = 0) {
  if (number.literal) return number;
  const { exact, value } = number;
  if (fractions && isShortFraction(exact)) return { ...number, text: Rational.text(exact), rounded: false };
  const text = decimalText(value, precision, guard);
  const rounded = Number.isFinite(value) && (!exact || Rational.compare(Rational.read(text), exact) !== 0);
  return { ...number, text, rounded };
}

/** The sign before numbers that are stated, not computed. */
const stated = (numbers) => (numbers.some((number) => number.rounded) ? "≈" : "=");

/** The sign before a part of a line: does a rounded number come in that was not there before? */
function putIn(part, before) {
  const key = ({ text, value, exact }) => `${text} ${value} ${exact}`; // the same digits may spell two numbers
  const there = new Set(Tree.numbers(before).filter((number) => number.rounded).map(key));
  return stated(Tree.numbers(part).filter((number) => !there.has(key(number))));
}

/** True if a text gives a number to twelve digits, so that no more are to be had. */
const isWhole = (number) => number.literal || number.text.includes("/")
  || Math.abs(Number(number.text.replace(/−/g, "-")) - number.value) <= EXACT * Math.abs(number.value);

/** True if a printed number is no rounding of its real value. */
function isLost({ exact, rounded, text }) {
  if (!exact || !rounded) return false;
  const apart = Rational.absolute(Rational.add(Rational.read(text), Rational.negate(exact)));
  return Rational.compare(apart, Rational.read(`5e${halfUnit(text).e}`)) > 0;
}

/** True if conditions hold for the numbers as they are printed; infinity and NaN have no more digits. */
const holdsAsPrinted = (reasons) => reasons.every((reason) => holdsExactly(reason, asSpelled) !== false);

/** Checks a condition with real values, or where they are not known, with doubles far apart; else `null`. */
function reallyHolds(reason) {
  const found = holdsExactly(reason, (side) => exactValue(side, (number) => number.exact));
  if (found !== null) return found;
  const [left, right] = [reason.left, reason.right].map((side) => Tree.evaluate(side, inDoubles));
  const apart = Math.abs(left - right) > EXACT + 1e-9 * Math.max(Math.abs(left), Math.abs(right));
  return apart ? holdsInDoubles(reason) : null;
}

/**
 * The real value of arithmetic, or in words why it is not known.
 * @param {Tree} numbers
 * @param {number} value its result in double precision
 * @param {Comparison[]} reasons conditions of the piece
 * @returns {Fraction | string}
 */
function known(numbers, value, reasons) {
  const found = exactValue(numbers, (number) => number.exact);
  if (typeof found === "string") return WORDS.say("irrational", found);
  if (Rational.bits(found) > 10000) return WORDS.say("long", lengthOf(found));
  const size = Tree.numbers(numbers).map((number) => Math.abs(number.value))
    .reduce((most, one) => (one > most ? one : most), Math.abs(value)); // past NaN, which 0 may take part with
  if (!(Math.abs(Rational.double(found) - value) <= Math.max(1e-9 * size, EXACT))) {
    return WORDS.say("lost", isShortFraction(found) ? Rational.text(found) : WORDS.say("its exact value"));
  }
  const holding = reasons.map(reallyHolds);
  if (holding.includes(false)) return WORDS.say("otherwise");
  return holding.includes(null) ? WORDS.say("undecided") : found;
}

/** The remark behind a result that double precision has lost. */
function drift({ exact }) {
  if (!exact) return WORDS.say("drift");
  if (isShortFraction(exact)) return WORDS.say("drift exactly", Rational.text(exact));
  return WORDS.say("drift really", decimalText(Rational.double(exact), null));
}

/** How many significant digits a decimal text has, trailing zeros of a whole number with them. */
const significant = (text) => Decimal.read(text).m.toString().replace("-", "").length;

/** True if a printed result lies within what the printed numbers can stand for. */
function within(numbers, result, precision) {
  const asked = precision === "full" ? FULL_DIGITS : precision || DEFAULT_DIGITS;
  let reach = halfUnit(result.text);
  if (precision === "full" || (isWhole(result) && significant(result.text) < asked)) {
    reach = Decimal.multiply(Decimal.absolute(Decimal.of(result.value)), precision === "full" ? Interval.OPERATION : Interval.SHORT);
  }
  const [low, high] = Interval.of(numbers, precision);
  const value = Decimal.read(result.text);
  return between(Decimal.add(low, Decimal.negate(reach)), value, Decimal.add(high, reach));
}

const between = (low, value, high) => Decimal.compare(low, value) <= 0 && Decimal.compare(value, high) <= 0;

/** True if a reader who computes with the printed numbers comes close to the result. */
function isNear([low, high], value) {
  const exact = Decimal.of(value);
  const reach = Decimal.multiply({ m: 1n, e: -2 }, Decimal.absolute(exact));
  return between(Decimal.add(low, Decimal.negate(reach)), exact, Decimal.add(high, reach))
    && !(low === -Infinity && high === Infinity);
}

/**
 * Prints the numbers of lines.
 * @param {number | "full" | null} precision significant digits; `null` for four, and short numbers in full
 * @param {boolean} fractions prints a number as p/q where its exact value is known
 */
class Printer {
  constructor(precision = null, fractions = false) {
    this.precision = precision;
    this.fractions = fractions;
    this.digits = precision === "full" ? FULL_DIGITS : precision || DEFAULT_DIGITS;
    this.guards = [...Array(Math.max(1, FULL_DIGITS - this.digits)).keys(), "full"];
  }

  /** Prints a number that is given, not computed. */
  given(number) { return printed(number, this.precision, this.fractions); }

  /** A number with guard digits, or in full. */
  guarded(number, guard) {
    return guard === "full" ? printed(number, "full", this.fractions) : printed(number, this.precision, this.fractions, guard);
  }

  /** A comparison that holds of the real values, with as many digits as show it. */
  compared(number, relation, border) {
    let found;
    for (const guard of this.guards) {
      found = { left: this.guarded(number, guard), relation, right: border };
      if (holdsAsPrinted([found])) break;
    }
    return found;
  }

  /**
   * Prints arithmetic and its result.
   * @param {Tree} numbers
   * @param {number} value its result, as the evaluator has it
   * @param {Comparison[]} reasons conditions that hold for the numbers
   * @param {Fraction | string} exact the real value, or why it is not known
   * @returns {{numbers: Tree, sign: string, result: Tree, reasons: Comparison[], cause: string, note: string,
   *   clear: boolean, agrees: boolean}}
   */
  computed(numbers, value, reasons, exact) {
    const line = { sign: "≈", cause: "", note: "", clear: true, agrees: true };
    const why = typeof exact === "string";
    if (this.fractions && Tree.numbers(numbers).every((number) => isShortFraction(number.exact))) {
      line.cause = why ? exact : WORDS.say("long", lengthOf(exact));
      const dressed = this.dressed(numbers, reasons, 0);
      if (!why && isShortFraction(exact) && holdsAsPrinted(dressed.reasons)) {
        return { ...line, ...dressed, cause: "", sign: "=", result: printed(Tree.number(value, exact), this.precision, true) };
      }
    }
    const result = Tree.number(value, why ? null : exact);
    if (![...Tree.numbers(numbers), result].every((number) => Number.isFinite(number.value))) {
      return { ...line, ...this.dressed(numbers, reasons, 0), sign: "→", result: printed(result, this.precision, false) };
    }
    const found = { ...line, ...this.decimal(numbers, result, reasons) };
    const lost = !found.note && this.digits <= RELIABLE_DIGITS && Tree.numbers(found.numbers).some(isLost);
    return lost ? { ...found, note: WORDS.say("drift") } : found;
  }

  /** The numbers and conditions with their texts. */
  dressed(numbers, reasons, guard) {
    const dress = (tree) => Tree.replace(tree, (leaf) => (leaf.k === "n" ? this.guarded(leaf, guard) : leaf));
    return {
      numbers: dress(numbers),
      reasons: reasons.map(({ left, relation, right }) => ({ left: dress(left), relation, right: dress(right) })),
    };
  }

  /** Prints a line with as many guard digits as its result needs. */
  decimal(numbers, value, reasons) {
    let fallback = null;
    const result = printed(value, this.precision, false);
    for (const guard of this.guards) {
      const line = { ...this.dressed(numbers, reasons, guard), result };
      if (!holdsAsPrinted(line.reasons)) continue;
      const precision = guard === "full" ? "full" : this.precision;
      const spelled = asSpelled(line.numbers);
      if (typeof spelled !== "string" && !Rational.compare(spelled, Rational.read(result.text))) return { ...line, sign: "=" };
      const middle = typeof spelled === "string" ? Interval.of(line.numbers, precision, false) : Interval.point(spelled);
      if (!within(line.numbers, result, precision)) continue;
      if (this.agrees(middle, line.numbers, result)) return line;
      if (!fallback || !Tree.numbers(fallback.numbers).every(isWhole)) {
        fallback = { ...line, clear: isNear(middle, value.value), agrees: false };
      }
    }
    if (fallback) return this.digits <= RELIABLE_DIGITS || !fallback.clear ? { ...fallback, note: drift(value) } : fallback;
    if (this.fractions) return new Printer(this.precision).decimal(numbers, value, reasons);
    if (reasons.length) return this.decimal(numbers, value, []); // at a kink itself
    const last = this.dressed(numbers, reasons, "full");
    return { ...last, sign: "→", result: printed(value, "full", false), clear: false, agrees: false };
  }

  /** True if the printed numbers, `middle`, give the printed result to its last digit. */
  agrees([low, high], numbers, result) {
    const text = Decimal.read(result.text);
    let half = halfUnit(result.text);
    if (isWhole(result)) {
      const size = text.m ? text : Tree.numbers(numbers).map((number) => Decimal.absolute(Decimal.of(number.value))).reduce(Decimal.larger);
      half = Decimal.smaller(half, { m: 5n, e: Decimal.adjusted(size) - this.digits });
    }
    return Decimal.compare(low, Decimal.add(text, half)) <= 0 && Decimal.compare(high, Decimal.add(text, Decimal.negate(half))) >= 0;
  }
}
