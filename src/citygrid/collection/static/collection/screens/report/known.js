// What the pack says, in the form in which the report wants it; whatever is not on the device yet is empty.
import * as pack from "../../core/pack.js";
import { keep, kept } from "../../core/store.js";
import { language } from "../../core/words.js";
import { owner } from "../../core/who.js";
import { remembered } from "./classes.js";

const ACTING = { answers: {}, comment: false, longest_text: 4000 };
const ME = { creations: {}, duplicates: { metres: 0, hours: 0 }, grids: [], duty: [] };

export async function knowledge() {
  const names = ["me", "acting", "classes", "frequent", "grids", "components", "near"];
  const [me, acting, classes, frequent, grids, components, near] = await Promise.all(names.map((name) => pack.get(name)));
  const duty = grids ?? [];
  return {
    me: me ?? ME,
    acting: acting ?? ACTING,
    classes: classes ?? [],
    byId: new Map((classes ?? []).map((one) => [one.id, one])),
    frequent: [...(frequent?.mine ?? []), ...(frequent?.here ?? [])],
    recent: (await kept(await recentKey())) ?? [],
    duty,
    units: duty.flatMap((one) => one.units.map((unit) => ({ ...unit, duty: one.code }))),
    components: components?.rows ?? [],
    near: near ?? [],
    ready: Boolean(me && classes),
  };
}

// The class was sent: it stands first next time.
export async function remember(known, id) {
  await keep(await recentKey(), remembered(known.recent, id));
}

const recentKey = async () => `recent:${await owner()}`;

export const nameOf = (one) => (!one ? "" : language() === "en" ? one.name_en || one.name_zh || one.name : one.name_zh || one.name);
// Of [Chinese, English].
export const pick = ([zh, en]) => (language() === "en" ? en : zh);
// The usual source of an act that opens a case: the first of the city's order that the post may enter.
export const sourceOf = (known, act) => known.me.creations[act]?.[0]?.[0] ?? null;
