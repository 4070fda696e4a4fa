// The mode slopes: targets, the loss, and the derivative of the loss by every number.

PANELS.push({
  name: "slopes",
  mode: "slopes",
  build(place, page) {
    const { state, program, say } = page;
    const targets = buildTargets(page);
    const told = make("p", { class: "loss", "aria-live": "polite" }), list = make("ol", { class: "ranked" });
    const head = make("h2", {}, say("steepest"));
    fill(place, told, head, list, targets.element);
    return (changed) => {
      targets.update(changed);
      const { slopes } = state, items = slopes ? steepest(page, slopes) : [];
      head.hidden = list.hidden = !items.length;
      fill(list, ...items);
      if (slopes) setText(told, say("loss_is", { loss: page.figure(slopes.loss) }) + say(lossSaid(slopes)));
      else hintTargets(page, told);
    };
  },
});

/** Asks for a target where there is none; of one that is wrong its field tells. */
const hintTargets = (page, place) =>
  setText(place, page.state.slopes || targetTrouble(page, page.state.goal) ? "" : page.say("give_targets"));

/** The key of the words for derivatives that say nothing, or of those for others. */
const lossSaid = ({ loss, values }) =>
  ![loss, ...values].every(Number.isFinite) ? "loss_lost" : values.some((slope) => slope) ? "loss_drawn" : "loss_flat";

/** The parameters whose change would move the loss most, each a button that chooses it. */
const steepest = (page, slopes) => {
  const { program } = page;
  const order = [...slopes.values.keys()].filter((number) => Math.abs(slopes.values[number]) > 0); // NaN is not
  order.sort((one, other) => Math.abs(slopes.values[other]) - Math.abs(slopes.values[one]));
  return order.slice(0, 5).map((number) => {
    const edge = program.parameter.indexOf(number);
    const place = edge >= 0 ? edge : program.source.findIndex((source) => program.biasParameter[source] === number);
    const name = parameterName(program, number);
    return make("li", {}, button(nameOf(page, name), () => page.choose({ kind: "edge", number: place }), { class: "chip" }),
      ` ∂ ${page.figure(slopes.values[number])}`);
  });
};

/** Why a loss cannot take a target, in words; empty if it can take all of them. */
const targetTrouble = ({ program, say }, /** @type {Goal} */ goal) => {
  const found = badTarget(program, goal);
  if (!found) return "";
  const { outputs, among } = program.data.losses[goal.loss];
  const [low, high] = outputs[found.node].map((end) => numberText(end ?? NaN));
  return say(among ? "wrong_target" : "wrong_range", {
    loss: goal.loss.replaceAll("_", " "), name: program.label[found.node], low, high,
    known: among?.map((target) => numberText(target)).join(", "), target: numberText(found.target, 17),
  });
};

/** A field for the wanted value of each output, and the choice of the loss. */
const buildTargets = (page) => {
  const { state, program, say } = page;
  const wrong = make("p", { class: "wrong", role: "alert", hidden: true });
  const tell = (text) => {
    wrong.hidden = !text;
    setText(wrong, text);
  };
  const controls = [...program.outputs].map((node, output) => {
    const id = newId();
    const field = make("input", { type: "text", id, size: 6, autocomplete: "off",
      onchange: () => {
        const value = field.value.trim() ? readNumber(field.value) : NaN;
        field.setAttribute("aria-invalid", String(value === null));
        tell(value === null ? wrongNumber(page, field.value) : "");
        if (value === null) return;
        if (field.value.trim()) state.noteText("targets", output, value, plainNumber(field.value));
        state.setTarget(output, value);
      } });
    const element = make("span", { class: "target" }, make("label", { for: id }, nameOf(page, program.label[node])), field);
    return { node, field, element };
  });
  const losses = make("select", { "aria-label": say("loss"), onchange: () => state.setLoss(losses.value) },
    ...Object.entries(program.data.losses).map(([name, { of }]) =>
      make("option", { value: name }, of >= 0 ? `output ${program.label[of]}` : name.replaceAll("_", " "))));
  const fields = make("span", { class: "targets", role: "group", "aria-label": say("targets") },
    make("span", { class: "told" }, say("targets")), ...controls.map(({ element }) => element));
  return {
    element: make("div", { class: "toolbar" }, fields, losses, wrong),
    fields,
    /** @param {Set<Part>} changed @param {string} [trouble] why what is compared cannot be, in words */
    update(changed, trouble = targetTrouble(page, state.goal)) {
      losses.value = state.loss;
      fields.hidden = program.data.losses[state.loss].of >= 0;
      if (["targets", "settings", "mode"].some((part) => changed.has(part))) tell(trouble);
      controls.forEach(({ node, field, element }, output) => {
        const text = Number.isNaN(state.targets[output]) ? "" : state.typedText("targets", output) ?? numberText(state.targets[output], 17);
        element.hidden = !(node in program.data.losses[state.loss].outputs);
        if (document.activeElement !== field) field.value = text;
      });
    },
  };
};
