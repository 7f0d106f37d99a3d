// The duty grids on a flat sheet: metres east and north of their middle, exact enough for one duty grid.
const RADIUS = 6_371_008.8, RAD = Math.PI / 180;

const polygons = (shape) => (shape.type === "MultiPolygon" ? shape.coordinates : [shape.coordinates]);

// `grids`: section of the pack, `codes`: which of them (all when none is known). -> {units: [{code, shape}], duty, project, back}
export function groundOf(grids, codes) {
  const mine = (grids ?? []).filter((one) => !codes?.length || codes.includes(one.code));
  const [lon, lat] = mine[0]?.centre ?? [0, 0], east = Math.cos(lat * RAD) * RADIUS * RAD, north = RADIUS * RAD;
  const project = (at) => [(at[0] - lon) * east, (at[1] - lat) * north];
  const flat = (shape) => polygons(shape).map((rings) => rings.map((ring) => ring.map(project)));
  return {
    known: mine.length > 0,
    project,
    units: mine.flatMap((one) => one.units.map((unit) => ({ code: unit.code, shape: flat(unit.shape) }))),
    duty: mine.flatMap((one) => flat(one.shape)),
  };
}

// An SVG path of a shape, north up.
export function path(shape) {
  return shape.flat().map((ring) => `M${ring.map(([x, y]) => `${x.toFixed(1)} ${(-y).toFixed(1)}`).join("L")}Z`).join("");
}

// The box of a shape for an SVG, with a margin in metres.
export function frame(shape, edge = 40) {
  const all = shape.flat(2), xs = all.map(([x]) => x), ys = all.map(([, y]) => -y);
  if (!all.length) return "0 0 1 1";
  const [west, top] = [Math.min(...xs) - edge, Math.min(...ys) - edge];
  return [west, top, Math.max(...xs) + edge - west, Math.max(...ys) + edge - top].map((one) => one.toFixed(1)).join(" ");
}
