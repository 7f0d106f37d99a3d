// A small drawing of a place without any map: outlines of the unit grids around, the circle of the accuracy, components,
// the way to a task. Metres on a plane that touches the earth at the place; up is north.
import { html, svg, nothing } from "../../core/html.js";
import { t } from "../../core/words.js";

const SIDE = 320, METRES_A_DEGREE = 111_195;

// `points`: [{lon, lat}] numbered from 1; `to`: a place at the end of a line; `span`: metres from the middle to the edge.
export function sketch(spot, { outlines = [], points = [], to = null, span = null }) {
  const across = Math.cos((spot.lat * Math.PI) / 180);
  const flat = ([lon, lat]) => [(lon - spot.lon) * METRES_A_DEGREE * across, (lat - spot.lat) * METRES_A_DEGREE];
  const end = to ? flat([to.lon, to.lat]) : null;
  const reach = span ?? Math.max(60, (spot.accuracy ?? 0) * 1.3, end ? Math.hypot(...end) * 1.15 : 0);
  const scale = SIDE / 2 / reach, xy = (point) => { const [x, y] = flat(point); return [SIDE / 2 + x * scale, SIDE / 2 - y * scale]; };
  const near = outlines.filter((shape) => touches(shape, flat, reach * 1.5));
  const middle = SIDE / 2;
  return html`<svg class="rp-sketch" viewBox="0 0 ${SIDE} ${SIDE}" role="img" aria-label=${t("Sketch: you in the middle, north is up, {n} m to the edge", { n: Math.round(reach) })}>
    ${near.map((shape) => svg`<path class="rp-outline" d=${path(shape, xy)}></path>`)}
    ${end ? svg`<line class="rp-way" x1=${middle} y1=${middle} x2=${xy([to.lon, to.lat])[0]} y2=${xy([to.lon, to.lat])[1]}></line>` : nothing}
    ${spot.accuracy ? svg`<circle class="rp-circle" cx=${middle} cy=${middle} r=${spot.accuracy * scale}></circle>` : nothing}
    <circle class="rp-me" cx=${middle} cy=${middle} r="6"></circle>
    ${points.map((one, at) => numbered(xy([one.lon, one.lat]), at + 1))}
    ${end ? svg`<circle class="rp-goal" cx=${xy([to.lon, to.lat])[0]} cy=${xy([to.lon, to.lat])[1]} r="8"></circle>` : nothing}
    <text class="rp-north" x=${SIDE - 12} y="18" text-anchor="end">${t("N")} ↑</text></svg>`;
}

function numbered([x, y], number) {
  return svg`<g><circle class="rp-point" cx=${x} cy=${y} r="9"></circle><text x=${x} y=${y + 4} text-anchor="middle">${number}</text></g>`;
}

const rings = (shape) => (shape.type === "Polygon" ? shape.coordinates : shape.coordinates.flat());

function touches(shape, flat, reach) {
  const all = rings(shape).flat().map(flat);
  const [xs, ys] = [all.map(([x]) => x), all.map(([, y]) => y)];
  return Math.min(...xs) < reach && Math.max(...xs) > -reach && Math.min(...ys) < reach && Math.max(...ys) > -reach;
}

function path(shape, xy) {
  return rings(shape).map((ring) => `M${ring.map((point) => xy(point).map((n) => n.toFixed(1)).join(" ")).join("L")}Z`).join("");
}
