/**
 * Reads the formulas of the tables of functions: `z if z > 0 else alpha·(exp(z) - 1)`. A piecewise formula is read for
 * one z: the result is the piece that holds there, and why it does.
 * @typedef {[Tree, Comparison[]]} Form arithmetic in numbers, and the conditions under which it holds
 */
const Formula = (() => {
  const NEGATED = { "<": "≥", "≤": ">", ">": "≤", "≥": "<" };
  const MIRRORED = { "<": ">", "≤": "≥", ">": "<", "≥": "≤", "=": "=" };
  const tokensOf = new Map();

  /** Recursive descent over one formula. */
  class Reader {
    constructor(text, values) {
      if (!tokensOf.has(text)) tokensOf.set(text, text.match(/[0-9.]+|[A-Za-z_]+|\S/g));
      this.tokens = tokensOf.get(text).slice();
      this.values = values;
      this.reasons = [];
    }

    takes(token) {
      const found = this.tokens[0] === token;
      if (found) this.tokens.shift();
      return found;
    }

    /** One expression, or pieces with their conditions: the piece that holds. */
    pieces() {
      let chosen = null;
      for (;;) {
        const before = this.reasons.length;
        const piece = this.sum();
        if (!this.takes("if")) return chosen || piece;
        const behind = this.reasons.length;
        const [reasons, holds] = this.condition();
        if (holds && !chosen) {
          chosen = piece;
          this.reasons.splice(behind, Infinity, ...reasons);
        } else this.reasons.length = chosen ? behind : before;
        if (this.takes("else")) {
          if (!chosen) {
            this.reasons.push(...reasons);
            return this.pieces();
          }
          const kept = this.reasons.slice();
          this.pieces();
          this.reasons = kept;
          return chosen;
        }
        if (!this.takes(",")) return chosen || piece; // NaN: no condition holds
      }
    }

    /** A chain of comparisons: all of them and true, or the negated failure and false. */
    condition() {
      let left = this.sum();
      const found = [];
      while ("<≤=≥>".includes(this.tokens[0] || " ")) {
        const relation = this.tokens.shift();
        const right = this.sum();
        found.push({ left, relation, right });
        left = right;
      }
      const failed = found.find((comparison) => !holdsInDoubles(comparison));
      if (!failed) return [found, true];
      return [failed.relation === "=" ? [] : [this.denied(failed)], false];
    }

    /** The opposite of a comparison, with the side of z in front: 3 ≥ 1 rather than 1 ≤ 3. */
    denied({ left, relation, right }) {
      const opposite = NEGATED[relation];
      const ofZ = Tree.numbers(this.values.z || Tree.whole(0));
      const mirrored = Tree.numbers(right).some((number) => ofZ.includes(number));
      return mirrored ? { left: right, relation: MIRRORED[opposite], right: left } : { left, relation: opposite, right };
    }

    sum() {
      let found = this.product();
      while (this.tokens[0] === "+" || this.tokens[0] === "-") {
        const plus = this.tokens.shift() === "+";
        const right = this.product();
        found = plus ? Tree.sum(found.k === "+" ? [...found.parts, right] : [found, right]) : Tree.minus(found, right);
      }
      return found;
    }

    product() {
      if (this.takes("-")) {
        const inner = this.product();
        return inner.literal && inner.exact ? Tree.literal(Rational.negate(inner.exact)) : Tree.negative(inner);
      }
      let found = this.power();
      while (this.tokens[0] === "·" || this.tokens[0] === "/") {
        if (this.tokens.shift() === "/") {
          found = Tree.over(found, this.power());
          continue;
        }
        const factor = this.power();
        if (!(factor.literal && factor.value === 1)) found = Tree.product([found, factor]); // gamma·1 is gamma
      }
      return found;
    }

    power() {
      const base = this.atom();
      if (this.takes("²")) return Tree.power(base, 2);
      return this.takes("³") ? Tree.power(base, 3) : base;
    }

    atom() {
      const token = this.tokens.shift();
      if (token === "(") return this.closed(this.pieces());
      if (token === "√") return Tree.call("√", [this.atom()]);
      if (token === "π") return Tree.word("π");
      if (/\d/.test(token[0])) return Tree.literal(Rational.read(token), Number(token), token);
      if (!this.takes("(")) return this.values[token];
      const parts = [this.sum()];
      while (this.takes(",")) parts.push(this.sum());
      return this.closed(Tree.call(token, parts));
    }

    closed(inside) {
      this.tokens.shift();
      return inside;
    }
  }

  /**
   * A formula with numbers for its letters, and the conditions of the chosen piece.
   * @param {string} text
   * @param {Object<string, Tree>} values
   * @returns {Form}
   */
  function at(text, values) {
    const reader = new Reader(text, values);
    return [reader.pieces(), reader.reasons];
  }

  // --- functions of nodes: {title, caption, value, slope, slopeByA, jumps, inFull, parameters, gain, scale, mean} ---

  /** A number of the program, [value, its exact text, the text of a literal or nothing]. */
  const constant = ([value, exact, text]) => (text === undefined
    ? Tree.number(value, Rational.read(exact)) : Tree.literal(Rational.read(exact), value, text));
  const parameters = (f) => Object.fromEntries(Object.entries(f.parameters).map(([name, given]) => [name, constant(given)]));
  /** What a function is applied to: z, or gain·z. */
  const argument = (f, z) => (f.gain ? Tree.product([constant(f.gain), z]) : z);

  /** What a rescaled node makes of f(z): scale·f(z) + mean, without a part that does nothing. */
  function rescaled(f, inner) {
    const whole = f.scale ? Tree.product([constant(f.scale), inner]) : inner;
    if (!f.mean) return whole;
    return f.lowered ? Tree.minus(whole, constant(f.mean)) : Tree.sum([whole, constant(f.mean)]);
  }

  /** Forms at z, and with fractions before them those at its real value where that lies on another piece. */
  function byRealValue(z, fractions, forms) {
    const found = forms(z);
    if (!fractions || !z.exact || found.every(([, why]) => why.every((reason) => reallyHolds(reason) !== false))) return found;
    return [...forms({ ...z, value: Rational.double(z.exact) }), ...found];
  }

  return {
    at, argument, rescaled, constant,
    /** The value of an activation at z, in numbers. */
    valueForms(f, given, fractions) {
      return byRealValue(given, fractions, (z) => {
        const [form, why] = at(f.value, { z: argument(f, z), ...parameters(f) });
        return [[rescaled(f, form), why]];
      });
    },
    /** f(z) in symbols with the numbers that a spec adds: ReLU(z), 5·tanh(2·z) + 3, (z − 1)/2. */
    inSymbols(f, z) {
      const inside = argument(f, z);
      if (f.inFull) return at(f.value, { z: inside, ...parameters(f) })[0];
      return rescaled(f, f.bare ? inside : Tree.call(f.title, [inside]));
    },
    /** The derivative of an activation at z, in numbers; the usual form comes first. */
    slopeForms(f, given, a, fractions) {
      const found = byRealValue(given, fractions, (z) => {
        const values = { z: argument(f, z), a, ...parameters(f) };
        return [f.slopeByA, f.slope].filter(Boolean).map((form) => at(form, values));
      });
      const factors = [f.scale, f.gain].filter(Boolean).map(constant);
      if (!factors.length) return found;
      return found.map(([slope, why]) => {
        const level = slope.literal && (slope.value === 0 || slope.value === 1);
        return [level ? (slope.value ? Tree.product(factors) : slope) : Tree.product([...factors, slope]), why];
      });
    },
  };
})();
