// The mode step: one node after the other lights up, forward, then backward.

PANELS.push({
  name: "steps",
  mode: "step",
  build(place, page) {
    const { state, say } = page;
    const told = make("p", { class: "sentence", "aria-live": "polite" });
    const slider = make("input", { type: "range", min: 0, step: 1, "aria-label": say("step"), class: "wide" });
    const before = button(`‹ ${say("step_before")}`, () => go(stepNow(page) - 1));
    const after = button(`${say("step_after")} ›`, () => go(stepNow(page) + 1), { class: "strong" });
    const play = button(say("play"), () => (timer ? stop() : start()));
    const targets = buildTargets(page), hint = make("p", { class: "told" });
    let timer = 0;
    const last = () => stepsOf(page).length - 1;
    const go = (step) => {
      state.setStep(Math.max(0, Math.min(last(), step)));
      const [node] = stepsOf(page)[state.step].nodes;
      page.choose(node === undefined ? null : { kind: "node", number: node });
    };
    const stop = () => {
      clearInterval(timer);
      timer = 0;
      setText(play, say("play"));
    };
    const start = () => {
      if (stepNow(page) === last()) go(0);
      setText(play, say("pause"));
      timer = setInterval(() => {
        if (stepNow(page) === last() || state.mode !== "step") stop();
        else go(stepNow(page) + 1);
      }, 900);
    };
    slider.addEventListener("input", () => go(Number(slider.value)));
    fill(place, make("div", { class: "toolbar" }, before, after, play, slider), told, targets.element, hint);
    return (changed) => {
      const steps = stepsOf(page), step = stepNow(page);
      slider.max = steps.length - 1;
      slider.value = step;
      before.disabled = step === 0;
      after.disabled = step === steps.length - 1;
      fill(told, `${say("step_of", { step: step + 1, steps: steps.length })}: `, ...setRuns(steps[step].sentenceRuns));
      targets.update(changed);
      hintTargets(page, hint);
    };
  },
});

/**
 * The steps of the worked arithmetic, each with the nodes whose values or derivatives it knows.
 * @returns {{nodes: number[], sentenceRuns: [string, number][], said: () => Said,
 *   known: Set<number> | null, derived: Set<number> | null}[]}
 */
const stepsOf = (page) => {
  const { state } = page, { slopes, trace } = state;
  if (page.steps && page.steps.trace === trace && page.steps.slopes === slopes) return page.steps.list;
  const list = explainSteps(page.program, state.values, trace, arithmeticOptions(page, true));
  let known = new Set(), derived = null;
  const [first] = list, back = list.findIndex(({ phase }) => phase !== first.phase);
  list.forEach((step, at) => {
    if (back >= 0 && at >= back) {
      known = null;
      derived = new Set([...(derived ?? []), ...(at > back ? step.nodes : [])]);
    } else known = new Set([...known, ...step.nodes]);
    Object.assign(step, { known, derived });
  });
  page.steps = { trace, slopes, list };
  return list;
};

/** The number of the step that is seen: fewer steps may be left than the state says. */
const stepNow = (page) => Math.min(page.state.step, stepsOf(page).length - 1);
