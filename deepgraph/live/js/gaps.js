// The gap that a label cuts into its own slanted line: square ends instead of wedges, as
// `draw/output/gaps.py` reckons in Python.

/** Pieces of a curve between two of its points that is looked at as straight lines. */
const GAP_PIECES = 8;
/** A part of a curve is straight if its middle points lie on its line, to so many px: they have one decimal. */
const FLAT = 0.2;

/** The points along a curve; a straight part has only its ends. */
const partsOf = (/** @type {number[]} */ curve) => (curve.length === 4 ? pointsOf(curve) : bentParts(curve));

const bentParts = (/** @type {number[]} */ curve) => {
  const found = [curve.slice(0, 2)];
  for (let i = 0; i + 8 <= curve.length; i += 6) {
    const part = curve.slice(i, i + 8), [x0, y0, x1, y1, x2, y2, x3, y3] = part;
    const aside = (x, y) => Math.abs((x3 - x0) * (y - y0) - (y3 - y0) * (x - x0)) / (Math.hypot(x3 - x0, y3 - y0) || 1);
    const isFlat = aside(x1, y1) <= FLAT && aside(x2, y2) <= FLAT;
    found.push(...(isFlat ? [[x3, y3]] : pointsOf(part, GAP_PIECES).slice(1)));
  }
  return found;
};

/**
 * The two ends of the piece of a line to take away, as [x0, y0, x1, y1]; null if the ground of the
 * label alone will do.
 * @param {number[]} curve of the line
 * @param {number[]} ground left, top, width and height of the page behind the label
 * @param {number} width of the line
 */
const squareGap = (curve, ground, width) => {
  const points = partsOf(curve), [left, top, wide, high] = ground, x = left + wide / 2, y = top + high / 2;
  let part = null, least = Infinity;
  for (let i = 1; i < points.length; i++) {
    const apart = distanceTo([points[i - 1], points[i]], x, y);
    if (apart < least) [least, part] = [apart, [...points[i - 1], ...points[i]]];
  }
  if (!part) return null;
  const [x0, y0, x1, y1] = part, size = Math.hypot(x1 - x0, y1 - y0);
  if (!size) return null;
  const dx = (x1 - x0) / size, dy = (y1 - y0) / size, at = (x - x0) * dx + (y - y0) * dy;
  const from = [x0 + at * dx, y0 + at * dy];
  /** Px to where each border of the line, on its way out, leaves the ground. */
  const reach = (wx, wy) => [-width / 2, width / 2].map((aside) => {
    const px = from[0] - aside * wy, py = from[1] + aside * wx;
    const toSide = wx ? ((wx > 0 ? left + wide : left) - px) / wx : Infinity;
    const toLevel = wy ? ((wy > 0 ? top + high : top) - py) / wy : Infinity;
    return Math.min(toSide, toLevel);
  });
  const [back, ahead] = [reach(-dx, -dy), reach(dx, dy)];
  const wedge = Math.max(...[back, ahead].map(([one, other]) => Math.abs(one - other)));
  const [behind, before] = [back, ahead].map((both) => Math.max(...both));
  // A curve that bends within its gap keeps its wedges.
  if (!(LEAST_WEDGE <= wedge && wedge <= MOST_WEDGE) || behind > at || before > size - at) return null;
  return [from[0] - dx * behind, from[1] - dy * behind, from[0] + dx * before, from[1] + dy * before];
};
