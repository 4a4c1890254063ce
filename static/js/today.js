/* The day's queue after a talk was logged: it comes anew without the client, the place in it is kept, and Esc leads back there. */
(() => {
  const queue = () => document.querySelector("[data-queue]");
  const rows = () => [...queue().querySelectorAll("[data-row]")].filter((row) => row.offsetParent !== null);
  let place = null;

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target !== queue()) return;
    const at = rows().findIndex((row) => row.hasAttribute("data-current"));
    place = at < 0 ? null : at;
  });
  document.addEventListener("htmx:afterSettle", () => {
    // What was said of the log stands in the drawer; the keyboard goes there, so that Esc closes it.
    if (document.querySelector("#drawer.show [data-logged]")) document.getElementById("drawer").focus();
    if (place === null || !queue()) return;
    const all = rows();
    all[Math.min(place, all.length - 1)]?.setAttribute("data-current", "");
    place = null;
  });
  document.addEventListener("hidden.bs.offcanvas", () => queue()?.querySelector("[data-current] a[href]")?.focus());
})();
