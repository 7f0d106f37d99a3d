// The hotline desk: function keys for the call, the form filled from the call, articles taken by Enter, a form that
// outlives a lost connection. Keys that are signs (letters, digits) are web/keys.js's; F keys work while one types.
const form = () => document.getElementById("call-form");
const visible = (el) => el.getClientRects().length > 0;
const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";

document.addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing) return;
  if (e.key === "F9") {
    document.getElementById("rc_ask")?.focus();
    e.preventDefault();
    return;
  }
  const hit = [...document.querySelectorAll("[data-fkey]")].find((el) => el.dataset.fkey === e.key && visible(el));
  if (!hit) return;
  e.preventDefault();
  hit.click();
});

// What the telephone is told goes the same way as the telephone system's own words: /api/v1/calls/<id>/<what>.
async function tell(box, what, body = {}) {
  const error = box.querySelector("[data-tell-error]");
  let answer;
  try {
    answer = await fetch(`${box.dataset.api}/${what}`, {
      method: "POST", body: JSON.stringify(body),
      headers: { "X-CSRFToken": token(), "Content-Type": "application/json", Accept: "application/json" },
    });
  } catch {
    error.textContent = box.dataset.refused;
    return false;
  }
  if (!answer.ok) {
    const told = await answer.json().catch(() => ({}));
    error.textContent = told.message ?? box.dataset.refused;
    return false;
  }
  return true;
}

document.addEventListener("click", async (e) => {
  const button = e.target.closest("[data-tell]");
  if (!button) return;
  const calls = document.getElementById("rc-calls");
  button.disabled = true;
  const done = await tell(button.closest("[data-api]"), button.dataset.tell);
  button.disabled = false;
  if (!done) return;
  if (button.dataset.tell === "answered") {
    fill(calls.dataset);
    document.getElementById("rc_text").focus();
  }
  window.htmx?.trigger(document.getElementById("rc-calls"), "live");
});
document.addEventListener("change", async (e) => {
  if (e.target.matches("[data-move]") && e.target.value) {
    const box = e.target.closest("[data-api]");
    if (await tell(box, "moved", { extension: e.target.value })) window.htmx?.trigger(document.getElementById("rc-calls"), "live");
  }
  if (e.target.name === "outcome") parts();
});

// The form is about the call in hand; a call that only rings never touches what is being typed.
function fill(call) {
  const here = form();
  if (!here || !call.call || here.elements.call.value === call.call) return;
  here.elements.call.value = call.call;
  if (call.number && !here.elements.phone.value) here.elements.phone.value = call.number;
}
function sync() {
  const calls = document.getElementById("rc-calls");
  if (calls && ["answered", "ended"].includes(calls.dataset.state) && !form()?.elements.call.value) fill(calls.dataset);
}

function parts() {
  const here = form();
  if (!here) return;
  for (const box of here.querySelectorAll("[data-of]")) box.hidden = box.dataset.of !== here.elements.outcome.value;
}

// Conditions to file under stand beside the class, inside the form.
function conditions() {
  const place = document.getElementById("rc-file"), found = document.querySelector("#rc-beside template[data-file-under]");
  if (place) place.replaceChildren(...(found ? [found.content.cloneNode(true)] : []));
}

document.addEventListener("htmx:after:swap", (e) => {
  const target = e.detail?.ctx?.target;
  if (target?.id === "rc-beside" || document.getElementById("rc-beside")?.contains(target)) conditions();
  sync();
  parts();
});

// Knowledge: Enter takes the first article without leaving the box; its answer opens, the call is an enquiry.
function take(button) {
  const here = form(), taken = here.elements.article.value === button.dataset.article;
  for (const one of document.querySelectorAll("[data-article]")) {
    const mine = one === button && !taken;
    one.setAttribute("aria-expanded", String(mine));
    one.closest(".rc-answer").classList.toggle("rc-taken", mine);
    one.nextElementSibling.hidden = !mine;
  }
  here.elements.article.value = taken ? "" : button.dataset.article;
  here.elements.outcome.value = taken ? "case" : "answered";
  if (!taken) here.elements.call_kind.value = "enquiry";
  parts();
  here.dispatchEvent(new Event("input", { bubbles: true }));
}
document.addEventListener("click", (e) => {
  const button = e.target.closest("[data-article]");
  if (button) take(button);
});
document.addEventListener("keydown", (e) => {
  if (e.key !== "Enter" || e.ctrlKey || e.metaKey || e.isComposing || e.target.id !== "rc_ask") return;
  const first = document.querySelector("#rc-answers [data-article]");
  if (first) take(first);
  e.preventDefault();
});

// Without a connection the form stays as it is, says so, and goes again by itself: its ids make it count once.
let waiting = false;
document.addEventListener("htmx:error", (e) => {
  const here = form();
  if (!here || e.detail?.ctx?.sourceElement !== here) return;
  const note = here.querySelector("[data-offline-note]");
  note.textContent = here.dataset.offline;
  note.hidden = false;
  waiting = true;
});
addEventListener("online", () => {
  if (!waiting) return;
  waiting = false;
  form()?.requestSubmit();
});

sync();
parts();
