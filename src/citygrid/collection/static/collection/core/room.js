// Room on the device: asked to be kept for good, told at 80 %, freed of what was sent, never of what was not.
//
//   persist()            asks the browser once not to clear the store when space gets short
//   estimate() -> {used, quota, share, persisted}
//   free({all}) -> bytes freed: contents of what was sent, the oldest first (all: of the last day too)
//   isFull(error) -> whether a write failed because there is no room
import { tell } from "./bus.js";
import { database, write } from "./store.js";

export const WARN = 0.8;
const DAY = 86_400_000;
const KEEP_SENT = 14 * DAY;

export class StorageFull extends Error {}

export function isFull(error) {
  return error?.name === "QuotaExceededError" || error?.inner?.name === "QuotaExceededError";
}

export async function persist() {
  const storage = navigator.storage;
  if (!storage?.persist || (await storage.persisted())) return true;
  return storage.persist();
}

export async function estimate() {
  const { usage = 0, quota = 0 } = (await navigator.storage?.estimate?.()) ?? {};
  const persisted = (await navigator.storage?.persisted?.()) ?? false;
  return { used: usage, quota, share: quota ? usage / quota : 0, persisted };
}

export async function free({ all = false, now = Date.now() } = {}) {
  const db = await database();
  const sent = [...(await db.getAllFromIndex("queue", "state", "sent")), ...(await db.getAllFromIndex("queue", "state", "away"))];
  const files = new Map((await db.getAll("files")).map((file) => [file.id, file]));
  let freed = 0;
  for (const entry of sent.sort((a, b) => a.seq - b.seq)) {
    const old = now - (entry.sent_at ?? entry.made_at);
    if (!all && old < DAY) continue;
    const mine = entry.state === "sent" ? entry.files.filter((id) => files.get(id)?.media) : [];
    await write(["queue", "files", "blobs"], async (transaction) => {
      for (const id of mine) {
        const blob = await transaction.objectStore("blobs").get(id);
        if (blob) freed += blob.blob.size;
        await transaction.objectStore("blobs").delete(id);
        if (old > KEEP_SENT) await transaction.objectStore("files").delete(id);
      }
      if (entry.state === "sent" && old > KEEP_SENT) await transaction.objectStore("queue").delete(entry.id);
    });
  }
  return freed;
}

// At start and after sending: what is old goes; when the store is nearly full, all that was sent.
export async function tidy() {
  await free();
  if ((await estimate()).share >= WARN) await free({ all: true });
  const now = await estimate();
  tell("storage", now, { only: true });
  return now;
}
