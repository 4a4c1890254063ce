/* Rows chosen over several pages of a list: templates/components/_bulk_bar.html says how to mark them up. */
(() => {
  const form = document.querySelector("form[data-selection]");
  const bar = form?.querySelector("[data-bulk-bar]");
  if (!bar) return;

  // Kept per filter: another filter begins with nothing chosen. A page key in the address is not part of the filter.
  const query = new URLSearchParams(window.location.search);
  ["after", "before", "sort"].forEach((name) => query.delete(name));
  const key = `chosen:${form.dataset.selection}:${query}`;
  const total = Number(form.dataset.total || 0);
  const all = bar.querySelector("[data-all]");
  const boxes = () => [...form.querySelectorAll("[data-choose]")];
  let chosen = new Set(JSON.parse(sessionStorage.getItem(key) || "[]"));

  function show() {
    const everything = all.value === "1";
    boxes().forEach((box) => {
      box.checked = everything || chosen.has(box.value);
      box.closest("[data-row]")?.setAttribute("aria-selected", String(box.checked));
    });
    const page = form.querySelector("[data-choose-page]");
    if (page) {
      const on = boxes().filter((box) => box.checked).length;
      page.checked = on > 0 && on === boxes().length;
      page.indeterminate = on > 0 && on < boxes().length;
    }
    const count = everything ? total : chosen.size;
    bar.querySelector("[data-count]").textContent = String(count);
    bar.querySelector("[data-choose-all]").hidden = everything || total <= chosen.size;
    bar.hidden = count === 0;
    sessionStorage.setItem(key, JSON.stringify([...chosen]));
  }
  function choose(box, on) {
    if (on) chosen.add(box.value);
    else chosen.delete(box.value);
    all.value = "";
  }

  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-choose-page]")) boxes().forEach((box) => choose(box, event.target.checked));
    else if (event.target.matches("[data-choose]")) choose(event.target, event.target.checked);
    else return;
    show();
  });
  bar.querySelector("[data-choose-all]").addEventListener("click", () => { all.value = "1"; show(); });
  bar.querySelector("[data-choose-none]").addEventListener("click", () => { all.value = ""; chosen = new Set(); show(); });
  form.addEventListener("submit", () => {
    // The rows of other pages are not in the document: post them too.
    form.querySelectorAll("[data-elsewhere]").forEach((input) => input.remove());
    const here = new Set(boxes().map((box) => box.value));
    if (all.value === "1") return;
    [...chosen].filter((value) => !here.has(value)).forEach((value) => {
      const input = document.createElement("input");
      Object.assign(input, { type: "hidden", name: "pk", value });
      input.dataset.elsewhere = "";
      form.append(input);
    });
  });
  document.addEventListener("htmx:afterSettle", show);
  window.addEventListener("pageshow", show);
  show();
})();
