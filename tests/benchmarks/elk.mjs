// Lays out graphs by ELK layered, inputs in the first layer. JSON in, JSON out, on standard streams.
import ELK from 'elkjs/lib/elk.bundled.js';
import { readFileSync } from 'node:fs';

const elk = new ELK();
const found = [];
for (const graph of JSON.parse(readFileSync(0, 'utf8'))) {
  const inputs = graph.children.filter((node) => node.input);
  const options = {
    'elk.algorithm': 'layered',
    'elk.direction': 'RIGHT',
    'elk.edgeRouting': graph.routing,
    'elk.layered.spacing.nodeNodeBetweenLayers': String(graph.between),
    'elk.spacing.nodeNode': String(graph.apart),
    'elk.separateConnectedComponents': 'false',
  };
  // Places of inputs that ELK has to keep within their layer.
  if (graph.ordered) options['elk.layered.crossingMinimization.semiInteractive'] = 'true';
  const children = graph.children.map(({ id, width, height, input }) => ({
    id,
    width,
    height,
    layoutOptions: input
      ? {
          'elk.layered.layering.layerConstraint': 'FIRST',
          ...(graph.ordered ? { 'elk.position': `(0,${inputs.findIndex((n) => n.id === id) * 1000})` } : {}),
        }
      : {},
  }));
  const edges = graph.edges.map(({ id, source, target, label }) => ({
    id,
    sources: [source],
    targets: [target],
    labels: label ? [{ text: id, ...label, layoutOptions: { 'elk.edgeLabels.inline': 'true' } }] : [],
  }));
  const laid = await elk.layout({ id: 'root', layoutOptions: options, children, edges });
  found.push({
    width: laid.width,
    height: laid.height,
    nodes: laid.children.map(({ id, x, y, width, height }) => ({ id, x, y, width, height })),
    edges: laid.edges.map(({ id, sections }) => ({
      id,
      points: sections.flatMap((s) => [s.startPoint, ...(s.bendPoints ?? []), s.endPoint]).map((p) => [p.x, p.y]),
    })),
  });
}
process.stdout.write(JSON.stringify(found));
