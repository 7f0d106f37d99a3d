// Leave: what was asked for and what became of it; asking; taking back. Works without a network: it is asked when it comes.
import { on } from "../../core/bus.js";
import { ask } from "../../core/dialog.js";
import { say } from "../../core/frame.js";
import { html, icon, nothing, render } from "../../core/html.js";
import * as outbox from "../../core/outbox.js";
import * as pack from "../../core/pack.js";
import * as screens from "../../core/screens.js";
import { t } from "../../core/words.js";

const DAY = 86_400_000;

async function waiting() {
  const all = await outbox.all().catch(() => []);
  return all.filter((entry) => ["leave", "leave_back"].includes(entry.kind) && ["queued", "sending"].includes(entry.state));
}

function row(one, taken) {
  const back = taken.has(one.id);
  return html`<li class="card"><div class="card-head"><strong>${one.kind}</strong><span class="badge">${back ? t("being taken back") : one.label}</span></div>
    <p>${one.first} – ${one.last}</p>
    ${one.may_take_back && !back ? html`<button type="button" class="button plain" @click=${() => takeBack(one)}>${icon("rotate-clockwise")}<span>${t("Take back")}</span></button>` : nothing}</li>`;
}

async function takeBack(one) {
  const sure = await ask({ title: t("Take this leave back?"), text: `${one.kind} ${one.first} – ${one.last}`, choices: [{ value: "yes", label: t("Take back"), tone: "main" }] });
  if (sure) await outbox.add({ kind: "leave_back", data: { leave: one.id }, shown: { title: t("Leave taken back"), text: `${one.first} – ${one.last}` } });
}

async function show(root) {
  let typed = { kind: "", first: "", last: "" }, wrong = "";
  async function draw() {
    const [found, sent] = [await pack.get("leave"), await waiting()];
    if (!found) {
      render(html`<p class="quiet">${t("The kinds of leave are not on this device yet. Connect once.")}</p>`, root);
      return;
    }
    const taken = new Set(sent.filter((entry) => entry.kind === "leave_back").map((entry) => entry.data.leave));
    const asked = sent.filter((entry) => entry.kind === "leave");
    const put = (name) => (event) => { typed = { ...typed, [name]: event.target.value }; };
    const kind = found.kinds.find((one) => one.code === (typed.kind || found.kinds[0]?.code));
    render(html`
      ${found.kinds.length ? html`<section class="card"><div class="card-head">${icon("calendar-event")}<strong>${t("Ask for leave")}</strong></div>
        <label class="field"><span>${t("Kind")}</span><select @change=${(event) => { put("kind")(event); draw(); }}>${found.kinds.map((one) => html`<option value=${one.code} ?selected=${one.code === kind?.code}>${one.name}</option>`)}</select></label>
        ${kind?.longest ? html`<p class="quiet">${t("At most {n} days.", { n: kind.longest })}</p>` : nothing}
        <label class="field"><span>${t("First day")}</span><input type="date" min=${found.today} .value=${typed.first} @change=${put("first")}></label>
        <label class="field"><span>${t("Last day")}</span><input type="date" min=${found.today} .value=${typed.last} @change=${put("last")}></label>
        ${wrong ? html`<p class="why" role="alert">${wrong}</p>` : nothing}</section>` : nothing}
      <h2 class="me-head">${t("My leave")}</h2>
      <ul class="cards">${asked.map((entry) => html`<li class="card"><div class="card-head"><strong>${entry.shown.title}</strong><span class="badge">${t("being sent")}</span></div><p>${entry.shown.text}</p></li>`)}
        ${found.own.map((one) => row(one, taken))}</ul>
      ${found.own.length + asked.length ? nothing : html`<p class="quiet">${t("None so far.")}</p>`}
      ${found.kinds.length ? html`<div class="foot"><button type="button" class="button main" @click=${() => send(kind)}>${icon("send")}<span>${t("Ask for leave")}</span></button></div>` : nothing}`, root);
  }
  async function send(kind) {
    const { first, last } = typed;
    const days = (Date.parse(last) - Date.parse(first)) / DAY + 1;
    wrong = !first || !last ? t("Give the first and the last day.") : days < 1 ? t("The last day lies before the first.")
      : kind.longest && days > kind.longest ? t("At most {n} days.", { n: kind.longest }) : "";
    if (!wrong) {
      await outbox.add({ kind: "leave", data: { kind: kind.code, first, last }, shown: { title: kind.name, text: `${first} – ${last}` } });
      typed = { kind: typed.kind, first: "", last: "" };
      say(t("Asked for. You have leave only when it is granted."), { tone: "good" });
    }
    await draw();
  }
  const stops = ["pack", "queue"].map((name) => on(name, draw));
  await draw();
  return () => stops.forEach((stop) => stop());
}

screens.register({ path: "me/leave", title: "Leave", icon: "calendar-off", render: show });
