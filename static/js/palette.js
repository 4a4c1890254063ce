/* The search and command window. Clients come from the server as options, pages from the rail. */
(() => {
  const dialog = document.getElementById("palette");
  if (!dialog) return;
  const input = dialog.querySelector("input");
  const results = dialog.querySelector("[data-results]");
  const commands = [...dialog.querySelectorAll("[data-commands] [role=option]")];
  const none = dialog.querySelector("[data-none]");
  const failed = dialog.querySelector("[data-failed]");
  let timer = 0;
  let asked = 0;
  let pending = null;

  const options = () => [...dialog.querySelectorAll("[role=option]")].filter((option) => !option.hidden);

  function choose(option) {
    dialog.querySelectorAll("[role=option]").forEach((other, index) => {
      other.id = `palette-option-${index}`;
      other.setAttribute("aria-selected", String(other === option));
      other.tabIndex = -1;
    });
    if (option) {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }
  function move(by) {
    const all = options();
    if (!all.length) return;
    const now = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
    choose(all[(now + by + all.length) % all.length]);
  }
  function settle() {
    none.hidden = options().length > 0 || !failed.hidden;
    choose(options()[0]);
  }

  function filterPages(words) {
    commands.forEach((option) => { option.hidden = words !== "" && !option.dataset.words.toLowerCase().includes(words); });
  }
  async function ask(words) {
    const turn = ++asked;
    pending?.abort();
    failed.hidden = true;
    if (!words || !dialog.dataset.searchUrl) {
      results.replaceChildren();
      settle();
      return;
    }
    pending = new AbortController();
    try {
      const url = `${dialog.dataset.searchUrl}?${new URLSearchParams({ q: words })}`;
      const answer = await fetch(url, { headers: { "HX-Request": "true" }, signal: pending.signal });
      if (turn !== asked) return;
      if (answer.redirected) { window.location.reload(); return; }
      if (!answer.ok) throw new Error(String(answer.status));
      results.innerHTML = await answer.text();
    } catch (error) {
      if (error.name === "AbortError") return;
      results.replaceChildren();
      failed.hidden = false;
    }
    settle();
  }

  function open() {
    if (dialog.open) return;
    input.value = "";
    results.replaceChildren();
    filterPages("");
    failed.hidden = true;
    dialog.showModal();
    input.focus();
    settle();
  }

  input.addEventListener("input", (event) => {
    if (event.isComposing) return;
    const words = input.value.trim();
    filterPages(words.toLowerCase());
    settle();
    window.clearTimeout(timer);
    timer = window.setTimeout(() => ask(words), 120);
  });
  input.addEventListener("compositionend", () => input.dispatchEvent(new Event("input")));
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "ArrowDown") { event.preventDefault(); move(1); }
    if (event.key === "ArrowUp") { event.preventDefault(); move(-1); }
    if (event.key === "Enter") {
      event.preventDefault();
      const option = options().find((each) => each.getAttribute("aria-selected") === "true");
      if (option) window.location.assign(option.href);
    }
  });
  dialog.addEventListener("mousemove", (event) => {
    const option = event.target.closest("[role=option]");
    if (option && option.getAttribute("aria-selected") !== "true") choose(option);
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });

  document.addEventListener("click", (event) => { if (event.target.closest("[data-palette-open]")) open(); });
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); open(); return; }
    const writing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !writing && !document.querySelector("dialog[open]")) { event.preventDefault(); open(); }
  });
})();
