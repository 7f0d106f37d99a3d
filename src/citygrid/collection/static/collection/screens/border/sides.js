// Who answers within the circle of a position: pure, with the same answers as collection/surveys/border_sides.py.
//
// owners (section of the pack): {metres: {least, most, precedent}, bodies: [[id, name]], answers: [{class: body index}],
//   regions: [[answer index, [ring, ring of a hole ...]]], components: [[code, class, name, lon, lat, body index]],
//   decided: [[id, class, lon, lat, day, body id or null, name]]}. Rings are [[lon, lat] ...] in degrees, closed.
// All distances are metres on a plane that touches the earth at the position: right to a few centimetres at a hundred.

const METRES_A_DEGREE = 111320;

/** (east, north) of a point in metres from a place. */
export function flat(place, lon, lat) {
  const narrow = Math.cos((place.lat * Math.PI) / 180);
  return [(lon - place.lon) * METRES_A_DEGREE * narrow, (lat - place.lat) * METRES_A_DEGREE];
}

/** Metres from the place to a point. */
export function metresTo(place, lon, lat) {
  return Math.hypot(...flat(place, lon, lat));
}

function toSegment([ax, ay], [bx, by]) {
  const dx = bx - ax;
  const dy = by - ay;
  const long = dx * dx + dy * dy;
  const share = long ? Math.min(1, Math.max(0, -(ax * dx + ay * dy) / long)) : 0;
  return Math.hypot(ax + share * dx, ay + share * dy);
}

/** Metres from the place to a surface (rings: the outer one, then holes): 0 inside. */
export function metresToSurface(place, rings) {
  let inside = false;
  let nearest = Infinity;
  for (const ring of rings) {
    const points = ring.map(([lon, lat]) => flat(place, lon, lat));
    for (let n = 1; n < points.length; n += 1) {
      const [ax, ay] = points[n - 1];
      const [bx, by] = points[n];
      nearest = Math.min(nearest, toSegment(points[n - 1], points[n]));
      if (ay > 0 !== by > 0 && 0 < ax + ((bx - ax) * -ay) / (by - ay)) inside = !inside;
    }
  }
  return inside ? 0 : nearest;
}

/** The radius in which sides are looked for: the accuracy of the position, within the city's bounds. */
export function radius(accuracy, owners) {
  const { least, most } = owners.metres;
  return Math.min(most, Math.max(least, Number.isFinite(accuracy) ? accuracy : most));
}

function nearestByBody(found) {
  const best = new Map();
  for (const one of found) {
    const known = best.get(one.body);
    if (!known || one.metres < known.metres) best.set(one.body, one);
  }
  return [...best.values()].sort((a, b) => a.metres - b.metres || a.body - b.body);
}

/** The sides within the circle, the nearest first: [{body, name, metres, code}]. Fewer than two: nothing to ask.
 *
 * Components of the class within the circle go before areas: an owner answers before a territory does. */
export function sides(place, accuracy, classId, owners) {
  const within = radius(accuracy, owners);
  const side = (number, metres, code) => {
    const [body, name] = owners.bodies[number];
    return { body, name, metres: Math.round(metres * 10) / 10, code };
  };
  const components = [];
  for (const [code, kind, , lon, lat, number] of owners.components) {
    const metres = kind === classId ? metresTo(place, lon, lat) : Infinity;
    if (metres <= within) components.push(side(number, metres, code));
  }
  if (components.length) return nearestByBody(components);
  const areas = [];
  for (const [answer, rings] of owners.regions) {
    const number = owners.answers[answer][classId];
    const metres = number === undefined ? Infinity : metresToSurface(place, rings);
    if (metres <= within) areas.push(side(number, metres, ""));
  }
  return nearestByBody(areas);
}

/** What was decided near here for the class, the nearest first: [{id, metres, day, body, name}]. */
export function decided(place, classId, owners) {
  return owners.decided
    .filter(([, kind]) => kind === classId)
    .map(([id, , lon, lat, day, body, name]) => ({ id, day, body, name, metres: metresTo(place, lon, lat) }))
    .filter((one) => one.metres <= owners.metres.precedent)
    .sort((a, b) => a.metres - b.metres || (a.day < b.day ? 1 : -1));
}
