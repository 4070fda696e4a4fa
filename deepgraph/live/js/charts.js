// Small charts: curves as SVG, maps on a canvas, both in the colours of the picture.

/** An element of SVG, as `make` does for HTML. */
const draw = (/** @type {string} */ tag, attributes = {}, ...children) => {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
};

/**
 * The smallest and the largest of the finite numbers; both 0 if there is none.
 * @param {Iterable<number>} numbers
 * @returns {[number, number]}
 */
const extent = (numbers) => {
  let low = Infinity, high = -Infinity;
  for (const value of numbers) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : [0, 0];
};

/**
 * The line through points, broken where a value is not finite.
 * @param {ArrayLike<number>} xs
 * @param {ArrayLike<number>} ys
 * @param {{x: [number, number], y: [number, number], left: number, top: number, width: number,
 *   height: number}} frame ranges of the values, and their place in the chart
 * @returns {string} for the attribute d
 */
const linePath = (xs, ys, frame) => {
  let path = "", pen = "M";
  for (let i = 0; i < xs.length; i++) {
    const [x, y] = placeIn(frame, xs[i], ys[i]);
    if (!Number.isFinite(y)) {
      pen = "M";
      continue;
    }
    path += `${pen}${x.toFixed(1)} ${y.toFixed(1)}`;
    pen = "L";
  }
  return path;
};

/**
 * The place of a point in a frame, at its middle where the range is a single number. Halves, since
 * the distance of two doubles may be more than any double.
 */
const placeIn = (frame, x, y) => {
  const share = ([low, high], value) => (high > low ? (value / 2 - low / 2) / (high / 2 - low / 2) : 0.5);
  return [
    frame.left + share(frame.x, x) * frame.width,
    frame.top + (1 - share(frame.y, y)) * frame.height,
  ];
};

/** The room for the numbers beside a chart and below it. */
const BESIDE = 74, BELOW = 20;

/** The least width of a chart with numbers, whose texts keep their size on every screen. */
const LEAST_WIDTH = 240;

/**
 * A chart of one line, with a mark where it is now. With `numbers` at the ends of its axes it is as
 * wide as its place.
 * @param {{width: number, height: number, numbers: boolean}} size
 */
class LineChart {
  constructor({ width, height, numbers }) {
    this.height = height;
    this.zero = draw("line", { class: "chart-zero" });
    this.line = draw("path", { class: "chart-line" });
    this.upright = draw("line", { class: "chart-now" });
    this.dot = draw("circle", { class: "chart-dot", r: numbers ? 5 : 4 });
    this.ground = draw("rect", { class: "chart-frame" });
    const text = (anchor) => draw("text", { "text-anchor": anchor, class: "chart-text" });
    this.texts = numbers ? { high: text("end"), low: text("end"), from: text("start"), to: text("end") } : null;
    this.element = draw("svg", { class: "chart", role: "img" },
      this.ground, this.zero, this.upright, this.line, this.dot, ...Object.values(this.texts ?? {}));
    this.layOut(width);
    /** What `show` was given last. */
    this.shown = null;
    if (numbers) {
      new ResizeObserver(([{ contentRect }]) => {
        this.layOut(Math.max(LEAST_WIDTH, contentRect.width));
        if (this.shown) this.show(...this.shown);
      }).observe(this.element);
    }
  }

  /** Places what does not depend on values. */
  layOut(width) {
    if (width === this.width) return;
    this.width = width;
    const { height, texts } = this, numbers = texts !== null;
    const left = numbers ? BESIDE : 3, top = numbers ? 8 : 4, below = numbers ? BELOW : 4;
    const wide = width - left - 8, high = height - top - below, base = top + high;
    this.size = { left, top, width: wide, height: high };
    const place = (element, places) => {
      for (const [name, value] of Object.entries(places)) element.setAttribute(name, value);
    };
    place(this.element, { viewBox: `0 0 ${width} ${height}` });
    place(this.ground, { x: left, y: top, width: wide, height: high });
    if (!numbers) return;
    place(texts.high, { x: left - 6, y: top + 11 });
    place(texts.low, { x: left - 6, y: base - 3 });
    place(texts.from, { x: left, y: base + 15 });
    place(texts.to, { x: left + wide, y: base + 15 });
  }

  /**
   * @param {ArrayLike<number>} xs
   * @param {ArrayLike<number>} ys
   * @param {{x: [number, number], y: [number, number], now: [number, number], label: string,
   *   texts?: Object<string, string>}} options ranges; the point that is marked if it lies in them; a text for those
   *   who do not see it; the texts high, low, from and to
   */
  show(xs, ys, { x, y, now, label, texts = {} }) {
    this.shown = [xs, ys, { x, y, now, label, texts }];
    const inner = { ...this.size, top: this.size.top + 5, height: this.size.height - 10 };
    const frame = { ...inner, x, y }, [, zero] = placeIn(frame, 0, 0);
    this.line.setAttribute("d", linePath(xs, ys, frame));
    const seen = y[0] < 0 && y[1] > 0;
    setLine(this.zero, [frame.left, zero, frame.left + frame.width, zero], seen);
    const [atX, atY] = placeIn(frame, ...now), { top, height } = this.size;
    const isInside = now[0] >= x[0] && now[0] <= x[1], marked = isInside && Number.isFinite(atY);
    setLine(this.upright, [atX, top, atX, top + height], isInside);
    this.dot.setAttribute("cx", marked ? atX.toFixed(1) : -99);
    this.dot.setAttribute("cy", marked ? atY.toFixed(1) : -99);
    for (const [name, element] of Object.entries(this.texts ?? {})) setText(element, texts[name] ?? "");
    this.element.setAttribute("aria-label", label);
  }
}

/** Places a line; far outside if it is not to be seen. */
const setLine = (line, ends, seen) => {
  ["x1", "y1", "x2", "y2"].forEach((name, i) => line.setAttribute(name, seen ? ends[i].toFixed(1) : -99));
};

/** Colours by theme and name: to ask the browser for one lays out the page. */
const colors = {};

/** Red, green and blue of a colour of the style sheet, such as "--dg-positive". */
const colorOf = (/** @type {string} */ name) => {
  const root = document.documentElement;
  return (colors[root.getAttribute("data-theme") + name] ??= readColor(getComputedStyle(root).getPropertyValue(name).trim()));
};

/** Red, green and blue of #abc or #aabbcc. */
const readColor = (/** @type {string} */ text) => {
  const full = text.length === 4 ? text.replace(/[0-9a-f]/gi, "$&$&") : text;
  return [1, 3, 5].map((at) => parseInt(full.slice(at, at + 2), 16));
};

/** How strong the colour of the largest value is. */
const STRONGEST = 0.85;

/**
 * The colours of a map: from the ground to that of positive edges above the middle, to that of
 * negative ones below it.
 * @param {Float64Array} values
 * @param {number} middle where there is no colour
 * @param {number} most the distance from it with the strongest colour
 * @returns {(at: number) => number[]} an array that the next call writes again
 */
const twoColors = (values, middle, most) => {
  const [ground, above, below, odd] = ["--dg-page", "--dg-positive", "--dg-negative", "--dg-muted"].map(colorOf), mixed = [];
  return (at) => {
    const value = values[at];
    if (Number.isNaN(value)) return odd;
    const share = most > 0 ? Math.min(1, Math.abs(value - middle) / most) * STRONGEST : 0;
    const other = value > middle ? above : below;
    for (let i = 0; i < 3; i++) mixed[i] = ground[i] + (other[i] - ground[i]) * share;
    return mixed;
  };
};

/** Hues of classes, apart for colour-blind readers (Okabe and Ito 2008), mixed with the ground. */
const CLASS_COLORS = [
  [0, 114, 178], [230, 159, 0], [0, 158, 115], [204, 121, 167], [86, 180, 233], [213, 94, 0],
  [240, 228, 66], [120, 120, 120],
];

/** The colours of a map of classes. */
const classColors = (/** @type {ArrayLike<number>} */ classes) => {
  const ground = colorOf("--dg-page"), odd = colorOf("--dg-muted");
  const mixed = CLASS_COLORS.map((color) => color.map((part, i) => (part + ground[i]) / 2));
  return (at) => (classes[at] < 0 ? odd : mixed[classes[at] % mixed.length]);
};

/**
 * Paints a map as large as its canvas, the lowest row at the bottom.
 * @param {HTMLCanvasElement} canvas
 * @param {(at: number) => number[]} color of the value at row · width + column
 */
const paintMap = (canvas, color) => {
  const { width, height } = canvas;
  const context = canvas.getContext("2d"), image = context.createImageData(width, height), { data } = image;
  let at = 0;
  for (let row = height; row--;) {
    for (let column = 0; column < width; column++) {
      const parts = color(row * width + column);
      for (let i = 0; i < 3; i++) data[at++] = parts[i];
      data[at++] = 255;
    }
  }
  context.putImageData(image, 0, 0);
};

/** Calls a function after the page has become dark or light: the switch and the system both set the mark. */
const whenThemeChanges = (/** @type {() => void} */ call) => {
  new MutationObserver(call).observe(document.documentElement, { attributeFilter: ["data-theme"] });
};
