// Sign in and out with the place, time, own coverage on the map, hints, the daily log.
import { on } from "../../core/bus.js";
import { ask } from "../../core/dialog.js";
import { chip, say } from "../../core/frame.js";
import { html, icon, nothing, render, svg } from "../../core/html.js";
import { api } from "../../core/net.js";
import * as outbox from "../../core/outbox.js";
import * as pack from "../../core/pack.js";
import * as place from "../../core/place.js";
import * as screens from "../../core/screens.js";
import { visit } from "../../core/visit.js";
import { metres, t, time } from "../../core/words.js";
import { kind } from "../queue/kinds.js";
import { frame, groundOf, path } from "./ground.js";
import * as recording from "./recording.js";
import * as track from "./track.js";

const EVERY = 30_000;
const minutes = (seconds) => Math.round(seconds / 60);

// What the device says of the patrol up to now.
async function looked(now = Date.now()) {
  const [patrol, rules, grids] = [recording.patrol(), await recording.rules(), await pack.get("grids")];
  if (!patrol || !rules) return null;
  const ground = groundOf(grids, patrol.duty_grids);
  const fixes = (await recording.fixes(patrol.at)).map((fix) => {
    const [x, y] = ground.project([fix.lon, fix.lat]);
    return { t: fix.at / 1000, x, y, accuracy: fix.accuracy };
  });
  const sifted = track.sift(fixes, rules.track);
  const inside = sifted.used.map(({ x, y }) => !ground.known || track.away(ground.duty, x, y) <= rules.track.edge_metres);
  const spans = track.spans(patrol.at / 1000, now / 1000, sifted, inside, rules.track);
  const covered = track.covered(track.places(sifted, rules.track, rules.coverage), ground.units.map((one) => one.shape), rules.coverage);
  return { patrol, rules, ground, sifted, spans, covered, totals: track.totals(spans), hints: track.hints(spans, rules.track), gaps: spans.filter((one) => one.state === "gap") };
}

async function hereNow() {
  say(t("Finding the place …"), { seconds: 3 });
  const fix = await place.better({ accuracy: 30, patience: 10_000 });
  return fix ? { lon: fix.lon, lat: fix.lat, accuracy: fix.accuracy, mock: fix.mock } : null;
}

async function signIn() {
  const during = visit();
  const given = await pack.get("patrol"), fix = await hereNow();
  if (!fix) {
    const answer = await ask({ title: t("No place found"), text: t("You can sign in without a place. Your team lead sees that it is missing."), choices: [{ value: "go", label: t("Sign in without a place"), tone: "plain" }], during });
    if (!answer && during.aborted) say(t("You are not signed in: no place was found."), { tone: "bad", seconds: 12 });
    if (!answer) return;
  }
  const at = Date.now(), shift = given?.shift;
  const entry = await outbox.add({ kind: "sign_in", data: fix ?? {}, made_at: at, shown: { title: t("Sign-in"), text: time(at) } });
  await recording.begin({ id: entry, entry, at, duty_grids: shift?.duty_grids ?? given?.duty_grids ?? [], ends: shift?.ends ?? null });
  say(t("Signed in at {time}", { time: time(at) }), { tone: "good" });
}

async function signOut() {
  const answer = await ask({ title: t("Sign out of the shift?"), text: t("From then on this phone does not tell where you are."), choices: [{ value: "out", label: t("Sign out of the shift"), icon: "logout", tone: "main" }] });
  if (!answer) return;
  const patrol = recording.patrol(), fix = await hereNow(), at = Date.now();
  const after = patrol.adopted ? [] : [patrol.entry];
  await outbox.add({ kind: "sign_out", data: { ...(fix ?? {}), patrol: patrol.id }, after, made_at: at, shown: { title: t("Sign-out"), text: time(at) } });
  await recording.end();
  say(t("Signed out at {time}", { time: time(at) }), { tone: "good" });
}

async function writeLog() {
  const answer = await ask({
    title: t("Daily log"), text: t("What was special today? It stands beside your patrol."), input: { label: t("Text"), required: true },
    choices: [{ value: "send", label: t("Keep"), icon: "send", tone: "main" }],
  });
  if (!answer) return;
  const patrol = recording.patrol();
  const after = patrol && !patrol.adopted ? [patrol.entry] : [];
  await outbox.add({ kind: "day_log", data: { text: answer.text, ...(patrol ? { patrol: patrol.id } : {}) }, after, shown: { title: t("Daily log"), text: answer.text.slice(0, 60) } });
  say(t("Kept; it goes out by itself."), { tone: "good" });
}

async function keepAwake() {
  try {
    await recording.awake(!recording.isAwake());
  } catch {
    say(t("This browser cannot keep the screen on."), { tone: "bad" });
  }
}

// The server's answer to a sign-in: another device had begun the patrol, or it does not count.
async function answered() {
  const patrol = recording.patrol();
  if (!patrol || patrol.adopted || patrol.told) return;
  const entry = await outbox.one(patrol.entry);
  if (entry?.state === "refused" && entry.facts?.patrol) await recording.adopt({ id: entry.facts.patrol, adopted: true });
  else if (entry?.state === "sent") await recording.adopt({ told: true, ...(entry.facts?.duty_grids ? { duty_grids: entry.facts.duty_grids, ends: entry.facts.ends } : {}) });
}

function map({ ground, sifted, covered }) {
  if (!ground.known) return html`<p class="quiet">${t("The outlines of your duty grid are not on this device yet.")}</p>`;
  const line = sifted.used.map(({ x, y }, n) => `${n && !sifted.leaps.has(n) ? "L" : "M"}${x.toFixed(1)} ${(-y).toFixed(1)}`).join("");
  const me = sifted.used.at(-1);
  const done = covered.visited.filter(Boolean).length;
  return html`<svg class="patrol-map" viewBox=${frame(ground.duty)} role="img" aria-label=${t("{n} of {all} unit grids visited", { n: done, all: covered.visited.length })}>
    ${ground.units.map((unit, n) => svg`<path class=${covered.visited[n] ? "visited" : "open"} d=${path(unit.shape)}></path>`)}
    <path class="duty" d=${path(ground.duty)}></path><path class="way" d=${line}></path>
    ${me ? svg`<circle class="me" cx=${me.x} cy=${-me.y} r="9"></circle>` : nothing}</svg>
    <p class="quiet"><span class="patrol-key visited"></span>${t("visited")} <span class="patrol-key open"></span>${t("not yet")}</p>`;
}

function hint(found) {
  const { idle_since: idle, outside_since: outside } = found.hints;
  return html`
    ${idle ? html`<p class="card warn" role="status">${icon("hourglass")} ${t("You have stayed in one place since {time}.", { time: time(idle * 1000) })}</p>` : nothing}
    ${outside ? html`<p class="card warn" role="status">${icon("map-pin")} ${t("You have been outside your duty grid since {time}.", { time: time(outside * 1000) })}</p>` : nothing}`;
}

function gapNote(found) {
  const gap = found.gaps.at(-1);
  if (!gap) return nothing;
  return html`<p class="card">${icon("wifi-off")} <span>${t("No fixes from {from} to {to}: the phone had put the app to sleep, or there was no signal. Keep the screen on while you walk.", { from: time(gap.starts * 1000), to: time(gap.ends * 1000) })}</span></p>`;
}

function figures(found, told, left) {
  const { totals, covered } = found, all = covered.visited.length;
  const rows = [
    [t("On duty"), t("{n} min", { n: minutes(totals.on_duty) })],
    [t("Active"), t("{n} min", { n: minutes(totals.active) })],
    [t("Standing still"), t("{n} min", { n: minutes(totals.idle) })],
    [t("Outside"), t("{n} min", { n: minutes(totals.outside) })],
    [t("Without fixes"), t("{n} min", { n: minutes(totals.gap) })],
    [t("Unit grids visited"), all ? `${covered.visited.filter(Boolean).length} / ${all}` : "–"],
  ];
  return html`<section class="card"><dl class="patrol-figures">${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    <p class="quiet">${told?.figures ? t("The server has counted {n} min and {visited} of {all} unit grids.", { n: minutes(told.figures.on_duty), visited: told.figures.grids_visited, all: told.figures.grids }) : t("The server has not confirmed these figures yet.")}
      ${left ? t("{n} fixes wait to be sent.", { n: left }) : nothing}</p></section>`;
}

function before(given, rostered) {
  if (!given) return html`<p class="quiet">${t("Your shift is not on this device yet. You can sign in all the same.")}</p>`;
  if (!rostered) return html`<p class="quiet">${t("No shift is planned for you now. A sign-in counts as off the roster.")}</p>`;
  return html`<p><strong>${time(rostered.starts)} – ${time(rostered.ends)}</strong><br><span class="quiet">${rostered.duty_grids.join(" ")}</span></p>`;
}

function show(root) {
  let told = null, turn = 0;
  async function draw() {
    turn += 1;
    const now = turn, found = await looked(), given = await pack.get("patrol"), left = await recording.waiting().catch(() => 0);
    if (now !== turn) return;
    const patrol = recording.patrol(), next = given?.shift && Date.parse(given.shift.ends) > Date.now() ? given.shift : null;
    render(html`
      ${patrol ? html`
        <section class="card good"><div class="card-head">${icon("walk")}<strong>${t("On patrol since {time}", { time: time(patrol.at) })}</strong></div>
          ${patrol.ends ? html`<p class="quiet">${t("Until {time}", { time: time(patrol.ends) })} · ${patrol.duty_grids.join(" ")}</p>` : nothing}
          <p class="quiet">${place.newest() ? t("Place to {metres}", { metres: metres(place.newest().accuracy) }) : place.trouble() === "denied" ? t("This browser may not know the place: allow it in its settings.") : t("Finding the place …")}</p></section>
        ${found ? html`${hint(found)}${map(found)}${figures(found, told, left)}${gapNote(found)}` : nothing}
        <button type="button" class="button plain" aria-pressed=${recording.isAwake()} @click=${keepAwake}>${icon("sun")}<span>${recording.isAwake() ? t("The screen stays on") : t("Keep the screen on")}</span></button>`
      : html`<section class="card act"><div class="card-head">${icon("clock")}<strong>${t("Not on patrol")}</strong></div>${before(given, next)}
          <p class="quiet">${t("Where you are is recorded from sign-in to sign-out only. A phone that sleeps or an app in the background may record nothing: the gap is shown.")}</p></section>`}
      <button type="button" class="button plain" @click=${writeLog}>${icon("notes")}<span>${t("Daily log")}</span></button>
      <div class="foot">${patrol
        ? html`<button type="button" class="button main" @click=${signOut}>${icon("logout")}<span>${t("Sign out of the shift")}</span></button>`
        : html`<button type="button" class="button main" @click=${signIn}>${icon("player-play")}<span>${t("Sign in for the shift")}</span></button>`}</div>`, root);
  }
  async function confirm() {
    if (!recording.patrol()) { told = null; return; }
    told = await api("patrols/mine", { patience: 20_000 }).catch(() => told);
    await draw();
  }
  const redraw = () => draw().catch((error) => console.error(error));
  const stops = ["patrol", "fix", "pack", "queue"].map((name) => on(name, redraw));
  const timer = setInterval(redraw, EVERY), asked = setInterval(confirm, EVERY * 2), watched = place.watch();
  redraw();
  confirm();
  return () => { stops.forEach((stop) => stop()); clearInterval(timer); clearInterval(asked); watched(); };
}

// The line of states above every screen: on patrol, and what is wrong now.
async function chips() {
  const found = await looked().catch(() => null), patrol = recording.patrol();
  if (!patrol) { chip("patrol", null); return; }
  const { idle_since: idle, outside_since: outside } = found?.hints ?? {};
  const text = outside ? t("Outside since {time}", { time: time(outside * 1000) }) : idle ? t("Still since {time}", { time: time(idle * 1000) }) : t("Patrol {time}", { time: time(patrol.at) });
  chip("patrol", { icon: "walk", text, tone: outside || idle ? "warn" : "good", order: 10, path: "patrol" });
}

const safely = (act) => () => act().catch((error) => console.error(error));
on("patrol", safely(chips));
on("queue", safely(answered));
setInterval(safely(chips), EVERY);
safely(chips)();

kind("sign_in", { name: () => t("Sign-in") });
kind("sign_out", { name: () => t("Sign-out") });
kind("day_log", { name: () => t("Daily log") });
screens.register({ path: "patrol", title: "Patrol", icon: "walk", order: 30, bar: true, render: show });
