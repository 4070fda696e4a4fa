// What scrolls can be reached by the keyboard, and what does not is no stop on the way.
(() => {
  const mark = () => {
    for (const box of document.querySelectorAll("pre, p, .formula, .table-wrapper, .pane > div")) {
      const scrolls =
        box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
      if (scrolls) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  };
  addEventListener("load", mark);
  addEventListener("resize", mark);
})();
