/* Minutes left of something that ends: <span data-until="ISO time">27</span>. At its end the words around it
   ([data-running]) give way to those of [data-over] beside them. The figure has its width from the start, so nothing moves. */
(() => {
  function tick() {
    for (const left of document.querySelectorAll("[data-until]")) {
      const minutes = Math.ceil((Date.parse(left.dataset.until) - Date.now()) / 60000);
      const line = left.closest("[data-countdown]");
      left.textContent = Math.max(minutes, 0);
      line.querySelector("[data-running]").hidden = minutes <= 0;
      line.querySelector("[data-over]").hidden = minutes > 0;
    }
  }
  setInterval(tick, 10000);
  document.addEventListener("htmx:afterSettle", tick);
  tick();
})();
