// Finds what a finger means: the nearest node, bias or edge, not only one that it touches.

/** Pieces of a curve between two of its points, along which distances are measured. */
const PIECES = 24;

/** The points of the line of an edge, straight or of Bézier curves. */
const pointsOf = (/** @type {number[]} */ curve, pieces = PIECES) =>
  (curve.length === 4 ? [curve.slice(0, 2), curve.slice(2)] : bentPoints(curve, pieces));

const bentPoints = (/** @type {number[]} */ curve, pieces) => {
  const found = [curve.slice(0, 2)];
  for (let i = 0; i + 8 <= curve.length; i += 6) {
    const [x0, y0, x1, y1, x2, y2, x3, y3] = curve.slice(i, i + 8);
    for (let step = 1; step <= pieces; step++) {
      const t = step / pieces, u = 1 - t;
      const mix = (p, q, r, s) => u * u * u * p + 3 * u * u * t * q + 3 * u * t * t * r + t * t * t * s;
      found.push([mix(x0, x1, x2, x3), mix(y0, y1, y2, y3)]);
    }
  }
  return found;
};

/** The distance of a point from a line of straight pieces. */
const distanceTo = (points, x, y) => {
  let least = Infinity;
  for (let i = 1; i < points.length; i++) {
    const [x0, y0] = points[i - 1], [x1, y1] = points[i];
    const dx = x1 - x0, dy = y1 - y0, square = dx * dx + dy * dy || 1;
    const t = Math.max(0, Math.min(1, ((x - x0) * dx + (y - y0) * dy) / square));
    least = Math.min(least, Math.hypot(x - x0 - t * dx, y - y0 - t * dy));
  }
  return least;
};

/** The point in the middle of a line, by its length. */
const middleOf = (points) => {
  const lengths = points.slice(1).map(([x, y], i) => Math.hypot(x - points[i][0], y - points[i][1]));
  let left = lengths.reduce((sum, length) => sum + length, 0) / 2;
  for (let i = 0; i < lengths.length; i++) {
    if (left <= lengths[i]) {
      const share = lengths[i] ? left / lengths[i] : 0;
      return [0, 1].map((axis) => points[i][axis] + share * (points[i + 1][axis] - points[i][axis]));
    }
    left -= lengths[i];
  }
  return points[0];
};

/** The distance of a point from a box, 0 inside. */
const distanceToBox = ([cx, cy, width, height], x, y) =>
  Math.hypot(Math.max(Math.abs(x - cx) - width / 2, 0), Math.max(Math.abs(y - cy) - height / 2, 0));

/**
 * All that a finger may mean, the likeliest first: what it touches, then what is near. Of two that
 * are as near, that whose middle is nearer comes first, so that the middle of a line is its own even
 * where another label lies on it.
 * @param {Object} hooks of the picture
 * @param {number} x @param {number} y in the picture
 * @param {number} reach how far from the finger
 * @returns {Item[]}
 */
const itemsNear = (hooks, x, y, reach) => {
  const found = [];
  const add = (kind, number, distance, [mx, my]) => {
    if (distance <= reach) {
      found.push({ item: { kind, number }, distance, middle: Math.hypot(x - mx, y - my) });
    }
  };
  for (const { number, role, box, form } of hooks.nodes) {
    if (number < 0 || role === "more") continue;
    const [cx, cy, width] = box;
    const outside = form === "circle"
      ? Math.max(Math.hypot(x - cx, y - cy) - width / 2, 0) : distanceToBox(box, x, y);
    // Inside a node nothing else is meant.
    add("node", number, outside ? outside + 2 : -1, [cx, cy]);
  }
  for (const { number, box } of hooks.pills) add("edge", number, distanceToBox(box, x, y), box);
  for (const edge of hooks.edges) {
    edge.points ??= pointsOf(edge.curve);
    edge.middle ??= middleOf(edge.points);
    add("edge", edge.number, distanceTo(edge.points, x, y), edge.middle);
    if (edge.label) {
      const { at: [lx, ly, angle], room, size } = edge.label;
      const turn = (-angle * Math.PI) / 180;
      const dx = (x - lx) * Math.cos(turn) - (y - ly) * Math.sin(turn);
      const dy = (x - lx) * Math.sin(turn) + (y - ly) * Math.cos(turn);
      add("edge", edge.number, distanceToBox([0, 0, room, size * 1.2], dx, dy), [lx, ly]);
    }
  }
  const grain = reach / 4;
  const rank = ({ distance }) => (distance < 0 ? -1 : Math.floor(distance / grain));
  found.sort((one, other) => rank(one) - rank(other) || one.middle - other.middle);
  const seen = new Set();
  return found.map(({ item }) => item).filter(({ kind, number }) => {
    const key = `${kind}${number}`;
    return !seen.has(key) && seen.add(key);
  });
};
