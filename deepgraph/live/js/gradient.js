// Losses, and the chain rule back through the network, in the order of sums of the package.

/**
 * What training aims at.
 * @typedef {object} Goal
 * @property {string} loss a name in program.data.losses
 * @property {Int32Array} nodes the target nodes, in ascending order; none for the value of a node
 * @property {Float64Array} targets of each row, at target · rows + row
 * @property {"mean" | "sum"} [reduction] over the rows; "mean" by default
 */

/**
 * The first target that a loss cannot take, by the table of losses that Python made; null if it can
 * take all of them.
 * @returns {{node: number, target: number, row: number} | null}
 */
const badTarget = (program, /** @type {Goal} */ { loss, nodes, targets }) => {
  const { outputs, among } = program.data.losses[loss], rows = targets.length / nodes.length;
  for (let at = 0; at < targets.length; at++) {
    const node = nodes[Math.floor(at / rows)], target = targets[at], [low, high] = outputs[node];
    const isOutside = (low !== null && target < low) || (high !== null && target > high);
    if (isOutside || (among && !among.includes(target))) return { node, target, row: at % rows };
  }
  return null;
};

/**
 * The value of a loss and its own derivatives, each (nodes · rows) by node:
 * @returns {{rows: Float64Array, byA: Map<number, Float64Array>, byZ: Map<number, Float64Array>}}
 *   the loss of each row; ∂loss/∂a of the nodes that it reads; ∂loss/∂z where loss and activation
 *   are taken together, which replaces byA of that node
 */
const lossOf = (program, trace, /** @type {Goal} */ goal) => {
  const { rows, a } = trace, { loss, nodes, targets } = goal;
  const found = { rows: new Float64Array(rows), byA: new Map(), byZ: new Map() };
  const { of } = program.data.losses[loss];
  if (of >= 0) {
    found.rows.set(a.subarray(of * rows, (of + 1) * rows));
    found.byA.set(of, new Float64Array(rows).fill(1));
  } else if (loss === "cross_entropy") {
    crossEntropy(program, trace, goal, found);
  } else {
    const { value, slope } = LOSSES[loss], known = program.data.losses[loss];
    const divisor = known.mean ? known.divisor * nodes.length : known.divisor;
    nodes.forEach((node, place) => {
      const slopes = new Float64Array(rows);
      for (let row = 0; row < rows; row++) {
        const here = a[node * rows + row], wanted = targets[place * rows + row];
        const part = value(here, wanted);
        found.rows[row] = place ? found.rows[row] + part : part;
        slopes[row] = slope(here, wanted) / divisor;
      }
      found.byA.set(node, slopes);
    });
    for (let row = 0; row < rows; row++) found.rows[row] /= divisor;
  }
  return found;
};

/** Cross-entropy over softmax groups and sigmoid nodes; it fills what `lossOf` returns. */
const crossEntropy = (program, trace, goal, found) => {
  const { rows, z, a } = trace, { nodes, targets } = goal;
  const place = new Map(Array.from(nodes, (node, i) => [node, i]));
  const wanted = (node, row) => (place.has(node) ? targets[place.get(node) * rows + row] : 0);
  const terms = new Map();
  for (const members of program.softmax) {
    if (!members.some((node) => place.has(node))) continue;
    for (const node of members) {
      terms.set(node, new Float64Array(rows));
      found.byZ.set(node, new Float64Array(rows));
      if (place.has(node)) found.byA.set(node, new Float64Array(rows));
    }
    for (let row = 0; row < rows; row++) {
      const at = Array.from(members, (node) => node * rows + row);
      softmaxLoss(members, at, z, a, (node) => wanted(node, row), (node, term, byA, byZ) => {
        terms.get(node)[row] = term;
        found.byZ.get(node)[row] = byZ;
        if (place.has(node)) found.byA.get(node)[row] = byA;
      });
    }
  }
  for (const node of nodes) {
    if (!terms.has(node)) sigmoidLoss(program, trace, node, (row) => wanted(node, row), terms, found);
  }
  nodes.forEach((node, i) => {
    const term = terms.get(node);
    for (let row = 0; row < rows; row++) found.rows[row] = i ? found.rows[row] + term[row] : term[row];
  });
};

/**
 * The terms −t·ln a of one row of a softmax group, with their derivatives by a and by z:
 * ∂/∂z of the sum is a·Σ(other t) − t·Σ(other a), which does not cancel where a is nearly 1.
 */
const softmaxLoss = (members, at, z, a, wanted, write) => {
  const largest = at.reduce((found, i) => Math.max(found, z[i]), -Infinity);
  const t = Float64Array.from(members, wanted), here = Float64Array.from(at, (i) => a[i]);
  const total = at.reduce((sum, i, n) => (n ? sum + exp(z[i] - largest) : exp(z[i] - largest)), 0);
  const otherT = allButOne(add, 0, t), otherA = allButOne(add, 0, here);
  members.forEach((node, n) => {
    const minusLogA = Math.log(total) - (z[at[n]] - largest);
    const term = t[n] === 0 ? 0 : t[n] * minusLogA;
    const byA = t[n] === 0 ? 0 : -t[n] / here[n];
    write(node, term, byA, here[n] * otherT[n] - t[n] * otherA[n]);
  });
};

/** The same of a sigmoid node, in all rows. */
const sigmoidLoss = (program, { rows, z, a }, node, wanted, terms, found) => {
  const { gain } = program.functions[program.func[node]];
  const [term, byA, byZ] = [0, 1, 2].map(() => new Float64Array(rows));
  for (let row = 0; row < rows; row++) {
    const at = node * rows + row, argument = gain === 1 ? z[at] : gain * z[at], t = wanted(row);
    term[row] = BINARY_CROSS_ENTROPY.value(argument, a[at], t);
    byA[row] = BINARY_CROSS_ENTROPY.byA(argument, a[at], t);
    byZ[row] = gain * BINARY_CROSS_ENTROPY.byZ(argument, a[at], t);
  }
  terms.set(node, term);
  found.byA.set(node, byA);
  found.byZ.set(node, byZ);
};

/**
 * The loss of a batch and its derivatives: `loss`, after the reduction; `rowLosses`, before it; by
 * node at node · rows + row `da` and `dz`, ∂loss/∂a and ∂loss/∂z; `values`, ∂loss/∂parameter, the
 * sum over all edges that share it; `edges`, ∂loss/∂weight of each edge on its own, wires included;
 * `terms`, ∂loss/∂term of each edge, its term being weight · source.
 * @param {Float64Array} values by parameter number
 * @param {{rows: number, z: Float64Array, a: Float64Array}} trace of `evaluate`
 * @param {Goal} goal
 */
const gradient = (program, values, trace, goal) => {
  const { rows } = trace, direct = lossOf(program, trace, goal);
  let loss = direct.rows.reduce((sum, value, row) => (row ? sum + value : value), 0);
  if (goal.reduction !== "sum") {
    loss /= rows;
    for (const slopes of [...direct.byA.values(), ...direct.byZ.values()]) {
      for (let row = 0; row < rows; row++) slopes[row] /= rows;
    }
  }
  const walk = {
    program, values, trace, rows,
    byA: direct.byA,
    byZ: direct.byZ,
    da: new Float64Array(trace.a.length),
    dz: new Float64Array(trace.a.length),
    edges: new Float64Array(program.source.length),
    terms: new Float64Array(program.source.length),
    reached: new Uint8Array(program.count), // 1 where the loss depends on z of a node
    byTerm: new Map(), // by edge, ∂loss/∂term where it is not ∂loss/∂z of the target
  };
  for (let i = program.steps.length - 1; i >= 0; i--) {
    const step = program.steps[i];
    if (step >= program.count) throughSoftmax(walk, program.softmax[step - program.count]);
    else {
      throughActivation(walk, step);
      if (walk.reached[step]) throughAggregation(walk, step);
    }
  }
  const { da, dz, edges, terms } = walk;
  return { loss, rowLosses: direct.rows, da, dz, edges, terms, values: byParameter(walk) };
};

/** The gradients of edges added up in the file's order, and those of biases over the rows. */
const byParameter = ({ program, values, edges, da, rows }) => {
  const found = new Float64Array(values.length).fill(-0); // −0 + x is x, whatever its sign
  program.parameter.forEach((number, edge) => {
    if (number >= 0) found[number] += edges[edge];
  });
  program.biasParameter.forEach((number, node) => {
    if (number < 0) return;
    found[number] = da[node * rows];
    for (let at = node * rows + 1; at < (node + 1) * rows; at++) found[number] += da[at];
  });
  return found;
};

/**
 * Writes ∂loss/∂a of a node from the nodes that it feeds.
 * @returns {Float64Array | null} (rows,) the part to be carried through the activation: all of it,
 *   or without the loss's own part if that is in byZ; null if the loss does not depend on the node
 */
const take = (walk, node) => {
  const { program, values, rows, da, dz, byTerm } = walk;
  const edges = program.outgoing[node].filter((edge) => walk.reached[program.target[edge]]);
  const own = walk.byA.get(node), start = node * rows;
  const carried = new Float64Array(rows);
  if (own) da.set(own, start);
  edges.forEach((edge, place) => {
    const weight = weightOf(program, values, edge), terms = byTerm.get(edge);
    const from = terms ? 0 : program.target[edge] * rows, d = terms ?? dz;
    for (let row = 0; row < rows; row++) {
      const term = d[from + row] * weight;
      carried[row] = place ? carried[row] + term : term;
      da[start + row] = place || own ? da[start + row] + term : term;
    }
    byTerm.delete(edge);
  });
  if (own && !walk.byZ.has(node)) return da.slice(start, start + rows);
  return edges.length ? carried : null;
};

/** Adds the loss's own derivative by z, if it has one. */
const addByZ = (walk, node) => {
  const own = walk.byZ.get(node);
  if (!own) return;
  for (let row = 0; row < walk.rows; row++) walk.dz[node * walk.rows + row] += own[row];
  walk.reached[node] = 1;
};

/** From ∂loss/∂a to ∂loss/∂z of one node; a softmax node already has its ∂loss/∂z. */
const throughActivation = (walk, node) => {
  const { program, rows, dz, trace: { z } } = walk;
  const given = !hasZ(program, node), start = node * rows; // z and a are one number
  const found = program.run[program.func[node]];
  if (!given && !found) return;
  const carried = take(walk, node);
  if (carried) {
    walk.reached[node] = 1;
    if (given) dz.set(carried, start);
    else {
      const constants = program.normalise[node], scale = program.rescale[node]?.scale;
      for (let row = 0; row < rows; row++) {
        const at = start + row;
        const slope = constants ? normaliseSlope(z[at], constants) : found.slope(z[at]);
        dz[at] = carried[row] * (scale === undefined ? slope : slope * scale);
      }
    }
  }
  addByZ(walk, node);
};

/** From ∂loss/∂a to ∂loss/∂z of a group: s·(g − Σ s·g), as ∂sᵢ/∂zⱼ = sᵢ(δᵢⱼ − sⱼ). */
const throughSoftmax = (walk, members) => {
  const { rows, dz, trace: { a } } = walk;
  const carried = Array.from(members, (node) => take(walk, node));
  if (carried.some((part) => part)) {
    const none = new Float64Array(rows);
    for (let row = 0; row < rows; row++) {
      const s = Array.from(members, (node) => a[node * rows + row]);
      const g = carried.map((part) => (part ?? none)[row]);
      const total = s.reduce((sum, share, n) => (n ? sum + share * g[n] : share * g[n]), 0);
      members.forEach((node, n) => (dz[node * rows + row] = s[n] * (g[n] - total)));
    }
    for (const node of members) walk.reached[node] = 1;
  }
  for (const node of members) addByZ(walk, node);
};

/** From ∂loss/∂z of a node to its edges: ∂loss/∂weight, and ∂loss/∂term for the sources. */
const throughAggregation = (walk, node) => {
  const { program, values, rows, dz, trace: { z, a } } = walk;
  const edges = program.incoming[node], { slopes } = AGGREGATIONS[program.aggregation[node]];
  if (slopes) {
    const byTerm = Array.from(edges, () => new Float64Array(rows));
    for (let row = 0; row < rows; row++) {
      const at = node * rows + row;
      const terms = Float64Array.from(
        edges, (edge) => weightOf(program, values, edge) * a[program.source[edge] * rows + row]);
      slopes(terms, z[at], dz[at]).forEach((slope, place) => (byTerm[place][row] = slope));
    }
    edges.forEach((edge, place) => walk.byTerm.set(edge, byTerm[place]));
  }
  for (const edge of edges) {
    const d = walk.byTerm.get(edge) ?? dz, from = walk.byTerm.has(edge) ? 0 : node * rows;
    const source = program.source[edge] * rows;
    let total = d[from] * a[source], byTerm = d[from];
    for (let row = 1; row < rows; row++) {
      total += d[from + row] * a[source + row];
      byTerm += d[from + row];
    }
    walk.edges[edge] = total;
    walk.terms[edge] = byTerm;
  }
};
