// The diagram: shows the pictures, and lets a person choose what stands in them.

/** A narrower page shows the picture that flows downwards, if there is one; so does one that would cut the other off. */
const NARROW = 620;
/** Px of the page beside a picture. */
const SIDES = 36;
/** A picture that is a little too wide is drawn smaller by so much, so that nothing is cut off. */
const TIGHT = 0.93;
/** A small picture is not blown up beyond this. */
const MOST_SCALE = 1.15;
/** How near a finger or a pointer must come, in px of the screen. */
const REACH = { touch: 28, mouse: 14 };

/** The parameters that an item lets change: that of an edge, and that of its bias. */
const parametersOf = (program, /** @type {Item} */ item) => {
  if (item.kind === "node") {
    const own = program.biasParameter[item.number];
    return own >= 0 ? [own] : [];
  }
  const own = program.biasParameter[program.source[item.number]];
  return [program.parameter[item.number], own].filter((number) => number >= 0);
};

/** The name of an item for readers: a parameter, a node, or the ends of a wire. */
const itemName = (program, /** @type {Item} */ item) => {
  if (item.kind === "node") return program.label[item.number];
  const [parameter] = parametersOf(program, item);
  if (parameter !== undefined) return parameterName(program, parameter);
  const [source, target] = [program.source, program.target].map((ends) => ends[item.number]);
  return `${program.label[source]} → ${program.label[target]}`;
};

/** The lines of a tooltip: source, target and weight, then weight · source where its value is shown. */
const tipOf = (page, edge) => {
  const { program, state } = page, number = program.parameter[edge];
  if (number < 0 || program.kind[program.source[edge]] === BIAS) return [];
  const source = program.source[edge], [from, to] = [source, program.target[edge]].map((node) => program.ids[node]);
  const name = parameterName(program, number), weight = state.values[number], { secret, known } = lookOf(page);
  const lines = [`${from} → ${to}: ${name} = ${page.figure(weight)}`];
  const isShown = !secret.has(source) && (!known || known.has(source));
  if (isShown) lines.push(`${name}·${from} = ${page.figure(weight * state.trace.a[source])}`);
  if (state.mode === "slopes" && state.slopes) lines.push(`∂ ${page.figure(state.slopes.edges[edge])}`);
  return lines;
};

/** Draws into a place; `update` follows the state. */
class Diagram {
  /** @param {HTMLElement} place @param {Page} page @param {SVGSVGElement} first its picture */
  constructor(place, page, first) {
    this.place = place;
    this.page = page;
    this.still = first.cloneNode(true);
    this.pictures = [this.picture(page.data.pictures[0], first)];
    this.seen = first;
    this.marks = { hover: null, item: null };
    this.hovered = null;
    /** What a pointer reads at an edge; those who listen have its accessible name. */
    this.tip = make("div", { class: "tip", "aria-hidden": "true", hidden: true });
    place.append(first, this.tip);
    this.listen();
    this.fit();
    new ResizeObserver(() => this.fit()).observe(place);
  }

  /** A picture with its handles for screen readers and keys. */
  picture(hooks, svg) {
    svg.setAttribute("role", "group");
    svg.style.maxWidth = `${Math.round(hooks.width * MOST_SCALE)}px`;
    svg.classList.toggle("is-dense", hooks.dense);
    svg.setAttribute("aria-label", hooks.title);
    const picture = new Picture(hooks, svg, this.page.program, this.page.data.widths);
    const under = draw("g", { class: "marks" });
    svg.prepend(under);
    picture.under = under;
    picture.handles = this.handles(picture);
    return picture;
  }

  get current() {
    return this.pictures.find(({ svg }) => svg === this.seen);
  }

  /** Shows the picture that suits the width. */
  fit() {
    const { pictures } = this.page.data;
    const room = this.place.clientWidth;
    const isCut = ({ least }) => room - SIDES < least * TIGHT;
    const wanted = pictures.length > 1 && (room < NARROW || isCut(pictures[0])) ? 1 : 0;
    if (!this.pictures[wanted]) {
      const svg = svgOf(pictures[wanted], pictures[0], this.still);
      this.pictures[wanted] = this.picture(pictures[wanted], svg);
    }
    const { svg } = this.pictures[wanted];
    svg.style.minWidth = isCut(pictures[wanted]) ? `${pictures[wanted].least}px` : "";
    if (svg === this.seen) return;
    this.seen.replaceWith(svg);
    this.seen = svg;
    this.page.redraw();
  }

  // --- what is there to choose ------------------------------------------------------------

  /** The elements that take the focus, in the order of reading, with their items. */
  handles(picture) {
    const found = [];
    const add = (element, item, middle) => {
      // Blanks between its texts, which nobody sees, part them for those who hear them.
      for (const text of element.querySelectorAll("text")) text.after(" ");
      element.setAttribute("role", "button");
      element.setAttribute("tabindex", "-1");
      found.push({ element, item, middle, name: "" });
    };
    for (const node of picture.nodes) {
      if (node.number >= 0) add(node.group, { kind: "node", number: node.number }, node.box);
    }
    for (const edge of picture.edges) {
      const points = pointsOf(edge.curve);
      add(edge.labelGroup ?? edge.group, { kind: "edge", number: edge.number },
        edge.label ? edge.label.at : middleOf(points));
    }
    for (const pill of picture.pills) add(pill.group, { kind: "edge", number: pill.number }, pill.box);
    found.sort((one, other) => one.middle[0] - other.middle[0] || one.middle[1] - other.middle[1]);
    if (found.length) found[0].element.setAttribute("tabindex", "0");
    return found;
  }

  /** The accessible name of an item: what stands there, then what it is. */
  nameFor(item, element) {
    const { say, program } = this.page;
    const visible = [...element.querySelectorAll("text")]
      .filter((text) => getComputedStyle(text).display !== "none" && !text.classList.contains("unseen"))
      .map((text) => text.textContent.trim()).join(" ");
    if (item.kind === "node") {
      const kind = ["input", "bias", "hidden", "output"][program.kind[item.number]];
      return `${visible || program.label[item.number]}, ${say(`kind_${kind}`)}`;
    }
    const [source, target] = [program.source, program.target].map((ends) => program.label[ends[item.number]]);
    return `${visible || itemName(program, item)}, ${say("from_to", { source, target })}`;
  }

  // --- listening --------------------------------------------------------------------------

  listen() {
    const { place } = this;
    place.addEventListener("pointermove", (event) => {
      if (event.pointerType === "touch") return;
      this.hover(this.itemsAt(event)[0] ?? null);
      this.placeTip(event);
    });
    place.addEventListener("pointerleave", () => this.hover(null));
    place.addEventListener("click", (event) => {
      if (event.detail) this.tap(event);
    });
    place.addEventListener("keydown", (event) => this.key(event));
    place.addEventListener("focusin", (event) => {
      const handle = this.current.handles.find(({ element }) => element === event.target);
      if (handle && handle !== this.handleOf(this.page.state.item)) this.page.choose(handle.item);
    });
  }

  /** What may be meant at a point of the screen. */
  itemsAt(event) {
    const box = this.seen.getBoundingClientRect();
    const scale = this.current.hooks.width / box.width;
    const reach = REACH[event.pointerType === "mouse" ? "mouse" : "touch"] * scale;
    return itemsNear(this.current.hooks, (event.clientX - box.left) * scale,
      (event.clientY - box.top) * scale, reach);
  }

  /** A tap chooses what is nearest; one more at the same place what is next. */
  tap(event) {
    const items = this.itemsAt(event);
    if (!items.length) {
      this.page.choose(null);
      return;
    }
    const key = items.map(({ kind, number }) => kind + number).join();
    const { item } = this.page.state;
    const at = items.findIndex((one) => item && one.kind === item.kind && one.number === item.number);
    const again = at >= 0 && this.tapped === key;
    this.tapped = key;
    const chosen = items[again ? (at + 1) % items.length : 0];
    this.page.choose(chosen, items);
    this.focusChosen();
    this.tip.hidden = true; // or it would cover what is about to change
    this.tipped = null;
  }

  /** Arrow keys go to the nearest item in their direction. */
  key(event) {
    const { handles } = this.current;
    const here = handles.find(({ element }) => element === event.target);
    const way = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key];
    if (!here) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.page.edit();
    } else if (event.key === "Home" || event.key === "End") {
      event.preventDefault();
      this.focus(handles[event.key === "Home" ? 0 : handles.length - 1]);
    } else if (way) {
      event.preventDefault();
      const [x, y] = here.middle;
      let best = null, least = Infinity;
      for (const handle of handles) {
        const dx = handle.middle[0] - x, dy = handle.middle[1] - y;
        const along = dx * way[0] + dy * way[1], aside = Math.abs(dx * way[1]) + Math.abs(dy * way[0]);
        if (handle === here || along <= 1 || aside > along * 3) continue;
        if (along + 2 * aside < least) [best, least] = [handle, along + 2 * aside];
      }
      if (best) this.focus(best);
    }
  }

  /** The focus goes to what is chosen, so that arrows go on from there. */
  focusChosen() {
    const handle = this.handleOf(this.page.state.item);
    if (handle) this.focus(handle, true);
  }

  focus(handle, preventScroll = false) {
    for (const { element } of this.current.handles) element.setAttribute("tabindex", element === handle.element ? "0" : "-1");
    handle.element.focus({ preventScroll });
  }

  // --- marks ------------------------------------------------------------------------------

  hover(item) {
    const key = item ? item.kind + item.number : "";
    if (key === this.hovered) return;
    this.hovered = key;
    this.place.classList.toggle("aimed", Boolean(item));
    this.mark("hover", item);
    this.showTip(item);
  }

  showTip(item) {
    const lines = item && item.kind === "edge" ? tipOf(this.page, item.number) : [];
    this.tip.hidden = !lines.length;
    this.tipped = item;
    fill(this.tip, ...lines.map((line) => make("div", {}, line)));
  }

  /** Beside the pointer, on the side where there is room. */
  placeTip({ clientX, clientY }) {
    if (this.tip.hidden) return;
    const { place, tip } = this, box = place.getBoundingClientRect();
    const x = clientX - box.left, y = clientY - box.top, left = x + tip.offsetWidth + 24 > box.width ? x - tip.offsetWidth - 12 : x + 14;
    tip.style.left = `${Math.max(0, left) + place.scrollLeft}px`;
    tip.style.top = `${Math.max(0, y - tip.offsetHeight - 10)}px`;
  }

  /** A soft line around an item, behind everything, and around all other places of its number. */
  mark(name, item) {
    const { under } = this.current;
    if (this.marks[name]) this.marks[name].remove();
    this.marks[name] = null;
    if (!item || !this.handleOf(item)) return;
    this.marks[name] = draw("g", {});
    this.marks[name].append(...this.placesOf(item).map((place) => this.outline(name, place)));
    under.append(this.marks[name]);
  }

  /** An item, and the edges that share its parameter. */
  placesOf(item) {
    const { program } = this.page, [shared] = item.kind === "edge" ? parametersOf(program, item) : [];
    if (shared === undefined) return [item];
    return this.current.handles.map((handle) => handle.item)
      .filter((other) => other.kind === "edge" && parametersOf(program, other)[0] === shared);
  }

  outline(name, item) {
    const { svg, hooks } = this.current;
    const room = (item.kind === "node" ? hooks.nodes : hooks.pills).find(({ number }) => number === item.number);
    const path = room ? null : svg.querySelector(`.edge[data-edge="e${item.number}"] path`);
    const shape = room ? outlineOf(room, 5) : draw("path", { d: path.getAttribute("d") });
    shape.setAttribute("class", `mark-${name}${room ? "" : " line"}`);
    return shape;
  }

  handleOf(item) {
    return item && this.current.handles.find((one) => one.item.kind === item.kind && one.item.number === item.number);
  }

  // --- following --------------------------------------------------------------------------

  /** @param {Look} look */
  update(look) {
    const { state } = this.page;
    this.current.update(state, look);
    if (this.tipped) this.showTip(this.tipped);
    this.mark("item", state.item);
    const chosen = this.handleOf(state.item);
    for (const handle of this.current.handles) {
      const pressed = handle === chosen;
      if (handle.pressed !== pressed) handle.element.setAttribute("aria-pressed", (handle.pressed = pressed));
    }
    this.nameSoon();
  }

  /** Names follow a while later: they are read when the focus comes, and cost time. */
  nameSoon() {
    clearTimeout(this.naming);
    this.naming = setTimeout(() => {
      for (const handle of this.current.handles) {
        const name = this.nameFor(handle.item, handle.element);
        if (handle.name !== name) handle.element.setAttribute("aria-label", (handle.name = name));
      }
    }, 120);
  }
}

/** The SVG of a picture that the page brings as text; its nodes may be those of the first one, moved. */
const svgOf = (hooks, first, still) => {
  const svg = still.cloneNode();
  svg.setAttribute("viewBox", `0 0 ${hooks.width} ${hooks.height}`);
  svg.innerHTML = hooks.svg;
  if (hooks.moved) {
    hooks.nodes = first.nodes.map((node, at) => movedNode(node, hooks.moved[at]));
    const groups = [...still.querySelectorAll(":scope > .node")];
    groups.forEach((group, at) => moveGroup(group, hooks.moved[at]));
    svg.prepend(...groups);
  }
  return svg;
};

/** The hooks of a node at another place. */
const movedNode = (node, [dx, dy]) => {
  const lower = (part) => part && { ...part, y: part.y + dy }, [x, y, ...size] = node.box;
  return { ...node, box: [x + dx, y + dy, ...size], lines: node.lines.map(lower), derivative: lower(node.derivative) };
};

/** Moves the elements of a node. */
const moveGroup = (group, [dx, dy]) => {
  for (const element of group.querySelectorAll("*")) {
    for (const [name, by] of [["x", dx], ["cx", dx], ["y", dy], ["cy", dy]]) {
      if (element.hasAttribute(name)) element.setAttribute(name, short(Number(element.getAttribute(name)) + by));
    }
  }
};
