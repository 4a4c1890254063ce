/* Lines of a formset: one more on a button ([data-line-add]), or as many as a kept draft had (window.lines.grow).
   The server's empty line stands in a <template> with __prefix__ for its number. */
(() => {
  const count = (box, name) => box.querySelector(`[name$="-${name}_FORMS"]`);

  function add(box) {
    const total = count(box, "TOTAL");
    box.querySelector("template").insertAdjacentHTML("beforebegin", box.querySelector("template").innerHTML.replaceAll("__prefix__", total.value));
    total.value = Number(total.value) + 1;
    box.querySelector("[data-line-add]").hidden = Number(total.value) >= Number(count(box, "MAX_NUM").value);
    const line = [...box.querySelectorAll("[data-line]")].pop();
    window.htmx.process(line);
    return line;
  }

  function grow(form, lines, wanted) {
    const box = form.querySelector(`[data-lines="${lines}"]`);
    while (box && Number(count(box, "TOTAL").value) < Math.min(wanted, Number(count(box, "MAX_NUM").value))) add(box);
  }
  window.lines = { grow };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-line-add]");
    if (button) add(button.closest("[data-lines]")).querySelector("input, select, textarea").focus();
  });
})();
