// Builds the page from its data, and lets everything on it follow the state.

/** Milliseconds of quiet before the outputs are said to screen readers. */
const SAY_DELAY = 500;

/** The page's words by key, with `{name}` for values. */
const sayer = (words) => (key, values = {}) =>
  words[key].replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));

/** @param {Object} data of `deepgraph/live/document.py` */
const start = (data) => {
  const program = readProgram(data.graph);
  WORDS.use(program.data.arithmetic);
  const state = new State(program, data.start, program.values);
  const say = sayer(data.words);
  /** @type {Page} */
  const page = { program, state, data, say, secret: new Set(), near: [], backwards: false };
  page.figure = (value) => figure(value, data.pictures[0].options.precision);
  page.announce = announcer();
  page.choose = (item, near = []) => {
    page.near = near;
    state.choose(item);
  };
  page.edit = () => {};
  const root = document.getElementById("page"), still = document.getElementById("picture");
  const places = skeleton(page, root);
  page.warn = (key) => {
    places.warning.hidden = !key;
    if (key) setText(places.warning, say(key));
  };
  page.redraw = () => page.diagram && page.diagram.update(lookOf(page));
  page.diagram = new Diagram(places.diagram, page, still.querySelector("svg"));
  still.remove();
  const every = [
    buildUndo(places.undo, page), buildInputs(places.inputs, page), buildChosen(places.chosen, page),
    buildChanges(places.changes, page), buildArithmetic(places.arithmetic, page), buildOutputs(places.outputs, places.chosen, page),
    buildModes(places.modes, places.panel, page), followUrl(page),
  ];
  buildSave(places.tools, page);
  buildTheme(places.tools, page);
  if (data.hidden.length) state.mode = "quiz";
  page.warn(takeState(page, location.hash.slice(1)));
  state.on((changed) => {
    page.redraw();
    for (const update of every) update(changed);
  });
  state.tell(...PARTS);
  state.flush();
  tellSelfCheck(places.foot, page);
  if (data.reload) hearOfChanges(data.reload);
  return page;
};

/** Loads the page anew when our own server says that its file changed. */
const hearOfChanges = (/** @type {string} */ path) => {
  new EventSource(path).onmessage = () => {
    history.replaceState(null, "", location.pathname); // the state was of the old file
    location.reload();
  };
};

/** How the picture is shown in the mode of the state. */
const lookOf = (page) => {
  const { state } = page, { mode } = state;
  const look = {
    glow: page.glows, slopes: mode === "slopes" ? state.slopes : null,
    known: null, derived: null, secret: mode === "quiz" ? page.secret : new Set(),
  };
  page.backwards = false;
  if (mode === "step") {
    const { known, derived } = stepsOf(page)[stepNow(page)];
    page.backwards = Boolean(derived);
    Object.assign(look, { known, derived, slopes: derived && state.slopes });
  }
  return look;
};

/** The parts of the page, empty. */
const skeleton = ({ say, data, program }, root) => {
  const part = (name, tag = "section", title = "") => {
    const place = make("div", { class: "inside" }), id = newId();
    const section = make(tag, { class: `part ${name}`, "aria-labelledby": title ? id : null },
      ...(title ? [make("h2", { id }, title)] : []), place);
    return { section, place };
  };
  const diagram = make("div", { class: "diagram" });
  const undo = make("span", { class: "group", role: "group", "aria-label": say("history") });
  const tools = make("span", { class: "group" });
  const modes = make("div", { class: "modes", role: "tablist", "aria-label": say("modes") });
  const panel = make("div", { class: "panel", role: "tabpanel", tabindex: "-1" });
  const warning = make("p", { class: "warning", role: "alert", hidden: true });
  const foot = make("footer", { class: "foot" });
  const outputs = make("div", { class: "outputs" });
  const [inputs, chosen, changes, arithmetic] = [
    part("inputs", "section", say("inputs")), part("chosen", "section", say("chosen")),
    part("changes", "section", say("changes")), part("work", "section", say("arithmetic")),
  ];
  const title = make("h1", {}, program.data.title);
  root.append(
    make("header", { class: "head" }, title, undo, tools),
    warning,
    make("main", {},
      make("div", { class: "stage" }, modes, make("div", { class: "card" }, diagram, outputs, panel), arithmetic.section),
      make("div", { class: "side" }, inputs.section, chosen.section, changes.section)),
    foot);
  if (data.description) title.after(make("p", { class: "description" }, data.description));
  return {
    diagram, undo, tools, modes, panel, warning, foot, outputs,
    inputs: inputs.place, chosen: chosen.place, changes: changes.place, arithmetic: arithmetic.place,
  };
};

/** The outputs in words below the picture, said after a change. */
const buildOutputs = (place, chosen, page) => {
  const { state, program } = page;
  const shown = [...program.outputs].slice(0, 12);
  const parts = shown.map((node) => {
    const value = make("b", {}), element = make("span", { class: "output" }, nameOf(page, program.label[node]), " = ", value);
    return { node, value, element };
  });
  fill(place, ...parts.map(({ element }) => element));
  const follow = buildBar(place, chosen, page);
  return () => {
    const { secret: secrets, known } = lookOf(page);
    for (const { node, value } of parts) {
      const a = state.trace.a[node], secret = secrets.has(node) || (known && !known.has(node));
      const said = secret ? "" : classSaid(program, a);
      setText(value, secret ? "?" : page.figure(a) + (said && `, ${said}`));
    }
    page.announce(place.textContent);
    follow();
  };
};

/**
 * A line at the edge of the window, for what is out of sight: the outputs, with the loss if there are
 * targets; and the chosen number, to which a tap leads.
 */
const buildBar = (outputs, chosen, page) => {
  const { state, program, say, figure } = page;
  const bar = make("div", { class: "bar", "aria-hidden": "true", hidden: true });
  document.body.append(bar);
  const away = new Map(); // what is out of sight, and whether it is below
  let built = "";
  const follow = () => {
    const [number] = state.item && state.item.kind === "edge" ? parametersOf(program, state.item) : [];
    const isAway = away.has(outputs), isLost = away.has(chosen) && number !== undefined;
    bar.hidden = !isAway && !isLost;
    if (bar.hidden) return;
    bar.classList.toggle("low", away.get(isAway ? outputs : chosen));
    const hasLoss = isAway && state.mode !== "quiz" && state.canDerive;
    const wanted = [isAway, hasLoss, isLost && number].join();
    if (built !== wanted) {
      built = wanted;
      fill(bar, ...(isAway ? [...outputs.children].map((part) => part.cloneNode(true)) : []),
        hasLoss ? make("span", {}, `${say("loss")} = `, make("b", {})) : "",
        isLost ? make("span", { class: "pick", onclick: () => chosen.scrollIntoView({ block: "center" }) },
          nameOf(page, parameterName(program, number)), " = ", make("b", {}), " ⇕") : "");
    }
    const values = [
      ...(isAway ? [...outputs.children].map((part) => part.lastChild.textContent) : []),
      ...(hasLoss ? [figure(state.slopes.loss)] : []),
      ...(isLost ? [figure(state.values[number])] : []),
    ];
    [...bar.children].forEach((part, at) => setText(part.querySelector(":scope > b"), values[at]));
  };
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting, boundingClientRect } of entries) {
      if (isIntersecting) away.delete(target);
      else away.set(target, boundingClientRect.top > 0);
    }
    follow();
  });
  for (const place of [outputs, chosen]) observer.observe(place);
  return follow;
};

/** Tells a text to screen readers once nothing has changed for a while. */
const announcer = () => {
  const place = make("p", { class: "hidden", role: "status" });
  document.body.append(place);
  let timer = 0;
  return (text) => {
    clearTimeout(timer);
    timer = setTimeout(() => setText(place, text), SAY_DELAY);
  };
};

/** The tabs of the modes, and the panels of each. */
const buildModes = (tabs, panel, page) => {
  const { state, say } = page;
  const modes = MODES.filter((mode) => mode === "explore" || PANELS.some((one) => one.mode === mode));
  const built = new Map();
  const tabOf = new Map(modes.map((mode) => [mode, make("button", {
    type: "button", role: "tab", id: newId(), onclick: () => open(mode),
  }, say(`mode_${mode}`))]));
  /** A mode that a person chooses comes into sight; at once, so that nothing moves below a finger. */
  const open = (mode) => {
    state.setMode(mode);
    state.flush();
    panel.scrollIntoView({ block: "nearest" });
  };
  panel.id = newId();
  tabs.append(...tabOf.values());
  tabs.addEventListener("keydown", (event) => {
    const at = modes.indexOf(state.mode);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: modes.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const mode = modes[(next + modes.length) % modes.length];
    tabOf.get(mode).focus();
    open(mode);
  });
  let seen = "";
  return (changed) => {
    const mode = modes.includes(state.mode) ? state.mode : "explore";
    if (mode !== seen) {
      seen = mode;
      for (const [name, tab] of tabOf) {
        tab.setAttribute("aria-selected", String(name === mode));
        tab.setAttribute("aria-controls", panel.id);
        tab.tabIndex = name === mode ? 0 : -1;
      }
      panel.setAttribute("aria-labelledby", tabOf.get(mode).id);
      if (!built.has(mode)) {
        const places = PANELS.filter((one) => one.mode === mode).map((one) => {
          const place = make("div", { class: one.name });
          return { place, update: one.build(place, page) };
        });
        built.set(mode, places);
      }
      fill(panel, ...(mode === "explore" ? [make("p", { class: "told" }, say("explore_hint"))] : built.get(mode).map(({ place }) => place)));
      changed = new Set(PARTS);
    }
    for (const { update } of built.get(mode) ?? []) update(changed);
  };
};

/** The switches of the look: light or dark as the reader's system or by choice, nodes by value. */
const buildTheme = (place, page) => {
  const { say, data } = page, root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const show = (dark) => root.setAttribute("data-theme", dark ? "dark" : "light");
  system.addEventListener("change", () => show(system.matches));
  show(system.matches);
  const theme = button(say("theme"), () => show(root.getAttribute("data-theme") !== "dark"));
  page.glows = data.pictures[0].options.fill === "value";
  const glow = make("button", { type: "button", "aria-pressed": String(page.glows), onclick: () => {
    page.glows = !page.glows;
    glow.setAttribute("aria-pressed", String(page.glows));
    page.redraw();
  } }, say("glow"));
  place.append(glow, theme);
};

/** Says in the foot whether the page computes what Python computed. */
const tellSelfCheck = (place, page) => {
  const { say, program } = page;
  const text = make("span", {});
  place.append(text, make("span", {}, say("made_by", { version: page.data.version })));
  const { verdict, worst } = selfCheck(program);
  setText(text, say(`check_${verdict}`, { ulp: worst }));
};

/** Objects of the data inherit nothing, so that a node may be called "constructor". */
const bare = (_, value) =>
  value && typeof value === "object" && !Array.isArray(value) ? Object.setPrototypeOf(value, null) : value;

const data = JSON.parse(document.getElementById("data").textContent, bare);
fillValues(data);
start(data);
