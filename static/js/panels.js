/* Parts of a page that load by themselves: a failed one says so and can be retried, the rest of the page stays. */
(() => {
  const loginPath = () => document.body.dataset.loginUrl;

  // A session that ended in the background must not paint the login form into a panel.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const url = event.detail.xhr.responseURL;
    if (url && new URL(url).pathname === loginPath()) {
      event.detail.shouldSwap = false;
      window.location.reload();
    }
  });

  document.addEventListener("htmx:afterSettle", (event) => event.target.removeAttribute("aria-busy"));

  function fail(event) {
    const source = event.detail.elt;
    if (source.closest("[data-quiet]")) return;
    const target = event.detail.target || source;
    const template = document.getElementById("panel-error");
    if (!target.matches("[data-panel], #drawer-body") || !template) {
      window.toast(template.content.textContent.trim().split("\n")[0], "error");
      return;
    }
    target.removeAttribute("aria-busy");
    target.replaceChildren(template.content.cloneNode(true));
    target.querySelector("[data-retry]").addEventListener("click", () => {
      const url = event.detail.pathInfo ? event.detail.pathInfo.requestPath : source.getAttribute("hx-get");
      window.htmx.ajax("GET", url, { target, source: target });
    });
  }
  document.addEventListener("htmx:responseError", fail);
  document.addEventListener("htmx:sendError", fail);

  // A table that scrolls sideways must be reachable without a mouse.
  function reachable() {
    document.querySelectorAll(".table-scroll, .sheet-wide").forEach((box) => {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    });
  }
  document.addEventListener("DOMContentLoaded", reachable);
  document.addEventListener("htmx:afterSettle", reachable);
  window.addEventListener("resize", reachable);

  /* window.toast("text", "success" | "error" | "info"); servers send it as HX-Trigger: {"toast": {"text", "level"}}. */
  window.toast = (text, level = "info") => {
    const rack = document.getElementById("toasts");
    const toast = document.createElement("div");
    toast.className = `notice notice-${level}`;
    toast.textContent = text;
    rack.append(toast);
    window.setTimeout(() => toast.remove(), level === "error" ? 12000 : 5000);
  };
  document.addEventListener("toast", (event) => window.toast(event.detail.text, event.detail.level));
})();
