// Tasks in the order that a person wants them, and what the light of each is.
import { bearing, eighth, metres } from "../report/geometry.js";

// The same lights as everywhere in the house (web/lights.py); `now` in milliseconds.
export function lightOf(task, now) {
  if (!task.due) return "none";
  if (task.paused) return "paused";
  if (now >= Date.parse(task.due)) return "red";
  return task.warn_at && now >= Date.parse(task.warn_at) ? "yellow" : "green";
}

// Where a task lies from here: {metres, eighth}, or null when one of the two places is not known.
export function way(here, task) {
  if (!here || task.lon == null || task.lat == null) return null;
  const to = [Number(task.lon), Number(task.lat)], from = [here.lon, here.lat];
  return { metres: metres(from, to), eighth: eighth(bearing(from, to)) };
}

// `by`: "late" (what is due first; without a limit last) or "near" (without a place last). Ties by the other, then by id.
export function sorted(tasks, by, here) {
  const due = (one) => (one.due ? Date.parse(one.due) : Infinity);
  const far = (one) => way(here, one)?.metres ?? Infinity;
  const [first, second] = by === "near" ? [far, due] : [due, far];
  return [...tasks].sort((a, b) => compare(first(a), first(b)) || compare(second(a), second(b)) || (a.id < b.id ? -1 : 1));
}

const compare = (a, b) => (a === b ? 0 : a < b ? -1 : 1);
