// What the device keeps, in IndexedDB. Nothing of anybody lies anywhere else (no HTTP cache, no localStorage).
//
// queue   {id, seq, owner, owner_name, post, kind, data, files: [id], after: [id], made_at, state, code, message, params,
//          facts, tries, next_at, sent_at, shown, replaces, put_away}   state: queued | sending | sent | refused | away
// files   {id, owner, name, mime, size, sha256, facts, made_at, entry, sent, media, state, preview}
// blobs   {id, blob}: the contents of files, apart from them, so that lists are quick
// drafts  {id, owner, screen, changed_at, data, files: [id]}
// pack    {owner, section, etag, data, got_at}, key [owner, section]
// fixes   {owner, at, ...}, key [owner, at]
// kept    single values by name: device, who, settings, seq
import { openDB, deleteDB } from "../../vendor/idb/index.js";

export const NAME = "citygrid-collector";

// One step for each version, in order; a step that was ever published is never changed. What is queued survives each.
const STEPS = [
  (db) => {
    db.createObjectStore("queue", { keyPath: "id" }).createIndex("order", ["owner", "seq"]);
    db.createObjectStore("files", { keyPath: "id" }).createIndex("entry", "entry");
    db.createObjectStore("blobs", { keyPath: "id" });
    db.createObjectStore("drafts", { keyPath: "id" }).createIndex("owner", ["owner", "screen", "changed_at"]);
    db.createObjectStore("pack", { keyPath: ["owner", "section"] });
    db.createObjectStore("fixes", { keyPath: ["owner", "at"] });
    db.createObjectStore("kept");
  },
  // What is still to be sent is asked for every few seconds: by its state, not by reading all that was ever sent.
  (db, transaction) => {
    transaction.objectStore("queue").createIndex("state", "state");
  },
];

let opened;

export function database() {
  opened ??= openDB(NAME, STEPS.length, {
    upgrade(db, from, to, transaction) {
      for (let step = from; step < to; step += 1) STEPS[step](db, transaction);
    },
    // A newer version of the app in another window wants to go on: let it, and open anew when asked again.
    blocking(_from, _to, event) {
      event.target.close();
      opened = undefined;
    },
    terminated() {
      opened = undefined;
    },
  }).catch((error) => {
    opened = undefined;
    throw error;
  });
  return opened;
}

// All of a write or nothing, and on the disk before it is said to be done.
export async function write(stores, change) {
  const db = await database();
  const transaction = db.transaction(stores, "readwrite", { durability: "strict" });
  try {
    const result = await change(transaction);
    await transaction.done;
    return result;
  } catch (error) {
    try { transaction.abort(); } catch { /* it has ended by itself */ }
    await transaction.done.catch(() => {});
    throw error;
  }
}

export async function kept(name) {
  return (await database()).get("kept", name);
}

export async function keep(name, value) {
  await (await database()).put("kept", value, name);
}

// The device's own id: made once, goes with everything that it sends.
export async function device() {
  return write(["kept"], async (transaction) => {
    const store = transaction.objectStore("kept");
    const known = await store.get("device");
    if (known) return known;
    const made = crypto.randomUUID();
    await store.put(made, "device");
    return made;
  });
}

export async function get(store, key) {
  return (await database()).get(store, key);
}

export async function put(store, value) {
  return write([store], (transaction) => transaction.objectStore(store).put(value));
}

// Only for tests and for "forget everything on this device" when nothing is queued.
export async function forgetAll() {
  (await database()).close();
  opened = undefined;
  await deleteDB(NAME);
}
