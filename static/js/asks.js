/* Questions one at a time ([data-asks] holds [data-ask]): the answered ones stay, the first open one shows, a skipped one goes. */
(() => {
  const boxes = () => document.querySelectorAll("[data-asks]");
  const answered = (ask) => [...ask.querySelectorAll("input, select, textarea")]
    .some((field) => (field.type === "radio" || field.type === "checkbox" ? field.checked : field.value.trim()));

  function show(box) {
    let open = false;
    for (const ask of box.querySelectorAll("[data-ask]")) {
      const done = answered(ask), skipped = "skipped" in ask.dataset && !done;
      ask.hidden = skipped || (!done && open);
      ask.querySelector("[data-ask-skip]").hidden = done;
      if (!done && !skipped) open = true;
    }
    box.hidden = ![...box.querySelectorAll("[data-ask]")].some((ask) => !ask.hidden);
  }

  document.addEventListener("change", (event) => { const box = event.target.closest("[data-asks]"); if (box) show(box); });
  document.addEventListener("draft-restored", (event) => event.target.querySelectorAll("[data-asks]").forEach(show));
  document.addEventListener("click", (event) => {
    const skip = event.target.closest("[data-ask-skip]");
    if (!skip) return;
    const box = skip.closest("[data-asks]");
    skip.closest("[data-ask]").dataset.skipped = "";
    show(box);
    [...box.querySelectorAll("[data-ask]:not([hidden])")].pop()?.querySelector("input, select, textarea").focus();
  });
  document.addEventListener("htmx:afterSettle", () => boxes().forEach(show));
  boxes().forEach(show);
})();
