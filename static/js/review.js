/* Review of a plan: beside the moves, on a wide screen, the reason card of the current one; the whole review by keyboard.
   a r u l d c act on the current row (j/k walk, keys.js), s solves again, n goes to the next nobody has reviewed. The row
   keeps its place when the server's answer replaces it, and the next undecided one becomes current. */
(() => {
  const form = document.querySelector("form[data-review]");
  const column = document.getElementById("review-card");
  const wide = window.matchMedia("(min-width: 1200px)");
  const beside = () => column && wide.matches;
  const writing = (target) => target.closest?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

  /* --- a newer round: shown at once to whoever asked for it, unless busy writing --- */
  let asked = false;
  document.addEventListener("submit", (event) => { if (event.target.matches("[data-again]")) asked = true; }, true);
  document.addEventListener("htmx:afterSettle", () => {
    const link = document.querySelector("#review-status[data-newer] [data-show-round]");
    if (asked && link && !writing(document.activeElement)) window.location.assign(link.href);
  });
  if (!form) return;

  /* --- the current row --- */
  const rows = () => [...form.querySelectorAll("[data-row]")];
  const current = () => form.querySelector("[data-row][data-current]") || (beside() ? null : form.querySelector("[data-row]"));
  function makeCurrent(row, { focus = true } = {}) {
    rows().forEach((other) => other.toggleAttribute("data-current", other === row));
    if (!focus) return;
    row.querySelector("a[href]")?.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }
  function nextPending(row) {
    const all = rows();
    const at = all.indexOf(row);
    return [...all.slice(at + 1), ...all.slice(0, at)].find((other) => other.classList.contains("is-pending"));
  }

  /* --- the reason card beside the list: loaded as the reviewer walks, kept for a minute --- */
  const KEPT_FOR = 60000;
  const cards = new Map();
  const keyOf = (row) => `${row.dataset.card}|${row.dataset.stamp}`;
  let timer = 0;
  let wish = "";

  async function fetchCard(row) {
    const key = keyOf(row);
    const kept = cards.get(key);
    if (kept && Date.now() - kept.at < KEPT_FOR) return kept.html;
    const answer = await fetch(row.dataset.card, { headers: { "HX-Request": "true", "HX-Target": "drawer-body" } });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    const html = await answer.text();
    cards.set(key, { html, at: Date.now() });
    return html;
  }
  async function showCard(row) {
    let html;
    try {
      html = await fetchCard(row);
    } catch {
      column.replaceChildren(document.getElementById("panel-error").content.cloneNode(true));
      column.querySelector("[data-retry]")?.addEventListener("click", () => showCard(row));
      return;
    }
    if (row !== form.querySelector("[data-row][data-current]")) return;
    column.innerHTML = html;
    column.scrollTop = 0;
    window.htmx.process(column);
    fulfil(column);
    const ahead = row.nextElementSibling;
    if (ahead?.matches("[data-row]")) fetchCard(ahead).catch(() => {});
  }
  function follow() {
    window.clearTimeout(timer);
    const row = form.querySelector("[data-row][data-current]");
    if (!row || !beside()) return;
    timer = window.setTimeout(() => showCard(row), cards.has(keyOf(row)) ? 0 : 120);
  }
  new MutationObserver(follow).observe(form, { attributes: true, attributeFilter: ["data-current"], subtree: true });
  // The same card must not be in the document twice, beside the list and in the drawer.
  wide.addEventListener("change", () => { if (!beside()) column?.replaceChildren(); follow(); });

  /* --- into the card: to redirect, lock, comment, or just to read --- */
  const PLACES = { redirect: "#redirect-to", lock: "#lock [name=reason]", comment: "#comment-text" };
  function fulfil(box) {
    if (!wish) return;
    const place = box.querySelector(PLACES[wish]);
    wish = "";
    if (!place) return;
    const folded = place.closest("details");
    if (folded) folded.open = true;
    place.focus();
    place.scrollIntoView({ block: "nearest" });
  }
  function into(what) {
    const row = current();
    if (!row) return;
    wish = what;
    if (!beside()) row.querySelector('[data-act="card"]').click();
    else if (column.querySelector("[data-comment], .card-verdict")) fulfil(column);
  }
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id === "drawer-body") fulfil(event.target);
  });
  form.addEventListener("click", (event) => {
    const row = event.target.closest("[data-row]");
    if (!row || !beside()) return;
    const link = event.target.closest('a[data-act="card"]');
    if (link) {
      if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      makeCurrent(row);
      // Enter on the name is a click without a pointer: the reader wants to be in the card.
      if (event.detail === 0) column.focus();
    } else if (!event.target.closest("a, button, input, label")) {
      makeCurrent(row);
    }
  }, true);
  column?.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    form.querySelector("[data-row][data-current] a[href]")?.focus();
  });
  column?.addEventListener("htmx:afterRequest", () => {
    const row = form.querySelector("[data-row][data-current]");
    if (row) cards.delete(keyOf(row));
  });

  /* --- decisions --- */
  const done = [];
  let swapped = null;
  function press(act) {
    current()?.querySelector(`[data-act="${act}"]`)?.click();
  }
  function undo() {
    let row = current();
    while (row && !row.querySelector('[data-act="undo"]') && done.length) row = document.getElementById(done.pop());
    const button = row?.querySelector('[data-act="undo"]');
    if (!button) return;
    makeCurrent(row);
    button.click();
  }
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target, xhr, requestConfig } = event.detail;
    if (!target.matches?.("[data-row]")) return;
    const decision = requestConfig.parameters.decision;
    swapped = { id: target.id, was: target.hasAttribute("data-current"), ok: xhr.status === 200, back: decision === "pending" };
    if (swapped.ok && !swapped.back) done.push(target.id);
    if (swapped.ok && requestConfig.elt.closest?.("[data-closes-drawer]")) {
      window.tabler.Offcanvas.getInstance(document.getElementById("drawer"))?.hide();
    }
  });
  // The next row is current as soon as the answer stands: a key pressed before the page has settled is its own.
  document.addEventListener("htmx:afterSwap", () => {
    if (!swapped?.ok || swapped.back || !swapped.was) return;
    const row = document.getElementById(swapped.id), next = row && nextPending(row);
    if (!next || next === row) return;
    swapped = null;
    makeCurrent(next);
    follow();
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (!swapped) return;
    const { id, was, ok, back } = swapped;
    swapped = null;
    const row = document.getElementById(id);
    if (!row || !was) return;
    makeCurrent((ok && !back && nextPending(row)) || row);
    follow();
  });

  /* --- keys --- */
  const quiet = (run) => (event) => {
    if (event.isComposing || event.keyCode === 229 || writing(event.target) || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    run();
  };
  const solve = () => document.querySelector("form[data-again]")?.requestSubmit();
  window.tinykeys.tinykeys(window, {
    a: quiet(() => press("accept")),
    r: quiet(() => press("reject")),
    u: quiet(undo),
    d: quiet(() => into("redirect")),
    l: quiet(() => into("lock")),
    c: quiet(() => into("comment")),
    o: quiet(() => (beside() ? column.focus() : press("card"))),
    s: quiet(solve),
    "Shift+R": quiet(solve),
    "g g": quiet(() => document.querySelector(".review-groups a.group")?.focus()),
  });
  document.querySelector("[data-key-new]")?.addEventListener("click", (event) => {
    const row = current() || rows()[0];
    const next = row && (row.classList.contains("is-pending") && !row.hasAttribute("data-current") ? row : nextPending(row));
    if (!next) return;
    event.preventDefault();
    makeCurrent(next);
  });

  if (beside()) makeCurrent(form.querySelector("[data-row].is-pending") || form.querySelector("[data-row]"), { focus: false });
})();
