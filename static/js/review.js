/* Review of a plan by keyboard: a accepts, r rejects, d redirects the current row (j/k walk, keys.js). The row keeps its
   place when the server's answer replaces it; a decision made in the drawer closes the drawer. */
(() => {
  const form = document.querySelector("form[data-review]");
  if (!form) return;
  const writing = (target) => target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
  const current = () => form.querySelector("[data-row][data-current]") || form.querySelector("[data-row]");
  let wasCurrent = "";

  // On a narrow screen the groups would push the moves out of sight: only the one in use stays open.
  if (window.matchMedia("(max-width: 1199.98px)").matches) {
    document.querySelectorAll(".review-groups details").forEach((group) => { group.open = Boolean(group.querySelector(".is-on")); });
  }

  const press = (act) => (event) => {
    if (event.isComposing || event.keyCode === 229 || writing(event.target) || document.querySelector("dialog[open]")) return;
    const button = current()?.querySelector(`[data-act="${act}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  };
  window.tinykeys.tinykeys(window, { a: press("accept"), r: press("reject"), d: press("redirect") });

  document.addEventListener("htmx:beforeSwap", (event) => {
    const target = event.detail.target;
    if (!target.matches?.("[data-row]")) return;
    wasCurrent = target.hasAttribute("data-current") ? target.id : "";
    const drawer = document.getElementById("drawer");
    if (event.detail.requestConfig.elt.closest?.("[data-closes-drawer]") && event.detail.xhr.status === 200) {
      window.tabler.Offcanvas.getInstance(drawer)?.hide();
    }
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (!wasCurrent) return;
    const row = document.getElementById(wasCurrent);
    wasCurrent = "";
    const next = row?.nextElementSibling?.matches("[data-row]") ? row.nextElementSibling : row;
    next?.setAttribute("data-current", "");
    next?.querySelector("a[href]")?.focus({ preventScroll: true });
    next?.scrollIntoView({ block: "nearest" });
  });
})();
