// Keyboard: `data-key="x"` on a link, button or field says its key; `data-row` marks rows that j and k walk through.
// Keys can be switched off (WCAG 2.1.4); the choice stays in this browser.
const STORE = "cg-keys-off";
const off = () => localStorage.getItem(STORE) === "1";
const typing = (e) => e.target.closest("input:not([type=radio],[type=checkbox],[type=range]), textarea, select, [contenteditable]");
const visible = (el) => el.getClientRects().length > 0;

function rows() {
  return [...document.querySelectorAll("[data-row]")].filter(visible).map((r) => r.querySelector("a.cg-open") ?? r);
}

function walk(step) {
  const all = rows();
  if (!all.length) return;
  const now = all.findIndex((el) => el === document.activeElement || el.closest("[data-row]")?.contains(document.activeElement));
  const next = all[Math.min(all.length - 1, Math.max(0, now < 0 ? (step > 0 ? 0 : all.length - 1) : now + step))];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

function help() {
  const dialog = document.getElementById("cg-help");
  if (!dialog) return;
  const list = dialog.querySelector("dl");
  list.querySelectorAll("[data-found]").forEach((el) => el.remove());
  for (const el of document.querySelectorAll("[data-key]")) {
    if (!visible(el)) continue;
    const dt = document.createElement("dt"), dd = document.createElement("dd"), kbd = document.createElement("kbd");
    kbd.textContent = el.dataset.key;
    dt.append(kbd);
    dd.textContent = el.dataset.keyLabel || el.getAttribute("aria-label") || [...el.childNodes]
      .filter((n) => !(n.nodeType === 1 && n.matches("kbd,i"))).map((n) => n.textContent).join("").trim();
    dt.dataset.found = dd.dataset.found = "1";
    list.append(dt, dd);
  }
  dialog.showModal();
}

document.addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing || e.defaultPrevented) return;
  if (typing(e)) {
    if (e.key === "Escape") e.target.blur();
    return;
  }
  if (e.key === "?") { help(); e.preventDefault(); return; }
  if (off() || document.querySelector("dialog[open]")) return;
  if (e.key === "j" || e.key === "k") { walk(e.key === "j" ? 1 : -1); e.preventDefault(); return; }
  const hit = [...document.querySelectorAll("[data-key]")].find((el) => el.dataset.key === e.key && visible(el));
  if (!hit) return;
  e.preventDefault();
  if (hit.matches("input, textarea, select")) hit.focus();
  else hit.click();
});

document.addEventListener("click", (e) => {
  const opener = e.target.closest("[data-open-dialog]");
  if (opener) {
    if (opener.dataset.openDialog === "cg-help") help();
    else document.getElementById(opener.dataset.openDialog)?.showModal();
  }
  const closer = e.target.closest("[data-close-dialog]");
  if (closer) closer.closest("dialog")?.close();
  for (const menu of document.querySelectorAll("details.cg-menu[open]")) if (!menu.contains(e.target)) menu.open = false;
});

const box = document.getElementById("cg-keys-off");
if (box) {
  box.checked = off();
  box.addEventListener("change", () => localStorage.setItem(STORE, box.checked ? "1" : "0"));
}
