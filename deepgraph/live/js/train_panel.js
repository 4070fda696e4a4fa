// The mode train: gradient descent on the rows of the page, with its loss curve.

PANELS.push({
  name: "training",
  mode: "train",
  build: (place, page) => new TrainingPanel(place, page).listener,
  isSound: (page, settings) => areSound(settings, {
    rate: isRate,
    rows: (text) => isWholeFrom(text, 1, trainingTables(page).length + 1),
    steps: (text) => stepsAtOnce(page).includes(text),
  }),
});

/** True if a text is a learning rate: a number above 0. */
const isRate = (/** @type {string} */ text) => readNumber(text) > 0; // null is not

/** The tables of the page, and examples, that have targets. */
const trainingTables = (/** @type {Page} */ page) =>
  (page.sources ?? []).filter(({ targets }) => targets.some((row) => row));

/** How many steps may be taken at once: as many as an example has, too. */
const stepsAtOnce = (/** @type {Page} */ page) => {
  const others = trainingTables(page).map(({ training }) => training?.steps ?? 1);
  return [...new Set([1, 10, 100, ...others])].sort((one, other) => one - other).map(String);
};
/** Milliseconds of a frame that a run may take. */
const FRAME_SHARE = 12;
/** A longer loss curve is drawn through so many of its points. */
const CHART_POINTS = 400;
/** Moments to which undo can lead a training back. */
const MOST_MARKS = 200;

class TrainingPanel {
  /** @param {HTMLElement} place @param {Page} page */
  constructor(place, page) {
    this.page = page;
    page.state.halt = () => this.stop();
    /** @type {Training | null} */
    this.training = null;
    /** Values and losses at the ends of runs, for undo. */
    this.marks = [];
    this.runs = 0;
    this.frame = 0;
    /** The learning rate to begin with, where neither an example nor a person gives one. */
    this.tried = { rate: RATES[0], steps: 0 };
    this.targets = buildTargets(page);
    this.build(place);
    this.listener = (changed) => this.update(changed);
  }

  /** Makes the controls. */
  build(place) {
    const { say } = this.page;
    this.tables = trainingTables(this.page);
    const names = [...this.tables.map(({ name }) => name), say("this_row")];
    this.table = choiceOf(say("learn_from"), names, () => this.adopt());
    this.counts = stepsAtOnce(this.page);
    this.atOnce = choiceOf(say("steps_at_once"), this.counts, () => this.keep());
    this.rate = make("input", { type: "text", autocomplete: "off", size: 6,
      "aria-label": say("rate"), onchange: () => this.keep() });
    this.wrong = make("p", { class: "wrong", role: "alert", hidden: true });
    this.step = button(say("train_step"), () => this.take());
    this.run = button(say("train_run"), () => (this.frame ? this.stop() : this.start()), { class: "strong" });
    this.rewind = button(say("rewind"), () => this.goBack());
    this.isLog = make("input", { type: "checkbox", id: newId(), onchange: () => this.draw() });
    this.how = make("p", { class: "told" });
    this.told = make("p", { class: "loss" });
    this.trouble = make("p", { class: "warning", role: "alert", hidden: true });
    this.chart = new LineChart({ width: 640, height: 170, numbers: true });
    const labelled = (text, field) => make("label", { class: "target" }, make("span", { class: "told" }, text), field);
    fill(place,
      make("div", { class: "toolbar" }, this.step, this.run, this.rewind,
        labelled(say("rate"), this.rate), labelled(say("steps_at_once"), this.atOnce)),
      this.wrong, this.trouble, this.told,
      make("div", { class: "toolbar" }, labelled(say("learn_from"), this.table), this.how), this.targets.element,
      this.chart.element,
      make("label", { class: "told switch", for: this.isLog.id }, this.isLog, ` ${say("log_axis")}`));
  }

  // --- what is learned --------------------------------------------------------------------

  get settings() {
    const { rate, rows = 1, steps } = this.page.state.settings.training ?? {};
    const usual = { rate: this.tried.rate, steps: 1, ...PLAIN, ...this.tables[rows - 1]?.training };
    const atOnce = this.counts.indexOf(steps ?? String(usual.steps));
    return { rate: rate ?? usual.rate, rows: Number(rows) - 1, atOnce, method: usual };
  }

  /** Another table was chosen: its example may say how its steps are taken. */
  adopt() {
    this.tellRate("");
    this.page.state.setSettings("training", { rows: this.table.selectedIndex + 1 });
  }

  /** Keeps the settings in the state, and with it in the URL. */
  keep() {
    const { settings, page } = this, text = this.rate.value, isSound = isRate(text);
    this.tellRate(isSound ? "" : readNumber(text) === null ? wrongNumber(page, text) : page.say("rate_positive"));
    this.page.state.setSettings("training", {
      rate: isSound ? plainNumber(this.rate.value) : settings.rate,
      rows: this.table.selectedIndex + 1,
      steps: this.counts[this.atOnce.selectedIndex],
    });
  }

  /** Says what is wrong with the learning rate as it stands in its field, without which no step is taken. */
  tellRate(text) {
    this.rate.setAttribute("aria-invalid", String(Boolean(text)));
    this.wrong.hidden = !text;
    setText(this.wrong, text);
    if (text) this.stop();
    this.draw();
  }

  /** Rows and goal of the chosen table, or of the inputs as they stand; null without targets. */
  get data() {
    const { state, program } = this.page, chosen = this.tables[this.settings.rows];
    const rows = chosen ? chosen.rows : [Array.from(state.inputs)];
    const given = (chosen ? chosen.targets : [Array.from(state.targets, (t) => (Number.isNaN(t) ? null : t))]);
    const used = rows.map((_, row) => row).filter((row) => given[row] && given[row].some((t) => t !== null));
    const { outputs: compared } = program.data.losses[state.loss];
    const outputs = [...program.outputs.keys()].filter((output) =>
      program.outputs[output] in compared && used.every((row) => given[row][output] !== null));
    if (!used.length || !outputs.length) return null;
    const columns = [...program.inputs.keys()].map((input) => used.map((row) => rows[row][input]));
    const targets = Object.fromEntries(
      outputs.map((output) => [program.outputs[output], used.map((row) => given[row][output])]));
    return { ...trainingData({ inputs: columns, targets }, state.loss), method: this.settings.method };
  }

  /** A training from the values as they are now. */
  prepare(data = this.data) {
    const { state, program, say } = this.page;
    // The value of a node has no smallest one.
    this.reason = program.data.losses[state.loss].of >= 0 ? say("no_minimum")
      : data ? targetTrouble(this.page, data.goal) : say("no_targets");
    this.stop();
    this.marks = [];
    if (!this.reason && !isSameData(data, this.known)) this.tried = triedRate(program, state.start.values, data);
    this.known = data;
    this.training = this.reason ? null : new Training(program, state.values, data.rows, data.goal, data.method);
    if (this.training) this.mark();
  }

  // --- steps ------------------------------------------------------------------------------

  get count() {
    return Number(this.counts[this.settings.atOnce]);
  }

  /** Takes steps, and lets the page follow. */
  advance(count, gesture) {
    const { training, page } = this;
    training.step(readNumber(this.settings.rate), count);
    if (!isSame(training.values, page.state.values)) page.state.setParameters(training.values, gesture);
  }

  /** The button Step. */
  take() {
    this.page.state.flush(); // what was typed in this frame counts
    if (!this.training) return;
    this.runs += 1;
    this.advance(this.count, `training ${this.runs}`);
    this.finish();
  }

  /** Runs frame by frame; one run is undone at once. */
  start() {
    this.page.state.flush();
    if (!this.training) return;
    this.runs += 1;
    setText(this.run, this.page.say("train_stop"));
    const next = () => {
      const { training, page: { state } } = this;
      if (state.mode !== "train" || !isSame(training.values, state.values)) return this.stop(); // or moved by hand
      const end = performance.now() + FRAME_SHARE;
      for (let left = this.count; left > 0 && performance.now() < end; left--) {
        if (!training.step(readNumber(this.settings.rate)) || training.isStill) break;
      }
      this.advance(0, `training ${this.runs}`);
      if (training.trouble || training.isStill) return this.stop();
      this.frame = requestAnimationFrame(next);
      return undefined;
    };
    this.frame = requestAnimationFrame(next);
  }

  stop() {
    if (!this.frame) return;
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    setText(this.run, this.page.say("train_run"));
    this.finish();
  }

  /** After a step or a run: it can be undone, and is said. */
  finish() {
    this.page.state.endGesture();
    if (this.training) this.mark();
    this.draw();
    this.page.announce(this.told.textContent);
  }

  goBack() {
    this.stop();
    this.page.state.flush();
    if (!this.training) return;
    this.training.rewind();
    this.advance(0, "");
    this.finish();
  }

  mark() {
    const { values, losses, velocity } = this.training;
    this.marks.push({ values, losses: [...losses], velocity });
    if (this.marks.length > MOST_MARKS) this.marks.shift();
  }

  // --- what is seen -----------------------------------------------------------------------

  update(changed) {
    const { state } = this.page, { settings } = this;
    const hasOwn = settings.rows < this.tables.length; // targets, in the table
    this.targets.update(changed, hasOwn ? "" : undefined);
    this.targets.fields.hidden ||= hasOwn;
    this.table.selectedIndex = settings.rows;
    this.atOnce.selectedIndex = settings.atOnce;
    const mayDiffer = ["targets", "inputs", "settings", "mode"].some((part) => changed.has(part));
    const data = mayDiffer ? this.data : this.known;
    if (!isSameData(data, this.known)) this.prepare(data);
    else if (this.training && !isSame(state.values, this.training.values)) this.follow();
    const { rate } = this.settings;
    if (this.wrong.hidden && document.activeElement !== this.rate) this.rate.value = rate;
    const own = this.tables[settings.rows]?.training ? this.howText(settings.method) : "";
    setText(this.how, [own, rate === this.tried.rate && this.triedText()].filter(Boolean).join("; "));
    this.draw();
  }

  /** Why the learning rate does not begin with the usual one. */
  triedText() {
    const { rate, steps } = this.tried, larger = RATES.slice(0, RATES.indexOf(rate)).join(", ");
    return larger && this.training ? this.page.say("rate_tried", { rate, steps, larger }) : "";
  }

  /** What the example says of its steps beside their size. */
  howText({ momentum, decay, frozen, declined }) {
    const { say, program } = this.page, names = frozen.map((number) => parameterName(program, number)).join(", ");
    return [
      momentum && say("momentum", { value: momentum }), decay && say("weight_decay", { value: decay }),
      names && say("kept", { names }), declined && say("declined", { what: declined }),
    ].filter(Boolean).join(", ");
  }

  /** Values were changed by undo, or by hand: a moment of this training, or the start of another. */
  follow() {
    const { values } = this.page.state;
    const mark = this.marks.find((one) => isSame(one.values, values));
    if (!mark) this.prepare();
    else {
      this.stop();
      this.training.resume(mark.values, mark.losses, mark.velocity);
    }
  }

  draw() {
    const { training } = this, { say, figure } = this.page;
    const trouble = training ? this.troubleText() : "";
    this.trouble.hidden = !trouble;
    setText(this.trouble, trouble);
    this.step.disabled = this.run.disabled = !training || !this.wrong.hidden || (training.trouble !== null && training.steps === 0);
    this.rewind.disabled = !training || (training.steps === 0 && !training.trouble);
    this.chart.element.toggleAttribute("hidden", !training);
    if (!training) {
      setText(this.told, this.reason);
      return;
    }
    const said = { step: training.steps, loss: figure(training.loss), first: figure(training.losses[0]) };
    const right = this.page.program.data.classes ? this.rightText() : "";
    const still = training.gradient.values.every((slope) => slope === 0) ? "loss_flat" : training.isStill && "loss_still";
    const grew = training.loss > training.losses[0] ? say("loss_grew") : still ? "." : "";
    setText(this.told, [say("train_told", said), right].filter(Boolean).join("; ") + grew + (still ? say(still) : ""));
    this.drawCurve(say("loss_curve", { ...said, steps: training.steps }));
  }

  drawCurve(label) {
    const { losses } = this.training, { figure } = this.page;
    const stride = Math.max(1, Math.ceil(losses.length / CHART_POINTS));
    const at = [...losses.keys()].filter((step) => step % stride === 0 || step === losses.length - 1);
    const isLog = this.isLog.checked && losses.every((loss) => loss > 0);
    const y = at.map((step) => (isLog ? Math.log10(losses[step]) : losses[step]));
    const [least, most] = extent(y), low = isLog ? least : Math.min(0, least);
    const shown = (value) => figure(isLog ? 10 ** value : value);
    const last = losses.length - 1;
    this.chart.show(at, y, {
      label, x: [0, Math.max(last, 1)], y: [low, most], now: [last, y[y.length - 1]],
      texts: { high: shown(most), low: most > low ? shown(low) : "", from: "0", to: String(Math.max(last, 1)) },
    });
  }

  /** How many rows get the class that they want. */
  rightText() {
    const { training } = this, { program, say } = this.page, { goal, trace } = training;
    if (goal.nodes.length !== program.outputs.length || training.trouble) return "";
    let right = 0;
    for (let row = 0; row < trace.rows; row++) {
      const wanted = Array.from(goal.nodes, (_, place) => goal.targets[place * trace.rows + row]);
      const found = Array.from(goal.nodes, (node) => trace.a[node * trace.rows + row]);
      right += predictedClass(program, wanted) === predictedClass(program, found);
    }
    return say("rows_right", { right, rows: trace.rows });
  }

  /** The words for a divergence. */
  troubleText() {
    const { trouble } = this.training, { say, program } = this.page;
    if (!trouble) return "";
    const { what, node, row, parameter, step, value } = trouble;
    const name = what === "parameter" ? parameterName(program, parameter) : program.label[node];
    const said = { what: say(`what_${what}`, { name, row: row + 1 }), step, value: numberText(value) };
    return say(step ? "diverged" : "bad_start", said);
  }
}

/** A list to choose from. */
const choiceOf = (label, names, change) =>
  make("select", { "aria-label": label, onchange: change }, ...names.map((name) => make("option", {}, name)));

/** True if two trainings learn the same; `undefined` is none that is known. */
const isSameData = (one, other) => {
  if (!one || !other) return one === other;
  const { rows, goal, method } = one, { momentum, decay, frozen } = other.method;
  return method.momentum === momentum && method.decay === decay && isSame(method.frozen, frozen) && goal.loss === other.goal.loss && isSame(goal.nodes, other.goal.nodes) &&
    isSame(goal.targets, other.goal.targets) && isSame(rows.inputs, other.rows.inputs);
};
