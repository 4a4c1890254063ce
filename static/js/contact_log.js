/* The form of a contact: what is typed survives a lost connection on this machine, and is never posted twice.
   Kept are the fields typed and the client's number in our database, under the draft's token, until the server has them. */
(() => {
  const SHELF = "contact-drafts";
  const shelf = () => { try { return JSON.parse(localStorage.getItem(SHELF) || "{}"); } catch { return {}; } };
  const put = (drafts) => { try { localStorage.setItem(SHELF, JSON.stringify(drafts)); } catch { /* private windows keep nothing */ } };
  const forms = () => [...document.querySelectorAll("form[data-draft]")];
  const owner = () => document.body.dataset.user || "";
  const key = (form) => `${owner()}:${form.dataset.draft}`;

  function keep(form) {
    const fields = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
    const drafts = shelf();
    if (!form.elements.summary.value.trim()) delete drafts[key(form)];
    else drafts[key(form)] = { fields, kept: Date.now() };
    put(drafts);
  }
  function forget(token) {
    const drafts = shelf();
    for (const [name, draft] of Object.entries(drafts)) {
      if (draft.fields.some(([field, value]) => field === "token" && value === token)) delete drafts[name];
    }
    put(drafts);
  }
  function restore(form) {
    const draft = shelf()[key(form)];
    form.dataset.ready = "";
    if (!draft || form.elements.summary.value) return;
    form.querySelectorAll("input[type=checkbox], input[type=radio]").forEach((box) => { box.checked = false; });
    for (const [name, value] of draft.fields) if (name.endsWith("-TOTAL_FORMS")) window.lines.grow(form, name.split("-")[0], Number(value));
    for (const [name, value] of draft.fields) {
      if (name.endsWith("_FORMS")) continue;
      form.querySelectorAll(`[name="${name}"]`).forEach((field) => {
        if (field.type === "checkbox" || field.type === "radio") { if (field.value === value) field.checked = true; }
        else field.value = value;
      });
    }
    form.dispatchEvent(new CustomEvent("draft-restored", { bubbles: true }));
  }
  const banner = (form, shown) => { const line = form.querySelector("[data-offline]"); if (line) line.hidden = !shown; };

  // A talk about an MOT task serves the most urgent one, unless somebody says otherwise.
  document.addEventListener("change", (event) => {
    const boxes = [...(event.target.closest("form[data-draft]")?.querySelectorAll("[name=tasks]") || [])];
    if (event.target.name === "purpose" && event.target.value === "mot" && boxes.length && !boxes.some((box) => box.checked)) boxes[0].checked = true;
  });

  document.addEventListener("input", (event) => { const form = event.target.closest("form[data-draft]"); if (form) keep(form); });
  document.addEventListener("change", (event) => { const form = event.target.closest("form[data-draft]"); if (form) keep(form); });
  document.addEventListener("submit", (event) => { if (event.target.matches("form[data-draft]")) keep(event.target); }, true);

  // The request never arrived, or its answer never came back: the same draft is sent again, and the server knows it.
  document.addEventListener("htmx:sendError", (event) => {
    const form = event.detail.elt.closest?.("form[data-draft]");
    if (form && event.detail.elt === form) { form.dataset.waiting = ""; banner(form, true); }
  });
  window.addEventListener("online", () => forms().forEach((form) => {
    banner(form, false);
    if ("waiting" in form.dataset) { delete form.dataset.waiting; form.requestSubmit(); }
  }));
  window.addEventListener("offline", () => forms().forEach((form) => banner(form, true)));
  document.addEventListener("contact-logged", (event) => forget(event.detail.token));

  // Signing out leaves nothing of a client behind.
  document.addEventListener("submit", (event) => {
    if (event.target.matches("form[data-sign-out]")) localStorage.removeItem(SHELF);
  });

  // Alone on its page, or put into the drawer later.
  const ready = () => forms().filter((form) => !("ready" in form.dataset)).forEach(restore);
  document.addEventListener("htmx:afterSettle", ready);
  ready();
  // Whoever signs in on this machine next finds no draft of another person; old ones go after a day.
  const mine = Object.entries(shelf()).filter(([name, draft]) => name.startsWith(`${owner()}:`) && Date.now() - draft.kept < 864e5);
  put(Object.fromEntries(mine));
})();
