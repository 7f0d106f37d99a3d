// Who is here, language, day or night, large text, room on the device, version, signing out.
import { on } from "../../core/bus.js";
import { ask } from "../../core/dialog.js";
import { say } from "../../core/frame.js";
import { html, icon, nothing, render } from "../../core/html.js";
import * as look from "../../core/look.js";
import * as outbox from "../../core/outbox.js";
import * as room from "../../core/room.js";
import * as screens from "../../core/screens.js";
import * as update from "../../core/update.js";
import * as people from "../../core/who.js";
import { LANGUAGES, bytes, choose, language, t } from "../../core/words.js";

function picks(legend, name, options, chosen, pick) {
  return html`<fieldset class="picks"><legend>${legend}</legend>${Object.entries(options).map(([value, label]) => html`
    <label><input type="radio" name=${name} .value=${value} .checked=${value === chosen} @change=${() => pick(value)}><span>${label}</span></label>`)}
  </fieldset>`;
}

async function leave() {
  const { queued, sending, refused } = await outbox.counts();
  const open = queued + sending + refused;
  const text = open
    ? t("{n} things are not sent yet. They stay on this device under your name and go out when you sign in again.", { n: open })
    : t("What you sent stays with the server.");
  const answer = await ask({ title: t("Sign out?"), text, choices: [{ value: "out", label: t("Sign out"), icon: "logout", tone: "main" }] });
  if (!answer) return;
  try {
    await people.signOut();
    screens.go("sign-in");
  } catch {
    say(t("The server does not answer: you are still signed in there. Try again with a network."), { tone: "bad" });
  }
}

async function freed() {
  const count = await room.free({ all: true });
  say(count ? t("{size} freed. What is not sent was not touched.", { size: bytes(count) }) : t("There was nothing to free."));
  await room.tidy();
}

function show(root) {
  async function draw() {
    const person = await people.who();
    const space = await room.estimate();
    const tones = { auto: t("As the phone"), day: t("Daylight"), night: t("At night") };
    const sizes = { no: t("Usual"), yes: t("Large text") };
    render(html`
      ${person ? html`<section class="card"><div class="card-head">${icon("user-circle")}<strong>${person.person.name}</strong></div>
        <p class="quiet">${person.body.name} · ${person.post.name}</p></section>` : nothing}
      ${picks(t("Language"), "language", LANGUAGES, language(), choose)}
      ${picks(t("Brightness"), "tone", tones, look.look().tone, (tone) => look.choose({ tone }))}
      ${picks(t("Size of the text"), "large", sizes, look.look().large ? "yes" : "no", (value) => look.choose({ large: value === "yes" }))}
      <section class="card"><div class="card-head">${icon("database")}<strong>${t("Room on this device")}</strong></div>
        <progress max="1" value=${space.share} aria-label=${t("Room used")}></progress>
        <p>${t("{used} of {quota} used", { used: bytes(space.used), quota: bytes(space.quota) })}</p>
        <p class="quiet">${space.persisted ? t("The browser keeps it for good.") : t("The browser may clear it when the phone is full: install the app, then it is kept.")}</p>
        <button type="button" class="button plain" @click=${freed}>${icon("trash")}<span>${t("Free what was sent")}</span></button></section>
      <section class="card"><div class="card-head">${icon("info-circle")}<strong>${t("Version")}</strong></div>
        <p class="quiet">${document.documentElement.dataset.version}</p>
        ${update.ready() ? html`<button type="button" class="button main" @click=${() => update.take()}>${t("Take the new version")}</button>` : nothing}</section>
      <nav class="list">
        <a href="#/queue">${icon("cloud-upload")}<span>${t("To be sent")}</span>${icon("chevron-right")}</a>
        <a href="#/surveys">${icon("clipboard-list")}<span>${t("Special surveys")}</span>${icon("chevron-right")}</a>
        <a href="#/components">${icon("qrcode")}<span>${t("Components")}</span>${icon("chevron-right")}</a>
        <a href="#/help">${icon("help-circle")}<span>${t("Help")}</span>${icon("chevron-right")}</a>
        <a href="/">${icon("home")}<span>${t("To my desk")}</span>${icon("chevron-right")}</a>
        ${person ? html`<button type="button" @click=${leave}>${icon("logout")}<span>${t("Sign out")}</span></button>` : nothing}
      </nav>`, root);
  }
  const stops = ["look", "storage", "update", "who"].map((name) => on(name, draw));
  draw();
  return () => stops.forEach((stop) => stop());
}

screens.register({ path: "settings", title: "Settings", icon: "settings", open: true, render: show });
