/**
 * Worked arithmetic of one row: the sections, steps and lines of Python's `explain`.
 *
 * @typedef {object} Explained
 * @property {number | "full" | null} [precision] significant digits; `null` for four, and short numbers in full
 * @property {boolean} [fractions] numbers as p/q where their exact value is known
 * @property {number | null} [node] only this node, and what it depends on
 * @property {Set<number>} [shown] the nodes whose forward lines are wanted; all by default
 * @property {{inputs?: Object<string, string>, parameters?: Object<string, string>, targets?: Object<string, string>}} [typed]
 *   what people typed where it is no shortest decimal, 1/3, by node or parameter
 * @property {{loss: string, nodes: ArrayLike<number>, targets: ArrayLike<number>}} [goal] with it, the backward pass, too
 * @property {object} [gradient] of `goal`, if it is known already
 */

/**
 * @param {object} program of `readProgram`, its data with `arithmetic`
 * @param {Float64Array} values by parameter number
 * @param {{z: Float64Array, a: Float64Array}} trace of one row
 * @param {Explained} [options]
 * @returns {{key: string, title: string, steps: {title: string | Tree, node?: number, members: number[], note: string, lines: Line[]}[]}[]}
 */
function explain(program, values, trace, options = {}) {
  const { goal, node = null, typed = {} } = options;
  WORDS.use(program.data.arithmetic);
  program.wordNetwork = program.wordNetwork || new WordNetwork(program);
  const net = program.wordNetwork;
  const precision = options.precision === undefined ? program.data.precision : options.precision;
  const row = new Values(net, trace, values, new Printer(precision, !!options.fractions), typed);
  const every = new Set(net.ids.keys());
  const section = (key, steps) => ({ key, title: WORDS.say(key), steps });
  const { stages } = net.given;
  const forward = (needed) => [
    section("Forward", Forward.steps(row, needed, options.shown)),
    ...(node === null && stages.length ? [section("Stages", Stages.steps(row, stages))] : []),
  ];
  if (!goal) return forward(node === null ? every : net.ancestors([node]));
  const targets = new Map(Array.from(goal.nodes, (target, at) => [target, goal.targets[at]]));
  const exact = new Map(Array.from(targets, ([target, value]) => {
    const text = (typed.targets || {})[target];
    return [target, text === undefined ? Rational.shortest(value) : Rational.read(text)];
  }));
  const found = options.gradient || gradient(program, values, trace, { ...goal, reduction: "sum" });
  const loss = new LossWords(row, { loss: goal.loss, targets, exact });
  const walk = new BackwardWords(loss, found);
  if (node !== null && !walk.live.has(node)) return forward(net.ancestors([node]));
  const needed = node === null ? every : net.ancestors([...loss.nodes, ...loss.fusedNodes, node]);
  const sections = forward(needed); // first: it fills the exact values
  sections.push(section("Loss", [{ title: "", members: loss.nodes, note: "", lines: [loss.line(found.loss)] }]));
  const wanted = node === null ? walk.live : net.descendants(node);
  sections.push(section("Backward", walk.steps(wanted, node === null ? null : new Set([node]))));
  return sections;
}
