/* A form posts once. The mark is taken back when the page returns from the back/forward cache or the post fails. */
(() => {
  const busy = "data-busy";

  function release(form) {
    form.removeAttribute(busy);
    form.querySelectorAll("[data-was-enabled]").forEach((button) => {
      button.removeAttribute("data-was-enabled");
      button.removeAttribute("aria-disabled");
    });
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.hasAttribute("data-repeatable")) return;
    if (form.hasAttribute(busy)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    form.setAttribute(busy, "");
    // aria-disabled, not disabled: a disabled button would drop its own name and value from the post.
    form.querySelectorAll("button:not([type=button])").forEach((button) => {
      button.setAttribute("data-was-enabled", "");
      button.setAttribute("aria-disabled", "true");
    });
  }, true);

  window.addEventListener("pageshow", () => document.querySelectorAll(`form[${busy}]`).forEach(release));
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt.closest("form");
    if (form) release(form);
  });
  // Another handler refused the submit (a confirm dialog, a validation): the form is still to be sent.
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented && !event.target.matches("[hx-post], [hx-put], [hx-patch], [hx-delete]")) release(event.target);
  });
})();
