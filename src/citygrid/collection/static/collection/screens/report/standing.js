// Where a report stands: unit grid, whether it is the own duty grid, components at hand. Pure.
import { edge, holds, nearest } from "./geometry.js";

export const REACH = 30; // metres around a place in which a component may be meant, at least

// {unit, duty, own, near}: `own` null when the device has no outlines; `near`: metres to the own duty grid, outside it.
export function standing(place, { duty, units }) {
  if (!place) return { unit: null, duty: null, own: null, away: 0 };
  const point = [place.lon, place.lat];
  const unit = units.find((one) => holds(one.shape, point)) ?? null;
  const grid = duty.find((one) => (unit ? one.code === unit.duty : holds(one.shape, point))) ?? null;
  const away = grid || !duty.length ? 0 : Math.min(...duty.map((one) => edge(one.shape, point)));
  return { unit, duty: grid, own: duty.length ? Boolean(grid) : null, away };
}

// The components that may be meant, nearest first: the worse the place is known, the wider.
export function atHand(place, components, most = 6) {
  if (!place) return [];
  const rows = components.filter((one) => one.lon != null && one.lat != null);
  const within = Math.min(2 * REACH, Math.max(REACH, place.accuracy ?? REACH));
  return nearest(rows, [place.lon, place.lat], within, most);
}
