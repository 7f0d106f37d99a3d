// A roll call: where one is, a photo when it is wanted, one button. What waits stands in the line of states too.
import { on } from "../../core/bus.js";
import * as files from "../../core/files.js";
import { chip, say } from "../../core/frame.js";
import { html, icon, nothing, render } from "../../core/html.js";
import * as outbox from "../../core/outbox.js";
import * as pack from "../../core/pack.js";
import * as place from "../../core/place.js";
import * as screens from "../../core/screens.js";
import { visit } from "../../core/visit.js";
import { metres, moment, t, time } from "../../core/words.js";
import { Camera } from "../camera/camera.js";

const EVERY = 15_000;
const RESULTS = {
  in_time: () => t("in time"), claimed: () => t("in time, sent later"), late: () => t("too late"), missed: () => t("no answer"), waiting: () => t("waiting"),
};

// Entries of this person that answer a roll call, by its id; refused ones too.
async function answers() {
  const mine = (await outbox.all().catch(() => [])).filter((entry) => entry.kind === "roll_answer");
  return new Map(mine.reverse().map((entry) => [entry.data.call, entry]));
}

// Roll calls that wait for an answer of this person, the soonest first.
export async function waiting() {
  const [calls, sent] = await Promise.all([pack.get("roll_calls").catch(() => []), answers()]);
  const open = (calls ?? []).filter((call) => call.result === "waiting" && Date.parse(call.due) > Date.now());
  return open.filter((call) => !sent.has(call.id) || sent.get(call.id).state === "refused").sort((a, b) => Date.parse(a.due) - Date.parse(b.due));
}

function where() {
  const here = place.newest();
  if (here) return t("Place to {metres}", { metres: metres(here.accuracy) });
  return place.trouble() === "denied" ? t("This browser may not know the place: allow it in its settings.") : t("Finding the place …");
}

async function show(root, { id }) {
  const call = ((await pack.get("roll_calls")) ?? []).find((one) => one.id === id);
  if (!call) {
    render(html`<div class="empty">${icon("speakerphone")}<p>${t("This roll call is not on this device. Connect and look again.")}</p></div>`, root);
    return null;
  }
  let photo = null, seen = "", busy = false;
  render(html`<div data-told></div><div data-camera></div><div class="foot" data-act></div>`, root);
  const [told, lens, act] = ["told", "camera", "act"].map((name) => root.querySelector(`[data-${name}]`));
  const watched = place.watch();
  const camera = call.photo ? new Camera(lens, { taken: keep }) : null;

  async function keep(blob, { made_at }) {
    try {
      if (photo) await files.drop(photo);
      const here = place.newest() ?? {};
      photo = await files.take(blob, { facts: { made_at, lon: here.lon, lat: here.lat, accuracy: here.accuracy, mock: here.mock, heading: here.heading } });
      files.release(seen);
      seen = await files.address(photo, { small: true });
      draw();
    } catch (error) {
      say(error.message, { tone: "bad" });
    }
  }

  async function send() {
    if (busy) return;
    busy = true;
    draw();
    const here = place.newest();
    const data = { call: id, lon: here?.lon ?? null, lat: here?.lat ?? null, accuracy: here?.accuracy ?? null, mock: here?.mock ?? null };
    const before = (await answers()).get(id), during = visit(), taken = photo;
    photo = null; // the queue's from now on: leaving the screen does not drop it
    try {
      await outbox.add({ kind: "roll_answer", data, files: taken ? [taken] : [], shown: { title: t("Answer to a roll call"), text: moment(call.at) }, replaces: before?.state === "refused" ? before.id : null });
      say(t("Kept. It goes out by itself."), { tone: "good" });
      if (!during.aborted) screens.go("me");
    } catch (error) {
      [photo, busy] = [taken, false];
      say(error.message, { tone: "bad" });
      draw();
    }
  }

  function draw() {
    const over = Date.parse(call.due) <= Date.now();
    render(html`<section class=${over ? "card bad" : "card act"}><div class="card-head">${icon("speakerphone")}<strong>${t("{name} calls the roll", { name: call.by })}</strong></div>
      <p>${over ? t("The time was over at {time}. An answer now counts as late.", { time: time(call.due) }) : t("Answer by {time}.", { time: time(call.due) })}</p>
      <p class="quiet">${where()}</p>${seen ? html`<img class="me-photo" src=${seen} alt=${t("Your photo")}>` : nothing}</section>`, told);
    const missing = call.photo && !photo;
    render(html`<button type="button" class="button main" ?disabled=${missing || busy} @click=${send}>${icon("send")}<span>${missing ? t("Take a photo first") : t("I am here")}</span></button>`, act);
  }

  const stops = [on("place", draw)];
  const clock = setInterval(draw, EVERY);
  draw();
  camera?.start();
  return () => {
    stops.forEach((stop) => stop());
    clearInterval(clock);
    watched();
    camera?.end();
    files.release(seen);
    if (photo) files.drop(photo);
  };
}

async function listed(root) {
  async function draw() {
    const [found, sent] = [await pack.get("roll_calls"), await answers()];
    const calls = found ?? [];
    render(calls.length ? html`<ul class="cards">${calls.map((call) => {
      const entry = sent.get(call.id), open = call.result === "waiting" && !(entry && entry.state !== "refused");
      return html`<li class=${call.result === "missed" || call.result === "late" ? "card bad" : "card"}>
        <div class="card-head"><strong>${moment(call.at)}</strong><span class="badge">${entry && call.result === "waiting" ? t("being sent") : RESULTS[call.result]()}</span></div>
        <p class="quiet">${call.by}</p>${open ? html`<a class="button plain" href=${`#/me/roll/${call.id}`}>${icon("speakerphone")}<span>${t("Answer")}</span></a>` : nothing}</li>`;
    })}</ul>` : html`<div class="empty">${icon("speakerphone")}<p>${found ? t("Nobody has called you in the last 30 days.") : t("This is not on this device yet. Connect once.")}</p></div>`, root);
  }
  const stops = ["pack", "queue"].map((name) => on(name, draw));
  await draw();
  return () => stops.forEach((stop) => stop());
}

// The line of states above every screen.
async function told() {
  const [next] = await waiting();
  chip("roll", next ? { icon: "speakerphone", text: t("Roll call by {time}", { time: time(next.due) }), tone: "bad", order: 5, path: `me/roll/${next.id}` } : null);
}

const safely = () => told().catch(() => {});
on("pack", safely);
on("queue", safely);
on("words", safely);
setInterval(safely, EVERY);
safely();

screens.register({ path: "me/roll/:id", title: "Roll call", icon: "speakerphone", render: show });
screens.register({ path: "me/calls", title: "Roll calls", icon: "speakerphone", render: listed });
