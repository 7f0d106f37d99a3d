// Small pictures of the server that are fetched ahead, for work without a network; what is no longer asked for goes.
//
//   const earlier = ahead("earlier:", 960);      a name of its own, pixels of the longer side, at most so many
//   await earlier.fetchAll(ids) -> how many came         await earlier.address(id) -> blob: URL, or "" when it is not here
import { database, write } from "./store.js";

export function ahead(name, wide, most = Infinity) {
  const all = IDBKeyRange.bound(name, `${name}\uffff`);

  async function address(media) {
    const row = await (await database()).get("blobs", name + media);
    return row ? URL.createObjectURL(row.blob) : "";
  }

  // Without a network, or without room, nothing changes.
  async function fetchAll(ids) {
    const wanted = new Set([...ids].slice(0, most));
    const had = new Set((await (await database()).getAllKeys("blobs", all)).map((key) => key.slice(name.length)));
    const gone = [...had].filter((one) => !wanted.has(one));
    if (gone.length) await write(["blobs"], (transaction) => Promise.all(gone.map((one) => transaction.store.delete(name + one))));
    let came = 0;
    for (const media of wanted) {
      if (had.has(media)) continue;
      const answer = await fetch(`/media/${media}/small/${wide}`, { cache: "no-store", redirect: "error" }).catch(() => null);
      if (!answer) break; // no network
      if (!answer.ok) continue; // taken away meanwhile
      const blob = await answer.blob();
      const kept = await write(["blobs"], (transaction) => transaction.store.put({ id: name + media, blob })).catch(() => null);
      if (kept === null) break; // no room: what was taken goes before
      came += 1;
    }
    return came;
  }

  return { address, fetchAll };
}
