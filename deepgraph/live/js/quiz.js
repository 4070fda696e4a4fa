// The quiz: values are hidden and guessed, one node after the other.

PANELS.push({
  name: "quiz",
  mode: "quiz",
  build(place, page) {
    const { state, program, say } = page;
    const asked = make("label", { class: "question" });
    const guess = make("input", { type: "text", id: newId(), inputmode: "decimal", size: 10, autocomplete: "off" });
    asked.htmlFor = guess.id;
    const verdict = make("p", { class: "verdict", role: "status" }), score = make("p", { class: "told" });
    const check = button(say("check"), () => answer(), { class: "strong" });
    const show = button(say("show_answer"), () => reveal());
    const next = button(say("again"), () => begin());
    const order = [...program.steps].flatMap((step) => (step < program.count ? [step] : [...program.softmax[step - program.count]]))
      .filter((node) => program.kind[node] > BIAS && page.data.pictures[0].nodes.some(({ number }) => number === node))
      .filter((node) => !page.data.hidden.length || page.data.hidden.includes(node));
    let right = 0, tried = false;

    /** The node that is asked for: the first that is still hidden. */
    const now = () => order.find((node) => page.secret.has(node));
    const begin = () => {
      page.secret = new Set(order);
      right = 0;
      ask();
      state.tell("settings");
    };
    const ask = () => {
      tried = false;
      guess.value = "";
      setText(verdict, "");
      const node = now();
      if (node !== undefined) page.choose({ kind: "node", number: node });
    };
    const solved = (node, text) => {
      page.secret.delete(node);
      ask();
      setText(verdict, text);
      state.tell("settings");
    };
    const answer = () => {
      const node = now(), value = state.trace.a[node], given = readNumber(guess.value);
      const name = program.label[node];
      if (given === null) setText(verdict, say("no_number", { text: guess.value }));
      else if (page.figure(given) === page.figure(value)) {
        if (!tried) right += 1;
        solved(node, say("right", { name, value: page.figure(value) }));
      } else {
        tried = true;
        setText(verdict, say(isRounded(guess.value, value) ? "more_digits" : "wrong", { digits: page.data.pictures[0].options.precision }));
      }
    };
    const reveal = () => {
      const node = now();
      solved(node, say("answer_is", { name: program.label[node], value: page.figure(state.trace.a[node]) }));
    };
    guess.addEventListener("keydown", (event) => {
      if (event.key === "Enter") answer();
    });
    fill(place, make("div", { class: "toolbar" }, asked, guess, check, show, next), verdict, score);
    return (changed) => {
      if (changed.has("mode") && !page.secret.size) begin();
      const node = now(), done = node === undefined;
      fill(asked, ...(done ? [say("all_done")] : [`${say("what_is")} `, nameOf(page, program.label[node]), "?"]));
      guess.hidden = check.hidden = show.hidden = done;
      setText(score, say("score", { right, asked: order.length - page.secret.size, all: order.length }));
    };
  },
});

/** True if a guess is the value, rounded to fewer digits than are asked for. */
const isRounded = (text, value) => {
  const decimals = (/[.,](\d+)/.exec(text) ?? ["", ""])[1].length;
  return decimals > 0 && Number(fixed(value, decimals)) === readNumber(text);
};
