// The dispatch desk: j and k walk and show the case on the right, Enter accepts the suggestion, x chooses for a batch.
const list = document.getElementById("cg-dispatch-list");
const side = document.getElementById("cg-chosen");
const told = document.getElementById("cg-told");
const rows = () => [...document.querySelectorAll("#cg-queue [data-row]")];
const chosenCase = () => side.querySelector("[data-chosen]")?.dataset.chosen;
let place = 0; // where the row that was last looked at stood, for when it is gone
let looking = "";

function mark(row) {
  for (const one of rows()) one.toggleAttribute("aria-current", one === row);
  if (row) row.setAttribute("aria-current", "true");
  place = Math.max(0, rows().indexOf(row));
  looking = row?.dataset.case ?? "";
}

// The case of the row that has the focus is shown, after a moment: whoever walks fast asks for one only.
let waiting;
list?.addEventListener("focusin", (e) => {
  const link = e.target.closest("a.cg-open");
  if (!link) return;
  const row = link.closest("[data-row]");
  mark(row);
  clearTimeout(waiting);
  if (chosenCase() === row.dataset.case) return;
  waiting = setTimeout(() => link.isConnected && window.htmx.trigger(link, "choose"), 120);
});
list?.addEventListener("click", (e) => {
  const link = e.target.closest("a.cg-open");
  if (link && !e.ctrlKey && !e.metaKey) { mark(link.closest("[data-row]")); }
});

document.addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing || document.querySelector("dialog[open]")) return;
  const row = document.activeElement?.closest?.("#cg-queue [data-row]");
  const link = row && document.activeElement.matches("a.cg-open");
  if (e.key === "Enter" && link) {
    // Only what is shown is accepted: while the case is still coming, Enter does nothing.
    e.preventDefault();
    if (e.repeat || chosenCase() !== row.dataset.case) return;
    side.querySelector("form[data-send] [data-accept]")?.click();
  } else if (e.key === "x" && row && localStorage.getItem("cg-keys-off") !== "1") {
    e.preventDefault();
    row.querySelector("input[type=checkbox]").click();
  }
}, true);

function counted() {
  const number = list.querySelectorAll("input[name=case]:checked").length;
  list.querySelector("[data-chosen-count]").textContent = number;
  for (const button of list.querySelectorAll("[data-batch]")) button.disabled = number === 0;
}
list?.addEventListener("change", (e) => { if (e.target.name === "case") counted(); });
list?.addEventListener("click", (e) => {
  if (!e.target.closest("[data-choose-all]")) return;
  const boxes = [...list.querySelectorAll("input[name=case]")];
  const all = boxes.every((box) => box.checked);
  for (const box of boxes) box.checked = !all;
  counted();
});

// Another of the suggested units is taken; an assisting unit that was picked becomes a chip.
side?.addEventListener("click", (e) => {
  const take = e.target.closest("[data-take-unit]");
  if (take) {
    const picker = side.querySelector(".cg-mainunit [data-picker]");
    picker.querySelector("[data-picked-value]").value = take.dataset.takeUnit;
    picker.querySelector("[data-picked-words]").value = take.dataset.takeWords;
    side.querySelector("[data-accept]").focus();
  }
});
side?.addEventListener("change", (e) => {
  if (!e.target.matches("[data-assisting] [data-picked-value]") || !e.target.value) return;
  const picker = e.target.closest("[data-picker]"), words = picker.querySelector("[data-picked-words]");
  const chips = picker.parentElement.querySelector("[data-chips]");
  if (![...chips.querySelectorAll("input")].some((one) => one.value === e.target.value)) {
    const label = document.createElement("label"), box = document.createElement("input");
    label.className = "cg-tag";
    Object.assign(box, { type: "checkbox", name: "assisting", value: e.target.value, checked: true });
    label.append(box, ` ${words.value}`);
    chips.append(label);
  }
  e.target.value = words.value = "";
});

// While the list comes anew by itself, what was chosen and where one stands stay.
let kept = null;
document.addEventListener("htmx:before:swap", (e) => {
  if (e.detail?.ctx?.target?.id !== "cg-queue") return;
  const boxes = [...list.querySelectorAll("input[name=case]:checked")].map((box) => box.value);
  kept = { boxes, focus: Boolean(document.activeElement?.closest?.("#cg-queue")) };
});
document.addEventListener("htmx:after:swap", (e) => {
  const target = e.detail?.ctx?.target;
  if (target === side) return sent();
  if (!kept) return;
  for (const box of list.querySelectorAll("input[name=case]")) box.checked = kept.boxes.includes(box.value);
  counted();
  const row = rows().find((one) => one.dataset.case === looking);
  if (row) row.setAttribute("aria-current", "true");
  if (kept.focus) (row ?? rows()[Math.min(place, rows().length - 1)])?.querySelector("a.cg-open")?.focus();
  kept = null;
});

// A case that was sent leaves the list; the next one has the focus and is shown.
function sent() {
  const done = side.querySelector("[data-dispatched]");
  if (!done) return;
  told.textContent = done.querySelector("[data-words]").textContent;
  const row = rows().find((one) => one.dataset.case === done.dataset.dispatched);
  const next = row?.nextElementSibling ?? row?.previousElementSibling;
  row?.remove();
  counted();
  next?.querySelector("a.cg-open")?.focus();
}

if (list && !document.querySelector("main :focus")) {
  const row = rows().find((one) => one.dataset.case === chosenCase()) ?? rows()[0];
  row?.querySelector("a.cg-open")?.focus({ preventScroll: true });
}
