/* Keyboard: g + letter goes, j/k walk a list, Enter opens, x chooses, n begins, Ctrl+Enter saves, ? explains.
   A list is any element with data-keys="list"; its rows carry data-row, the first link of a row is what Enter opens.
   The link or button for n carries data-key-new; in a list the current row's own data-row-new comes
   first; where a page has none, n logs a contact (data-key-log). Silent while somebody types or an IME composes. */
(() => {
  const writing = (target) => target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
  const blocked = (event) => event.isComposing || event.keyCode === 229 || writing(event.target) || document.querySelector("dialog[open]");
  const quiet = (run) => (event) => { if (!blocked(event)) run(event); };

  function rows() {
    const list = document.querySelector('[data-keys="list"]');
    return list ? [...list.querySelectorAll("[data-row]")].filter((row) => row.offsetParent !== null) : [];
  }
  function step(by) {
    const all = rows();
    if (!all.length) return;
    const now = all.findIndex((row) => row.hasAttribute("data-current"));
    const next = all[Math.min(Math.max(now + by, 0), all.length - 1)];
    all.forEach((row) => row.removeAttribute("data-current"));
    next.setAttribute("data-current", "");
    next.querySelector("a[href]")?.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }
  const current = () => document.querySelector("[data-row][data-current]");

  const bindings = {
    j: quiet(() => step(1)),
    k: quiet(() => step(-1)),
    x: quiet(() => current()?.querySelector("input[type=checkbox]")?.click()),
    n: quiet((event) => {
      const target = current()?.querySelector("[data-row-new]") || document.querySelector("[data-key-new]") || document.querySelector("[data-key-log]");
      if (target) { event.preventDefault(); target.click(); }
    }),
    "Shift+?": quiet(() => document.getElementById("keys-help")?.showModal()),
    "Control+Enter": (event) => {
      const form = event.target.closest("form");
      if (form && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
    },
    "Meta+Enter": (event) => bindings["Control+Enter"](event),
  };
  document.querySelectorAll("[data-go]").forEach((link) => {
    bindings[`g ${link.dataset.go}`] = quiet((event) => { event.preventDefault(); link.click(); });
  });
  window.tinykeys.tinykeys(window, bindings);

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys-help]")) document.getElementById("keys-help").showModal();
  });
})();
