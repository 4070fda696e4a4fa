// Where panels meet the page. A panel is a row of `PANELS`; `page.js` builds it once and calls what
// `build` returned after every frame in which something changed.

/**
 * What panels know of the page.
 * @typedef {Object} Page
 * @property {Object} program
 * @property {State} state
 * @property {Object} data of the page: ranges, texts, pictures; see `deepgraph/live/document.py`
 * @property {(key: string, values?: Object) => string} say words of the page's language
 * @property {(value: number) => string} figure a number as the picture shows it
 * @property {(text: string) => void} announce tells a text to screen readers, after a while
 */

/**
 * A panel of one mode, or of all.
 * @typedef {Object} Panel
 * @property {string} name unique; the key of its settings in `state.settings`
 * @property {string} mode one of `MODES`; it is seen in this mode only
 * @property {(page: Page, settings: Object<string, string>) => boolean} [isSound] true if settings of
 *   a link are those that the panel could have kept itself; a panel without it has none
 * @property {(place: HTMLElement, page: Page) => ((changed: Set<Part>) => void)} build fills the
 *   place; what it returns is called while the panel is seen, and once with all parts when it
 *   comes to be seen
 */

/** @type {Panel[]} */
const PANELS = [];

/** True if a text is a whole number between two others. */
const isWholeFrom = (/** @type {string} */ text, /** @type {number} */ least, /** @type {number} */ most) =>
  /^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= most;

/** True if all of some settings have a name of a table of checks, and pass. */
const areSound = (settings, checks) =>
  Object.entries(settings).every(([name, text]) => Object.hasOwn(checks, name) && checks[name](text));
