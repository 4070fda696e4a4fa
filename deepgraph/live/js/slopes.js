// The mode slopes: targets, the loss, and the derivative of the loss by every number.

PANELS.push({
  name: "slopes",
  mode: "slopes",
  build(place, page) {
    const { state, program, say } = page;
    const targets = buildTargets(page);
    const told = make("p", { class: "loss", "aria-live": "polite" }), list = make("ol", { class: "ranked" });
    const head = make("h2", {}, say("steepest"));
    fill(place, targets.element, told, head, list);
    return (changed) => {
      targets.update(changed);
      const { slopes } = state;
      head.hidden = list.hidden = !slopes;
      setText(told, slopes ? say("loss_is", { loss: page.figure(slopes.loss) }) : say("give_targets"));
      if (slopes) fill(list, ...steepest(page, slopes));
    };
  },
});

/** The parameters whose change would move the loss most, each a button that chooses it. */
const steepest = (page, slopes) => {
  const { program } = page;
  const order = [...slopes.values.keys()].filter((number) => slopes.values[number] !== 0);
  order.sort((one, other) => Math.abs(slopes.values[other]) - Math.abs(slopes.values[one]));
  return order.slice(0, 5).map((number) => {
    const edge = program.parameter.indexOf(number);
    const place = edge >= 0 ? edge : program.source.findIndex((source) => program.biasParameter[source] === number);
    const name = parameterName(program, number);
    return make("li", {}, button(nameOf(page, name), () => page.choose({ kind: "edge", number: place }), { class: "chip" }),
      ` ∂ ${page.figure(slopes.values[number])}`);
  });
};

/** True if a loss can compare the outputs: cross-entropy reads probabilities, "output" is one. */
const isUsable = (program, name) => {
  if (name === "output") return program.outputs.length === 1;
  const { activations } = program.data.losses[name];
  const allowed = Object.keys(activations);
  return !allowed.length || [...program.outputs].every((node) =>
    allowed.includes(program.functions[program.func[node]].name) && !(node in program.rescale));
};

/** A field for the wanted value of each output, and the choice of the loss. */
const buildTargets = (page) => {
  const { state, program, say } = page;
  const controls = [...program.outputs].map((node, output) => {
    const id = newId();
    const field = make("input", { type: "text", id, inputmode: "decimal", size: 6, autocomplete: "off",
      onchange: () => {
        const value = field.value.trim() ? readNumber(field.value) : NaN;
        field.setAttribute("aria-invalid", String(value === null));
        if (value !== null) state.setTarget(output, value);
      } });
    return { field, element: make("span", { class: "target" }, make("label", { for: id }, nameOf(page, program.label[node])), field) };
  });
  const losses = make("select", { "aria-label": say("loss"), onchange: () => state.setLoss(losses.value) },
    ...Object.keys(program.data.losses).filter((name) => isUsable(program, name)).map((name) => make("option", { value: name }, name.replaceAll("_", " "))));
  const fields = make("span", { class: "targets", role: "group", "aria-label": say("targets") },
    make("span", { class: "told" }, say("targets")), ...controls.map(({ element }) => element));
  return {
    element: make("div", { class: "toolbar" }, fields, losses),
    update() {
      losses.value = state.loss;
      fields.hidden = state.loss === "output";
      controls.forEach(({ field }, output) => {
        const text = Number.isNaN(state.targets[output]) ? "" : numberText(state.targets[output], 17);
        if (document.activeElement !== field) field.value = text;
      });
    },
  };
};
