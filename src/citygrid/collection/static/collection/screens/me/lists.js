// Lists to read: the daily logs, notices, the address book (one tap dials).
import { on } from "../../core/bus.js";
import { html, icon, nothing, render } from "../../core/html.js";
import * as outbox from "../../core/outbox.js";
import * as pack from "../../core/pack.js";
import * as screens from "../../core/screens.js";
import { moment, t } from "../../core/words.js";

const ABSENT = () => t("This is not on this device yet. Connect once.");
const empty = (sign, text) => html`<div class="empty">${icon(sign)}<p>${text}</p></div>`;

// A screen that draws a section of the pack anew whenever it or the queue changes.
function list(path, title, sign, section, rows) {
  screens.register({
    path, title, icon: sign,
    async render(root) {
      const draw = async () => render(await rows(await pack.get(section)), root);
      const stops = ["pack", "queue"].map((name) => on(name, draw));
      await draw();
      return () => stops.forEach((stop) => stop());
    },
  });
}

list("me/log", "Daily log", "notes", "day_logs", async (found) => {
  const unsent = (await outbox.all().catch(() => [])).filter((entry) => entry.kind === "day_log" && ["queued", "sending", "refused"].includes(entry.state));
  if (!unsent.length && !found?.length) return empty("notes", found ? t("No daily log in the last 30 days. It is written on the patrol screen.") : ABSENT());
  return html`<ul class="cards">
    ${unsent.map((entry) => html`<li class="card act"><div class="card-head"><strong>${moment(entry.made_at)}</strong><span class="badge">${t("being sent")}</span></div><p>${entry.data.text}</p></li>`)}
    ${(found ?? []).map((one) => html`<li class="card"><div class="card-head"><strong>${one.day}</strong><span class="quiet">${moment(one.at)}</span></div><p>${one.text}</p></li>`)}</ul>`;
});

list("me/notices", "Notices", "bell", "notices", async (found) => {
  if (!found?.length) return empty("bell", found ? t("No notice.") : ABSENT());
  return html`<ul class="cards">${found.map((one) => html`<li class=${one.read ? "card" : "card act"}>
    <div class="card-head"><strong>${one.title}</strong><span class="quiet">${moment(one.at)}</span></div>${one.text ? html`<p>${one.text}</p>` : nothing}</li>`)}</ul>
    <a class="button plain" href="/notices/">${icon("external-link")}<span>${t("Open the notices at the desk")}</span></a>`;
});

list("me/book", "Address book", "address-book", "address_book", async (found) => {
  if (!found?.length) return empty("address-book", found ? t("No numbers are known for your company and its centre.") : ABSENT());
  return html`<div class="list">${found.map((one) => one.number
    ? html`<a href=${`tel:${one.number}`} class="me-dial">${icon("phone")}<span><strong>${one.name}</strong><br><span class="quiet">${one.body}</span></span><strong>${one.number}</strong></a>`
    : html`<div>${icon("user")}<span><strong>${one.name}</strong><br><span class="quiet">${one.body}</span></span></div>`)}</div>`;
});
