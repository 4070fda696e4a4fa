// What leaves the page: the changed spec, the picture as SVG and PNG, a link with the state.

/** Px of a PNG for each px of the picture. */
const PNG_SCALE = 2;

/** Offers a file to be saved. */
const offer = (name, type, content) => {
  const blob = content instanceof Blob ? content : new Blob([content], { type });
  const link = make("a", { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
};

/** A number or a text of JSON, wherever one begins. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[^\s,\]}]+/y;

/**
 * The places of all numbers in the text of the spec, from the distances that the page brings.
 * @returns {{start: number, end: number, number: number}[]}
 */
const placesOfNumbers = ({ spec, places: [gaps, steps] }) => {
  let at = 0, number = 0;
  return gaps.map((gap, place) => {
    TOKEN.lastIndex = at + gap;
    TOKEN.exec(spec);
    const start = at + gap;
    at = TOKEN.lastIndex;
    number += steps[place];
    return { start, end: at, number };
  });
};

/** Fills the values of parameters from the text of the spec, which has them already. */
const fillValues = (data) => {
  const { value } = data.graph.parameters;
  for (const { start, end, number } of placesOfNumbers(data)) {
    const token = data.spec.slice(start, end);
    if (token !== "null") value[number] = writtenNumber(token.startsWith('"') ? JSON.parse(token) : token);
  }
};

/**
 * The spec as the file has it, with the numbers that changed; the rest keeps its form.
 * @returns {string}
 */
const changedSpec = (page) => {
  const { state, data } = page, pieces = [];
  const written = (number) => {
    const text = state.typedText("parameters", number);
    return text === undefined ? jsonNumber(state.values[number]) : text.includes("/") ? JSON.stringify(text) : jsonDecimal(text);
  };
  const changed = new Map(state.changed.map((number) => [number, written(number)]));
  let done = 0;
  for (const { start, end, number } of placesOfNumbers(data)) {
    if (!changed.has(number) || data.spec.startsWith("null", start)) continue;
    pieces.push(data.spec.slice(done, start), changed.get(number));
    done = end;
  }
  return pieces.join("") + data.spec.slice(done);
};

/** A number as JSON has it, which reads back the same; JSON keeps the sign of -0. */
const jsonNumber = (value) => (Object.is(value, -0) ? "-0.0" : String(value));

/** A decimal that was typed as JSON has it, with a digit on both sides of its point. */
const jsonDecimal = (text) =>
  text.replace("+", "").replace(/^(-?)0*(?=\d)/, "$1").replace(/^(-?)\./, "$10.").replace(/\.(?=$|e)/i, "");

/** The picture that is seen, as a file: colours as attributes, nothing of the page around it. */
const pictureFile = (page) => {
  const { svg, hooks } = page.diagram.current, copy = svg.cloneNode(true);
  for (const element of copy.querySelectorAll(".marks, .unseen")) element.remove();
  paint(svg, copy);
  copy.setAttribute("xmlns", SVG);
  copy.setAttribute("width", hooks.width);
  copy.setAttribute("height", hooks.height);
  copy.setAttribute("role", "img");
  for (const name of ["class", "style"]) copy.removeAttribute(name);
  const title = draw("title", {}), fill = getComputedStyle(page.diagram.place).backgroundColor;
  title.textContent = page.program.data.title;
  copy.prepend(title, draw("rect", { width: hooks.width, height: hooks.height, fill }));
  return `${new XMLSerializer().serializeToString(copy)}\n`;
};

/** Writes the colours that an element has on the page into the same element of a copy. */
const paint = (element, copy) => {
  const originals = [...element.children].filter((child) => !child.matches(".marks, .unseen"));
  [...copy.children].forEach((child, at) => {
    const style = getComputedStyle(originals[at]);
    if (style.display === "none") {
      child.remove();
      return;
    }
    for (const name of ["fill", "stroke"]) {
      if (/(?:^| )[fs]-/.test(child.getAttribute("class") ?? "") && style[name] !== "none") child.setAttribute(name, style[name]);
    }
    if (child.tagName === "path" && !child.getAttribute("fill")) child.setAttribute("fill", "none");
    if (style.opacity !== "1") child.setAttribute("opacity", style.opacity);
    paint(originals[at], child);
    for (const name of ["class", "role", "tabindex", "aria-label", "aria-pressed"]) child.removeAttribute(name);
  });
};

/** The picture as PNG; it fails where a browser has no room for so large a canvas. */
const pictureImage = async (page) => {
  const { hooks } = page.diagram.current, image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(pictureFile(page))}`;
  await image.decode();
  const canvas = make("canvas", { width: Math.ceil(hooks.width * PNG_SCALE), height: Math.ceil(hooks.height * PNG_SCALE) });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!blob) throw new Error("no image");
  return blob;
};

/** Fills the menu of what can be saved. */
const buildSave = (place, page) => {
  const { say, data } = page;
  const stem = data.file.replace(/\.[^.]*$/, "");
  const text = make("textarea", { readonly: true, rows: 8, "aria-label": say("spec_text"), hidden: true, spellcheck: "false" });
  const told = make("p", { class: "told", role: "status" });
  const menu = make("div", { class: "menu" },
    data.spec ? button(say("save_spec"), () => offer(data.file, "application/json", changedSpec(page))) : "",
    button(say("save_svg"), () => offer(`${stem}.svg`, "image/svg+xml", pictureFile(page))),
    button(say("save_png"), async () => {
      try {
        offer(`${stem}.png`, "image/png", await pictureImage(page));
        setText(told, "");
      } catch {
        setText(told, say("no_image"));
      }
    }),
    data.spec ? button(say("show_spec"), () => {
      setText(told, "");
      text.hidden = !text.hidden;
      text.value = changedSpec(page);
      if (!text.hidden) text.select();
    }) : "",
    // A page that stands in the text of another one has no address.
    location.protocol === "about:" ? "" : button(say("copy_link"), async () => {
      const link = `${location.href.split("#")[0]}#${stateText(page)}`;
      try {
        await navigator.clipboard.writeText(link);
        setText(told, say(location.protocol === "file:" ? "copied_file" : "copied"));
      } catch {
        text.hidden = false;
        text.value = link;
        text.select();
      }
    }), text, told);
  const details = make("details", { class: "save" }, make("summary", {}, say("save")), menu);
  document.addEventListener("click", (event) => {
    if (!details.contains(event.target)) details.open = false;
  });
  details.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget && !details.contains(relatedTarget)) details.open = false;
  });
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    details.open = false;
    details.firstChild.focus();
  });
  place.append(details);
};
