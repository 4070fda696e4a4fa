// The state in the fragment of the URL: `#live=1&spec=…&x=0.5,1&p=3:0.7&…`, so that a link shows what
// its sender saw. Numbers are written in full and come back as the same doubles.

const STATE_VERSION = "1";
/** What a text may say beside the settings of panels. */
const KEYS = ["live", "spec", "x", "p", "t", "loss", "row", "on", "mode", "step", "hidden"];
/** Milliseconds after the last change before the URL follows. */
const URL_DELAY = 300;

const listOf = (state, kind) =>
  Array.from(state[kind], (value, at) => state.typedText(kind, at) ?? exactText(value)).join(",");

/** The shortest text of a number, with the sign of −0; empty for NaN. */
const exactText = (/** @type {number} */ value) => (Number.isNaN(value) ? "" : Object.is(value, -0) ? "-0" : String(value));

/** The text of the state: all that differs from the start. */
const stateText = ({ state, data, secret }) => {
  const { start } = state, parts = [["live", STATE_VERSION], ["spec", data.digest]];
  const differs = (one, other) => one.some((value, at) => !Object.is(value, other[at]));
  if (differs(state.inputs, start.inputs)) parts.push(["x", listOf(state, "inputs")]);
  const changed = state.changed.map((number) => `${number}:${state.typedText("parameters", number) ?? exactText(state.values[number])}`);
  if (changed.length) parts.push(["p", changed.join(",")]);
  if (differs(state.targets, start.targets)) parts.push(["t", listOf(state, "targets")]);
  if (state.loss !== state.program.data.loss) parts.push(["loss", state.loss]);
  if (state.row !== start.row) parts.push(["row", state.row + 1]);
  if (state.item) parts.push(["on", itemKey(state.item)]);
  if (state.mode !== "explore") parts.push(["mode", state.mode]);
  if (state.step) parts.push(["step", state.step]);
  if (state.settings.quiz) parts.push(["hidden", [...secret].join(".")]);
  for (const [panel, settings] of Object.entries(state.settings)) {
    for (const [name, value] of Object.entries(settings)) parts.push([`${panel}.${name}`, value]);
  }
  return parts.map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value).replaceAll("%2C", ",").replaceAll("%3A", ":")}`).join("&");
};

/**
 * Takes over the state of a text; of one that is wrong in any part nothing is taken.
 * @returns {string} empty, or the key of the words that say why the text was passed over
 */
const takeState = (page, text) => {
  if (!text) return "";
  let parts;
  try {
    parts = new Map(text.split("&").map((part) => part.split("=").map(decodeURIComponent)));
  } catch {
    return "url_garbage";
  }
  if ([...parts.values()].includes(undefined)) return "url_garbage"; // a link that was cut short
  if (!parts.has("live")) return "url_garbage";
  if (parts.get("live") !== STATE_VERSION) return "url_version";
  if (parts.get("spec") !== page.data.digest) return "url_other";
  const found = readState(page, parts);
  if (!found) return "url_garbage";
  const { state } = page;
  state.inputs.set(found.inputs);
  state.values.set(found.values);
  state.targets.set(found.targets);
  Object.assign(state, { loss: found.loss, row: found.row, item: found.item, mode: found.mode, step: found.step, settings: found.settings });
  for (const given of found.texts) state.noteText(...given);
  page.secret = found.secret;
  state.tell(...PARTS);
  return "";
};

/** The state that the parts of a text say; null if one of them is wrong. */
const readState = (page, parts) => {
  const { state, program } = page, { start } = state;
  const texts = [];
  const number = (text, kind, at) => {
    const value = plainNumber(text) === text ? readNumber(text) : null;
    if (value !== null) texts.push([kind, at, value, text]);
    return value ?? NaN;
  };
  const whole = (text, most) => (/^\d{1,9}$/.test(text) && Number(text) <= most ? Number(text) : -1);
  const numbers = (key, kind, gaps) => {
    const usual = start[kind];
    if (!parts.has(key)) return usual.slice();
    const given = parts.get(key).split(",");
    const found = given.map((text, at) => (gaps && text === "" ? NaN : number(text, kind, at)));
    const sound = found.every((value, at) => Number.isFinite(value) || (gaps && given[at] === ""));
    return sound && found.length === usual.length ? Float64Array.from(found) : null;
  };
  const inputs = numbers("x", "inputs", false), targets = numbers("t", "targets", true);
  const values = start.values.slice();
  let sound = Boolean(inputs && targets);
  for (const pair of (parts.get("p") ?? "").split(",").filter(Boolean)) {
    const [at, text] = pair.split(":"), place = whole(at, values.length - 1), value = number(text ?? "", "parameters", place);
    sound &&= place >= 0 && Number.isFinite(value);
    if (sound) values[place] = value;
  }
  const loss = parts.get("loss") ?? program.data.loss, mode = parts.get("mode") ?? "explore";
  sound &&= MODES.includes(mode) && Object.hasOwn(program.data.losses, loss);
  const step = parts.has("step") ? whole(parts.get("step"), 1e6) : 0;
  const rows = sourcesOf(page).flatMap((source) => source.rows);
  const isRow = (row) => row >= 0 && isSame(rows[row], Array.from(inputs ?? []));
  const row = parts.has("row") ? whole(parts.get("row"), rows.length) - 1 : isRow(start.row) ? start.row : -1;
  sound &&= step >= 0 && row >= -1 && (row === -1 || isRow(row));
  let item = null;
  if (parts.has("on")) {
    const [, letter, text] = /^([ne])(\d+)$/.exec(parts.get("on")) ?? [];
    const most = letter === "n" ? program.count : program.source.length;
    item = letter ? { kind: letter === "n" ? "node" : "edge", number: whole(text, most - 1) } : null;
    sound &&= Boolean(item) && item.number >= 0;
  }
  const secret = new Set((parts.get("hidden") ?? "").split(".").filter(Boolean).map((text) => whole(text, program.count - 1)));
  const asked = quizOrder(page);
  sound &&= [...secret].every((node) => asked.includes(node));
  const settings = Object.create(null);
  for (const [key, value] of parts) {
    const [panel, name] = key.split(".");
    if (name !== undefined) (settings[panel] ??= Object.create(null))[name] = value;
    else sound &&= KEYS.includes(key);
  }
  sound &&= Object.entries(settings).every(([panel, given]) => {
    const row = PANELS.find((one) => one.name === panel);
    return row && row.isSound && row.isSound(page, given);
  });
  return sound ? { inputs, targets, values, texts, loss, mode, step, row, item, secret, settings } : null;
};

/** Lets the URL follow the state; a frame without an origin of its own may not, and need not. */
const followUrl = (page) => {
  let timer = 0, written = location.hash.slice(1);
  const write = () => {
    if (location.hash.slice(1) !== written) return; // another state is on its way here
    const text = stateText(page), plain = text === `live=${STATE_VERSION}&spec=${encodeURIComponent(page.data.digest)}`;
    try {
      history.replaceState(null, "", plain ? location.href.split("#")[0] : `#${text}`);
    } catch {
      // about:srcdoc and sandboxed frames: the menu still copies the link.
    }
    written = location.hash.slice(1);
  };
  addEventListener("hashchange", () => {
    const text = location.hash.slice(1);
    if (text === written) return;
    written = text;
    const { state } = page;
    state.remember("");
    const trouble = takeState(page, text);
    if (trouble) state.restore(state.start); // as it is told
    page.warn(trouble);
  });
  return () => {
    clearTimeout(timer);
    timer = setTimeout(write, URL_DELAY);
  };
};
