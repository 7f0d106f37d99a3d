// What stands around every screen: the line of states above, the screen, the bar of the four doors below.
//
//   start()                          draws it and shows the screen of the address
//   chip(name, {icon, text, tone, order, path} | null)    a state in the line above ("shift", "accuracy" ...), null removes it
//   say(text, {tone: "good" | "bad" | "plain", seconds})  a short note, read out too
import { on } from "./bus.js";
import { html, icon, nothing, render } from "./html.js";
import { SignedOut, reachable } from "./net.js";
import * as outbox from "./outbox.js";
import * as place from "./place.js";
import { estimate, WARN } from "./room.js";
import * as screens from "./screens.js";
import * as update from "./update.js";
import * as people from "./who.js";
import { metres, t } from "./words.js";

const ROOM = 3; // states that fit beside each other in full words; with more, what is well is only a sign
const NOTES = 2; // that stand at once; the oldest goes
const chips = new Map();
let counted = { queued: 0, sending: 0, refused: 0, bytes: 0 };
let person = null;
let main = null;
let full = false;

export function chip(name, value) {
  if (value) chips.set(name, { order: 50, tone: "plain", ...value });
  else chips.delete(name);
  top();
}

export function say(text, { tone = "plain", seconds = 6 } = {}) {
  const area = document.querySelector("#said");
  if (!area) return;
  const note = document.createElement("p");
  note.className = `note ${tone}`;
  note.textContent = text;
  area.append(note);
  while (area.children.length > NOTES) area.firstElementChild.remove();
  setTimeout(() => note.remove(), seconds * 1000);
}

export async function start() {
  const root = document.querySelector("#app");
  render(html`
    <header id="top"></header><div id="banners"></div><main id="main" tabindex="-1"></main>
    <div id="said" role="status" aria-live="polite"></div><nav id="bar"></nav>`, (root.replaceChildren(), root));
  main = root.querySelector("#main");
  // What stands on the bar must know how high it is: large text makes it higher.
  const door = root.querySelector("#bar");
  new ResizeObserver(() => document.documentElement.style.setProperty("--bar-height", `${door.offsetHeight}px`)).observe(door);
  person = await people.who();
  for (const name of ["queue", "outbox", "who", "signed", "words", "update", "storage", "net"]) on(name, refreshed);
  on("place", accuracy);
  addEventListener("online", refreshed);
  addEventListener("offline", refreshed);
  on("words", () => screens.redraw());
  on("who", () => screens.redraw());
  await refreshed();
  await screens.start({ first, allows, begin, drawn, titled, broken });
}

async function refreshed() {
  person = await people.who();
  counted = await outbox.counts();
  full = (await estimate()).share >= WARN;
  top();
  banners();
  bar();
}

function accuracy(fix) {
  const bad = place.trouble();
  if (fix) chip("accuracy", { icon: "current-location", text: `±${metres(fix.accuracy)}`, order: 30, label: t("Accuracy of the place"), tone: fix.accuracy > 50 ? "warn" : "plain" });
  else if (bad) chip("accuracy", { icon: "current-location", text: t("Not located"), order: 30, tone: "warn" });
}

function states() {
  const net = reachable()
    ? { icon: "wifi", text: t("Online"), tone: "plain", order: 10, brief: true }
    : { icon: "wifi-off", text: t("Offline"), tone: "warn", order: 10 };
  const open = counted.queued + counted.sending;
  const refused = counted.refused ? [{ icon: "alert-triangle", text: t("{n} refused", { n: counted.refused }), tone: "bad", order: 19, path: "queue" }] : [];
  const queue = open
    ? { icon: "cloud-upload", text: t("{n} waiting", { n: open }), tone: "warn", order: 20, path: "queue" }
    : { icon: "cloud-check", text: t("All sent"), tone: "plain", order: 20, path: "queue", brief: true };
  return [net, ...refused, ...(open || !refused.length ? [queue] : []), ...chips.values()].sort((a, b) => a.order - b.order);
}

function top() {
  const line = document.querySelector("#top");
  if (!line) return;
  const here = screens.here();
  const shown = states();
  const inside = here && !here.screen.bar && here.screen.path !== "sign-in";
  render(html`
    <div class="top-title">
      ${inside ? html`<button type="button" class="round" aria-label=${t("Back")} @click=${screens.back}>${icon("arrow-left")}</button>` : nothing}
      <h1>${here?.shown ?? t(here?.screen.title ?? "Collector's app")}</h1>
      <a class="round" href="#/settings" aria-label=${t("Settings")}>${icon("settings")}</a>
    </div>
    ${person ? html`<div class="states">${shown.map((one) => {
      const inner = html`${icon(one.icon)}<span class=${one.brief && shown.length > ROOM ? "sr" : ""}>${one.text}</span>`;
      return one.path
        ? html`<a class=${`state ${one.tone}`} href=${`#/${one.path}`}>${inner}</a>`
        : html`<span class=${`state ${one.tone}`} title=${one.label ?? nothing}>${inner}</span>`;
    })}</div>` : nothing}`, line);
  document.title = here ? `${here.shown ?? t(here.screen.title)} · ${t("Collector's app")}` : t("Collector's app");
}

function banners() {
  const area = document.querySelector("#banners");
  if (!area) return;
  const out = person && (people.signedIn() === false || outbox.state().why === "signed_out");
  render(html`
    ${update.ready() ? html`<div class="banner">${icon("download")}<span>${t("A new version is ready.")}</span>
      <button type="button" class="button small" @click=${() => update.take()}>${t("Take it")}</button></div>` : nothing}
    ${out ? html`<div class="banner warn">${icon("login")}<span>${t("Your session has ended. What you make is kept here.")}</span>
      <a class="button small" href="/sign-in/?next=/collector/">${t("Sign in to send")}</a></div>` : nothing}
    ${full ? html`<div class="banner warn">${icon("database")}<span>${t("This device is nearly full.")}</span>
      <a class="button small" href="#/settings">${t("Look")}</a></div>` : nothing}`, area);
}

function bar() {
  const area = document.querySelector("#bar");
  if (!area) return;
  area.setAttribute("aria-label", t("Main"));
  const doors = person ? screens.all().filter((screen) => screen.bar) : [];
  area.hidden = !doors.length;
  const here = screens.here()?.screen;
  const within = (door) => here === door || (here && here.path.split("/")[0] === door.path);
  render(html`${doors.map((door) => html`<a href=${`#/${door.path}`} aria-current=${within(door) ? "page" : nothing}>
    ${icon(door.icon)}<span>${t(door.title)}</span></a>`)}`, area);
}

function first() {
  return screens.all().find((screen) => screen.bar)?.path ?? "queue";
}

async function allows(screen) {
  if (screen.open) return true;
  const known = await people.who();
  return Boolean(known && known.may.length);
}

function begin() {
  const root = document.createElement("div");
  root.className = "screen";
  main.replaceChildren(root);
  scrollTo(0, 0);
  top();
  bar();
  return root;
}

function drawn() {
  top();
  if (document.activeElement === document.body) main.focus({ preventScroll: true });
}

function titled(text, shown) {
  shown.shown = text;
  top();
}

function broken(root, error) {
  if (error instanceof SignedOut) {
    screens.go("sign-in");
    return;
  }
  render(html`<div class="empty">${icon("alert-triangle")}<p>${t("This screen could not be shown.")}</p>
    <p class="quiet">${error.message}</p>
    <button type="button" class="button main" @click=${() => screens.redraw()}>${t("Try again")}</button></div>`, root);
}
