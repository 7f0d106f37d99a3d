// Has it been reported already? The pack and the own queue answer at once, the server too when it can be reached.
import { api } from "../../core/net.js";
import { metres } from "./geometry.js";

const PATIENCE = 2500;
const HOUR = 3600_000;

// Rows {metres, received_at, state, case, report_no, own, file, photo}: of the class, near and recent enough, nearest first.
// `entries`: the own queue; `rows`: the pack's. `rule`: {metres, hours}. `now` in milliseconds. Pure.
export function likely(place, classId, rule, { rows, entries }, now) {
  const point = [place.lon, place.lat], since = now - rule.hours * HOUR, found = new Map();
  for (const entry of entries) {
    const { data, kind } = entry;
    if (kind !== "report" || entry.state === "away" || entry.state === "refused" || data.data?.class_id !== classId) continue;
    add(found, data.case, { lon: Number(data.data.lon), lat: Number(data.data.lat), received_at: new Date(entry.made_at).toISOString(), state: "", case: data.case, report_no: entry.facts?.report_no ?? "", own: true, file: entry.files?.[0] ?? null });
  }
  rows.forEach((row, at) => row.class_id === classId && add(found, row.case ?? `near ${at}`, { ...row, own: false }));
  return [...found.values()]
    .map((row) => ({ ...row, metres: Math.round(metres(point, [row.lon, row.lat])) }))
    .filter((row) => row.metres <= rule.metres && Date.parse(row.received_at) >= since)
    .sort((a, b) => a.metres - b.metres);
}

function add(found, key, row) {
  if (!found.has(key)) found.set(key, row);
}

// What the server knows, or null when it cannot be asked now.
export async function asked(place, classId) {
  if (!navigator.onLine) return null;
  const query = new URLSearchParams({ class_id: classId, lon: place.lon.toFixed(7), lat: place.lat.toFixed(7) });
  return api(`near?${query}`, { patience: PATIENCE }).catch(() => null);
}

// Both together: the server's rows go before the pack's, the own ones that are still in the queue stay.
export function joined(server, local) {
  if (!server) return local;
  const known = new Set(server.map((row) => row.case).filter(Boolean));
  return [...server, ...local.filter((row) => row.own && !known.has(row.case))].sort((a, b) => a.metres - b.metres);
}
