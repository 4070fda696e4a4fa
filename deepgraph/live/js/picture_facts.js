// What a picture shows of the values: which nodes are off, how wide lines are and of which colour, as
// `draw/view` and `draw/output` decide it in Python.

/** True if the value of a node is not shown yet. */
const isLater = (program, look, node) => Boolean(look.known) && program.kind[node] > BIAS && !look.known.has(node);

/** True if the derivatives at a node are shown. */
const isDerived = (look, node) => Boolean(look.slopes) && (!look.derived || look.derived.has(node));

/** The part that one edge of a bias has in the derivative by it; no edge of a bias with a value has a weight. */
const biasSlope = (program, slopes, edge) => {
  const own = program.biasParameter[program.source[edge]];
  return own < 0 || program.parameter[edge] >= 0 ? slopes.edges[edge] : slopes.terms[edge];
};

/** True where the activation of a hidden node is flat at 0, as below the bend of a ReLU. */
const isOff = (node, z, a) =>
  a === 0 && Boolean(node.zeros) &&
  node.zeros.some(([low, high]) => (low === null || z >= low) && (high === null || z <= high));

/** The class that a value of the one output says; empty for none. */
const classSaid = (program, value) => {
  const { classes } = program.data;
  if (!classes || classes.threshold === null || Number.isNaN(value)) return "";
  return `${WORDS.say("class")} = ${classes.names[value >= classes.threshold ? 1 : 0]}`;
};

/**
 * What each edge shows, by its number: a derivative where the way back has come to its target, else
 * its weight or contribution. What is hidden of its source is not betrayed by a width or a colour.
 * @param {Look} look
 * @returns {{[edge: number]: {term: number, sign: number, size: number, role: string, back: boolean, unknown: boolean}}}
 */
const edgeFacts = (program, hooks, values, a, look) => {
  const { selected, options } = hooks, contribution = options.weights === "contribution", of = {};
  const facts = selected.map((edge) => {
    const source = program.source[edge], weight = weightOf(program, values, edge);
    const back = isDerived(look, program.target[edge]), parametric = program.parameter[edge] >= 0;
    const hidden = look.secret.has(source) || isLater(program, look, source);
    const unknown = hidden && contribution && !back;
    const term = back ? look.slopes.edges[edge] : unknown ? NaN : contribution ? weight * a[source] : weight;
    const sign = parametric ? Math.sign(term) || (back ? 0 : Math.sign(weight)) : 0;
    const empty = program.kind[source] !== BIAS && a[source] === 0 && !hidden;
    const zero = back ? term === 0 : (parametric && weight === 0) || empty;
    const color = sign > 0 ? "positive" : sign < 0 ? "negative" : "wire";
    return (of[edge] = { term, sign, size: 0, role: zero ? `${color}_pale` : color, back, unknown, parametric });
  });
  // Derivatives and weights have no scale in common.
  for (const back of [false, true]) {
    const shown = facts.filter((fact) => fact.parametric && fact.back === back);
    sizesOf(shown.map(({ term }) => term), options.scale_width).forEach((size, at) => (shown[at].size = size));
  }
  return of;
};

/** The size of each term from 0 to 1, by which its line is wide. */
const sizesOf = (terms, scale) => {
  const magnitude = (term) => (Number.isFinite(term) ? Math.abs(term) : 0);
  let most = Math.max(0, ...terms.map(magnitude));
  if (scale && scale !== "log") most = Number(scale.replace("max=", ""));
  else if (!scale) {
    const finite = terms.filter((term) => Number.isFinite(term) && term !== 0).map(Math.abs);
    finite.sort((one, other) => one - other);
    most = finite.length ? Math.min(most, OUTLIER * finite[finite.length >> 1]) : 0;
  }
  if (!most) return terms.map(() => 0);
  if (scale === "log") return terms.map((term) => Math.log1p(magnitude(term)) / Math.log1p(most));
  return terms.map((term) => Math.min(magnitude(term) / most, 1));
};

/** The outline of a node or of a bias, so many px outside of its border. */
const outlineOf = ({ box: [x, y, width, height], form }, away) => (form === "circle"
  ? draw("circle", { cx: short(x), cy: short(y), r: short(width / 2 + away) })
  : draw("rect", {
    x: short(x - width / 2 - away), y: short(y - height / 2 - away), width: short(width + 2 * away),
    height: short(height + 2 * away), rx: short(height / 2 + away),
  }));

/** The data of the path of a curve. */
const lineOf = (/** @type {number[]} */ curve) => {
  const [x, y, ...others] = curve.map(short);
  return `M${x} ${y}${others.length > 2 ? "C" : "L"}${others.join(" ")}`;
};

/**
 * The points of a curve, given in tenths of a px minus the point before, with those at the thirds of its
 * straight pieces, which have null for them; see `live/hooks.py`.
 */
const unfolded = (steps) => {
  const last = [0, 0];
  const curve = steps.map((step) => {
    if (step === null) return null;
    last.push(last.shift() + step);
    return last[1] / 10;
  });
  if (curve.length < 5) return curve;
  const found = curve.slice(0, 2);
  for (let at = 2; at < curve.length;) {
    const isStraight = curve[at] === null, [x0, y0] = found.slice(-2), [x, y] = curve.slice(at + 1, at + 3);
    found.push(...(isStraight
      ? [(2 * x0 + x) / 3, (2 * y0 + y) / 3, (x0 + 2 * x) / 3, (y0 + 2 * y) / 3, x, y] : curve.slice(at, at + 6)));
    at += isStraight ? 3 : 6;
  }
  return found;
};

/** A line between the middles of two circles, with room before both, as `live/hooks.py` has it. */
const straight = ([x, y, wide], [toX, toY, toWide]) => {
  const dx = toX - x, dy = toY - y, length = Math.hypot(dx, dy) || 1;
  const back = (wide / 2 + LEAVES) / length, ahead = (toWide / 2 + SHORT) / length;
  return [x + dx * back, y + dy * back, toX - dx * ahead, toY - dy * ahead];
};

/**
 * An arrow along a curve: the data of its line, the corners and the outline of its head.
 * @param {number[]} curve x and y of its points in turn
 */
const arrowOf = (curve, width, hollow, dense) => {
  const [x0, y0, x1, y1] = curve.slice(-4);
  const size = (dense ? 3.5 : 5.5) + 1.8 * width;
  const length = Math.hypot(x1 - x0, y1 - y0) || 1;
  const dx = (x1 - x0) / length, dy = (y1 - y0) / length;
  const at = (back, aside) => [x1 - dx * back - dy * aside, y1 - dy * back + dx * aside];
  const half = size * HEAD_SPREAD;
  const outline = hollow ? Math.min(dense ? 1 : 1.5, Math.max(width, 1)) : 0;
  const inner = size * (1 - HEAD_NOTCH);
  const tip = (outline / 2) * (Math.hypot(1, HEAD_SPREAD) / HEAD_SPREAD);
  const corners = hollow
    ? [at(tip, 0), at(size, half), at(size, -half)]
    : [at(0, 0), at(size, half), at(inner, 0), at(size, -half)];
  const points = [...curve.slice(0, -2), ...(hollow ? at(size, 0) : at(inner - 0.5, 0))];
  return {
    line: lineOf(points),
    corners: corners.map(([x, y]) => `${short(x)},${short(y)}`).join(" "),
    outline,
  };
};
