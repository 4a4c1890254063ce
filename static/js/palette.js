/* The search and command window. Clients come from the server as options, pages from the rail.
   An option with data-beside is a second deed of the row it stands in: the right arrow reaches it, up and down pass it by. */
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

  const options = () => [...dialog.querySelectorAll("[role=option]:not([data-beside])")].filter((option) => !option.hidden);
  const chosen = () => dialog.querySelector("[role=option][aria-selected=true]");
  const beside = (option) => option?.parentElement.querySelector(":scope > [data-beside]");

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
    const now = chosen();
    const at = all.findIndex((option) => option === now || (now?.matches("[data-beside]") && beside(option) === now));
    choose(all[(at + by + all.length) % all.length]);
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
    const end = input.selectionStart === input.value.length;
    if (event.key === "ArrowRight" && end && beside(chosen())) { event.preventDefault(); choose(beside(chosen())); }
    if (event.key === "ArrowLeft" && chosen()?.matches("[data-beside]")) {
      event.preventDefault();
      choose(chosen().parentElement.querySelector("[role=option]:not([data-beside])"));
    }
    if (event.key === "Enter") { event.preventDefault(); chosen()?.click(); }
  });
  dialog.addEventListener("mousemove", (event) => {
    const option = event.target.closest("[role=option]");
    if (option && option.getAttribute("aria-selected") !== "true") choose(option);
  });
  // The side panel opens beneath a dialog: the dialog goes first.
  dialog.addEventListener("click", (event) => { if (event.target === dialog || event.target.closest("[data-drawer]")) dialog.close(); });

  document.addEventListener("click", (event) => { if (event.target.closest("[data-palette-open]")) open(); });
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); open(); return; }
    const writing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !writing && !document.querySelector("dialog[open]")) { event.preventDefault(); open(); }
  });
})();
