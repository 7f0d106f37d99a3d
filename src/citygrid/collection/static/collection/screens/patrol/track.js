// What a track says, by the same rules as the server (patrol/track.py, patrol/covering.py): one set of golden cases tests
// both. Fixes are {t, x, y, accuracy}: seconds, metres. Rules: sections `track` and `coverage` of patrol.toml.

const apart = (a, b) => Math.hypot(a.x - b.x, a.y - b.y);
const reachable = (a, b, rule) => apart(a, b) <= rule.jump_metres_a_second * (b.t - a.t);

// -> {used, coarse, jumps, leaps}: which fixes count, and before which of them nothing is known.
export function sift(fixes, rule) {
  const used = [], coarse = [], jumps = [], leaps = new Set();
  let waiting = [];
  for (const fix of [...fixes].sort((a, b) => a.t - b.t)) {
    if (fix.accuracy != null && fix.accuracy > rule.coarse_metres) {
      coarse.push(fix);
    } else if (!used.length || reachable(used.at(-1), fix, rule)) {
      jumps.push(...waiting);
      waiting = [];
      used.push(fix);
    } else {
      if (waiting.length && !reachable(waiting.at(-1), fix, rule)) {
        jumps.push(...waiting);
        waiting = [];
      }
      waiting.push(fix);
      if (waiting.length >= rule.jump_fixes) {
        leaps.add(used.length);
        used.push(...waiting);
        waiting = [];
      }
    }
  }
  return { used, coarse, jumps: [...jumps, ...waiting], leaps };
}

export function gaps({ used, leaps }, rule) {
  return used.slice(1).map((fix, n) => leaps.has(n + 1) || fix.t - used[n].t > rule.gap_seconds);
}

export function idleRuns(sifted, rule) {
  const { used } = sifted, unknown = gaps(sifted, rule), found = [];
  let first = 0;
  while (first < used.length) {
    let last = first;
    while (last + 1 < used.length && !unknown[last] && apart(used[first], used[last + 1]) <= rule.idle_metres) last += 1;
    if (last > first && used[last].t - used[first].t >= rule.idle_seconds) {
      found.push([first, last]);
      first = last;
    } else {
      first += 1;
    }
  }
  return found;
}

// The whole time in spans {starts, ends, state: "active" | "idle" | "gap", inside: true | false | null}.
export function spans(starts, ends, sifted, inside, rule) {
  const { used } = sifted;
  if (ends <= starts) return [];
  if (!used.length) return [{ starts, ends, state: "gap", inside: null }];
  const unknown = gaps(sifted, rule), idle = new Set();
  for (const [first, last] of idleRuns(sifted, rule)) for (let n = first; n < last; n += 1) idle.add(n);
  const between = unknown.map((gap, n) => ({
    starts: used[n].t, ends: used[n + 1].t, state: gap ? "gap" : idle.has(n) ? "idle" : "active", inside: gap ? null : inside[n],
  }));
  const edge = (from, to, state, where) => {
    if (to - from > rule.gap_seconds) return { starts: from, ends: to, state: "gap", inside: null };
    return { starts: from, ends: to, state: state === "gap" ? "active" : state, inside: where };
  };
  return joined([
    edge(starts, used[0].t, between.at(0)?.state ?? "active", inside[0]),
    ...between,
    edge(used.at(-1).t, ends, between.at(-1)?.state ?? "active", inside.at(-1)),
  ]);
}

function joined(parts) {
  const found = [];
  for (const one of parts) {
    if (one.ends <= one.starts) continue;
    const last = found.at(-1);
    if (last && last.state === one.state && last.inside === one.inside) last.ends = one.ends;
    else found.push({ ...one });
  }
  return found;
}

export function totals(of) {
  const sums = { on_duty: 0, active: 0, idle: 0, gap: 0, inside: 0, outside: 0 };
  for (const { starts, ends, state, inside } of of) {
    sums[state] += ends - starts;
    sums.on_duty += ends - starts;
    if (inside !== null) sums[inside ? "inside" : "outside"] += ends - starts;
  }
  return sums;
}

function spells(parts) {
  const found = [];
  for (const { starts, ends } of parts) {
    if (found.at(-1)?.[1] === starts) found.at(-1)[1] = ends;
    else found.push([starts, ends]);
  }
  return found;
}

export const idleSpells = (of) => spells(of.filter((one) => one.state === "idle"));

export function outsideSpells(of, rule) {
  return spells(of.filter((one) => one.inside === false)).filter(([starts, ends]) => ends - starts >= rule.outside_seconds);
}

// What holds at the end: {idle_since, outside_since}, seconds or null.
export function hints(of, rule) {
  const end = of.at(-1);
  if (!end || end.state === "gap") return { idle_since: null, outside_since: null };
  const open = (found) => found.find((spell) => spell[1] === end.ends)?.[0] ?? null;
  return { idle_since: open(idleSpells(of)), outside_since: open(outsideSpells(of, rule)) };
}

// Where somebody was at every step of the clock, on the straight line between two fixes: [[x, y]].
export function places(sifted, track, rule) {
  const { used } = sifted, unknown = gaps(sifted, track), step = rule.step_seconds, found = [];
  if (used.length < 2) return found;
  let n = 0;
  for (let k = Math.ceil(used[0].t / step); k < Math.ceil(used.at(-1).t / step); k += 1) {
    const at = k * step;
    while (n + 2 < used.length && used[n + 1].t <= at) n += 1;
    if (unknown[n]) continue;
    const [a, b] = [used[n], used[n + 1]], share = (at - a.t) / (b.t - a.t);
    found.push([a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share]);
  }
  return found;
}

// Shapes are lists of polygons, a polygon a list of rings (the first the outer one), a ring a list of [x, y].
function within(shape, x, y) {
  return shape.some((rings) => rings.reduce((inside, ring) => inside !== oddCrossings(ring, x, y), false));
}

function oddCrossings(ring, x, y) {
  let odd = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
    const [ax, ay] = ring[i], [bx, by] = ring[j];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) odd = !odd;
  }
  return odd;
}

// Metres from a place to a shape, 0 within it.
export function away(shape, x, y) {
  if (within(shape, x, y)) return 0;
  let least = Infinity;
  for (const rings of shape) for (const ring of rings) for (let i = 1; i < ring.length; i += 1) least = Math.min(least, toLine(ring[i - 1], ring[i], x, y));
  return least;
}

function toLine([ax, ay], [bx, by], x, y) {
  const [dx, dy] = [bx - ax, by - ay], long = dx * dx + dy * dy;
  const share = long ? Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / long)) : 0;
  return Math.hypot(ax + share * dx - x, ay + share * dy - y);
}

function box(shape) {
  const all = shape.flat(2), xs = all.map(([x]) => x), ys = all.map(([, y]) => y);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

// Seconds by unit grid, and which count as visited.
export function covered(at, grids, rule) {
  const seconds = grids.map((shape) => {
    const [west, south, east, north] = box(shape), near = rule.visit_metres;
    let hits = 0;
    for (const [x, y] of at) {
      if (x < west - near || x > east + near || y < south - near || y > north + near) continue;
      if (away(shape, x, y) <= near) hits += 1;
    }
    return hits * rule.step_seconds;
  });
  return { seconds, visited: seconds.map((one) => one >= rule.visit_seconds) };
}
