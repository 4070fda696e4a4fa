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
 * @property {(place: HTMLElement, page: Page) => ((changed: Set<Part>) => void)} build fills the
 *   place; what it returns is called while the panel is seen, and once with all parts when it
 *   comes to be seen
 */

/** @type {Panel[]} */
const PANELS = [];
