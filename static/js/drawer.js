/* Links with data-drawer open in the side panel. The address bar takes the link's own address; back closes the panel. */
(() => {
  const panel = () => document.getElementById("drawer");
  const body = () => document.getElementById("drawer-body");
  let returnFocus = null;

  function fill(url) {
    body().replaceChildren(document.getElementById("drawer-wait").content.cloneNode(true));
    window.tabler.Offcanvas.getOrCreateInstance(panel()).show();
    // The page beside it stays usable, so it is no modal; focus moves in, so that Esc closes it.
    panel().removeAttribute("aria-modal");
    panel().focus();
    window.htmx.ajax("GET", url, { target: "#drawer-body", swap: "innerHTML", source: body() });
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-drawer]");
    if (!link || !panel() || event.defaultPrevented) return;
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    if (!panel().contains(link)) returnFocus = link;
    const state = { drawer: link.href, under: history.state?.under || window.location.href };
    if (history.state?.drawer) history.replaceState(state, "", link.href);
    else history.pushState(state, "", link.href);
    fill(link.href);
  });

  window.addEventListener("popstate", () => {
    if (history.state?.drawer) fill(history.state.drawer);
    else if (panel()) window.tabler.Offcanvas.getInstance(panel())?.hide();
  });

  // Esc closes it from anywhere: what had the focus may have been swapped away, and inside it is Bootstrap that listens.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
    if (panel()?.classList.contains("show") && !panel().contains(event.target)) window.tabler.Offcanvas.getInstance(panel())?.hide();
  });

  document.addEventListener("hidden.bs.offcanvas", (event) => {
    if (event.target !== panel()) return;
    body().replaceChildren();
    if (history.state?.drawer) history.back();
    if (returnFocus?.isConnected) returnFocus.focus();
    returnFocus = null;
  });
})();
