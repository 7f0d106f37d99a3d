// What the pack says, in the form in which the report wants it; whatever is not on the device yet is empty.
import * as pack from "../../core/pack.js";
import { keep, kept } from "../../core/store.js";
import { language } from "../../core/words.js";
import { owner } from "../../core/who.js";
import { remembered } from "./classes.js";

const NOTHING = { reports: {}, answers: {}, comment: false, duplicates: { metres: 0, hours: 0 }, longest_text: 4000 };

export async function knowledge() {
  const names = ["acting", "classes", "grids", "components", "near"];
  const [acting, classes, grids, components, near] = await Promise.all(names.map((name) => pack.get(name)));
  return {
    acting: acting ?? NOTHING,
    classes: classes?.classes ?? [],
    byId: new Map((classes?.classes ?? []).map((one) => [one.id, one])),
    frequent: classes?.frequent ?? [],
    recent: (await kept(await recentKey())) ?? [],
    duty: grids?.duty ?? [],
    units: grids?.units ?? [],
    components: components?.components ?? [],
    near: near?.cases ?? [],
    ready: Boolean(acting && classes),
  };
}

// The class was sent: it stands first next time.
export async function remember(known, id) {
  await keep(await recentKey(), remembered(known.recent, id));
}

const recentKey = async () => `recent:${await owner()}`;

export const nameOf = (one) => (one ? (language() === "en" && one.name_en ? one.name_en : one.name) : "");
// Of [Chinese, English].
export const pick = ([zh, en]) => (language() === "en" ? en : zh);
