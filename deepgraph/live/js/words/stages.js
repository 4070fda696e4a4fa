/** The forward pass once more, in vectors: lines that the program holds, with numbers put in. */
const Stages = (() => {
  const numberAt = (values, [quantity, at]) => (quantity === "p" ? values.parameter(at) : values[quantity](at));
  const filled = (values, tree) => Tree.replace(tree, (leaf) => (leaf.k === "place" ? numberAt(values, leaf.at) : leaf));

  function lineOf(values, { quantity, left, symbols, note, vector, upright, numbers, value, boxed }) {
    if (vector) return values.vectorLine(left, symbols, vector.map((place) => numberAt(values, place)), note, upright);
    const result = numberAt(values, value);
    if (!numbers) {
      const line = values.given(quantity, value[1], left, result);
      return new Line(quantity, value[1], result.value, () => ({ ...line.parts, symbols }));
    }
    const line = values.line(quantity, value[1], left, symbols, filled(values, numbers), result.value, note);
    const inBox = () => ({ ...line.parts, vector: vectorOf([line.parts.result]) });
    return boxed ? new Line(quantity, value[1], result.value, inBox) : line;
  }

  return {
    steps: (values, found) => found.map(({ title, lines }) => (
      { title, members: [], note: "", lines: lines.map((line) => lineOf(values, line)) })),
  };
})();
