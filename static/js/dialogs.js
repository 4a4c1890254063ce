/* Buttons with data-dialog="ID" open a <dialog>; data-dialog-close closes it, and so does a click beside it. */
(() => {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
    if (event.target.closest("[data-dialog-close]")) event.target.closest("dialog").close();
    if (event.target.matches("dialog[open]")) event.target.close();
  });
})();
