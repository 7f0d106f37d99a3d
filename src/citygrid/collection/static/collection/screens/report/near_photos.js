// Thumbnails of what was reported nearby, for the question "already reported?": a few, small, fetched ahead when the line
// is not metered; of the own queue they are on the device anyway.
import { ahead } from "../../core/ahead.js";
import { on } from "../../core/bus.js";
import * as files from "../../core/files.js";
import * as pack from "../../core/pack.js";

const MOST = 40; // some 6 KB each
const kept = ahead("near:", 160, MOST);

// Rows of duplicates.js, each with the address of its thumbnail ("" where there is none); `release` them in the end.
export async function withPhotos(rows) {
  return Promise.all(rows.map(async (row) => ({ ...row, picture: await picture(row).catch(() => "") })));
}

export const release = (rows) => rows.forEach((row) => row.picture.startsWith("blob:") && files.release(row.picture));

async function picture({ file, photo }) {
  if (file) return files.address(file, { small: true });
  if (!photo) return "";
  return (await kept.address(photo)) || (navigator.onLine ? `/media/${photo}/small/160` : "");
}

on("pack", (names) => {
  if (!names?.includes("near") || navigator.connection?.saveData) return;
  pack.get("near").then((rows) => kept.fetchAll((rows ?? []).map((row) => row.photo).filter(Boolean))).catch(() => {});
});
