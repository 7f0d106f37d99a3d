// Work lists: what is chosen, where one stands and what is in focus stay as they are when the list renews itself.
const picked = new Set();
let before = null;

const ticks = () => [...document.querySelectorAll('input[name="pick"][form="cg-bulk"]')];
const fill = (text, value) => text.replace("{0}", value);

function show() {
  const bar = document.getElementById("cg-bulk");
  if (!bar) return;
  const all = ticks();
  const here = new Set(all.map((one) => one.value));
  for (const value of picked) if (!here.has(value)) picked.delete(value);
  for (const one of all) one.checked = picked.has(one.value);
  bar.hidden = picked.size === 0;
  const count = bar.querySelector("[data-bulk-count]");
  count.textContent = fill(count.dataset.words, picked.size);
  const every = document.querySelector("[data-pick-all]");
  if (every) {
    every.checked = all.length > 0 && picked.size === all.length;
    every.indeterminate = picked.size > 0 && picked.size < all.length;
  }
}

document.addEventListener("change", (e) => {
  if (e.target.matches?.("[data-pick-all]")) {
    picked.clear();
    if (e.target.checked) for (const one of ticks()) picked.add(one.value);
  } else if (e.target.matches?.('input[name="pick"][form="cg-bulk"]')) {
    if (e.target.checked) picked.add(e.target.value); else picked.delete(e.target.value);
  } else return;
  show();
});

document.addEventListener("click", (e) => {
  if (e.target.closest?.("[data-bulk-none]")) { picked.clear(); show(); }
});

// x ticks the row in focus, as j and k walk through the rows.
document.addEventListener("keydown", (e) => {
  if (e.key !== "x" || e.ctrlKey || e.metaKey || e.altKey || localStorage.getItem("cg-keys-off") === "1") return;
  if (e.target.closest("input:not([type=checkbox]), textarea, select, dialog[open]")) return;
  const tick = document.activeElement?.closest("[data-row]")?.querySelector('input[name="pick"]');
  if (tick) { tick.click(); e.preventDefault(); }
});

const rows = () => [...document.querySelectorAll("[data-live='mine'] [data-at]")];
const live = (ctx) => ctx?.target?.matches?.("[data-live='mine']") ?? false;

function place(el) {
  // How to find this element again in its row: by its place among what can be focused there.
  const row = el?.closest?.("[data-at]");
  if (!row) return null;
  return { at: row.dataset.at, nth: [...row.querySelectorAll("a, button, input")].indexOf(el) };
}

document.addEventListener("htmx:before:swap", (e) => {
  if (!live(e.detail?.ctx)) return;
  const first = rows().find((row) => row.getBoundingClientRect().bottom > 0);
  const focus = document.activeElement;
  before = {
    rows: new Set(rows().map((row) => row.dataset.at)),
    focus: place(focus),
    link: e.detail.ctx.target.contains(focus) && focus.matches("a[href]") ? focus.getAttribute("href") : null,
    row: first?.dataset.at,
    top: first?.getBoundingClientRect().top ?? 0,
    y: scrollY,
  };
});

document.addEventListener("htmx:after:swap", () => {
  show();
  if (!before) return;
  const was = before;
  before = null;
  const now = new Map(rows().map((row) => [row.dataset.at, row]));
  const kept = now.get(was.row);
  if (kept) scrollBy(0, kept.getBoundingClientRect().top - was.top); else scrollTo(0, was.y);
  const row = was.focus && now.get(was.focus.at);
  if (row) row.querySelectorAll("a, button, input")[was.focus.nth]?.focus({ preventScroll: true });
  else if (was.link) {
    const again = [...document.querySelectorAll("[data-live='mine'] a[href]")].find((a) => a.getAttribute("href") === was.link);
    again?.focus({ preventScroll: true });
  }
  let came = 0;
  for (const [at, one] of now) if (!was.rows.has(at)) { one.classList.add("cg-came"); came += 1; }
  const said = document.getElementById("cg-came"), words = document.getElementById("cg-desk")?.dataset.came;
  if (said && words && came) said.textContent = fill(words, came);
});

// When the last of many is done the list is asked anew; what is chosen was dealt with.
document.getElementById("cg-form")?.addEventListener("close", (e) => {
  if (!e.target.querySelector("[data-bulk-done]")) return;
  picked.clear();
  e.target.querySelector(".cg-body").replaceChildren();
  const list = document.getElementById("cg-desk");
  if (list) window.htmx?.trigger(list, "live"); else location.reload();
});
addEventListener("pageshow", show);
show();
