/* What is wrong for a thumb on the open page or sheet: a target under 44 px (a link inside a sentence may be smaller, WCAG 2.5.8),
   one that lies over another, letters under 16 px where one types (iOS zooms the page), a page wider than the window. */
() => {
  const wanted = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button]";
  const seen = (el) => el.checkVisibility({ checkVisibilityCSS: true }) && el.getBoundingClientRect().width > 1;
  const area = (el) => {
    const tick = el.matches("[type=checkbox], [type=radio]");
    return (tick && (el.closest("label") || document.querySelector(`label[for="${el.id}"]`))) || el;
  };
  const inSentence = (el) => getComputedStyle(el).display === "inline"
    && el.parentElement.textContent.trim().length > el.textContent.trim().length;
  const words = (el) => (el.innerText || el.name || el.getAttribute("aria-label") || "").trim().slice(0, 20);
  const name = (el) => `${el.tagName.toLowerCase()}.${el.className} "${words(el)}"`;
  const stays = (el) => el.closest(".bar, .phone-bar, .form-actions") !== null;

  const top = document.querySelector(".drawer.show") || document;
  const found = [...new Set([...top.querySelectorAll(wanted)].filter(seen).map(area).filter(seen))];
  const targets = found.filter((el) => !inSentence(el) && !el.matches(".skip-link")).map((el) => [el, el.getBoundingClientRect()]);
  const problems = targets.filter(([, box]) => box.width < 43.5 || box.height < 43.5)
    .map(([el, box]) => `${Math.round(box.width)} x ${Math.round(box.height)}: ${name(el)}`);
  targets.forEach(([one, a], at) => targets.slice(at + 1).forEach(([other, b]) => {
    if (one.contains(other) || other.contains(one) || stays(one) !== stays(other)) return;
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (wide > 1 && high > 1) problems.push(`${name(one)} lies over ${name(other)}`);
  }));
  for (const el of found.filter((each) => each.matches("input, select, textarea"))) {
    const size = parseFloat(getComputedStyle(el).fontSize);
    if (size < 16) problems.push(`letters of ${size} px: ${name(el)}`);
  }
  const width = document.documentElement.scrollWidth;
  if (width > innerWidth) problems.push(`${width} px wide`);
  return problems;
}
