/* The value policy desk. Every number gets a slider; weights always add up to 100; changes are tried on the server at most
   every 200 ms (the panel listens to "try" and drops answers that are out of date). Without this script the numbers do. */
(() => {
  const form = document.getElementById("policy-form");
  if (!form) return;
  const panel = document.getElementById("value-effect");
  const numbers = [...form.querySelectorAll("input[data-slider]")];
  const sliders = new Map();
  const value = (input) => Number(input.value);
  const usable = (input) => input.value !== "" && Number.isFinite(value(input));

  // --- sliders: even, one place a grain of the number; or logarithmic, 24 places a decade, two digits that all differ ---
  const ends = (input) => [Number(input.dataset.low), Number(input.dataset.high)];
  const isLog = (input) => input.dataset.slider === "log";
  const grain = (input) => (input.step === "any" && ends(input)[1] - ends(input)[0] <= 20 ? 10 : 1);
  function places(input) {
    const [low, high] = ends(input);
    return isLog(input) ? Math.floor(Math.log10(high / low) * 24) : Math.round((high - low) * grain(input));
  }
  function position(input) {
    const [low, high] = ends(input);
    const inside = Math.min(Math.max(value(input), low), high);
    return isLog(input)
      ? Math.round((Math.log(inside / low) / Math.log(high / low)) * places(input))
      : Math.round((inside - low) * grain(input));
  }
  function amount(input, place) {
    const [low, high] = ends(input);
    return isLog(input) ? Number((low * (high / low) ** (place / places(input))).toPrecision(2)) : low + place / grain(input);
  }
  numbers.forEach((input) => {
    const slider = document.createElement("input");
    slider.type = "range";
    slider.max = String(places(input));
    slider.setAttribute("aria-label", form.querySelector(`label[for="${input.id}"]`).textContent);
    slider.dataset.of = input.id;
    input.before(slider);
    sliders.set(input, slider);
  });

  // --- weights ---
  const weights = [...form.querySelectorAll("[data-weights] input[data-slider]")];
  const locks = new Map(weights.map((input) => [input, form.querySelector(`[data-lock="${input.id}"]`)]));
  const tenth = (share) => Math.round(share * 10) / 10;
  function balance(moved) {
    if (!weights.every(usable)) return;
    const kept = weights.filter((input) => input !== moved && locks.get(input).checked);
    const free = weights.filter((input) => input !== moved && !kept.includes(input));
    const room = 100 - kept.reduce((sum, input) => sum + value(input), 0);
    const target = free.length ? Math.min(Math.max(value(moved), 0), room) : room;
    const rest = tenth(room - target);
    const sum = free.reduce((total, input) => total + value(input), 0);
    moved.value = String(tenth(target));
    free.forEach((input, index) => {
      const others = free.slice(0, index).reduce((total, each) => total + value(each), 0);
      const share = sum > 0 ? value(input) / sum : 1 / free.length;
      input.value = String(tenth(index === free.length - 1 ? rest - others : rest * share));
    });
  }
  function drawWeights() {
    let start = 0;
    form.querySelectorAll(".weight-bar rect").forEach((bar, index) => {
      const width = Math.max(value(weights[index]) || 0, 0);
      bar.setAttribute("x", String(start));
      bar.setAttribute("width", String(width));
      start += width;
    });
  }

  // --- what differs from the version in force ---
  function mark(input) {
    const base = input.dataset.base;
    const differs = value(input) !== Number(base);
    let was = input.parentElement.querySelector(".was");
    if (!differs) { was?.remove(); return; }
    if (was) return;
    was = document.createElement("button");
    was.type = "button";
    was.className = "was";
    was.title = form.dataset.reset;
    was.textContent = `${form.dataset.was} ${Number(base).toLocaleString()}`;
    was.addEventListener("click", () => { input.value = base; changed(input); });
    input.parentElement.append(was);
  }
  function show() {
    numbers.forEach((input) => {
      if (usable(input)) sliders.get(input).value = String(position(input));
      mark(input);
    });
    drawWeights();
  }

  // --- trying ---
  let timer = 0;
  function changed(input) {
    if (weights.includes(input)) balance(input);
    show();
    window.clearTimeout(timer);
    timer = window.setTimeout(() => form.dispatchEvent(new CustomEvent("try")), 200);
  }
  form.addEventListener("input", (event) => {
    const input = event.target.type === "range" ? document.getElementById(event.target.dataset.of) : event.target;
    if (!numbers.includes(input)) return;
    if (event.target.type === "range") input.value = String(amount(input, Number(event.target.value)));
    // A weight that is being typed is balanced when it is left: "1" on the way to "15" must not push the others away.
    if (event.target.type !== "range" && weights.includes(input)) return;
    changed(input);
  });
  form.addEventListener("change", (event) => {
    if (weights.includes(event.target)) changed(event.target);
  });

  // --- what the server finds wrong: {id of the field: [texts]}; nothing wrong takes all messages away ---
  document.body.addEventListener("faults", (event) => {
    const faults = event.detail;
    const wrong = Object.keys(faults).filter((id) => document.getElementById(id));
    form.querySelectorAll(".field-errors").forEach((list) => list.remove());
    numbers.forEach((input) => {
      input.removeAttribute("aria-invalid");
      input.removeAttribute("aria-errormessage");
    });
    wrong.forEach((id) => {
      const input = document.getElementById(id);
      const list = document.createElement("ul");
      list.className = "field-errors";
      list.id = `${id}_error`;
      list.append(...faults[id].map((text) => Object.assign(document.createElement("li"), { textContent: text })));
      input.after(list);
      input.setAttribute("aria-invalid", "true");
      input.setAttribute("aria-errormessage", list.id);
      input.closest("details")?.setAttribute("open", "");
    });
    panel.classList.toggle("is-stale", wrong.length > 0);
    document.querySelector(".stale-mark").hidden = wrong.length === 0;
  });

  form.querySelectorAll(".lock").forEach((lock) => { lock.hidden = false; });
  show();
})();
