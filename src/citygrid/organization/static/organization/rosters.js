// The roster's table by keyboard: one cell is in the order of Tab, arrows move to the others, Enter opens its form.
const table = document.querySelector("[data-roster]");

function cells() {
  return [...table.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll("a.ro-box")]);
}

function rove(to, focus = true) {
  table.querySelectorAll('a.ro-box[tabindex="0"]').forEach((one) => { one.tabIndex = -1; });
  to.tabIndex = 0;
  if (focus) to.focus();
}

const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

function move(event) {
  const grid = cells(), from = event.target.closest("a.ro-box");
  if (!from) return;
  const line = grid.findIndex((row) => row.includes(from)), at = grid[line].indexOf(from);
  let to = null;
  if (event.key in STEPS) to = grid[line + STEPS[event.key][0]]?.[at + STEPS[event.key][1]];
  else if (event.key === "Home") to = grid[line][0];
  else if (event.key === "End") to = grid[line].at(-1);
  else return;
  event.preventDefault();
  if (to) rove(to);
}

if (table) {
  const all = cells().flat();
  all.forEach((one) => { one.tabIndex = -1; });
  const wanted = decodeURIComponent(location.hash.slice(1));
  const start = all.find((one) => one.id === wanted) ?? all.find((one) => one.classList.contains("ro-chosen")) ?? all[0];
  if (start) rove(start, start.id === wanted);
  table.addEventListener("keydown", move);
  // What a person chose in the form counts; the cell's form takes the keyboard when it was opened.
  document.querySelector("#ro-cell select, #ro-cell input[type=checkbox]")?.focus();
}

// The fields of a pattern's rule: only those that it needs.
const rule = document.querySelector("#ro-rule");
function fields() {
  document.querySelectorAll("[data-rule]").forEach((one) => { one.hidden = !one.dataset.rule.split(" ").includes(rule.value); });
}
rule?.addEventListener("change", fields);
if (rule) fields();
