/* Entering results: arrows and Enter walk the column, a column of a spreadsheet can be pasted, the count of filled fields is told.
   Pasted lines of one cell fill downwards from the field; lines of two or more find their person by staff no. or name. */
(() => {
  const table = document.querySelector(".result-entry");
  if (!table) return;
  const fields = [...table.querySelectorAll("input[data-figure]")];
  const filled = document.querySelector("[data-filled]");
  const report = document.querySelector("[data-paste-report]");
  const number = /^[+-]?[\d,.]+\s*[%％分]?$/;

  function count() {
    const done = fields.filter((field) => field.value.trim()).length;
    filled.textContent = filled.dataset.words.replace("{n}", done).replace("{all}", fields.length);
  }
  const bare = (text) => text.trim().replace(/^0+(?=\d)/, "").toLowerCase();
  function personOf(cells) {
    return [...table.querySelectorAll("tr[data-person]")].find((row) =>
      cells.some((cell) => bare(cell) === bare(row.dataset.person) || cell.trim() === row.dataset.name));
  }
  function byPerson(lines) {
    const missing = [];
    let done = 0;
    lines.forEach((cells) => {
      const row = personOf(cells);
      const figure = row && [...cells].reverse().find((cell) => number.test(cell.trim()) && bare(cell) !== bare(row.dataset.person));
      if (figure === undefined) { missing.push(cells.join(" ")); return; }
      row.querySelector("input").value = figure.trim();
      done += 1;
    });
    return { done, missing };
  }
  function downwards(lines, from) {
    const start = fields.indexOf(from);
    lines.forEach(([cell], index) => { if (fields[start + index]) fields[start + index].value = cell.trim(); });
    return { done: Math.min(lines.length, fields.length - start), missing: lines.slice(fields.length - start).map(([cell]) => cell) };
  }

  table.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain").replace(/[\r\n]+$/, "");
    if (!event.target.matches("[data-figure]") || !/[\n\t]/.test(text)) return;
    event.preventDefault();
    const lines = text.split(/\r?\n/).map((line) => line.split("\t"));
    const { done, missing } = lines.some((cells) => cells.length > 1) ? byPerson(lines) : downwards(lines, event.target);
    report.textContent = report.dataset.words.replace("{n}", done).replace("{missing}", missing.slice(0, 8).join("; ") || "–");
    report.hidden = false;
    count();
  });
  table.addEventListener("input", count);
  table.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, Enter: 1, ArrowUp: -1 }[event.key];
    if (!step || event.isComposing || event.ctrlKey || event.metaKey || !event.target.matches("[data-figure]")) return;
    event.preventDefault();
    const next = fields[fields.indexOf(event.target) + step];
    if (next) { next.focus(); next.select(); }
  });
  count();
})();
