// The elements of a picture: those that the page brings, and edges with their labels, which are made here.

class PictureParts {
  /**
   * @param {Object} hooks from `deepgraph/live/picture.py`
   * @param {SVGSVGElement} svg
   * @param {Object} program
   */
  constructor(hooks, svg, program) {
    this.hooks = hooks;
    this.svg = svg;
    this.program = program;
    this.nodes = hooks.nodes.map((node, at) => this.nodeParts(node, at));
    const { pills, labels } = hooks;
    /** The numbers of all edges that are drawn, biases included. */
    const numbers = [...undelta(hooks.edges)];
    hooks.selected = [...numbers, ...pills.map(({ number }) => number)].sort((one, other) => one - other);
    hooks.edges = numbers.map((number, at) => this.edgeHook(number, labels[at]));
    const spelled = hooks.spelled.values();
    svg.insertAdjacentHTML("afterbegin", this.markup(hooks.edges, spelled));
    const made = [...svg.children], lines = made.splice(0, hooks.edges.length);
    this.edges = hooks.edges.map((edge, at) => this.edgeParts(edge, lines[at], edge.label && made.shift()));
    this.pills = hooks.pills.map((pill) => this.pillParts(pill, spelled.next().value));
  }

  nodeParts(node, at) {
    const group = this.svg.querySelectorAll(":scope > .node")[at];
    const texts = [...group.querySelectorAll(":scope > text")];
    const lines = node.lines.map((line) => ({
      ...line, text: texts[line.line], end: this.end(texts[line.line]),
    }));
    const end = node.role === "bias" ? this.end(texts[0]) : null;
    const live = new Set(node.lines.map(({ line }) => line));
    return { ...node, group, texts, shape: group.firstChild, lines, live, end };
  }

  /** An edge: its curve, and its label. */
  edgeHook(number, numbers) {
    const { source, target, kind } = this.program, ends = [source[number], target[number]];
    const given = this.hooks.curves[number];
    const curve = given ? unfolded(given) : straight(...ends.map((end) => this.nodes.find((node) => node.number === end).box));
    const edge = { number, curve, wire: kind[ends[0]] === BIAS };
    if (!numbers) return edge;
    const [x, y, angle, size, room, before, value, above, high] = numbers;
    return { ...edge, label: { at: [x, y, angle], size, room, before, value, top: y - above * size, high: high * size } };
  }

  /** The elements of edges and their labels, with names that are spelled as markup in Python. */
  markup(edges, spelled) {
    const group = (name, number, turn, inside) => `<g class="${name}" data-edge="e${number}"${turn}>${inside}</g>`;
    const lines = edges.map(({ number, curve }) =>
      group("edge", number, "", `<path d="${lineOf(curve)}"/>${this.hooks.bare ? "" : "<polygon/>"}`));
    const labels = edges.filter(({ label }) => label).map(({ number, label: { at: [x, y, angle], size, top, high } }) =>
      group("label", number, angle ? ` transform="rotate(${angle} ${x} ${y})"` : "",
        `<rect class="f-page" y="${short(top)}" height="${short(high)}"/>` +
        `<text x="${x}" y="${short(y + size * BASELINE)}" font-size="${size}">${spelled.next().value}</text>`));
    return lines.concat(labels).join("");
  }

  edgeParts(edge, group, label) {
    const text = label && label.lastChild;
    return {
      ...edge, group, text, labelGroup: label,
      path: group.firstChild,
      head: group.lastChild,
      ground: label && label.firstChild,
      end: text && this.end(text),
    };
  }

  /** A bias, which stands before its node in the picture. */
  pillParts(pill, spelled) {
    const { number, box, tie } = pill, [x, y, width, height] = box, size = this.hooks.sizes.pill;
    const { group: node } = this.nodes.find((one) => one.number === this.program.target[number]);
    const stroke = 's-bias_line" stroke-width="1.1"/>';
    node.insertAdjacentHTML("beforebegin", `<g class="bias" data-bias="e${number}">` +
      `<path d="${lineOf(tie.map((by, at) => box[at % 2] + by))}" class="${stroke}` +
      `<rect x="${short(x - width / 2)}" y="${short(y - height / 2)}" width="${width}" height="${height}" ` +
      `rx="${short(height / 2)}" class="f-bias ${stroke}` +
      `<text x="${x}" y="${short(y + size * BASELINE)}" font-size="${size}" class="f-bias_text">${spelled}</text></g>`);
    const group = node.previousSibling, text = group.lastChild;
    return { ...pill, group, text, end: this.end(text) };
  }

  /** The text node at the end of a text, and what stands in it before the number that is written there. */
  end(text) {
    let last = text;
    while (last.lastChild) last = last.lastChild;
    if (last.data === undefined) last = last.appendChild(new Text());
    return { node: last, before: last.data };
  }
}
