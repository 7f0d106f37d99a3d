// What the server gave for the duty area, kept on the device.
//
//   get(section) -> its data | null (never got)          age(section) -> ms since it was got | null
//   refresh(sections?) -> names of sections that changed; asks only for what is new, on an empty device first for what a
//                         report needs. Offline, SignedOut as in net.js
//   on("pack", [names]) tells of changes
import { tell } from "./bus.js";
import { api } from "./net.js";
import { database, device, get as read, write } from "./store.js";
import { owner } from "./who.js";

const FIRST = ["me", "classes", "frequent", "acting", "grids"];

export async function get(section) {
  return (await read("pack", [await owner(), section]))?.data ?? null;
}

export async function age(section) {
  const row = await read("pack", [await owner(), section]);
  return row ? Date.now() - row.got_at : null;
}

export async function refresh(sections = null) {
  const begun = sections || (await age("me")) !== null ? [] : await fetched(FIRST);
  return [...begun, ...(await fetched(sections))];
}

async function fetched(sections) {
  const mine = await owner();
  const db = await database();
  const rows = await db.getAll("pack", IDBKeyRange.bound([mine, ""], [mine, "\uffff"]));
  const wanted = sections ? rows.filter((row) => sections.includes(row.section)) : rows;
  const have = wanted.map((row) => `${row.section}:${row.etag}`).join(",");
  const only = sections ? { only: sections.join(",") } : {};
  const query = new URLSearchParams({ device: await device(), ...(have ? { have } : {}), ...only });
  const told = await api(`pack?${query}`);
  const now = Date.now();
  const fresh = Object.entries(told.sections ?? {});
  await write(["pack"], async (transaction) => {
    for (const row of wanted) await transaction.store.put({ ...row, got_at: now });
    for (const [section, { etag, data }] of fresh) {
      await transaction.store.put({ owner: mine, section, etag, data, got_at: now });
    }
  });
  const names = fresh.map(([section]) => section);
  if (names.length) tell("pack", names);
  return names;
}

// Now, then every so often, and when the network is back; a failure leaves what is there.
export async function keepFresh(every) {
  const again = () => refresh().catch(() => {});
  setInterval(again, every);
  addEventListener("online", again);
  await again();
}
