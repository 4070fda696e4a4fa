// The worked arithmetic of what is chosen, in the words and digits of `deepgraph explain`.

/** Fills the place of the arithmetic; what it returns follows changes. */
const buildArithmetic = (place, page) => {
  const { state, program, say } = page;
  const text = make("pre", { class: "arithmetic", tabindex: "0", role: "region", "aria-label": say("arithmetic") });
  fill(place, text);
  return () => {
    const { item } = state;
    const node = item && (item.kind === "node" ? item.number : program.target[item.number]);
    const works = node !== null && node !== undefined && program.incoming[node].length > 0;
    place.hidden = !works || (page.secret && page.secret.has(node));
    if (place.hidden) return;
    setText(text, arithmeticText(page, item, node));
  };
};

/** The lines of a node, and with derivatives those of the chosen edge or node as well. */
const arithmeticText = (page, item, node) => {
  const { state, program } = page;
  const options = { precision: program.data.precision, loss: state.loss };
  const parts = [explainNode(program, state.values, state.trace, node, options)];
  const backwards = state.mode === "slopes" || (state.mode === "step" && page.backwards);
  if (backwards && state.slopes) {
    const { values, trace, targets, slopes } = state;
    parts.push(item.kind === "edge"
      ? explainEdge(program, values, trace, item.number, { ...options, targets, slopes })
      : explainBackward(program, values, trace, item.number, { ...options, targets, slopes }));
  }
  return parts.map((part) => (Array.isArray(part) ? part.join("\n") : part)).join("\n\n");
};
