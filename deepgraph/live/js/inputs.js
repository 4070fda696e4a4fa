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
    if (rows && ["row", "inputs", "values", "mode"].some((part) => changed.has(part))) rows.update();
  };
};

/** The stepper through rows: buttons that keep their places, and a field for the number of the row. */
const buildRows = (page) => {
  const { state, sources, say } = page;
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
  const choice = make("select", { "aria-label": say("table"), onchange: () => {
    source = choice.selectedIndex;
    go(0);
  } }, ...sources.map(({ name }) => make("option", {}, name)));
  const field = make("input", { type: "text", autocomplete: "off", size: 4, onchange: () => {
    const row = Math.round(readNumber(field.value) ?? NaN), { rows } = sources[source];
    if (!Number.isNaN(row)) go(Math.min(Math.max(row, 1), rows.length) - 1);
    show();
  } });
  const texts = [make("span", {}), make("span", {})], told = make("p", { class: "told" });
  const steps = make("span", { class: "stepper" },
    button("‹", () => go(here() < 0 ? 0 : here() - 1), { "aria-label": say("row_before") }),
    make("label", { class: "told" }, texts[0], field, texts[1]),
    button("›", () => go(here() + 1), { "aria-label": say("row_after") }));
  const next = button(say("next_wrong"), () => {
    const wrong = wrongRow(page, sources[source], here());
    if (wrong < 0) setText(told, say("all_right"));
    else go(wrong);
  });
  const show = () => {
    const row = here(), { rows, targets } = sources[source];
    const isTold = page.program.data.classes && state.mode !== "quiz";
    const wanted = isTold ? wantedClass(page, targets[Math.max(row, 0)]) : "";
    field.value = row < 0 ? "" : String(row + 1);
    say("row_of", { row: "|", rows: rows.length }).split("|").forEach((text, at) => setText(texts[at], text));
    next.hidden = !wanted || rows.length < 2;
    setText(told, row < 0 ? say("no_row") : !wanted ? ""
      : `${wanted === givenClass(page, state.trace.a) ? "✓" : "✗"} ${say("wanted", { name: wanted })}`);
    told.hidden = !told.textContent;
  };
  const element = make("div", { class: "rows", role: "group", "aria-label": say("rows") },
    sources.length > 1 ? choice : make("span", { class: "told" }, sources[0].name), steps, told, next);
  return {
    element,
    update() {
      if (state.row >= 0) {
        source = sources.findIndex((_, number) => state.row < first(number + 1));
        choice.selectedIndex = source;
      }
      steps.hidden = sources[source].rows.length === 1 && here() === 0;
      show();
    },
  };
};

/** The name of the class that the targets of a row want; empty without any. */
const wantedClass = ({ program }, targets) => {
  const { classes } = program.data;
  return targets && targets.every((target) => target !== null) ? classes.names[predictedClass(program, targets)] : "";
};

/** The name of the class that the network says. */
const givenClass = ({ program }, a) =>
  program.data.classes.names[predictedClass(program, Array.from(program.outputs, (node) => a[node]))];

/** The first row behind another whose class is not the wanted one, round about; −1 if there is none. */
const wrongRow = (page, { rows, targets }, here) => {
  const { program, state } = page;
  for (let step = 1; step <= rows.length; step++) {
    const row = (here + step + rows.length) % rows.length, wanted = wantedClass(page, targets[row]);
    if (wanted && wanted !== givenClass(page, evaluate(program, state.values, Float64Array.from(rows[row])).a)) return row;
  }
  return -1;
};
