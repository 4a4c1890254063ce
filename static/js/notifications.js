/* The bell: silent while the tab is hidden, at once when it is seen again; following a notification marks it as read. */
(() => {
  const count = () => document.getElementById("bell-count");

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (document.hidden && event.detail.elt === count()) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && count()) window.htmx.trigger(count(), "wake");
  });

  function follow(event) {
    const link = event.target.closest("a[data-notification][data-unread]");
    if (!link || event.button > 1) return;
    link.removeAttribute("data-unread");
    const headers = JSON.parse(document.body.getAttribute("hx-headers"));
    // The page is left at the same moment; the request goes on without it.
    fetch(link.dataset.notification, { method: "POST", headers, keepalive: true });
  }
  document.addEventListener("click", follow);
  document.addEventListener("auxclick", follow);
})();
