// Distances and "which area holds this point" on the device: points are [lon, lat] in degrees, answers in metres.
const RAD = Math.PI / 180;

// Metres between two points; on the few kilometres of a duty grid as good as a great circle.
export function metres(a, b) {
  const [x, y] = offset(a, b);
  return Math.hypot(x, y);
}

// Degrees from north, clockwise, of the way from a to b.
export function bearing(a, b) {
  const [x, y] = offset(a, b);
  return (Math.atan2(x, y) / RAD + 360) % 360;
}

// Which of eight directions a bearing is: 0 north, 1 north-east, ... 7 north-west.
export const eighth = (degrees) => Math.round(degrees / 45) % 8;

// East and north of b from a, by the length of a degree on the ellipsoid at that latitude.
function offset(a, b) {
  const lat = ((a[1] + b[1]) / 2) * RAD;
  const east = 111412.84 * Math.cos(lat) - 93.5 * Math.cos(3 * lat) + 0.118 * Math.cos(5 * lat);
  const north = 111132.954 - 559.822 * Math.cos(2 * lat) + 1.175 * Math.cos(4 * lat);
  return [(b[0] - a[0]) * east, (b[1] - a[1]) * north];
}

// The rings of a GeoJSON Polygon or MultiPolygon, polygon by polygon.
const polygons = (shape) => !shape ? [] : shape.type === "Polygon" ? [shape.coordinates] : shape.coordinates ?? [];

// Whether a shape holds a point (holes do not count); a point on the edge may be either.
export function holds(shape, point) {
  return polygons(shape).some((rings) => rings.reduce((odd, ring) => odd !== inRing(ring, point), false));
}

function inRing(ring, [x, y]) {
  let odd = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [xi, yi] = ring[i], [xj, yj] = ring[j];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) odd = !odd;
  }
  return odd;
}

// Metres from a point to the nearest edge of a shape; Infinity of none.
export function edge(shape, point) {
  let least = Infinity;
  for (const rings of polygons(shape)) {
    for (const ring of rings) {
      for (let i = 1; i < ring.length; i++) least = Math.min(least, toSegment(offset(point, ring[i - 1]), offset(point, ring[i])));
    }
  }
  return least;
}

// From the origin to a segment, all in metres.
function toSegment([ax, ay], [bx, by]) {
  const dx = bx - ax, dy = by - ay, long = dx * dx + dy * dy;
  const t = long ? Math.max(0, Math.min(1, -(ax * dx + ay * dy) / long)) : 0;
  return Math.hypot(ax + t * dx, ay + t * dy);
}

// The rows (with lon and lat) next to a point, nearest first, each with its metres.
export function nearest(rows, point, within, most = Infinity) {
  const found = [];
  for (const row of rows) {
    const away = metres(point, [row.lon, row.lat]);
    if (away <= within) found.push({ ...row, metres: away });
  }
  return found.sort((a, b) => a.metres - b.metres).slice(0, most);
}
