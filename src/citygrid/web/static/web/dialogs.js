// Forms in a dialog: a button with hx-target="#cg-form .cg-body" opens #cg-form when its content has come.
// A draft of what is typed is kept in this browser until the form is sent, so that nothing typed is lost.
const dialog = document.getElementById("cg-form");

document.addEventListener("htmx:after:swap", (e) => {
  const target = e.detail?.ctx?.target;
  if (!dialog || !target || !dialog.contains(target)) return;
  const form = dialog.querySelector("form");
  const title = dialog.querySelector("[data-dialog-title]");
  if (title) dialog.querySelector("header h2").textContent = title.dataset.dialogTitle;
  if (!dialog.open) dialog.showModal();
  (dialog.querySelector("[aria-invalid=true]") ?? dialog.querySelector(".cg-refusal") ??
    form?.querySelector("input:not([type=hidden],[disabled]), select, textarea, button"))?.focus();
  restore(form);
  if (form) fitting(form);
});

// What is shown for one look only goes when the dialog is closed.
dialog?.addEventListener("close", () => {
  if (dialog.querySelector("[data-once]")) dialog.querySelector(".cg-body").replaceChildren();
});

const key = (form) => form?.dataset.draft && `cg-draft:${form.dataset.draft}`;
const SENT = "cg-drafts-sent";
// `data-draft-all` keeps every field and the form's ids too, so that what is sent again after a lost connection counts
// once; without it the long texts are kept.
const KEPT = "input:not([type=file],[type=radio],[type=checkbox],[type=search],[name=csrfmiddlewaretoken],[name=call],[name=words]), textarea, select";
const kept = (form) => form.querySelectorAll("draftAll" in form.dataset ? KEPT : "textarea");

function read(name) {
  try { return JSON.parse(sessionStorage.getItem(name) ?? "null"); } catch { return null; }
}

function restore(form) {
  if (!key(form) || form.querySelector("[aria-invalid=true], .cg-refusal:not([hidden]), .cg-error[role=alert]:not(:empty)")) return;
  for (const [name, value] of Object.entries(read(key(form)) ?? {})) {
    const field = form.elements.namedItem(name);
    if (!(field instanceof HTMLTextAreaElement) && !("draftAll" in form.dataset && field?.matches?.(KEPT))) continue;
    if (field instanceof HTMLTextAreaElement && field.value) continue;
    field.value = value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
  for (const [name, words] of Object.entries(read(key(form))?.[" words"] ?? {})) {
    const words_of = form.elements.namedItem(name)?.closest?.("[data-picker]")?.querySelector("[data-picked-words]");
    if (words_of) words_of.value = words;
  }
}

function keep(form) {
  if (!key(form)) return;
  const typed = {}, words = {};
  for (const field of kept(form)) {
    if (!field.name || !field.value) continue;
    typed[field.name] = field.value;
    const seen = field.matches("[data-picked-value]") && field.closest("[data-picker]")?.querySelector("[data-picked-words]");
    if (seen) words[field.name] = seen.value;
  }
  if (Object.keys(words).length) typed[" words"] = words;
  sessionStorage.setItem(key(form), JSON.stringify(typed));
}
for (const event of ["input", "change"]) {
  document.addEventListener(event, (e) => {
    const form = e.target.closest?.("form[data-draft]");
    if (form) keep(form);
  });
}
// A draft goes when a page says that what was sent is on the record: a lost connection, a refusal keep it.
document.addEventListener("submit", (e) => {
  const form = e.target.closest?.("form[data-draft]");
  if (form) sessionStorage.setItem(SENT, JSON.stringify([...new Set([...(read(SENT) ?? []), key(form)])]));
});
document.addEventListener("htmx:after:swap", (e) => {
  if (e.detail?.ctx?.target?.querySelector?.("form[data-draft]") ?? false) sessionStorage.removeItem(SENT);
});
if (document.querySelector(".cg-note.success")) for (const one of read(SENT) ?? []) sessionStorage.removeItem(one);
sessionStorage.removeItem(SENT);
for (const form of document.querySelectorAll("form[data-draft-all]")) restore(form);
document.addEventListener("click", (e) => {
  const form = e.target.closest("[data-clear-draft]")?.closest("form");
  if (!form) return;
  sessionStorage.removeItem(key(form));
  location.assign(location.pathname);
});

// Fields that only some kinds of a request have (data-when="extend suspend") show when one of these is chosen.
function fitting(form) {
  const chosen = form.querySelector("[name=request]:checked")?.value;
  for (const box of form.querySelectorAll("[data-when-field]")) {
    const kinds = box.querySelector("[data-when]")?.dataset.when.split(" ") ?? [];
    box.hidden = !kinds.includes(chosen) && !box.querySelector(".cg-error");
  }
}
document.addEventListener("change", (e) => {
  if (e.target.name === "request" && e.target.form) fitting(e.target.form);
});

// Pick lists: a button with data-pick-value puts value and words into the field that data-pick-for names.
document.addEventListener("click", (e) => {
  const pick = e.target.closest("[data-pick-value]");
  if (!pick) return;
  const field = pick.closest("[data-picker]");
  field.querySelector("[data-picked-value]").value = pick.dataset.pickValue;
  const words = field.querySelector("[data-picked-words]");
  words.value = pick.dataset.pickWords;
  field.querySelector("[data-picks]").replaceChildren();
  words.focus();
  const value = field.querySelector("[data-picked-value]");
  if (pick.dataset.pickSets) setting(field.closest("form"), JSON.parse(pick.dataset.pickSets));
  value.dispatchEvent(new Event("change", { bubbles: true }));
});
// Picking one thing may give others: a component brings its place and its class.
function setting(form, facts) {
  for (const [name, text] of Object.entries(facts)) {
    const one = form?.elements[name];
    if (!one || name.endsWith("_words")) continue;
    one.value = text;
    const words = one.closest("[data-picker]")?.querySelector("[data-picked-words]");
    if (words) words.value = facts[name.replace(/_id$/, "_words")] ?? text;
    one.dispatchEvent(new Event("input", { bubbles: true }));
    one.dispatchEvent(new Event("change", { bubbles: true }));
  }
}
// What is typed anew is no longer what was picked.
document.addEventListener("input", (e) => {
  if (!e.target.matches?.("[data-picked-words]")) return;
  const field = e.target.closest("[data-picker]");
  field.querySelector("[data-picked-value]").value = "pickerFree" in field.dataset ? e.target.value.trim() : "";
});
// Enter takes the first of the list without leaving the field, also when the list is still on its way.
document.addEventListener("keydown", (e) => {
  if (e.key !== "Enter" || e.ctrlKey || e.metaKey || e.isComposing || !e.target.matches?.("[data-picked-words]")) return;
  const field = e.target.closest("[data-picker]");
  if (field.querySelector("[data-picked-value]").value || !e.target.value.trim()) return;
  e.preventDefault();
  const first = field.querySelector("[data-pick-value]");
  if (first) first.click();
  else field.dataset.taking = "";
});
document.addEventListener("htmx:after:swap", (e) => {
  const field = e.detail?.ctx?.target?.closest?.("[data-picker][data-taking]");
  if (!field) return;
  delete field.dataset.taking;
  field.querySelector("[data-pick-value]")?.click();
});
// Arrow down goes from the field into its list; arrows walk in it.
document.addEventListener("keydown", (e) => {
  if (e.key !== "ArrowDown" && e.key !== "ArrowUp") return;
  const field = e.target.closest?.("[data-picker]");
  if (!field) return;
  const all = [...field.querySelectorAll("[data-pick-value]")];
  if (!all.length) return;
  const now = all.indexOf(document.activeElement);
  const next = e.key === "ArrowDown" ? Math.min(now + 1, all.length - 1) : now - 1;
  (next < 0 ? field.querySelector("[data-picked-words]") : all[next]).focus();
  e.preventDefault();
});
