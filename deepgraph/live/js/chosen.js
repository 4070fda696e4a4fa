// What is chosen: a list of all that can be, and the numbers of one to change.

/** A weight that is smaller than this is meant to be small. */
const USUAL_WEIGHT = 1e-3;

/** A slider for a weight goes at least so far: further than small weights, to change what comes out. */
const LEAST_RANGE = 5;

/** The range of a slider for a parameter: wide enough for its value, and even around 0. */
const rangeAround = (/** @type {number} */ value) => {
  const own = Math.min(Math.abs(value), 1e307) * 2;
  const size = own && own < USUAL_WEIGHT ? Math.max(own, LEAST_STEP * 1e6) : Math.max(own, LEAST_RANGE);
  const power = 10 ** Math.floor(Math.log10(size));
  const most = ([1, 2, 5, 10].find((factor) => factor * power >= size) ?? 10) * power;
  return [-most, most];
};

const itemKey = (/** @type {Item} */ { kind, number }) => `${kind === "node" ? "n" : "e"}${number}`;

/** Fills the place of what is chosen; what it returns follows changes. */
const buildChosen = (place, page) => {
  const { state, program, say } = page;
  const list = listOfItems(page);
  const title = make("p", { class: "told" }), near = make("div", { class: "near" });
  const editors = make("div", { class: "controls" });
  let shown = null, controls = [];
  page.edit = () => {
    state.flush(); // a quick hand is here before the frame in which the numbers come
    const field = controls[0] ? controls[0].control.field : list;
    field.focus();
    if (field !== list) field.select();
  };
  place.addEventListener("keydown", (event) => {
    if (event.key === "Escape") page.diagram.focusChosen();
  });

  const editorOf = (number) => {
    const name = parameterName(program, number);
    const [low, high] = rangeAround(state.start.values[number]);
    const control = numberControl(page, {
      label: name, shown: nameOf(page, name), low, high, step: niceStep(high - low, 1000),
      change: (value, gesture) => state.setParameter(number, value, gesture),
      typed: (value, text) => state.noteText("parameters", number, value, text),
    });
    const back = button(say("as_file", { value: fileText(page, number) }), () => {
      state.setParameter(number, state.start.values[number]);
    }, { class: "quiet" });
    control.element.append(back);
    return { number, name, control, back };
  };

  return (changed) => {
    const { item } = state, key = item ? itemKey(item) : "";
    if (key !== shown) {
      shown = key;
      list.value = key;
      controls = item ? [...new Set(parametersOf(program, item))].map(editorOf) : [];
      editors.classList.toggle("long", controls.some(({ name }) => name.length > LONG_NAME));
      fill(editors, ...controls.map(({ control }) => control.element));
    }
    if (changed.has("item")) showNear(page, near);
    setText(title, item ? chosenTitle(page, item, controls.length) : say("choose_hint"));
    for (const { number, control, back } of controls) {
      back.hidden = Object.is(state.values[number], state.start.values[number]);
      const text = fileText(page, number); // for a decimal of hundreds of digits this is a fraction that nobody can read
      control.show(state.values[number],
        state.typedText("parameters", number) ?? (back.hidden && text.length < 25 ? text : undefined));
    }
    if (!place.firstChild) fill(place, list, title, near, editors);
  };
};

/** The number of the file, as it is written there. */
const fileText = (page, number) =>
  page.program.data.parameters.text[number] ?? numberText(page.state.start.values[number], 17);

/** What is chosen, in words: where an edge leads, how many places share its number. */
const chosenTitle = (page, item, editors) => {
  const { program, say } = page;
  if (item.kind === "node") {
    const kind = ["input", "bias", "hidden", "output"][program.kind[item.number]];
    return `${program.label[item.number]}: ${say(`kind_${kind}`)}`;
  }
  const [source, target] = [program.source, program.target].map((ends) => program.label[ends[item.number]]);
  const parts = [say("from_to", { source, target })];
  if (!editors) parts.push(say("is_wire"));
  const parameter = parametersOf(program, item)[0];
  const places = parameter === undefined ? 0 : placesOf(program, parameter);
  if (places > 1) parts.push(say("shared_by", { places }));
  return parts.join("; ");
};

/** How many edges carry a parameter, as their weight or as their bias. */
const placesOf = (program, parameter) => {
  let places = 0;
  program.parameter.forEach((number, edge) => {
    if (number === parameter || program.biasParameter[program.source[edge]] === parameter) places++;
  });
  return places;
};

/** A list of all that can be chosen, for those who would rather read than aim. */
const listOfItems = (page) => {
  const { program, say } = page, groups = { weights: [], biases: [], nodes: [] };
  program.source.forEach((source, edge) => {
    const item = { kind: "edge", number: edge }, isBias = program.kind[source] === BIAS;
    const [from, to] = [source, program.target[edge]].map((node) => program.label[node]);
    const name = itemName(program, item), ends = `${from} → ${to}`;
    groups[isBias ? "biases" : "weights"].push([itemKey(item), name.includes("→") ? ends : `${name} (${ends})`]);
  });
  program.label.forEach((label, node) => {
    if (program.kind[node] !== BIAS) groups.nodes.push([`n${node}`, label]);
  });
  const list = make("select", { "aria-label": say("choose"), onchange: () => {
    const { value } = list;
    page.choose(value ? { kind: value[0] === "n" ? "node" : "edge", number: Number(value.slice(1)) } : null);
  } }, make("option", { value: "" }, say("nothing_chosen")));
  for (const [name, options] of Object.entries(groups)) {
    if (!options.length) continue;
    list.append(make("optgroup", { label: say(name) },
      ...options.map(([value, text]) => make("option", { value }, text))));
  }
  return list;
};

/** What else lies where a finger tapped. */
const showNear = (page, place) => {
  const { near = [], state, program, say } = page;
  const others = near.filter((item) => state.item && itemKey(item) !== itemKey(state.item)).slice(0, 4);
  place.hidden = !others.length;
  fill(place, make("span", { class: "told" }, say("also_here")),
    ...others.map((item) => button(nameOf(page, itemName(program, item)), () => page.choose(item, near), { class: "chip" })));
};
