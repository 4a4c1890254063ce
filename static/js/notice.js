/* The director's desk of a notice by keyboard: a grants the current row, r opens it to decline with words (j/k walk, keys.js).
   An answer given in the drawer closes it; the answered row stays the current one. */
(() => {
  const table = document.querySelector(".puts[data-keys=list]");
  if (!table) return;
  const writing = (target) => target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
  const current = () => table.querySelector("[data-row][data-current]") || table.querySelector("[data-row]");
  let answered = "";

  const press = (act) => (event) => {
    if (event.isComposing || event.keyCode === 229 || writing(event.target) || document.querySelector("dialog[open]")) return;
    const control = current()?.querySelector(`[data-act="${act}"]`);
    if (!control) return;
    event.preventDefault();
    control.click();
  };
  window.tinykeys.tinykeys(window, { a: press("grant"), r: press("decline") });

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!event.detail.target.matches?.("[data-row]")) return;
    answered = event.detail.target.id;
    if (event.detail.requestConfig.elt.closest?.("[data-closes-drawer]") && event.detail.xhr.status === 200) {
      window.tabler.Offcanvas.getInstance(document.getElementById("drawer"))?.hide();
    }
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id === "drawer-body") event.target.querySelector("[data-closes-drawer] textarea")?.focus();
    if (!answered) return;
    const row = document.getElementById(answered);
    answered = "";
    table.querySelectorAll("[data-current]").forEach((each) => each.removeAttribute("data-current"));
    row?.setAttribute("data-current", "");
    row?.querySelector("a[href]")?.focus({ preventScroll: true });
  });
})();
