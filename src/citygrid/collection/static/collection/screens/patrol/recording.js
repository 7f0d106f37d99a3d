// Where the collector was, from sign-in to sign-out: into the store at once, to the server in batches. Goes on after the app
// was killed, for the patrol stands in the store too. A browser in the background may be stopped by the phone: then there are
// no fixes, and the screen says so.
//
//   patrol() -> {id, entry, at, day, duty_grids, ends} | null      begin(patrol)  end()  resume()
//   fixes(since) -> [{at, lon, lat, accuracy, speed, heading, mock}] of this person    waiting() -> number not sent
//   rules() -> rules of patrol.toml
//   awake(on)  keeps the screen on, and with it the app    isAwake()
//   on("patrol") tells of changes, on("fix") of each fix
import { on, tell } from "../../core/bus.js";
import { Refused, api } from "../../core/net.js";
import * as pack from "../../core/pack.js";
import * as place from "../../core/place.js";
import { database, device, keep, kept, write } from "../../core/store.js";
import { owner } from "../../core/who.js";

const MOST = 500, KEEP = 36 * 3_600_000, STILL_AFTER = 180_000, MOVED = 25;
let mine = null, key = "", current = null, mode = "", stop = null, timer = null, sender = null, last = null, anchor = null;
let lock = null, wanted = false, busy = false;

export const patrol = () => current;

export async function rules() {
  return (await pack.get("patrol"))?.rules ?? null;
}

const range = (from) => IDBKeyRange.bound([mine, from], [mine, Infinity]);

export async function fixes(since) {
  mine = await owner();
  return (await database()).getAll("fixes", range(since));
}

export async function waiting() {
  mine = await owner();
  return (await (await database()).getAll("fixes", range(0))).filter((fix) => !fix.sent).length;
}

export async function begin(given) {
  mine = await owner();
  key = `patrol:${mine}`;
  current = given;
  await keep(key, given);
  record();
  tell("patrol");
}

// Changes what is known of the patrol (the server's id of one that was begun elsewhere).
export async function adopt(changed) {
  if (!current) return;
  current = { ...current, ...changed };
  await keep(key, current);
  tell("patrol");
}

export async function end() {
  halt();
  current = null;
  await keep(key, null);
  await awake(false);
  tell("patrol");
  await send().catch(() => {});
}

// At start, and when another person signs in: goes on with what this person had begun.
export async function resume() {
  halt();
  current = null;
  mine = await owner().catch(() => null);
  if (!mine) return;
  key = `patrol:${mine}`;
  current = (await kept(key)) ?? null;
  if (current) record();
  else await send().catch(() => {});
  tell("patrol");
}

function halt() {
  stop?.();
  stop = null;
  clearInterval(timer);
  clearInterval(sender);
  timer = sender = last = anchor = null;
  mode = "";
}

async function record() {
  const every = (await rules())?.recording ?? { moving_seconds: 10, still_seconds: 60, send_seconds: 60 };
  clearInterval(sender);
  sender = setInterval(() => send().catch(() => {}), every.send_seconds * 1000);
  move();
}

// Moving: the device tells each fix. Standing: it is asked once in a while, so that the receiver may sleep.
function move() {
  if (mode === "moving") return;
  mode = "moving";
  clearInterval(timer);
  stop ??= place.watch();
}

async function stand() {
  mode = "still";
  stop?.();
  stop = null;
  const every = (await rules())?.recording.still_seconds ?? 60;
  clearInterval(timer);
  timer = setInterval(async () => {
    const fix = await place.better({ accuracy: 30, patience: 12_000, age: 20_000 });
    if (fix && mode === "still") await came(fix);
  }, every * 1000);
}

async function came(fix) {
  if (!current || !fix || fix.at < current.at - 60_000) return;
  const every = ((await rules())?.recording.moving_seconds ?? 10) * 1000;
  const far = anchor ? place.distance(anchor, fix) : Infinity;
  if (far > Math.max(MOVED, fix.accuracy ?? 0)) {
    anchor = fix;
    if (mode === "still") move();
  } else if (mode === "moving" && fix.at - anchor.at > STILL_AFTER) {
    await stand();
  }
  if (last && fix.at - last.at < every) return;
  last = fix;
  await write(["fixes"], (transaction) => transaction.store.put({ ...fix, owner: mine, session: current.id, sent: false }));
  tell("fix", fix, { only: true });
}

on("place", (fix) => came(fix).catch((error) => console.error(error)));
on("who", () => resume().catch((error) => console.error(error)));
addEventListener("online", () => send().catch(() => {}));
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "visible") return;
  if (wanted) hold().catch(() => {});
  send().catch(() => {});
});

// Batches by patrol, in order, until nothing is left. What the server refuses for good is not sent again.
export async function send() {
  if (busy || !mine) return;
  busy = true;
  try {
    const db = await database(), own = mine, all = await db.getAll("fixes", range(0));
    const left = all.filter((fix) => !fix.sent);
    for (const session of new Set(left.map((fix) => fix.session))) {
      const of = left.filter((fix) => fix.session === session);
      for (let n = 0; n < of.length; n += MOST) await sendOne(own, session, of.slice(n, n + MOST));
    }
    const before = Date.now() - KEEP;
    await write(["fixes"], async (transaction) => {
      for (const fix of all) if (fix.at < before && (fix.sent || !left.includes(fix))) await transaction.store.delete([own, fix.at]);
    });
  } finally {
    busy = false;
  }
}

async function sendOne(own, session, some) {
  const rows = some.map((fix) => [fix.at, fix.lon, fix.lat, fix.accuracy, fix.speed, fix.heading, fix.mock]);
  try {
    await api("positions", { method: "POST", json: { device: await device(), session, fixes: rows } });
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 422) throw error; // again later
    console.error(error);
    return;
  }
  await write(["fixes"], async (transaction) => {
    for (const fix of some) await transaction.store.put({ ...fix, owner: own, sent: true });
  });
}

export const isAwake = () => wanted;

export async function awake(yes) {
  wanted = yes;
  if (yes) await hold();
  else {
    await lock?.release();
    lock = null;
  }
  tell("patrol", null, { only: true });
}

async function hold() {
  if (!navigator.wakeLock) throw new Error("no wake lock");
  lock = await navigator.wakeLock.request("screen");
}

resume().catch((error) => console.error(error));
