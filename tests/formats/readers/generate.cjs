// Makes the models of brain.js, synaptic and neataptic; called by generate.py with a folder.
// Prints a list of [name, rows of inputs, rows of outputs, true if computed in single precision].
const fs = require("fs");
const path = require("path");
const brain = require("brain.js"); // 1.6
const brain2 = require("brain2"); // npm i brain2@npm:brain.js@2.0.0-beta.24
const synaptic = require("synaptic");
const neataptic = require("neataptic");

const folder = process.argv[2];
const found = [];
let state = 12345;
function random() {
  state = (state * 1103515245 + 12345) % 2147483648;
  return state / 2147483648;
}
Math.random = random;
const rows = Array.from({ length: 4 }, () => [random() * 3 - 1.5, random() * 3 - 1.5]);

function keep(name, json, run, single) {
  fs.writeFileSync(path.join(folder, name), JSON.stringify(json));
  found.push([name, rows, rows.map((row) => Array.from(run(row))), single]);
}

const functions = ["sigmoid", "relu", "leaky-relu", "tanh"];
const versions = [["brain", brain], ["brain2", brain2]];
for (const [version, library] of versions) for (const activation of functions) {
  const net = new library.NeuralNetwork({ hiddenLayers: [4, 3], activation });
  net.train([{ input: [0, 1], output: [1, 0] }, { input: [1, 1], output: [0, 1] }], { iterations: 5 });
  keep(`${version}_${activation}.json`, net.toJSON(), (row) => net.run(row), true);
}
for (const [version, library] of versions) {
  const named = new library.NeuralNetwork({ hiddenLayers: [3] });
  const one = { input: { red: 0, blue: 1 }, output: { dark: 1 } };
  named.train([one, { input: { red: 1, blue: 0 }, output: { dark: 0 } }], { iterations: 5 });
  const run = (row) => [named.run({ red: row[0], blue: row[1] }).dark];
  keep(`${version}_named.json`, named.toJSON(), run, true);
}

const { Layer, Network, Neuron } = synaptic;
for (const squash of ["LOGISTIC", "TANH", "IDENTITY", "HLIM", "RELU"]) {
  const [input, hidden, output] = [new Layer(2), new Layer(3), new Layer(2)];
  input.project(hidden);
  hidden.project(output);
  input.project(output);
  hidden.set({ squash: Neuron.squash[squash], bias: 0.25 });
  const net = new Network({ input, hidden: [hidden], output });
  keep(`synaptic_${squash}.json`, net.toJSON(), (row) => net.activate(row), false);
}

for (const name of Object.keys(neataptic.methods.activation)) {
  const squash = neataptic.methods.activation[name];
  const net = neataptic.architect.Random(2, 4, 2, { connections: 14, backconnections: 0, selfconnections: 0, gates: 0 });
  net.nodes.forEach((node) => {
    node.bias = random() - 0.5;
    if (node.type === "hidden") node.squash = squash;
  });
  const text = JSON.stringify(net.toJSON());
  const copy = neataptic.Network.fromJSON(JSON.parse(text));
  keep(`neataptic_${name}.json`, JSON.parse(text), (row) => { copy.clear(); return copy.activate(row); }, false);
}
console.log(JSON.stringify(found));
