// Components of the duty area as the pack knows them (`cards`), and changes asked for. Pure but for the first
// three.
import * as outbox from "../../core/outbox.js";
import * as pack from "../../core/pack.js";
import { flat } from "../border/sides.js";

export { codeOf } from "./label.js";

const EMPTY = { may: false, fields: {}, classes: {}, rows: {}, cut: false };

export const cards = async () => (await pack.get("cards")) ?? EMPTY;

export async function card(code) {
  const known = await cards();
  const row = known.rows[code];
  return row ? { ...row, code, class_name: known.classes[row.class_id]?.name ?? row.class_id } : null;
}

// What was asked for, the newest first: entries of the own queue that the server does not tell of yet, then its own.
export async function changes() {
  const told = (await pack.get("component_changes")) ?? [];
  const ids = new Set(told.map((one) => one.id));
  const entries = (await outbox.all()).filter((one) => one.kind === "component_change" && one.state !== "away" && !ids.has(one.id));
  return { waiting: entries, told };
}

// The facts of a class as the form asks them: [{name, title, type, choices}].
export function fieldsOf(known, classId) {
  return (known.classes[classId]?.fields ?? []).map((key) => known.fields[key]);
}

// The nearest components of the duty area: [{code, ...row, metres}].
export function nearest(known, here, most) {
  return Object.entries(known.rows)
    .map(([code, row]) => ({ code, ...row, metres: Math.hypot(...flat(here, row.lon, row.lat)) }))
    .sort((a, b) => a.metres - b.metres)
    .slice(0, most);
}

// By the beginning of the code, or words of the name or the class.
export function search(known, typed, most) {
  const words = typed.trim().toLowerCase();
  if (!words) return [];
  const fits = ([code, row]) => code.toLowerCase().startsWith(words) || row.name.toLowerCase().includes(words)
    || (known.classes[row.class_id]?.name ?? "").toLowerCase().includes(words);
  return Object.entries(known.rows).filter(fits).slice(0, most).map(([code, row]) => ({ code, ...row }));
}

// Facts that were typed otherwise than they are known; blanks around do not count.
export function changed(fields, known, typed) {
  const found = {};
  for (const { name } of fields) {
    const value = typed[name]?.trim();
    if (value !== undefined && value !== (known[name] ?? "")) found[name] = value;
  }
  return found;
}
