// Keyboard: `data-key="x"` on a link, button or field says its key; `data-row` marks rows that j and k walk through.
// On a list Enter opens the first row and a digit its case with that act's form; in a form a digit chooses among radio
// buttons, Ctrl+Enter sends and goes on to the list that one came from. Single keys can be switched off (WCAG 2.1.4);
// the choice stays in this browser.
const STORE = "cg-keys-off", LIST = "cg-list";
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

// Ctrl+Enter: the form that one is in, else the one of the open dialog, else the page's own.
function send(e) {
  const form = e.target.closest("form[data-act], form[data-sends]") ??
    document.querySelector("dialog[open] form[data-act]") ?? document.querySelector("form[data-sends]");
  if (!form) return;
  e.preventDefault();
  const list = sessionStorage.getItem(LIST);
  if (list && form.dataset.act && form.closest("dialog") && !form.elements.next) {
    const next = document.createElement("input");
    next.type = "hidden";
    next.name = "next";
    next.value = list;
    form.append(next);
  }
  form.requestSubmit();
}

// The n-th of the radio buttons that one is among, else of the first group of the open form.
function choose(n, target) {
  const form = document.querySelector("dialog[open] form") ?? target.closest("form");
  const name = target.matches("input[type=radio]") ? target.name : form?.querySelector("input[type=radio]")?.name;
  const radio = form && name ? form.querySelectorAll(`input[type=radio][name="${CSS.escape(name)}"]:not([disabled])`)[n - 1] : null;
  if (!radio || !visible(radio.closest("label") ?? radio)) return false;
  radio.focus();
  radio.click();
  return true;
}

// A digit on a list: the case of the row (the first, when none has the focus) with the form of its n-th act.
function actOn(n) {
  const all = rows().filter((el) => el.matches("a.cg-open"));
  if (!all.length) return false;
  const row = all.find((el) => el.closest("[data-row]")?.contains(document.activeElement)) ?? all[0];
  sessionStorage.setItem(LIST, location.pathname + location.search);
  location.assign(`${row.href.split("#")[0]}#act-${n}`);
  return true;
}

document.addEventListener("click", (e) => {
  if (e.target.closest("[data-row] a.cg-open")) sessionStorage.setItem(LIST, location.pathname + location.search);
}, true);
function actAsked() {
  const asked = /^#act-([1-9])$/.exec(location.hash);
  if (!asked) return;
  history.replaceState(null, "", location.pathname + location.search);
  document.querySelector(`.cg-acts [data-key="${asked[1]}"]`)?.click();
}
// After htmx has looked at the page, before pictures and the map have come.
if (document.readyState === "loading" || document.readyState === "interactive") {
  document.addEventListener("DOMContentLoaded", () => setTimeout(actAsked));
} else actAsked();

document.addEventListener("keydown", (e) => {
  if (e.isComposing || e.defaultPrevented) return;
  if (e.key === "Enter" && (e.ctrlKey || e.metaKey) && !e.altKey) { send(e); return; }
  if (e.ctrlKey || e.metaKey || e.altKey) return;
  if (typing(e)) {
    if (e.key === "Escape") e.target.blur();
    // In a form that says so Enter sends nothing by accident.
    if (e.key === "Enter" && e.target.matches("form[data-plain-enter] input")) e.preventDefault();
    return;
  }
  if (e.key === "?") { help(); e.preventDefault(); return; }
  if (off()) return;
  if (/^[1-9]$/.test(e.key) && choose(Number(e.key), e.target)) { e.preventDefault(); return; }
  if (document.querySelector("dialog[open]")) return;
  if (e.key === "Enter" && (e.target === document.body || e.target.id === "main") && rows().length) {
    rows()[0].click();
    e.preventDefault();
    return;
  }
  if (e.key === "j" || e.key === "k") { walk(e.key === "j" ? 1 : -1); e.preventDefault(); return; }
  const hits = [...document.querySelectorAll("[data-key]")].filter((el) => el.dataset.key === e.key && visible(el));
  const hit = hits.find((el) => el.closest("main")) ?? hits[0]; // what stands on the page goes before the bar
  if (!hit) {
    if (/^[1-9]$/.test(e.key) && actOn(Number(e.key))) e.preventDefault();
    return;
  }
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
