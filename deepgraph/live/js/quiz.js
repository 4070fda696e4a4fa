// The quiz: values are hidden and guessed, one node after the other.

/** The nodes that are asked for, in the order of evaluation: all that compute and are drawn, or those of `--blank`. */
const quizOrder = ({ program, data }) => {
  const drawn = new Set(data.pictures[0].nodes.map(({ number }) => number));
  return [...program.steps]
    .flatMap((step) => (step < program.count ? [step] : [...program.softmax[step - program.count]]))
    .filter((node) => program.kind[node] > BIAS && drawn.has(node))
    .filter((node) => !data.hidden.length || data.hidden.includes(node));
};

/**
 * Leaves the page's first row for that of its table with the fewest zeros, where most answers are 0; not a row that the
 * author of the page has asked for.
 */
const leaveDullRow = ({ program, state, data, sources: [table] }, order) => {
  const zeros = (a) => order.filter((node) => a[node] === 0).length;
  if (state.row !== 0 || data.start.given || 2 * zeros(state.trace.a) <= order.length) return;
  const counts = table.rows.slice(0, MOST_ASKED).map((row) => zeros(evaluate(program, state.values, row).a));
  const best = counts.indexOf(Math.min(...counts));
  state.setInputs(table.rows[best], best, table.targets[best]?.map((target) => target ?? NaN));
};
/** Rows that the quiz looks at for one to open with. */
const MOST_ASKED = 100;

PANELS.push({
  name: "quiz",
  mode: "quiz",
  isSound: (page, settings) => areSound(settings, { right: (text) => isWholeFrom(text, 0, quizOrder(page).length) }),
  build(place, page) {
    const { state, program, say } = page;
    const asked = make("label", { class: "question" });
    const guess = make("input", { type: "text", id: newId(), size: 10, autocomplete: "off" });
    asked.htmlFor = guess.id;
    const verdict = make("p", { class: "verdict", role: "status" }), score = make("p", { class: "told" });
    const check = button(say("check"), () => answer(), { class: "strong" });
    const show = button(say("show_answer"), () => reveal());
    const next = button(say("again"), () => begin());
    const order = quizOrder(page);
    let tried = false;
    /** How many were right at the first try; a quiz that has not begun has no settings. */
    const right = () => Number((state.settings.quiz ?? { right: 0 }).right);
    const keep = (count) => state.setSettings("quiz", { right: count });

    /** The node that is asked for: the first that is still hidden. */
    const now = () => order.find((node) => page.secret.has(node));
    const begin = () => {
      page.secret = new Set(order);
      keep(0);
      ask();
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
      if (given === null) setText(verdict, wrongNumber(page, guess.value));
      else if (page.figure(given) === page.figure(value)) {
        if (!tried) keep(right() + 1);
        solved(node, say("right", { name, value: page.figure(value) }));
      } else {
        const isShort = isRounded(guess.value, value);
        tried ||= !isShort;
        setText(verdict, say(isShort ? "more_digits" : "wrong"));
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
      if (changed.has("mode") && !state.settings.quiz) {
        if (page.sources.length) leaveDullRow(page, order);
        begin();
      }
      const node = now(), done = node === undefined;
      fill(asked, ...(done ? [say("all_done")] : [`${say("what_is")} `, nameOf(page, program.label[node]), `? (${say("digits", { digits: page.data.pictures[0].options.precision })})`]));
      guess.hidden = check.hidden = show.hidden = done;
      setText(score, say("score", { right: right(), asked: order.length - page.secret.size, all: order.length }));
    };
  },
});

/** True if a guess is the value, rounded to fewer digits than are asked for. */
const isRounded = (text, value) => {
  const decimals = (/[.,](\d+)/.exec(text) ?? ["", ""])[1].length;
  const given = readNumber(text);
  return (decimals > 0 || given !== 0) && Number(fixed(value, decimals)) === given;
};
