// The mode curves: the nodes over one input, or maps of them, or of the classes, over two.

PANELS.push({
  name: "curves",
  mode: "curves",
  build: (place, page) => new CurvesPanel(place, page).listener,
  isSound({ program }, settings) {
    const isInput = (text) => isWholeFrom(text, 1, program.inputs.length);
    const shown = nodesFromOutputs(program).length + (program.data.classes ? 1 : 0);
    return areSound(settings, { x: isInput, y: isInput, of: (text) => isWholeFrom(text, 0, shown - 1) });
  },
});

const CURVE_POINTS = 101;
/** Cells on each side of a small map. */
const SMALL_CELLS = 32;
/** A panel shows the curves or maps of so many nodes at most. */
const MOST_PLOTS = 24;

class CurvesPanel {
  /** @param {HTMLElement} place @param {Page} page */
  constructor(place, page) {
    const { say, program } = page;
    this.page = page;
    const names = Array.from(program.inputs, (node) => program.label[node]);
    const keep = () => this.keep();
    this.across = choiceOf(say("over_input"), names, keep);
    this.up = choiceOf(say("and_over"), [say("one_input"), ...names], keep);
    this.nodes = nodesFromOutputs(program);
    const shown = this.nodes.map((node) => program.label[node]);
    /** 1 where the classes are the first that a map may show, else 0. */
    this.hasClasses = program.data.classes ? 1 : 0;
    this.node = choiceOf(say("map_of"), [...(this.hasClasses ? [say("map_classes")] : []), ...shown], keep);
    this.labels = [this.across, this.up, this.node].map((choice) =>
      make("label", { class: "target" }, make("span", { class: "told" }, choice.getAttribute("aria-label")), choice));
    this.labels[1].hidden = names.length < 2;
    this.caption = make("p", {});
    this.big = new LineChart({ width: 640, height: 210, numbers: true });
    this.curve = make("div", {}, this.caption, this.big.element);
    this.map = names.length > 1 ? new DecisionMap(page) : { element: make("div") };
    this.plots = { curves: new Map(), maps: new Map() };
    this.grids = { curves: make("div", { class: "plots" }), maps: make("div", { class: "plots" }) };
    const left = this.nodes.length - MOST_PLOTS;
    fill(place, make("div", { class: "toolbar" }, ...this.labels), this.curve, this.map.element, ...Object.values(this.grids),
      ...(left > 0 ? [make("p", { class: "told" }, say("more", { count: left }))] : []));
    whenThemeChanges(() => this.update(new Set(["settings"])));
    this.listener = (changed) => this.update(changed);
  }

  /** What is chosen: places of inputs, −1 for no second one; what the map shows. */
  get settings() {
    const { x = 1, y = 0, of = 0 } = this.page.state.settings.curves ?? {};
    return { across: x - 1, up: Number(x) === Number(y) ? -1 : y - 1, chosen: Number(of) };
  }

  keep() {
    const settings = { x: this.across.selectedIndex + 1, of: this.node.selectedIndex };
    if (this.up.selectedIndex) settings.y = this.up.selectedIndex;
    this.page.state.setSettings("curves", settings);
  }

  update(changed) {
    if (!["inputs", "values", "settings", "item"].some((part) => changed.has(part))) return;
    const { across, up, chosen } = this.settings, isMap = up >= 0;
    this.across.selectedIndex = across;
    this.up.selectedIndex = up + 1;
    this.node.selectedIndex = chosen;
    this.labels[2].hidden = this.map.element.hidden = this.grids.maps.hidden = !isMap;
    this.curve.hidden = this.grids.curves.hidden = isMap;
    if (!isMap) {
      this.drawCurves(across);
      return;
    }
    const node = this.hasClasses && !chosen ? -1 : this.nodes[chosen - this.hasClasses];
    this.map.show(across, up, node);
    this.drawMaps(across, up, node);
  }

  // --- curves -----------------------------------------------------------------------------

  drawCurves(input) {
    const { page } = this, { state, program, data } = page;
    const { x, a } = curvesOver(program, state.values, state.inputs, input, data.ranges[input], CURVE_POINTS);
    const { item } = state, isNode = item && item.kind === "node" && this.nodes.includes(item.number);
    const first = isNode ? item.number : this.nodes[0];
    const curveOf = (node) => a.subarray(node * CURVE_POINTS, (node + 1) * CURVE_POINTS);
    this.showCurve(this.big, first, input, x, curveOf(first));
    fill(this.caption, nameOf(page, program.label[first]), ` = ${page.figure(state.trace.a[first])}`);
    for (const node of this.nodes.slice(0, MOST_PLOTS)) {
      const chart = this.plot("curves", node, () => new LineChart({ width: 132, height: 74, numbers: false }));
      chart.button.setAttribute("aria-pressed", String(node === first));
      this.showCurve(chart.inner, node, input, x, curveOf(node));
    }
  }

  showCurve(chart, node, input, xs, ys) {
    const { page } = this, { state, program, data, say, figure } = page;
    const [from, to] = data.ranges[input], [low, high] = extent([...ys, state.trace.a[node]]);
    const value = state.trace.a[node], over = program.label[program.inputs[input]];
    const ends = { from: figure(from), to: figure(to), low: figure(low), high: figure(high) };
    const said = { name: program.label[node], input: over, value: figure(value), ...ends };
    chart.show(xs, ys, {
      x: [from, to], y: [low, high], now: [state.inputs[input], value], label: say("curve_says", said),
      texts: { ...ends, low: high > low ? ends.low : "", from: `${over} = ${ends.from}` },
    });
  }

  // --- maps -------------------------------------------------------------------------------

  /** A small map of each node, as a button that shows it large. */
  drawMaps(across, up, chosen) {
    const { page } = this, { state, program, data } = page, nodes = this.nodes.slice(0, MOST_PLOTS);
    const [axis, other] = [across, up].map((input) => ({ input, range: data.ranges[input] }));
    const maps = mapOver(program, state.values, state.inputs, axis, other, nodes, SMALL_CELLS);
    nodes.forEach((node, at) => {
      const canvas = () => make("canvas", { width: SMALL_CELLS, height: SMALL_CELLS, "aria-hidden": "true" });
      const plot = this.plot("maps", node, () => ({ element: canvas() }));
      plot.button.setAttribute("aria-pressed", String(node === chosen));
      paintMap(plot.inner.element, colorsOfNode(program, node, maps[at]));
    });
  }

  /** A small plot of a node, made when it is first shown: a button that chooses its node. */
  plot(kind, node, build) {
    const { page } = this, known = this.plots[kind];
    if (!known.has(node)) {
      const inner = build();
      const choose = () => {
        this.node.selectedIndex = this.nodes.indexOf(node) + this.hasClasses;
        this.keep();
        page.choose({ kind: "node", number: node });
      };
      const made = button("", choose, { class: "plot" });
      made.append(nameOf(page, page.program.label[node]), inner.element);
      this.grids[kind].append(made);
      known.set(node, { inner, button: made });
    }
    return known.get(node);
  }
}

/** The nodes that compute, the outputs first, the others in the order of evaluation. */
const nodesFromOutputs = (program) => {
  const steps = Array.from(program.steps).filter((step) => step < program.count && program.kind[step] >= HIDDEN);
  return [...program.outputs, ...steps.filter((node) => program.kind[node] !== OUTPUT)];
};
