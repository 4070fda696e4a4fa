// Makes the elements of the page. Texts of the network are always set as text, never as markup.

let madeIds = 0;

/** An id that is unique in the page. */
const newId = () => `dg-${(madeIds += 1)}`;

/**
 * An element.
 * @param {string} tag
 * @param {Object} [attributes] a function under `onclick` and the like is a listener; null and false
 *   leave one out
 * @param {...(Node | string)} children
 */
const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
};

/** Sets the text of an element if it is another one. */
const setText = (/** @type {Node} */ element, /** @type {string} */ text) => {
  if (element.textContent !== text) element.textContent = text;
};

/** Empties an element and fills it anew. */
const fill = (/** @type {Element} */ element, ...children) => element.replaceChildren(...children);

/** A name with its indices lowered and mathematics slanted, as in a line of arithmetic, but never in quotes. */
const nameOf = (page, name) => {
  const { text, runs } = Spelling.named(name);
  return make("span", { class: "name" }, ...(text[0] === '"' ? [name] : setRuns(runs)));
};

/** A step of the form 1, 2 or 5 · 10ⁿ that cuts a range into at least so many parts. */
const niceStep = (/** @type {number} */ range, parts = 200) => {
  const rough = Math.max(range / parts, LEAST_STEP), power = 10 ** Math.floor(Math.log10(rough));
  return power * ([5, 2].find((factor) => factor * power <= rough) ?? 1);
};
/** Below it a power of ten is no longer the double nearest to it. */
const LEAST_STEP = 1e-300;

/** A number rounded to a step, without the dust of binary fractions behind its fifteenth digit. */
const tidy = (/** @type {number} */ value, /** @type {number} */ step) =>
  Number((Math.round(value / step) * step).toPrecision(15));

/** Ends a gesture of keys or of a pointer on an element: what follows is undone by itself. */
const endsGestures = (/** @type {State} */ state, /** @type {Element} */ element) => {
  for (const name of ["change", "keyup", "blur", "pointerup", "pointercancel"]) {
    element.addEventListener(name, () => state.endGesture());
  }
};

/** Why a text is no number, in words. */
const wrongNumber = ({ say }, /** @type {string} */ text) => {
  const key = !text.trim() ? "number_missing" : /\/\s*[+−-]?0+\s*$/.test(text) ? "by_zero"
    : plainNumber(text) === null ? "no_number" : writtenNumber(text) === 0 ? "too_small" : "too_large";
  return say(key, { text });
};

/**
 * A slider and a number field for one number.
 * @param {Page} page
 * @param {{label: string, shown: Node, low: number, high: number, step?: number,
 *   change: (value: number, gesture: string) => void, typed: (value: number, text: string) => void}}
 *   options `label` for screen readers where `shown` is not enough; `typed` is told how a number is
 *   spelled before it changes
 * @returns {{element: HTMLElement, show: (value: number, text?: string) => void,
 *   field: HTMLInputElement}}
 */
const numberControl = (page, { label, shown, low, high, step, change, typed }) => {
  const id = newId(), wrong = make("p", { class: "wrong", id: `${id}-wrong`, hidden: true, role: "alert" });
  const unit = step ?? niceStep(high - low);
  let current = NaN, said = "", isSliding = false;
  const slider = make("input", {
    type: "range", "aria-label": page.say("slider_of", { name: label }), min: low, max: high, step: "any",
  });
  const field = make("input", {
    type: "text", id, autocomplete: "off", spellcheck: "false", size: 8,
    "aria-describedby": `${id}-wrong`,
  });
  const name = make("label", { for: id }, shown);
  const ends = [make("span", {}), make("span", {})];
  /** The slider covers its range, and a value beyond it for as long as that stands. */
  const fit = () => {
    if (Number.isNaN(current)) return;
    slider.min = Math.min(low, current);
    slider.max = Math.max(high, current);
    slider.value = current;
    ends.forEach((end, at) => setText(end, numberText(Number(at ? slider.max : slider.min))));
  };
  /** The ends of a slider are reached as they are, what lies between them in steps. */
  const snapped = (value) => [low, high].find((end) => Math.abs(end - value) < unit / 1000) ?? tidy(value, unit);
  slider.addEventListener("input", () => {
    isSliding = true; // its ends stay where they are below the finger
    change(snapped(Number(slider.value)), "slide");
  });
  slider.addEventListener("change", () => {
    isSliding = false;
    fit();
  });
  const ways = { ArrowUp: 1, ArrowDown: -1 };
  /** A key moves the number by some units. */
  const nudge = (event, by, least, most) => {
    const way = by[event.key];
    if (!way) return;
    event.preventDefault();
    page.state.flush(); // the change before it is the current number
    change(Math.min(most, Math.max(least, tidy(current + way * unit, unit))), "keys");
  };
  for (const element of [slider, field]) endsGestures(page.state, element);
  slider.addEventListener("keydown", (event) => {
    nudge(event, { ...ways, ArrowLeft: -1, ArrowRight: 1, PageUp: 10, PageDown: -10 }, Number(slider.min), Number(slider.max));
  });
  const take = () => {
    const value = readNumber(field.value);
    wrong.hidden = value !== null;
    field.setAttribute("aria-invalid", String(value === null));
    if (value === null) {
      setText(wrong, wrongNumber(page, field.value));
      return;
    }
    typed(value, plainNumber(field.value));
    change(value, "");
    page.state.endGesture();
  };
  field.addEventListener("change", take);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") take();
    if (event.key === "Escape") {
      field.value = said;
      wrong.hidden = true;
      field.removeAttribute("aria-invalid");
    }
    if (ways[event.key] && field.value !== said) take();
    if (wrong.hidden) nudge(event, ways, -Infinity, Infinity);
  });
  const element = make("div", { class: "control" }, name,
    make("div", { class: "slide" }, slider, make("span", { class: "ends", "aria-hidden": "true" }, ...ends)), field, wrong);
  return {
    element, field,
    show(value, text = Number.isNaN(value) ? "" : numberText(value, 17)) {
      if (Object.is(value, current) && text === said) return;
      [current, said] = [value, text];
      if (!isSliding) fit();
      field.value = text;
      slider.setAttribute("aria-valuetext", field.value);
      wrong.hidden = true;
      field.removeAttribute("aria-invalid");
    },
  };
};

/** A button. */
const button = (text, click, attributes = {}) =>
  make("button", { type: "button", onclick: click, ...attributes }, text);
