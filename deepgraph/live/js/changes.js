// What changed against the file; undo, redo and reset.

/** Fills the place of the changes; what it returns follows them. */
const buildChanges = (place, page) => {
  const { state, program, say } = page;
  const list = make("ul", { class: "changes" }), told = make("p", { class: "told" });
  fill(place, told, list);
  return (changed) => {
    if (!["values", "inputs"].some((part) => changed.has(part))) return;
    const numbers = state.changed;
    setText(told, numbers.length ? say("changed", { count: numbers.length }) : say("unchanged"));
    fill(list, ...numbers.slice(0, 30).map((number) => {
      const value = state.values[number], whole = state.typedText("parameters", number) ?? numberText(value, 17);
      let shown = formatNumber(value, program.data.precision);
      for (let digits = 5; readNumber(shown) === state.start.values[number]; digits++) shown = numberText(value, digits);
      const isTold = whole.length > shown.length;
      return make("li", {}, nameOf(page, parameterName(program, number)), " ",
        make("s", {}, fileText(page, number)), " → ", make("b", { title: isTold && whole }, isTold ? shown : whole));
    }));
    if (numbers.length > 30) list.append(make("li", {}, say("more", { count: numbers.length - 30 })));
  };
};

/** The buttons in the head of the page that change all: undo, redo, reset. */
const buildUndo = (place, page) => {
  const { state, say } = page;
  const undo = button(say("undo"), () => state.undo(), { title: "Ctrl+Z" });
  const redo = button(say("redo"), () => state.redo(), { title: "Ctrl+Shift+Z" });
  const reset = button(say("reset"), () => state.reset());
  place.append(undo, redo, reset);
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof HTMLInputElement && event.target.type === "text";
    if (typing || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
    event.preventDefault();
    if (event.shiftKey) state.redo();
    else state.undo();
  });
  return () => {
    undo.disabled = !state.past.length;
    redo.disabled = !state.future.length;
    const { start } = state;
    reset.disabled = !state.changed.length && isSame(state.inputs, start.inputs) &&
      isSame(state.targets, start.targets) && state.loss === start.loss;
  };
};
