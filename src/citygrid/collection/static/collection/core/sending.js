// How the queue goes out: files first, in pieces, then the entry; in order; by one window or worker at a time. Nothing
// here knows a page, so the service worker can do it too.
import { tell } from "./bus.js";
import { Offline, Refused, SignedOut, api } from "./net.js";
import { database, device, get, write } from "./store.js";
import * as people from "./who.js";

export const PIECE = 262_144;
const BATCH = 20;
const FIRST_WAIT = 3000;
const LONGEST_WAIT = 300_000;
const LOCK = "citygrid-outbox";
const STOPS_ALL = new Set([401, 403, 429, 502, 503, 504]);
const PASSING = new Set(["scanner_down", "too_much", "no_such_file", "hash_differs", "not_whole", "length"]);
const FACTS = ["made_at", "lon", "lat", "accuracy", "altitude", "heading", "fixed_at", "mock", "origin"];

let now = { running: false, why: "", next_at: 0, tries: 0 };
let again = false;

export function state() {
  return now;
}

export function isOpen(entry) {
  return entry.state === "queued" || entry.state === "sending";
}

// The next run waits for nothing.
export function hurry() {
  now = { ...now, next_at: 0 };
}

// Half to one and a half of 3 s, 6 s, 12 s ... 5 min: many devices that lost the same network do not come back at once.
export function wait(tries, chance = Math.random()) {
  return Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.max(0, tries - 1)) * (0.5 + chance);
}

function become(change) {
  now = { ...now, ...change };
  tell("outbox", now, { only: true });
}

// Sends what can be sent; gives when nothing more can be done now. Calls at the same time are one.
export async function run() {
  if (now.running) {
    again = true;
    return;
  }
  if (Date.now() < now.next_at) return;
  become({ running: true });
  try {
    await locked(go);
  } finally {
    become({ running: false });
  }
  if (again) {
    again = false;
    await run();
  }
}

// Web Locks: one window, tab or worker of this browser. Another one is at it: it does ours too.
function locked(work) {
  if (!navigator.locks) return work();
  return navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => (lock ? work() : undefined));
}

async function go() {
  if (!(await anything())) {
    if (now.why) become({ why: "", tries: 0, next_at: 0 });
    return;
  }
  let owner = "";
  try {
    const person = await people.refresh(); // in whose name the session is, now: never send as somebody else
    owner = person.key;
    await halted(owner);
    await entries(person);
    become({ why: "", tries: 0, next_at: 0 });
  } catch (error) {
    if (owner) await halted(owner);
    stopped(error);
    tell("queue");
  }
}

async function anything() {
  const stored = await database();
  return (await stored.countFromIndex("queue", "state", "queued")) + (await stored.countFromIndex("queue", "state", "sending")) > 0;
}

function stopped(error) {
  const tries = now.tries + 1;
  const told = error instanceof Refused ? error.retryAfter : null;
  const next_at = Date.now() + Math.max(wait(tries), (told ?? 0) * 1000);
  const why = error instanceof SignedOut ? "signed_out" : error instanceof Offline ? "offline" : "busy";
  become({ why, tries, next_at });
  if (why === "busy") console.warn(error);
}

// What was being sent when the app was killed: it is sent again, the server knows its id.
async function halted(owner) {
  await eachOf(owner, (entry) => (entry.state === "sending" ? { ...entry, state: "queued" } : null));
}

async function eachOf(owner, change) {
  await write(["queue"], async (transaction) => {
    const range = IDBKeyRange.bound([owner, 0], [owner, Infinity]);
    for (const entry of await transaction.store.index("order").getAll(range)) {
      const next = change(entry);
      if (next) await transaction.store.put(next);
    }
  });
}

async function entries(person) {
  const stored = await database();
  const range = IDBKeyRange.bound([person.key, 0], [person.key, Infinity]);
  let ready = [];
  for (const { id } of await stored.getAllFromIndex("queue", "order", range)) {
    const entry = await get("queue", id); // it may have been put away meanwhile
    if (!entry || !isOpen(entry) || entry.next_at > Date.now()) continue;
    if (entry.after.length) {
      ready = await flushed(ready);
      if (!(await free_of(entry))) continue;
    }
    if (entry.files.length) ready = await flushed(ready);
    await changed(id, { state: "sending" });
    if (!(await uploaded(entry))) continue;
    ready.push(id);
    if (ready.length === BATCH) ready = await flushed(ready);
  }
  await flushed(ready);
}

// Whether all that it rests on was done. What was refused is first corrected, or put away.
async function free_of(entry) {
  for (const id of entry.after) {
    const before = await get("queue", id);
    if (before && before.state !== "sent") {
      await changed(entry.id, { code: before.state === "queued" ? "after_open" : "after_refused" });
      return false;
    }
  }
  return true;
}

async function changed(id, change) {
  await write(["queue"], async (transaction) => {
    const entry = await transaction.store.get(id);
    if (entry && isOpen(entry)) await transaction.store.put({ ...entry, ...change });
  });
  tell("queue");
}

async function refuse(id, { code, message, params = {}, facts = {} }) {
  await changed(id, { state: "refused", code, message, params, facts, next_at: 0 });
}

async function later(id, { code = "", message = "", params = {} }) {
  const entry = await get("queue", id);
  const tries = (entry?.tries ?? 0) + 1;
  await changed(id, { state: "queued", code, message, params, tries, next_at: Date.now() + wait(tries) });
}

// One batch; what it was answered is on the disk before the next one goes.
async function flushed(ids) {
  if (!ids.length) return [];
  try {
    await answered(await api("sync", { method: "POST", json: await batch(ids) }));
  } catch (error) {
    if (!(error instanceof Refused) || STOPS_ALL.has(error.status) || error.code === "other_post") throw error;
    if (ids.length > 1) {
      for (const id of ids) await flushed([id]); // one of them spoils it: each alone
    } else if (error.status >= 500) {
      await later(ids[0], error);
    } else {
      await refuse(ids[0], error);
    }
  }
  return [];
}

async function batch(ids) {
  const found = await Promise.all(ids.map((id) => get("queue", id)));
  const entries = found.map(({ id, kind, made_at, after, data, files }) => ({
    id, kind, made_at: new Date(made_at).toISOString(), after, data, files: Object.fromEntries(files.map((f) => [f, null])),
  }));
  return { device: await device(), app: version(), post: found[0].post, sent_at: new Date().toISOString(), entries };
}

function version() {
  return new URL(import.meta.url).pathname.split("/")[3] ?? "";
}

async function answered({ answers }) {
  for (const { id, state: what, code, message, facts } of answers) {
    if (what === "done") await changed(id, { state: "sent", code: "", message: "", facts, sent_at: Date.now(), next_at: 0 });
    else if (what === "refused") await refuse(id, { code, message, facts });
    else await later(id, { code, message });
    if (what === "waiting" && code === "files_open") await unsent(id);
  }
}

// The server lacks a file that we took for sent: look again from its beginning.
async function unsent(id) {
  const entry = await get("queue", id);
  for (const file of entry?.files ?? []) {
    if (await get("blobs", file)) await marked(file, { media: null, sent: 0 });
  }
}

async function marked(id, change) {
  await write(["files"], async (transaction) => {
    const file = await transaction.store.get(id);
    if (file) await transaction.store.put({ ...file, ...change });
  });
  tell("files", { id, ...change });
}

// All files of an entry, one after the other. False: one was refused, and so the entry.
async function uploaded(entry) {
  for (const id of entry.files) {
    const file = await get("files", id);
    if (file?.media) continue;
    const kept = await get("blobs", id);
    if (!file || !kept) {
      await refuse(entry.id, { code: "file_lost", message: "" });
      return false;
    }
    try {
      await upload(file, kept.blob, entry.id);
    } catch (error) {
      if (!(error instanceof Refused) || STOPS_ALL.has(error.status)) throw error;
      if (error.status >= 500 || PASSING.has(error.code)) await later(entry.id, error);
      else await refuse(entry.id, error);
      return false;
    }
  }
  return true;
}

// Of the facts, those that the server takes.
function told_of(facts) {
  return Object.fromEntries(FACTS.filter((name) => facts[name] !== undefined && facts[name] !== null).map((name) => [name, facts[name]]));
}

// From where the server says it is; a piece that it did not take as we thought is asked about again, a few times.
async function upload(file, blob, entry) {
  const start = {
    id: file.id, device: await device(), sha256: file.sha256, size: file.size, mime: file.mime, facts: { ...told_of(file.facts), entry },
  };
  for (let round = 0; round < 4; round += 1) {
    let told = await api("files", { method: "POST", json: start });
    try {
      while (!told.media && told.received < file.size) {
        await marked(file.id, { sent: told.received });
        const piece = await blob.slice(told.received, told.received + PIECE).arrayBuffer();
        told = await api(`files/${file.id}?from=${told.received}`, { method: "PUT", raw: piece });
      }
    } catch (error) {
      const asksAgain = error instanceof Refused && (PASSING.has(error.code) || error.status === 409) && round < 3;
      if (!asksAgain) throw error;
      continue;
    }
    if (told.media) {
      await marked(file.id, { media: told.media, sent: file.size });
      return;
    }
  }
  throw new Refused(503, { code: "not_whole", message: "" }, null);
}
