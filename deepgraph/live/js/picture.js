// Keeps the picture true while numbers change: texts, widths, colours, what is pale or off. It does
// what `draw/view` and `draw/output` do in Python; the layout stays as it is.

const SVG = "http://www.w3.org/2000/svg";

/** A derivative with its name may be wider than its place by this factor: it is set smaller. */
const MOST_TIGHT = 1.3;

/**
 * How a picture is shown.
 * @typedef {Object} Look
 * @property {boolean} glow nodes are filled by their values
 * @property {Object | null} slopes a gradient: labels and nodes show derivatives instead
 * @property {Set<number> | null} known the nodes whose values are shown; null for all
 * @property {Set<number> | null} derived the nodes whose derivatives are shown; null for all
 * @property {Set<number>} secret nodes whose values are to be guessed
 */

class Picture extends PictureParts {
  /**
   * @param {Object} hooks from `deepgraph/live/picture.py`
   * @param {SVGSVGElement} svg
   * @param {Object} program
   * @param {Object} widths of `SIGNS`
   */
  constructor(hooks, svg, program, widths) {
    super(hooks, svg, program);
    this.widthOf = widthsOf(widths);
    this.digits = hooks.options.precision;
    /** In a dense picture derivatives are as short as the numbers there, or nobody could read them. */
    this.slopeDigits = hooks.dense && this.digits < 17 ? Math.max(this.digits - 2, 1) : this.digits;
    /** What was written last, by element and attribute: only differences touch the page. */
    this.written = new Map();
  }

  // --- writing ----------------------------------------------------------------------------

  /**
   * A derivative and its width, with the name of its parameter if the picture has that, both have room,
   * and it is the whole derivative by that parameter, which has no other place.
   */
  slopeWords(slope, parameter, { before, room, size }) {
    // Where there is little room fewer digits say more than smaller ones; its tooltip has them all.
    let number, plain, width, digits = this.slopeDigits;
    do {
      number = figure(slope, digits);
      plain = `∂ ${number}`;
      width = this.widthOf(plain, size);
    } while (width > room * MOST_TIGHT && --digits > 1);
    // The name takes the room that it has before a number, without the equals sign.
    const wide = width + before - size;
    return before > 0 && parameter >= 0 && wide <= room * MOST_TIGHT && placesOf(this.program, parameter) === 1
      ? [`∂${Spelling.named(parameterName(this.program, parameter)).text} ${number}`, wide] : [plain, width];
  }

  /** A text that shows a derivative in the place of another. */
  slopeText(group, like) {
    const text = draw("text", { class: "f-gradient slope" });
    for (const name of ["x", "y", "font-size"]) text.setAttribute(name, like.getAttribute(name));
    group.append(text);
    return text;
  }

  set(element, name, value) {
    let known = this.written.get(element);
    if (!known) this.written.set(element, (known = {}));
    if (known[name] === value) return;
    known[name] = value;
    element.setAttribute(name, value);
  }

  say(end, text) {
    const whole = end.before + text;
    if (end.node.data !== whole) end.node.data = whole;
  }

  toggle(element, name, on) {
    if (element.classList.contains(name) !== on) element.classList.toggle(name, on);
  }

  // --- the whole --------------------------------------------------------------------------

  /** @param {State} state @param {Look} look */
  update(state, look) {
    const { z, a } = state.trace;
    const facts = edgeFacts(this.program, this.hooks, state.values, a, look);
    const places = this.hooks.columns ? this.decimals(state.values, a, facts) : null;
    let brightest = 0;
    if (look.glow) {
      for (const node of this.nodes) {
        if (node.number < 0 || node.role === "bias") continue;
        const size = Math.abs(a[node.number]);
        if (Number.isFinite(size)) brightest = Math.max(brightest, size);
      }
    }
    for (const edge of this.edges) this.updateEdge(edge, state, facts, places, look);
    for (const pill of this.pills) this.updatePill(pill, state, places, look);
    for (const node of this.nodes) this.updateNode(node, state, z, a, places, look, brightest);
  }

  /** The decimals of each column of a dense picture: of values, of weights into it, of biases. */
  decimals(values, a, facts) {
    const { columns, selected } = this.hooks, { program } = this;
    const by = { a: {}, edge: {}, bias: {} };
    const add = (kind, column, value) => (by[kind][column] ??= []).push(value);
    for (const node of this.nodes) {
      if (node.number >= 0 && node.role !== "bias") add("a", columns[node.number], a[node.number]);
    }
    selected.forEach((edge) => {
      const source = program.source[edge], column = columns[program.target[edge]];
      const parameter = program.parameter[edge];
      if (program.kind[source] === BIAS) {
        const weight = parameter >= 0 ? values[parameter] : 1;
        add("bias", column, weight * biasOf(program, values, source));
      } else if (parameter >= 0 && !facts[edge].back) add("edge", column, facts[edge].term);
    });
    for (const kind of Object.values(by)) {
      for (const column of Object.keys(kind)) kind[column] = decimalsOf(kind[column], this.digits);
    }
    return by;
  }

  /** A number of a column, with its decimals if the column has some. */
  number(value, places, kind, node) {
    const decimals = places ? places[kind][this.hooks.columns[node]] : null;
    return decimals === null || decimals === undefined
      ? figure(value, this.digits) : even(value, decimals);
  }

  /** The text of a parameter's value: as the file has a fraction, as long as it is that. */
  parameterText(number, value, state, text) {
    const written = number >= 0 ? this.hooks.written[number] : undefined;
    return written && value === state.start.values[number] ? written : text;
  }

  // --- edges ------------------------------------------------------------------------------

  updateEdge(edge, state, facts, places, look) {
    const fact = facts[edge.number], { back } = fact;
    const { dense, bare, columns } = this.hooks;
    const target = this.program.target[edge.number], later = isLater(this.program, look, target);
    const shown = [...Object.values(fact), later, places?.edge[columns[target]]];
    if (isSame(shown, edge.appearance ?? [])) return;
    edge.appearance = shown; // most edges stay while a slider moves
    const role = edge.wire ? "bias_line" : fact.role;
    const width = edge.wire ? 1.1 : dense ? 0.8 + 1.2 * fact.size : 1.5 + 1.5 * fact.size;
    this.set(edge.path, "class", `s-${role}`);
    this.set(edge.path, "stroke-width", short(width));
    if (!bare) {
      const hollow = fact.sign < 0;
      const drawn = arrowOf(edge.curve, width, hollow, dense);
      this.set(edge.path, "d", drawn.line);
      this.set(edge.head, "points", drawn.corners);
      this.set(edge.head, "class", hollow ? `f-page s-${role}` : `f-${role}`);
      if (hollow) this.set(edge.head, "stroke-width", short(drawn.outline));
      else if (edge.head.hasAttribute("stroke-width")) {
        edge.head.removeAttribute("stroke-width");
        this.written.delete(edge.head);
      }
    }
    this.toggle(edge.group, "later", later);
    if (!edge.text) return;
    this.toggle(edge.labelGroup, "later", later);
    const { label } = edge, parameter = this.program.parameter[edge.number];
    let text = "", wide = 0;
    if (back) {
      [text, wide] = this.slopeWords(fact.term, parameter, label);
      edge.slope ??= this.slopeText(edge.labelGroup, edge.text);
      if (edge.slope.textContent !== text) edge.slope.textContent = text;
    } else if (label.value) {
      text = fact.unknown ? "?" : this.number(fact.term, places, "edge", target);
      text = this.parameterText(parameter, fact.term, state, text);
      this.say(edge.end, text);
    }
    if (!back) wide = label.before + this.widthOf(text, label.size);
    this.set(edge.text, "class", `f-${fact.role}_text`);
    this.toggle(edge.labelGroup, "derived", back);
    this.fitLabel(edge, wide, back ? edge.slope : edge.text, width);
  }

  /** The ground under a label, and the label made smaller if it has no room. */
  fitLabel(edge, wide, text, lineWidth) {
    const { at: [x, y, angle], size, room, top, high } = edge.label;
    const scale = Math.min(1, room / Math.max(wide, 1));
    const width = wide * 0.92 * scale + size * 0.3;
    this.set(edge.ground, "x", short(x - width / 2));
    this.set(edge.ground, "width", short(width));
    this.shrink(text, scale, x, y);
    const gap = angle ? null : squareGap(edge.curve, [x - width / 2, top, width, high], lineWidth);
    if (gap && !edge.gap) {
      edge.gap = draw("path", {});
      edge.ground.after(edge.gap);
    }
    if (!edge.gap) return;
    this.set(edge.gap, "class", gap ? "s-page" : "unseen");
    if (!gap) return;
    this.set(edge.gap, "d", `M${short(gap[0])} ${short(gap[1])}L${short(gap[2])} ${short(gap[3])}`);
    this.set(edge.gap, "stroke-width", short(lineWidth + 1));
  }

  shrink(text, scale, x, y) {
    const turn = scale < 0.999
      ? `translate(${short(x)} ${short(y)}) scale(${scale.toFixed(3)}) translate(${short(-x)} ${short(-y)})`
      : "";
    if (turn || text.hasAttribute("transform")) this.set(text, "transform", turn);
  }

  updatePill(pill, state, places, look) {
    const { program } = this;
    const edge = pill.number, source = program.source[edge], target = program.target[edge];
    const parameter = program.parameter[edge], own = program.biasParameter[source];
    const constant = biasOf(program, state.values, source);
    const [x, y] = pill.box, size = this.hooks.sizes.pill;
    const back = isDerived(look, target) && Math.max(own, parameter) >= 0;
    if (back) {
      const [text, wide] = this.slopeWords(biasSlope(program, look.slopes, edge), Math.max(own, parameter), { ...pill, size });
      pill.slope ??= this.slopeText(pill.group, pill.text);
      if (pill.slope.textContent !== text) pill.slope.textContent = text;
      this.shrink(pill.slope, Math.min(1, pill.room / wide), x, y);
    } else if (pill.value) {
      const weight = parameter >= 0 ? state.values[parameter] : 1;
      const used = parameter >= 0 ? parameter : own;
      const value = parameter >= 0 ? weight * constant : constant;
      let text = this.number(value, places, "bias", target);
      if (parameter < 0 || constant === 1) text = this.parameterText(used, used < 0 ? value : state.values[used], state, text);
      this.say(pill.end, text);
      this.shrink(pill.text, Math.min(1, pill.room / (pill.before + this.widthOf(text, size))), x, y);
    }
    this.toggle(pill.group, "derived", back);
  }

  // --- nodes ------------------------------------------------------------------------------

  updateNode(node, state, z, a, places, look, brightest) {
    const { number, role } = node;
    if (role === "more" || number < 0) return;
    if (role === "bias") {
      if (node.cut) {
        const value = biasOf(this.program, state.values, number);
        this.say(node.end, this.parameterText(this.program.biasParameter[number], value, state,
          figure(value, this.digits)));
      }
      return;
    }
    const secret = look.secret.has(number);
    const later = isLater(this.program, look, number);
    const off = !later && !secret && isOff(node, z[number], a[number]);
    const [fill, line] = off ? ["off", "off_line"] : node.paint ??
      { input: ["input", "input_line"], output: ["output", "output_line"] }[role] ?? ["node", "line"];
    this.set(node.shape, "class", `f-${fill} s-${line}`);
    for (const line of node.lines) this.updateLine(line, number, z, a, places, secret);
    node.texts.forEach((text, at) => {
      const color = off ? "off_text" : node.roles[at] === "small" ? "muted" : "ink";
      const unseen = later && node.live.has(at) ? " unseen" : "";
      this.set(text, "class", `f-${color} l-${node.roles[at]}${unseen}`);
    });
    this.updateGlow(node, a[number], look.glow && !later && !secret && !off, brightest);
    this.updateSlope(node, look, secret);
  }

  updateLine(line, number, z, a, places, secret) {
    if (line.is === "class") {
      setText(line.text, secret ? "?" : classSaid(this.program, a[number]));
      return;
    }
    const isValue = line.is === "value";
    const text = secret ? "?" : isValue
      ? this.number(a[number], places, "a", number) : figure(z[number], this.digits);
    this.say(line.end, text);
    const size = this.hooks.sizes[isValue ? "value" : "small"];
    const wide = line.before + this.widthOf(text, size, isValue);
    const font = Math.max(Math.min(SMALLEST_FONT, size), size * Math.min(1, line.room / Math.max(wide, 1)));
    this.set(line.text, "font-size", short(font));
    this.set(line.text, "y", short(line.y + font * BASELINE));
  }

  updateGlow(node, value, on, brightest) {
    if (!on && !node.glow) return;
    if (!node.glow) {
      const copies = ["f-page", ""].map((name) => {
        const copy = outlineOf(node, -1);
        if (node.form !== "circle") copy.setAttribute("rx", node.shape.getAttribute("rx"));
        copy.setAttribute("class", name);
        return copy;
      });
      node.shape.after(...copies);
      node.glow = copies;
    }
    for (const copy of node.glow) this.toggle(copy, "unseen", !on);
    if (!on) return;
    const glow = brightest && Number.isFinite(value) ? value / brightest : 0;
    this.set(node.glow[1], "class", glow > 0 ? "f-positive" : "f-negative");
    this.set(node.glow[1], "fill-opacity", short(glow ? GLOW[0] + (GLOW[1] - GLOW[0]) * Math.abs(glow) : 0));
  }

  updateSlope(node, look, secret) {
    const back = isDerived(look, node.number) && !secret;
    this.toggle(node.group, "derived", back);
    if (!back) return;
    const symbol = this.hooks.options.deltas && node.role !== "input" ? "δ" : "∂";
    const slope = look.slopes[symbol === "δ" ? "dz" : "da"][node.number];
    const text = `${symbol} ${figure(slope, this.slopeDigits)}`;
    const { y, size, room } = node.derivative;
    if (!node.slope) {
      node.slope = this.slopeText(node.group, node.texts[0]);
      node.slope.setAttribute("x", short(node.box[0]));
      node.slope.removeAttribute("text-anchor");
    }
    if (node.slope.textContent !== text) node.slope.textContent = text;
    const font = Math.max(Math.min(SMALLEST_FONT, size), size * Math.min(1, room / this.widthOf(text, size)));
    this.set(node.slope, "font-size", short(font));
    this.set(node.slope, "y", short(y + font * BASELINE));
  }
}
