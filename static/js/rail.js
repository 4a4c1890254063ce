/* A group of the rail that was folded stays folded on this machine; the one with the page one is on is always open. */
(() => {
  const SHELF = "rail-folded";
  const folds = [...document.querySelectorAll("[data-fold]")];
  let shut = [];
  try { shut = JSON.parse(localStorage.getItem(SHELF) || "[]"); } catch { /* private windows keep nothing */ }
  folds.forEach((fold) => { fold.open = !shut.includes(fold.dataset.fold) || Boolean(fold.querySelector("[aria-current]")); });

  document.addEventListener("click", (event) => {
    const fold = event.target.closest("[data-fold] > summary")?.parentElement;
    if (!fold) return;
    shut = shut.filter((key) => key !== fold.dataset.fold);
    if (fold.open) shut.push(fold.dataset.fold); // It is open still: the click is about to fold it.
    try { localStorage.setItem(SHELF, JSON.stringify(shut)); } catch { /* as above */ }
  });
})();
