// From a draft to an entry of the queue: what lacks, what is near, which side of a border, then it is the queue's.
import * as outbox from "../../core/outbox.js";
import * as pack from "../../core/pack.js";
import { ask, keep } from "../border/ask.js";
import { asked, joined, likely } from "./duplicates.js";
import { missing } from "./evidence.js";
import { release, withPhotos } from "./near_photos.js";
import { nameOf, remember, sourceOf } from "./known.js";
import { same, throwAway } from "./questions.js";
import { moved } from "./shift.js";
import { t } from "../../core/words.js";

// {lacks: [...]}, {stopped: true} (the person went back, or left the screen: the draft stays), {dropped: true}, or
// {sent: entry id}. `during`: the visit of the screen (core/visit.js); once it is over nothing is asked: what needs an
// answer stays a draft, what needs none is sent.
export async function send(draft, known, during) {
  const { data } = draft;
  const lacks = missing(data, known.byId.get(data.class_id));
  if (!sourceOf(known, data.kind)) lacks.push({ code: "post", part: "post" });
  if (lacks.length) return { lacks };
  const near = data.kind === "report" && !data.distinct ? await nearOnes(data, known) : [];
  if (near.length) {
    const told = await withPhotos(near);
    const answer = await same(told, { comment: known.acting.comment, during });
    release(told);
    if (answer === null) return { stopped: true };
    if (answer === "same") return (await dropped(draft, during)) ? { dropped: true } : { stopped: true };
    if (answer === "add") return { sent: await addTo(near[0], draft) };
    await draft.change({ distinct: true }, { atOnce: true });
  }
  const accuracy = data.place.accuracy ?? null;
  const border = data.kind === "report" ? await ask(data.place, accuracy, data.class_id, pack, { component: data.component, during }) : null;
  if (border === undefined) return { stopped: true };
  const entry = await queued(draft, {
    kind: data.kind, data: content(data, known), replaces: data.replaces ?? null,
    shown: { title: nameOf(known.byId.get(data.class_id)), text: data.text ?? "" },
  });
  if (border) await keep(border, entry, data.case);
  await remember(known, data.class_id);
  return { sent: entry };
}

// The draft becomes an entry in one step; when that fails (no room) it stays the draft that it was.
export async function queued(draft, entry) {
  await draft.end();
  try {
    return await outbox.add({ ...entry, files: draft.files, draft: draft.id });
  } catch (error) {
    draft.gone = false;
    throw error;
  }
}

async function nearOnes(data, known) {
  const rule = known.me.duplicates;
  const local = likely(data.place, data.class_id, rule, { rows: known.near, entries: await outbox.all() }, Date.now());
  return joined(await asked(data.place, data.class_id), local);
}

async function dropped(draft, during) {
  if (!(await throwAway(during))) return false;
  await draft.throwAway();
  return true;
}

// The fields of the act (docs/process.md); degrees as text with seven decimals, files by their ids on the device.
export function content(data, known) {
  const own = data.kind === "self_report";
  const fields = {
    source: sourceOf(known, data.kind),
    class_id: data.class_id,
    lon: data.place.lon.toFixed(7),
    lat: data.place.lat.toFixed(7),
    ...(moved(data.place) === null ? {} : { moved: moved(data.place) }),
    media: [...data.photos, ...(data.sounds ?? []), ...(data.films ?? [])],
    ...(own ? { after_media: data.after ?? [] } : {}),
    ...(data.component ? { component: data.component } : {}),
    ...(data.text?.trim() ? { text: data.text.trim() } : {}),
    ...(data.address?.trim() ? { address: data.address.trim() } : {}),
    ...(data.distinct && !own ? { distinct: true } : {}),
  };
  return { case: data.case, data: fields };
}

// The same as a case that the person may add to: a comment with the photos.
async function addTo(row, draft) {
  const { data } = draft;
  const said = data.text?.trim() || t("Seen again here by a collector.");
  return queued(draft, {
    kind: "act", shown: { title: t("Addition"), text: row.report_no },
    data: { case: row.case, act: "comment", data: { text: said, media: draft.files } },
  });
}
