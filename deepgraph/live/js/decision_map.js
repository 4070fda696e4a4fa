// A map of one node or of the classes over two inputs, with the rows of the page.

/** Cells on each side of a map. */
const MAP_CELLS = 100;
/** Rows of a table that are marked in a map. */
const MOST_POINTS = 300;
/** Parts of the scale of colours. */
const SCALE_PARTS = 60;

/** The value without colour: the threshold of the one output, 0, or the lowest. */
const middleOfMap = (program, node, [low, high]) => {
  const { classes } = program.data, isOutput = program.kind[node] === OUTPUT;
  const middle = classes && classes.threshold !== null && isOutput ? classes.threshold : 0;
  return low < middle && middle < high ? middle : low;
};

/** The colours of the values of a node. */
const colorsOfNode = (program, node, values, range = extent(values)) => {
  const middle = middleOfMap(program, node, range);
  return twoColors(values, middle, Math.max(range[1] - middle, middle - range[0]));
};

/** The target from which on a row is marked as full. */
const thresholdOf = (classes) => classes?.threshold ?? 0.5;

/** True if a map says nothing of what a row wants: no targets, or several that are no classes. */
const wantsNothing = (targets, classes) => (targets?.[0] ?? null) === null || (targets.length > 1 && !classes);

/** The colour of the rows that want a class. */
const classColor = (/** @type {number} */ at) => `rgb(${CLASS_COLORS[at % CLASS_COLORS.length]})`;

/** A map over two inputs, with the rows of the page and the point where the inputs are. */
class DecisionMap {
  /** @param {Page} page */
  constructor(page) {
    this.page = page;
    this.canvas = make("canvas", { width: MAP_CELLS, height: MAP_CELLS, "aria-hidden": "true" });
    this.points = draw("g", {});
    this.names = draw("g", { class: "map-names" });
    this.ring = draw("g", {});
    this.over = draw("svg", { viewBox: "0 0 100 100", class: "map-over", tabindex: "0", role: "img" },
      this.points, this.names, this.ring);
    this.bottom = make("div", { class: "map-axis" });
    this.side = make("div", { class: "map-axis upright" });
    this.told = make("p", { class: "told" });
    this.legend = make("p", { class: "told" });
    this.bar = make("canvas", { width: SCALE_PARTS, height: 1, "aria-hidden": "true" });
    this.ends = make("div", { class: "map-ends" });
    this.scale = make("div", { class: "map-scale" }, this.bar, this.ends);
    this.element = make("div", { class: "map" }, this.side, make("div", { class: "map-frame" }, this.canvas, this.over),
      this.bottom, make("div", { class: "map-told" }, this.told, this.scale, this.legend, make("p", { class: "told" }, page.say("map_hint"))));
    this.over.addEventListener("pointerdown", (event) => {
      this.over.setPointerCapture(event.pointerId);
      this.move(event);
    });
    this.over.addEventListener("pointermove", (event) => {
      if (this.over.hasPointerCapture(event.pointerId)) this.move(event);
    });
    endsGestures(page.state, this.over);
    this.over.addEventListener("keydown", (event) => this.key(event));
  }

  /**
   * @param {number} across place of the input of the columns
   * @param {number} up of the rows
   * @param {number} node whose value is shown; −1 for the classes
   */
  show(across, up, node) {
    const { state, program, data } = this.page;
    Object.assign(this, { across, up, node });
    const [axis, other] = [across, up].map((input) => ({ input, range: data.ranges[input] }));
    if (node < 0) this.classes = classMap(program, state.values, state.inputs, axis, other, MAP_CELLS);
    else [this.values] = mapOver(program, state.values, state.inputs, axis, other, [node], MAP_CELLS);
    this.repaint();
    this.drawPoints();
    this.tell();
  }

  repaint() {
    if (this.element.hidden || this.node === undefined) return;
    this.scale.hidden = this.node < 0;
    if (this.node < 0) {
      paintMap(this.canvas, classColors(this.classes));
      this.nameClasses();
      return;
    }
    this.names.replaceChildren();
    const { program } = this.page, range = extent(this.values), [low, high] = range;
    paintMap(this.canvas, colorsOfNode(program, this.node, this.values));
    const parts = Float64Array.from({ length: SCALE_PARTS }, (_, at) => low + (high / (SCALE_PARTS - 1) - low / (SCALE_PARTS - 1)) * at);
    paintMap(this.bar, colorsOfNode(program, this.node, parts, range));
  }

  /** Writes the name of each class into the middle of its cells. */
  nameClasses() {
    const { names } = this.page.program.data.classes;
    const sums = names.map(() => [0, 0, 0]);
    this.classes.forEach((found, at) => {
      if (found < 0) return;
      const sum = sums[found];
      sum[0] += at % MAP_CELLS;
      sum[1] += Math.floor(at / MAP_CELLS);
      sum[2] += 1;
    });
    this.names.replaceChildren(...sums.flatMap(([x, y, count], at) => (count < 60 ? [] : [
      draw("text", { x: (x / count + 0.5).toFixed(1), y: (100.5 - y / count).toFixed(1), "text-anchor": "middle" }, names[at]),
    ])));
  }

  /** The rows of the page and where the inputs are, as far as they lie in the map. */
  drawPoints() {
    const { state, data, sources: [table] } = this.page;
    const ends = [this.across, this.up].map((input) => data.ranges[input]);
    const frame = { left: 0, top: 0, width: 100, height: 100, x: ends[0], y: ends[1] };
    const mark = (inputs, attributes) => {
      const [cx, cy] = placeIn(frame, inputs[this.across], inputs[this.up]);
      const isInside = Math.min(cx, cy) >= 0 && Math.max(cx, cy) <= 100;
      return isInside ? [draw("circle", { cx: cx.toFixed(2), cy: cy.toFixed(2), ...attributes })] : [];
    };
    const rows = table ? table.rows.slice(0, MOST_POINTS) : [];
    const points = rows.flatMap((inputs, row) => mark(inputs, { r: 1.2, ...this.markOf(table.targets[row]) }));
    this.points.replaceChildren(...points);
    this.ring.replaceChildren(...mark(state.inputs, { class: "map-now", r: 2.4 }));
    fill(this.legend, ...(points.length ? this.legendOf(table) : []));
  }

  /** What the marks of rows mean. */
  legendOf({ name, targets }) {
    const { program, say } = this.page, { classes } = program.data, [wanted] = targets.filter(Boolean);
    const parts = [`${say("map_rows", { name })} `];
    if (wantsNothing(wanted, classes)) return parts;
    if (wanted.length === 1) return [...parts, say("map_full", { threshold: this.page.figure(thresholdOf(classes)) })];
    return [...parts, say("map_wanted"), ...[...program.outputs].map((node, output) => {
      const dot = make("span", {}, " ● ");
      dot.style.color = classColor(output);
      return make("span", { class: "kept" }, dot, nameOf(this.page, program.label[node]));
    })];
  }

  /** How a row is marked: in the colour of the class that it wants, or full where its target is high. */
  markOf(targets) {
    const { classes } = this.page.program.data, isPlain = wantsNothing(targets, classes);
    if (!isPlain && targets.length > 1) {
      return { class: "map-row", fill: classColor(targets.indexOf(Math.max(...targets))) };
    }
    return { class: `map-row ${isPlain || targets[0] >= thresholdOf(classes) ? "full" : "hollow"}` };
  }

  /** Axes, scale and the text for those who do not see the map. */
  tell() {
    const { page } = this, { state, program, data, say, figure } = page;
    const ends = [this.across, this.up].map((input) => data.ranges[input].map(figure));
    const [across, up] = [this.across, this.up].map((input) => program.label[program.inputs[input]]);
    const sides = (low, name, high) => [make("span", {}, low), nameOf(page, name), make("span", {}, high)];
    fill(this.bottom, ...sides(ends[0][0], across, ends[0][1]));
    fill(this.side, ...sides(ends[1][1], up, ends[1][0]));
    let name = say("map_classes"), range = "", value = "";
    if (this.node < 0) {
      const outputs = Array.from(program.outputs, (node) => state.trace.a[node]);
      const { names } = program.data.classes;
      range = [...new Set(this.classes)].filter((at) => at >= 0).map((at) => names[at]).join(", ");
      value = names[predictedClass(program, outputs)] ?? "NaN";
    } else {
      const [low, high] = extent(this.values);
      fill(this.ends, make("span", {}, figure(low)), make("span", {}, figure(high)));
      name = program.label[this.node];
      range = say("between", { low: figure(low), high: figure(high) });
      value = figure(state.trace.a[this.node]);
    }
    const [[left, right], [bottom, top]] = ends;
    this.over.setAttribute("aria-label", say("map_says", { name, across, up, left, right, bottom, top, range, value }));
    setText(this.told, `${name}: ${this.node < 0 ? range : value}`);
  }

  /** Moves the inputs to where the pointer is. */
  move(event) {
    const box = this.over.getBoundingClientRect();
    const shares = [(event.clientX - box.left) / box.width, 1 - (event.clientY - box.top) / box.height];
    const { state, data } = this.page, inputs = state.inputs.slice();
    [this.across, this.up].forEach((input, axis) => {
      const [low, high] = data.ranges[input], unit = niceStep(high - low);
      inputs[input] = tidy(low + (high - low) * Math.max(0, Math.min(1, shares[axis])), unit);
    });
    if (!isSame(inputs, state.inputs)) state.setInputs(inputs, -1, null, "map"); // one drag is one undo
  }

  /** The arrow keys. */
  key(event) {
    const way = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowUp: [1, 1], ArrowDown: [1, -1] }[event.key];
    if (!way) return;
    event.preventDefault();
    const input = way[0] ? this.up : this.across, [low, high] = this.page.data.ranges[input];
    const unit = niceStep(high - low), value = tidy(this.page.state.inputs[input] + way[1] * unit, unit);
    this.page.state.setInput(input, Math.max(low, Math.min(high, value)), "map keys");
  }
}
