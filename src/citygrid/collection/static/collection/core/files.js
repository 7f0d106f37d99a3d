// Photos, sound, films that were taken and are to be sent.
//
//   take(blob, {facts, name, preview}) -> file id. Stores it with its SHA-256 and a small preview; on the disk when it
//       returns. facts: {made_at?, lon, lat, accuracy, mock, heading}. StorageFull when the device has no room for it.
//   one(id) -> {id, name, mime, size, sha256, facts, entry, sent, media, preview}      content(id) -> Blob | null
//   address(id, {small}) -> blob: URL of the content (or the preview); release(url) when it is no longer shown
//   drop(id)  throws away a file that no entry holds
import { tell } from "./bus.js";
import { StorageFull, free, isFull } from "./room.js";
import { get, write } from "./store.js";
import { t } from "./words.js";
import { owner } from "./who.js";

const SIDE = 320;

export async function take(blob, { facts = {}, name = "", preview = true } = {}) {
  const id = crypto.randomUUID();
  const sha256 = await digest(blob);
  const made_at = facts.made_at ?? new Date().toISOString();
  const small = preview && blob.type.startsWith("image/") ? await shrunk(blob) : null;
  const file = {
    id, owner: await owner(), name, mime: blob.type || "application/octet-stream", size: blob.size, sha256,
    facts: { ...facts, made_at }, made_at: Date.now(), entry: "", sent: 0, media: null, preview: small,
  };
  const save = () => write(["files", "blobs"], async (transaction) => {
    await transaction.objectStore("blobs").put({ id, blob });
    await transaction.objectStore("files").put(file);
  });
  try {
    await save();
  } catch (error) {
    if (!isFull(error)) throw error;
    await free({ all: true });
    await save().catch((again) => {
      if (isFull(again)) throw new StorageFull(t("No room on this device: the photo was not kept. Send what is queued, or free some space."));
      throw again;
    });
  }
  return id;
}

export async function digest(blob) {
  const hash = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function shrunk(blob) {
  try {
    const image = await createImageBitmap(blob);
    const scale = Math.min(1, SIDE / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(image.width * scale));
    canvas.height = Math.max(1, Math.round(image.height * scale));
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    image.close();
    return await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.7));
  } catch {
    return null; // a picture that this browser cannot read is sent all the same
  }
}

export async function one(id) {
  return get("files", id);
}

export async function content(id) {
  return (await get("blobs", id))?.blob ?? null;
}

export async function address(id, { small = false } = {}) {
  const blob = (small ? (await one(id))?.preview : null) ?? (await content(id)) ?? (await one(id))?.preview;
  return blob ? URL.createObjectURL(blob) : "";
}

export function release(url) {
  if (url) URL.revokeObjectURL(url);
}

export async function drop(id) {
  await write(["files", "blobs"], async (transaction) => {
    const file = await transaction.objectStore("files").get(id);
    if (file?.entry) return;
    await transaction.objectStore("files").delete(id);
    await transaction.objectStore("blobs").delete(id);
  });
  tell("files");
}
