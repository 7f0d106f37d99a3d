// Me: an open roll call first, own figures of today and of the month beside what is expected, then doors.
import { on } from "../../core/bus.js";
import { html, icon, nothing, render } from "../../core/html.js";
import * as pack from "../../core/pack.js";
import * as screens from "../../core/screens.js";
import { who } from "../../core/who.js";
import { t, time } from "../../core/words.js";
import { kind } from "../queue/kinds.js";
import { waiting } from "./roll.js";

const EVERY = 30_000;
const SPANS = [["today", () => t("Today")], ["month", () => t("This month")]];

const number = (value, share) => (value === null ? "–" : `${Math.round(value * 10) / 10}${share ? " %" : ""}`);

function line(one) {
  const reached = one.quota ? Math.min(1, (one.actual ?? 0) / one.quota) : null;
  return html`<li class=${one.short ? "me-line short" : "me-line"}><span>${one.label}</span>
    <strong>${number(one.actual, one.share)}${one.quota !== null ? html`<span class="quiet"> / ${number(one.quota, one.share)}</span>` : nothing}</strong>
    ${reached === null ? nothing : html`<progress max="1" value=${reached} aria-label=${one.label}></progress>`}</li>`;
}

function figures(found, span) {
  const told = found[span];
  const counted = Object.values(told.counts);
  return html`<section class="card" data-figures=${span}>
    <p class="quiet">${t("Days on duty: {n}", { n: told.days })}</p>
    ${told.lines.length ? html`<ul class="me-lines">${told.lines.map(line)}</ul>` : nothing}
    ${counted.length ? html`<ul class="me-counts">${counted.map((one) => html`<li><span>${one.label}</span><strong>${one.number}</strong></li>`)}</ul>`
      : html`<p class="quiet">${t("Nothing yet.")}</p>`}</section>`;
}

function door(path, sign, label, badge = 0) {
  return html`<a href=${path}>${icon(sign)}<span>${label}</span>${badge ? html`<strong class="badge">${badge}</strong>` : nothing}${icon("chevron-right")}</a>`;
}

async function show(root) {
  let span = "today", turn = 0, left = false;
  async function draw() {
    const mine = (turn += 1);
    const [found, calls, notices, findings, person] = await Promise.all([pack.get("own_figures"), waiting(), pack.get("notices"), pack.get("findings"), who()]);
    if (mine !== turn || left) return;
    const unread = (notices ?? []).filter((one) => !one.read).length;
    render(html`
      ${calls.map((call) => html`<a class="card act me-call" href=${`#/me/roll/${call.id}`}><span class="card-head">${icon("speakerphone")}<strong>${t("Roll call: answer by {time}", { time: time(call.due) })}</strong>${icon("chevron-right")}</span></a>`)}
      ${person ? html`<p class="me-who"><strong>${person.person.name}</strong><br><span class="quiet">${person.body.name} · ${person.post.name}</span></p>` : nothing}
      <fieldset class="picks"><legend class="sr">${t("Own figures")}</legend>${SPANS.map(([value, words]) => html`<label><input type="radio" name="span" value=${value} .checked=${span === value} @change=${() => { span = value; draw(); }}><span>${words()}</span></label>`)}</fieldset>
      ${found ? figures(found, span) : html`<p class="quiet">${t("Your figures are not on this device yet. Connect once.")}</p>`}
      <nav class="list">
        ${door("#/me/leave", "calendar-off", t("Leave"))}
        ${door("#/me/log", "notes", t("Daily log"))}
        ${door("#/me/notices", "bell", t("Notices"), unread)}
        ${findings?.length ? door("/collection/my-findings/", "alert-triangle", t("Findings on me"), findings.length) : nothing}
        ${door("#/me/calls", "speakerphone", t("Roll calls"))}
        ${door("#/me/book", "address-book", t("Address book"))}
        ${door("#/queue", "cloud-upload", t("To be sent"))}
        ${door("#/settings", "settings", t("Settings"))}
        ${door("#/help", "help-circle", t("Help"))}
      </nav>`, root);
  }
  const stops = ["pack", "queue"].map((name) => on(name, draw));
  const clock = setInterval(draw, EVERY);
  await draw();
  return () => { left = true; clearInterval(clock); stops.forEach((stop) => stop()); };
}

kind("leave", { name: () => t("Leave asked for") });
kind("leave_back", { name: () => t("Leave taken back") });
kind("roll_answer", { name: () => t("Answer to a roll call") });
screens.register({ path: "me", title: "Me", icon: "user", order: 40, bar: true, render: show });
