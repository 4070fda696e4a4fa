/**
 * Spells trees of arithmetic and decides where parentheses stand. What is spelled is a list of atoms: texts, and names
 * as {text, runs}, which a page sets with raised and lowered letters.
 * @typedef {string | {text: string, runs: [string, number][]}} Atom
 */
const Spelling = (() => {
  const [SUM, PRODUCT, FACTOR, BASE] = [0, 1, 2, 3]; // binding strengths, loosest first
  const [LOWERED, RAISED, SLANTED] = [1, 2, 4];
  const textOf = (atoms) => atoms.map((atom) => (typeof atom === "string" ? atom : atom.text)).join("");
  const isNegative = (atoms) => textOf(atoms.slice(0, 1)).startsWith("−");
  const closed = (atoms) => ["(", ...atoms, ")"];
  const joined = (lists, between) => lists.flatMap((list, at) => (at ? [between, ...list] : list));

  /**
   * A name from the spec. Most are a letter with digits, or plain; the program holds the runs of all others.
   * @param {string} name
   * @returns {Atom}
   */
  function named(name) {
    const known = WORDS.names[name];
    if (known) return { text: known[0], runs: known[1] ?? [[known[0], 0]] };
    const [, letter, digits = "", entry] = /^([A-Za-z])(\d{1,3})?((?:\[[\d,]+\])?)$/.exec(name) || [];
    if (!letter) return { text: name, runs: [[name, 0]] };
    const lowered = digits.replace(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]);
    const runs = [[letter, SLANTED], [digits, LOWERED], [entry, 0]];
    return { text: letter + lowered + entry, runs: runs.filter(([text]) => text) };
  }

  const ends = (edge) => [named(edge.source), "→", named(edge.target)];

  /** A number, and how tightly it binds. */
  function ofNumber({ text }) {
    const binds = text.includes("/") ? PRODUCT : text.includes("e") ? FACTOR : BASE;
    return [[text], text.startsWith("−") ? Math.min(binds, FACTOR) : binds];
  }

  function ofQuotient([top, bottom]) {
    let over = spell(top, top.k === "/" ? FACTOR : PRODUCT);
    if (top.k === "d" || top.k === "/") over = closed(over);
    let under = later(bottom, FACTOR);
    if (bottom.k === "d") under = closed(under);
    return [[...over, "/", ...under], PRODUCT];
  }

  function ofCall({ name, parts }) {
    if (name === "√") return ["√", ...spell(parts[0], BASE)];
    const inside = joined(parts.map((part) => spell(part)), ", ");
    return name === "new" ? [`${WORDS.say("new")} `, ...inside] : [`${name}(`, ...inside, ")"];
  }

  function ofMiddle({ count, what, parts }) {
    if (what === "numbers") return ["…"];
    const words = WORDS.say(what, WORDS.count(count));
    return [parts.length ? `[${words}: ${parts[0].text}]` : `… ${words} …`];
  }

  const entriesOf = (parts) => joined(parts.map((part) => spell(part, FACTOR)), " ");

  /** @returns {[Atom[], number]} an expression, and how tightly it binds */
  function spelled(tree) {
    const { k, parts } = tree;
    switch (k) {
      case "n": return ofNumber(tree);
      case "name": {
        const name = named(tree.name);
        return [[name], name.runs.some(([, set]) => set & RAISED) ? FACTOR : BASE];
      }
      case "word": return [[tree.name], BASE];
      case "verbatim": return [[`"${tree.name}"`], BASE];
      case "edge": return [["w(", ...ends(tree), ")"], BASE];
      case "d": return [
        ["∂", ...spell(tree.of, BASE), "/∂", ...spell(tree.by, BASE), ...(tree.at ? closed(ends(tree.at)) : [])], FACTOR];
      case "+": return [joined(parts.map((part, at) => (at ? later(part, PRODUCT) : spell(part))), " + "), SUM];
      case "-": return [[...spell(parts[0]), " − ", ...later(parts[1], PRODUCT)], SUM];
      case "·": {
        const wide = parts.some((part) => part.k === "d");
        return [joined(parts.map((part, at) => (at ? later(part, FACTOR) : spell(part, FACTOR))), wide ? " · " : "·"), PRODUCT];
      }
      case "/": return ofQuotient(parts);
      case "^": return [[...spell(parts[0], BASE), tree.exponent === 2 ? "²" : "³"], FACTOR];
      case "neg": return [["−", ...later(parts[0], PRODUCT)], PRODUCT];
      case "call": return [ofCall(tree), BASE];
      case "vector": return [["[", ...entriesOf(parts), tree.upright ? "]ᵀ" : "]"], BASE];
      case "matrix": return [["[", ...joined(parts.map((row) => entriesOf(row.parts)), "; "), "]"], BASE];
      case "dot": return [[...spell(parts[0], BASE), "·", ...spell(parts[1])], PRODUCT];
      case "…": return [ofMiddle(tree), BASE];
      default: throw Error(k);
    }
  }

  /** Spells what stands behind an operator, where a minus sign needs parentheses. */
  function later(tree, place) {
    const atoms = spell(tree, place);
    return isNegative(atoms) ? closed(atoms) : atoms;
  }

  /**
   * Spells an expression, in parentheses if it binds more loosely than its place.
   * @param {Tree} tree
   * @param {number} [place]
   * @returns {Atom[]}
   */
  function spell(tree, place = SUM) {
    const [atoms, binding] = spelled(tree);
    return binding >= place ? atoms : closed(atoms);
  }

  return {
    spell, textOf, named,
    /** A condition, such as −0.5 < 0. */
    comparison: ({ left, relation, right }) => [...spell(left), ` ${relation} `, ...spell(right)],
    /** Atoms as runs [text, how it is set]: 1 lowered, 2 raised, 4 slanted, 8 bold, added up. */
    runs(atoms) {
      const found = [];
      for (const [text, set] of atoms.flatMap((atom) => (typeof atom === "string" ? [[atom, 0]] : atom.runs))) {
        const last = found[found.length - 1];
        if (last && last[1] === set && !set) last[0] += text;
        else found.push([text, set]);
      }
      return found;
    },
  };
})();
