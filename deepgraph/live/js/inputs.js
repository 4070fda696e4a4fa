// The inputs: a slider and a field for each, and the rows of the table and of the examples.

/** With more inputs than this their sliders scroll in a place of their own. */
const MANY_INPUTS = 8;

/** Names of more letters than this stand above their sliders. */
const LONG_NAME = 6;

/**
 * The tables to step through: that of the page, and the examples of the spec.
 * @returns {{name: string, rows: number[][], targets: ((number | null)[] | null)[], training: object | null}[]}
 */
const sourcesOf = (page) => {
  const { program, data } = page, found = [];
  const add = (name, columns, targets, training = null) => {
    if (columns.some((column) => column === null)) return;
    const count = Math.max(...columns.map((column) => column.length));
    const at = (column, row) => column[column.length === 1 ? 0 : row];
    const rows = [], wanted = [];
    for (let row = 0; row < count; row++) {
      rows.push(columns.map((column) => at(column, row)));
      const mine = [...program.outputs].map((node) => (targets[node] ? at(targets[node], row) : null));
      wanted.push(mine.some((target) => target !== null) ? mine : null);
    }
    found.push({ name, rows, targets: wanted, training });
  };
  if (program.data.rows) add(data.table, program.data.rows.inputs, program.data.rows.targets);
  program.data.examples.forEach((example, number) => {
    add(example.name || page.say("example", { number: number + 1 }), example.inputs, example.targets, example.training);
  });
  return found;
};

/** Fills the place of the inputs; what it returns follows changes. */
const buildInputs = (place, page) => {
  const { state, program, data } = page;
  const controls = [...program.inputs].map((node, number) => {
    const name = program.label[node], [low, high] = data.ranges[number];
    return numberControl(page, {
      label: name, shown: nameOf(page, name), low, high,
      change: (value, gesture) => state.setInput(number, value, gesture),
      typed: (value, text) => state.noteText("inputs", number, value, text),
    });
  });
  const list = make("div", { class: "controls" }, ...controls.map(({ element }) => element));
  list.classList.toggle("long", [...program.inputs].some((node) => program.label[node].length > LONG_NAME));
  if (controls.length > MANY_INPUTS) {
    list.classList.add("scrolls");
    list.tabIndex = 0;
    list.setAttribute("role", "group");
    list.setAttribute("aria-label", page.say("inputs"));
  }
  page.sources = sourcesOf(page);
  const rows = page.sources.length ? buildRows(page) : null;
  fill(place, ...(rows ? [rows.element] : []), list);
  return (changed) => {
    if (changed.has("inputs")) controls.forEach((control, number) => control.show(state.inputs[number], state.typedText("inputs", number)));
    if (rows && (changed.has("row") || changed.has("inputs"))) rows.update();
  };
};

/** The stepper through rows. */
const buildRows = (page) => {
  const { state, sources } = page;
  let source = 0;
  const first = (number) => sources.slice(0, number).reduce((sum, { rows }) => sum + rows.length, 0);
  const go = (row) => {
    const { rows, targets } = sources[source];
    const at = (row + rows.length) % rows.length;
    const wanted = targets[at] && targets[at].map((target) => target ?? NaN);
    state.setInputs(rows[at], first(source) + at, wanted);
  };
  const here = () => {
    const inside = state.row - first(source);
    return inside >= 0 && inside < sources[source].rows.length ? inside : -1;
  };
  const choice = make("select", { "aria-label": page.say("table"), onchange: () => {
    source = choice.selectedIndex;
    go(0);
  } }, ...sources.map(({ name }) => make("option", {}, name)));
  const told = make("span", { class: "told" });
  const steps = make("span", { class: "stepper" },
    button("‹", () => go(here() < 0 ? 0 : here() - 1), { "aria-label": page.say("row_before") }),
    told,
    button("›", () => go(here() + 1), { "aria-label": page.say("row_after") }));
  const element = make("div", { class: "rows", role: "group", "aria-label": page.say("rows") },
    sources.length > 1 ? choice : make("span", { class: "told" }, sources[0].name), steps);
  return {
    element,
    update() {
      if (state.row >= 0) {
        source = sources.findIndex((_, number) => state.row < first(number + 1));
        choice.selectedIndex = source;
      }
      const rows = sources[source].rows.length;
      steps.hidden = rows === 1 && here() === 0;
      setText(told, here() < 0 ? page.say("no_row", { rows }) : page.say("row_of", { row: here() + 1, rows }));
    },
  };
};
