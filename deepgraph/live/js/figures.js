// How the picture writes numbers, as `draw/view/figures.py`, and how wide they are, as
// `draw/layout/typography.py` reckons.

/** A number with so many significant digits, without the zeros that rounding leaves at its end. */
const figure = (/** @type {number} */ value, /** @type {number} */ digits) => {
  const [mantissa, power] = numberText(value, digits).split("e");
  const short = mantissa.includes(".") ? mantissa.replace(/\.?0+$/, "") : mantissa;
  return power === undefined ? short : `${short}e${power}`;
};

/**
 * A number with just so many decimals, ties to the even digit as in Python.
 * @param {number} value finite
 * @param {number} decimals
 */
const fixed = (value, decimals) => {
  const text = value.toFixed(decimals);
  const exact = Math.abs(value).toFixed(Math.min(decimals + 60, 100));
  const behind = exact.slice(exact.indexOf(".") + 1 + decimals);
  if (!/^50*$/.test(behind)) return text;
  const cut = exact.slice(0, exact.length - behind.length).replace(/\.$/, "");
  return /[02468]$/.test(cut) ? (value < 0 ? "-" : "") + cut : text;
};

/** A number with just so many decimals; 0 is `0`, and one that would vanish has one digit. */
const even = (/** @type {number} */ value, /** @type {number} */ decimals) => {
  if (value === 0) return "0";
  if (!Number.isFinite(value) || Math.abs(value) < 0.5 * 10 ** -decimals) return figure(value, 1);
  return fixed(value, decimals).replace("-", "−");
};

/**
 * The number of decimals with which the numbers of a dense layer are written; null if they are too
 * large or too small, so that they have their significant digits.
 * @param {number[]} values
 * @param {number} digits
 */
const decimalsOf = (values, digits) => {
  const sizes = values.filter((value) => value !== 0 && !Number.isNaN(value)).map(Math.abs);
  if (!sizes.length) return 0;
  const most = Math.max(...sizes);
  if (digits >= 17 || digits <= 2 || !Number.isFinite(most) || most >= 1e7) return null;
  const places = Math.max(digits - 2 - Math.floor(Math.log10(most)), 0);
  if (places > MOST_DECIMALS) return null;
  for (let fewer = 0; fewer < places; fewer++) {
    const same = (size) => Math.abs(Number(fixed(size, fewer)) - size) <= EXACT * size;
    if (sizes.every(same)) return fewer;
  }
  return places;
};

/** A coordinate with at most two decimals. */
const short = (/** @type {number} */ number) => {
  const text = number.toFixed(2).replace(/\.?0+$/, "");
  return text === "-0" ? "0" : text;
};

/**
 * The width of numbers in a font size.
 * @param {{signs: string, regular: number[], bold: number[]}} widths in thousandths of it
 */
const widthsOf = ({ signs, regular, bold }) => {
  const tables = [regular, bold].map((widths) =>
    Object.fromEntries([...signs].map((sign, at) => [sign, widths[at]])));
  return (/** @type {string} */ text, /** @type {number} */ size, isBold = false) => {
    const table = tables[isBold ? 1 : 0];
    let units = 0;
    for (const sign of text) units += table[sign] ?? 700;
    return (units * size) / 1000;
  };
};
