// The mode step: one node after the other lights up, forward, then backward.

PANELS.push({
  name: "steps",
  mode: "step",
  build(place, page) {
    const { state, say } = page;
    const told = make("p", { class: "told", "aria-live": "polite" });
    const slider = make("input", { type: "range", min: 0, step: 1, "aria-label": say("step"), class: "wide" });
    const before = button(`‹ ${say("step_before")}`, () => go(state.step - 1));
    const after = button(`${say("step_after")} ›`, () => go(state.step + 1), { class: "strong" });
    const play = button(say("play"), () => (timer ? stop() : start()));
    const targets = buildTargets(page);
    let timer = 0;
    const last = () => stepsOf(page).length - 1;
    const go = (step) => {
      state.setStep(Math.max(0, Math.min(last(), step)));
      const { node } = stepsOf(page)[state.step];
      if (node >= 0) page.choose({ kind: "node", number: node });
    };
    const stop = () => {
      clearInterval(timer);
      timer = 0;
      setText(play, say("play"));
    };
    const start = () => {
      if (state.step >= last()) go(0);
      setText(play, say("pause"));
      timer = setInterval(() => {
        if (state.step >= last() || state.mode !== "step") stop();
        else go(state.step + 1);
      }, 900);
    };
    slider.addEventListener("input", () => go(Number(slider.value)));
    fill(place, make("div", { class: "toolbar" }, before, after, play, slider), told, targets.element);
    return (changed) => {
      const steps = stepsOf(page), step = Math.min(state.step, steps.length - 1);
      slider.max = steps.length - 1;
      slider.value = step;
      before.disabled = step === 0;
      after.disabled = step === steps.length - 1;
      setText(told, stepText(page, steps, step));
      targets.update(changed);
    };
  },
});

/**
 * The steps: first the inputs, then each step of the evaluation, then of the chain rule.
 * @returns {{back: boolean, at: number, node: number, names: string[]}[]}
 */
const stepsOf = (page) => {
  const { state, program, data } = page, nodes = data.pictures[0].nodes.filter(({ number }) => number >= 0);
  const found = [{ back: false, at: 0, node: -1, names: [] }];
  const add = (key, back) => {
    const by = new Map();
    for (const node of nodes) {
      if (program.kind[node.number] === BIAS || (!back && node[key] === 0)) continue;
      if (!by.has(node[key])) by.set(node[key], []);
      by.get(node[key]).push(node.number);
    }
    for (const at of [...by.keys()].sort((one, other) => one - other)) {
      const numbers = by.get(at);
      found.push({ back, at, node: numbers[0], names: numbers.map((number) => program.label[number]) });
    }
  };
  add("step", false);
  if (state.canDerive) add("back", true);
  return found;
};

const stepText = (page, steps, step) => {
  const { say } = page, { back, names } = steps[step];
  const count = { step: step + 1, steps: steps.length };
  const what = step === 0 ? say("step_inputs") : say(back ? "step_back" : "step_node", { names: names.slice(0, 6).join(", ") });
  return `${say("step_of", count)}: ${what}`;
};
