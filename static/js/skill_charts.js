/* Choosing people for the radar: at most as many as stay readable. */
(() => {
  const form = document.getElementById("compare-form");
  if (!form) return;
  const boxes = [...form.querySelectorAll('input[name="with"]')];
  const most = Number(form.dataset.most);
  function limit() {
    const full = boxes.filter((box) => box.checked).length >= most;
    boxes.forEach((box) => { box.disabled = full && !box.checked; });
  }
  form.addEventListener("change", limit);
  limit();
})();
