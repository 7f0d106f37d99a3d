// What waits to be sent, what was refused and why, what was sent lately.
import { on } from "../../core/bus.js";
import { ask } from "../../core/dialog.js";
import * as files from "../../core/files.js";
import { html, icon, nothing, render, repeat } from "../../core/html.js";
import * as outbox from "../../core/outbox.js";
import * as screens from "../../core/screens.js";
import { bytes, moment, t, time } from "../../core/words.js";
import { corrector, kindName } from "./kinds.js";

const ICONS = { queued: "clock", sending: "upload", sent: "circle-check", refused: "alert-triangle", away: "archive" };
const TONES = { queued: "plain", sending: "act", sent: "good", refused: "bad", away: "plain" };

const names = () => ({
  queued: t("Waiting to be sent"), sending: t("Being sent"), sent: t("With the server"), refused: t("Refused"), away: t("Put away"),
});

function why(entry) {
  const told = {
    after_open: t("Waits for what it belongs to."),
    after_refused: t("Waits: what it belongs to was refused. Correct that first."),
    after_put_away: t("What it belongs to was put away."),
    file_lost: t("A file of this is no longer on this device."),
  }[entry.code];
  return told ?? entry.message;
}

async function details(entry) {
  const all = (await Promise.all(entry.files.map(files.one))).filter(Boolean);
  const size = all.reduce((sum, file) => sum + file.size, 0);
  const done = all.reduce((sum, file) => sum + (file.media ? file.size : file.sent), 0);
  return { entry, all, size, done };
}

function row({ entry, all, size, done }) {
  const waits = outbox.state().why;
  return html`<li class=${`card ${TONES[entry.state]}`} data-entry=${entry.id} data-state=${entry.state}>
    <div class="card-head">${icon(ICONS[entry.state])}
      <strong>${entry.shown?.title || kindName(entry.kind)}</strong><span class="badge">${names()[entry.state]}</span></div>
    ${entry.shown?.text ? html`<p>${entry.shown.text}</p>` : nothing}
    <p class="quiet">${moment(entry.made_at)}${all.length ? html` · ${t("{n} files, {size}", { n: all.length, size: bytes(size) })}` : nothing}
      ${entry.facts?.report_no ? html` · ${entry.facts.report_no}` : nothing}</p>
    ${size && (entry.state === "sending" || entry.state === "queued") ? html`<progress max=${size} value=${done}
      aria-label=${t("Sent of the files")}>${done}</progress>` : nothing}
    ${why(entry) ? html`<p class=${entry.state === "refused" ? "why" : "quiet"}>${why(entry)}</p>` : nothing}
    ${entry.state === "queued" && entry.next_at > Date.now() ? html`<p class="quiet">${t("Next try at {time}", { time: time(entry.next_at) })}</p>` : nothing}
    ${entry.state === "queued" && waits === "signed_out" ? html`<p class="quiet">${t("Waits until you sign in.")}</p>` : nothing}
    ${entry.state === "away" ? html`<p class="quiet">${t("Put away: {reason}", { reason: entry.put_away })}</p>` : nothing}
    ${entry.state === "refused" ? refused(entry) : nothing}
  </li>`;
}

function refused(entry) {
  const correct = corrector(entry.kind);
  return html`<div class="row">
    ${correct ? html`<button type="button" class="button main" @click=${() => correct(entry)}>${icon("edit")}<span>${t("Correct")}</span></button>` : nothing}
    <button type="button" class="button plain" @click=${() => outbox.again(entry.id)}>${icon("refresh")}<span>${t("Send again")}</span></button>
    <button type="button" class="button plain" @click=${() => away(entry)}>${icon("archive")}<span>${t("Put away")}</span></button>
  </div>`;
}

async function away(entry) {
  const answer = await ask({
    title: t("Put away without sending?"),
    text: t("It stays on this device with your reason and is not sent any more."),
    input: { label: t("Reason"), required: true, kind: "textarea" },
    choices: [{ value: "yes", label: t("Put away"), icon: "archive", tone: "bad" }],
  });
  if (answer) await outbox.putAway(entry.id, answer.text);
}

function headline(state, open) {
  if (state.running) return t("Sending …");
  if (!open) return t("Everything you made is with the server.");
  const told = {
    offline: t("No network. It goes out by itself when there is one."),
    signed_out: t("Your session has ended. Sign in, then it goes out."),
    busy: t("The server cannot take it now. It is tried again."),
  }[state.why] ?? t("It goes out by itself.");
  return state.next_at > Date.now() ? `${told} ${t("Next try at {time}", { time: time(state.next_at) })}` : told;
}

function show(root) {
  let turn = 0;
  async function draw() {
    turn += 1;
    const mine = turn;
    const rows = await Promise.all((await outbox.all()).map(details));
    const others = await outbox.others();
    if (mine !== turn) return;
    const state = outbox.state();
    const open = rows.filter(({ entry }) => entry.state === "queued" || entry.state === "sending").length;
    const order = { refused: 0, sending: 1, queued: 2, sent: 3, away: 4 };
    rows.sort((a, b) => order[a.entry.state] - order[b.entry.state]);
    render(html`
      <section class="card" aria-live="polite"><p>${headline(state, open)}</p></section>
      ${others.map((one) => html`<p class="banner warn">${icon("users")}<span>${t("{n} not sent yet, of {name}. They go out when {name} signs in here.", { n: one.count, name: one.owner_name })}</span></p>`)}
      ${rows.length ? html`<ul class="cards">${repeat(rows, ({ entry }) => entry.id, row)}</ul>`
        : html`<div class="empty">${icon("cloud-check")}<p>${t("Nothing waits. What you make shows here until the server has it.")}</p></div>`}
      <div class="foot">${state.why === "signed_out"
        ? html`<a class="button main" href="/sign-in/?next=/collector/">${icon("login")}<span>${t("Sign in to send")}</span></a>`
        : html`<button type="button" class="button main" ?disabled=${!open || state.running} @click=${() => outbox.wake()}>${icon("send")}<span>${t("Send now")}</span></button>`}</div>`, root);
  }
  const stops = ["queue", "files", "outbox"].map((name) => on(name, draw));
  draw();
  return () => stops.forEach((stop) => stop());
}

screens.register({ path: "queue", title: "To be sent", icon: "cloud-upload", render: show });
