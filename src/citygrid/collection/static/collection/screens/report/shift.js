// How far a place lies from where the phone was, and places that many metres away. Metres on a plane that touches the
// earth at the phone's place. Pure.
import { metres } from "./geometry.js";

export const STEP = 5;
const METRES_A_DEGREE = 111_195;

// Where the phone was when the place was taken: what a move is measured from.
export const origin = (place) => place?.from ?? (place ? { lon: place.lon, lat: place.lat, accuracy: place.accuracy ?? null, at: place.at, mock: place.mock ?? null } : null);

// Metres from the phone to each edge of the sketch: as far as a place may be moved.
export const reach = (from) => Math.max(100, Math.round((from.accuracy ?? 0) * 1.5));

// Metres that a place was moved, null where nobody moved it. Kept as evidence.
export function moved(place) {
  return place?.from ? Math.round(metres([place.from.lon, place.from.lat], [place.lon, place.lat])) : null;
}

// The place so many metres east and north of where the phone was, within the sketch.
export function shifted(from, east, north) {
  const most = reach(from), within = (one) => Math.max(-most, Math.min(most, one));
  const across = Math.cos((from.lat * Math.PI) / 180);
  return { lon: from.lon + within(east) / METRES_A_DEGREE / across, lat: from.lat + within(north) / METRES_A_DEGREE };
}

// The place under a finger: shares of the sketch from its left upper corner.
export const touched = (from, right, down) => shifted(from, (right * 2 - 1) * reach(from), (1 - down * 2) * reach(from));

// One step from a place.
export function stepped(place, from, [east, north]) {
  const across = Math.cos((from.lat * Math.PI) / 180);
  return shifted(from, (place.lon - from.lon) * METRES_A_DEGREE * across + east * STEP, (place.lat - from.lat) * METRES_A_DEGREE + north * STEP);
}
