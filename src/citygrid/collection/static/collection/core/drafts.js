// Drafts: what is being typed, kept at each change and until it is sent or thrown away by hand.
//
//   save({id?, screen, data, files?}) -> id          all(screen) -> [draft], the latest first
//   one(id) -> draft | undefined                     drop(id, {files: true}) throws it and its files away
// A draft that becomes an entry goes with it in one step: outbox.add({..., draft: id}).
import { tell } from "./bus.js";
import { database, get, write } from "./store.js";
import { owner } from "./who.js";

export async function save({ id = crypto.randomUUID(), screen, data, files = [] }) {
  const draft = { id, owner: await owner(), screen, data, files, changed_at: Date.now() };
  await write(["drafts"], (transaction) => transaction.objectStore("drafts").put(draft));
  tell("drafts");
  return id;
}

export async function all(screen) {
  const mine = await owner();
  const range = IDBKeyRange.bound([mine, screen, 0], [mine, screen, Infinity]);
  return (await (await database()).getAllFromIndex("drafts", "owner", range)).reverse();
}

export async function one(id) {
  return get("drafts", id);
}

export async function drop(id, { files = true } = {}) {
  await write(["drafts", "files", "blobs"], async (transaction) => {
    const draft = await transaction.objectStore("drafts").get(id);
    if (!draft) return;
    await transaction.objectStore("drafts").delete(id);
    for (const file of files ? draft.files : []) {
      await transaction.objectStore("files").delete(file);
      await transaction.objectStore("blobs").delete(file);
    }
  });
  tell("drafts");
}
