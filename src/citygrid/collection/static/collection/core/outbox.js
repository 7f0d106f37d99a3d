// What waits to be sent. An entry is on the disk before add() returns, and stays until the server has it or somebody puts
// it away with a reason.
//
//   add({kind, data, files: [file id], after: [entry id], shown: {title, text}, draft, replaces}) -> id
//       `shown`: words for the queue screen. `draft`: goes in the same step. `replaces`: a refused entry that this one
//       corrects; entries that waited for it wait for the new one.
//   all() -> entries of this person and post, the newest first      one(id)      others() -> [{owner_name, count}]
//   counts() -> {queued, sending, refused, bytes}                   again(id): a refused one just as it is, new id
//   putAway(id, reason)                                             wake(): look now
//   state() -> {running, why: "" | "offline" | "signed_out" | "busy", next_at}
//   on("queue") tells of every change
import { on, tell } from "./bus.js";
import * as sending from "./sending.js";
import { database, get, write } from "./store.js";
import { owner, who } from "./who.js";

const TICK = 5000;
let timer = null;

export async function add({ kind, data, files = [], after = [], shown = {}, draft = null, replaces = null, made_at = null }) {
  const id = crypto.randomUUID();
  const [mine, person] = [await owner(), await who()];
  await write(["queue", "files", "drafts", "kept"], async (transaction) => {
    const store = (name) => transaction.objectStore(name);
    const seq = ((await store("kept").get("seq")) ?? 0) + 1;
    await store("kept").put(seq, "seq");
    await store("queue").put({
      id, seq, owner: mine, owner_name: person.person.name, post: person.post.id, kind, data, files, after, shown, replaces,
      made_at: made_at ?? Date.now(), state: "queued", code: "", message: "", params: {}, facts: {}, tries: 0, next_at: 0,
    });
    for (const file of files) {
      const known = await store("files").get(file);
      if (!known) throw new Error(`no such file: ${file}`);
      await store("files").put({ ...known, entry: id });
    }
    if (draft) await store("drafts").delete(draft);
    if (replaces) await corrected(store("queue"), replaces, id);
  });
  tell("queue");
  wake();
  later();
  return id;
}

async function corrected(queue, old, id) {
  const before = await queue.get(old);
  if (before) await queue.put({ ...before, state: "away", put_away: "", replaced_by: id });
  for (let cursor = await queue.openCursor(); cursor; cursor = await cursor.continue()) {
    const { value } = cursor;
    if (!value.after.includes(old)) continue;
    const after = value.after.map((one) => (one === old ? id : one));
    await cursor.update({ ...value, after, next_at: 0 });
  }
}

// Where the browser wakes the worker when the network is back, ask for it.
async function later() {
  try {
    const registration = await navigator.serviceWorker?.ready;
    await registration?.sync?.register("outbox");
  } catch { /* not allowed here: the timer and "online" do it */ }
}

export async function all() {
  const mine = await owner();
  const range = IDBKeyRange.bound([mine, 0], [mine, Infinity]);
  const entries = await (await database()).getAllFromIndex("queue", "order", range);
  return entries.filter((entry) => !entry.replaced_by).reverse();
}

export async function one(id) {
  return get("queue", id);
}

export async function others() {
  const mine = await owner().catch(() => "");
  const db = await database();
  const open = await Promise.all(["queued", "sending", "refused"].map((one) => db.getAllFromIndex("queue", "state", one)));
  const waiting = open.flat().filter((entry) => entry.owner !== mine);
  const found = new Map();
  for (const { owner: key, owner_name } of waiting) {
    const row = found.get(key) ?? { owner: key, owner_name, count: 0 };
    found.set(key, { ...row, count: row.count + 1 });
  }
  return [...found.values()];
}

export async function counts() {
  const counted = { queued: 0, sending: 0, refused: 0, bytes: 0 };
  const mine = await owner().catch(() => "");
  if (!mine) return counted;
  const db = await database();
  for (const entry of await all()) {
    if (entry.state in counted) counted[entry.state] += 1;
    if (!sending.isOpen(entry)) continue;
    for (const id of entry.files) {
      const file = await db.get("files", id);
      if (file && !file.media) counted.bytes += file.size - file.sent;
    }
  }
  return counted;
}

export async function again(id) {
  const entry = await one(id);
  if (entry?.state !== "refused") return id;
  const { kind, data, files, after, shown, made_at } = entry;
  return add({ kind, data, files, after, shown, made_at, replaces: id });
}

export async function putAway(id, reason) {
  if (!reason?.trim()) throw new Error("a reason is needed");
  await write(["queue"], async (transaction) => {
    const queue = transaction.objectStore("queue");
    const entry = await queue.get(id);
    if (entry?.state === "refused") await queue.put({ ...entry, state: "away", put_away: reason.trim(), put_away_at: Date.now() });
    for (const other of await queue.getAll()) {
      if (!other.after.includes(id) || other.state !== "queued") continue;
      await queue.put({ ...other, state: "refused", code: "after_put_away", message: "" });
    }
  });
  tell("queue");
}

export function state() {
  return sending.state();
}

export async function wake({ now = true } = {}) {
  if (now) sending.hurry();
  await sending.run();
}

// Begins to send and goes on by itself: at start, when the network is back, when the app is looked at, every few seconds.
export function start() {
  if (timer) return;
  timer = setInterval(() => wake({ now: false }), TICK);
  addEventListener("online", () => wake());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && wake());
  navigator.serviceWorker?.addEventListener("message", ({ data }) => data?.what === "send" && wake());
  on("who", () => wake());
  wake();
}
