// The earlier photos of open tasks, kept on the device for work without a network; what belongs to no open task goes.
import { database, write } from "../../core/store.js";

const PREFIX = "earlier:";
const WIDE = 960;
const all = IDBKeyRange.bound(PREFIX, `${PREFIX}\uffff`);

export const photosOf = (task) => [...(task.photos ?? []), ...(task.photos_after ?? [])];

// The address of a photo that is on the device, or "".
export async function address(media) {
  const row = await (await database()).get("blobs", PREFIX + media);
  return row ? URL.createObjectURL(row.blob) : "";
}

// Fetches what is missing; gives the number that came. Without a network, or without room, nothing changes.
export async function fetchAll(tasks) {
  const wanted = new Set(tasks.flatMap(photosOf));
  const had = new Set((await (await database()).getAllKeys("blobs", all)).map((key) => key.slice(PREFIX.length)));
  const gone = [...had].filter((one) => !wanted.has(one));
  if (gone.length) await write(["blobs"], (transaction) => Promise.all(gone.map((one) => transaction.store.delete(PREFIX + one))));
  let came = 0;
  for (const media of wanted) {
    if (had.has(media)) continue;
    const answer = await fetch(`/media/${media}/small/${WIDE}`, { cache: "no-store", redirect: "error" }).catch(() => null);
    if (!answer) break; // no network
    if (!answer.ok) continue; // taken away meanwhile
    const blob = await answer.blob();
    const kept = await write(["blobs"], (transaction) => transaction.store.put({ id: PREFIX + media, blob })).catch(() => null);
    if (kept === null) break; // no room: what was taken goes before
    came += 1;
  }
  return came;
}
