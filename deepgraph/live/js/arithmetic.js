// The worked arithmetic of what is chosen, in the words and digits of `deepgraph explain`.

/** Fills the place of the arithmetic; what it returns follows changes. */
const buildArithmetic = (place, page) => {
  const { parentElement: section } = place;
  place.classList.add("arithmetic");
  return () => {
    const said = saidNow(page);
    section.hidden = !said.length;
    fill(place, ...said.map(saidElement));
  };
};

/** How `explain` is asked: with targets only where derivatives are wanted. */
const arithmeticOptions = (page, backwards) => {
  const { state, program } = page;
  const options = { precision: program.data.precision, typed: state.typed };
  return backwards && state.slopes ? { ...options, goal: state.goal, gradient: state.slopes } : options;
};

/** What is to be said: of the step, or of the chosen node or edge. */
const saidNow = (page) => {
  const { state, program } = page, { item, mode, values, trace } = state;
  if (mode === "step") return [stepsOf(page)[stepNow(page)].said()];
  if (!item) return [];
  const node = item.kind === "node" ? item.number : program.target[item.number];
  if (mode === "quiz" && page.secret.has(node)) return [];
  const options = arithmeticOptions(page, mode === "slopes");
  if (item.kind === "edge") {
    const { forward, backward } = explainEdge(program, values, trace, item.number, options);
    return [...forward, ...backward];
  }
  return [...explainNode(program, values, trace, node, options),
    ...(options.goal ? explainBackward(program, values, trace, node, options) : [])];
};

/** Runs of a text as elements: lowered, raised, slanted. */
const setRuns = (/** @type {[string, number][]} */ runs) =>
  runs.map(([text, style]) => {
    const inner = style & 4 ? make("i", {}, text) : text;
    return style & 3 ? make(style & 1 ? "sub" : "sup", {}, inner) : inner;
  });

/** A step of arithmetic: its title, its remark, its lines; `data-text` is a line as `explain` prints it. */
const saidElement = (/** @type {Said} */ { titleRuns, note, lines }) =>
  make("div", { class: "said" },
    make("h3", {}, ...setRuns(titleRuns)),
    ...(note ? [make("p", { class: "told" }, note)] : []),
    ...lines.map(({ text, runs }) => make("p", { class: "line", "data-text": text }, ...setRuns(runs))));
