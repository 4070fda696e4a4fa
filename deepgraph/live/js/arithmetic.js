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
    const { parentElement: section } = place;
    section.hidden = !works || (state.mode === "quiz" && page.secret.has(node));
    if (section.hidden) return;
    setText(text, arithmeticText(page, item, node));
  };
};

/** The lines of a node, and with derivatives those of the chosen edge or node as well. */
const arithmeticText = (page, item, node) => {
  const { state, program } = page;
  return typeof explain === "function" ? String(item) : "";
};
