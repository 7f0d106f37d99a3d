// From a style as data to OpenLayers: a function of feature and resolution. Made styles are kept, thousands of features share a few.
import { atZoom, colour, inZooms, partsOf, ruleOf, zoomOf } from "./rules.js";
import { picture } from "./symbols.js";

const FONT = '"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",system-ui,sans-serif';
const LABELS = 4000;

// `lift`: added to every zIndex, so that layers drawn as one stand in the register's order.
export function styleFunction(ol, entry, lift = 0) {
  const style = entry.style ?? {}, drawn = new Map(), labels = new Map();
  return (feature, resolution) => {
    const zoom = Math.round(zoomOf(resolution) * 4) / 4, get = (name) => feature.get(name);
    if (!inZooms(entry, zoom)) return undefined;
    const index = ruleOf(style, get, zoom);
    if (index === null) return undefined;
    const kind = feature.getGeometry().getType(), parts = partsOf(style, index);
    const icon = (parts.symbol?.icon_field && get(parts.symbol.icon_field)) || parts.symbol?.icon;
    const key = `${index}/${zoom}/${kind}/${icon}`;
    if (!drawn.has(key)) drawn.set(key, shapes(ol, parts, zoom, kind, icon, lift));
    if (cut(feature, kind, get)) return drawn.get(key);
    const label = labelOf(ol, labels, parts, zoom, kind, get, lift, index);
    return label ? [...drawn.get(key), label] : drawn.get(key);
  };
}

// A polygon that says its area is named where most of it lies: tiles cut it into pieces, and each would be named.
function cut(feature, kind, get) {
  const whole = Number(get("area_m2"));
  if (!(whole > 0) || !kind.endsWith("Polygon") || !feature.getFlatCoordinates || feature.getPolygons) return false;
  const flat = feature.getFlatCoordinates(), end = feature.getEnds()[0] ?? flat.length;
  let twice = 0;
  for (let i = 0, j = end - 2; i < end; j = i, i += 2) twice += flat[j] * flat[i + 1] - flat[i] * flat[j + 1];
  const lat = 2 * Math.atan(Math.exp(flat[1] / 6378137)) - Math.PI / 2;
  return (Math.abs(twice) / 2) * Math.cos(lat) ** 2 < whole * 0.4;
}

function shapes(ol, parts, zoom, kind, icon, lift) {
  if (kind.endsWith("Point")) return parts.symbol ? [symbolStyle(ol, parts.symbol, zoom, icon, lift + 500 + parts.order)] : [];
  const made = [], line = parts.line, width = line ? atZoom(line.width, zoom, 1) : 0;
  if (kind.endsWith("Polygon") && (parts.fill || parts.line)) {
    // A fill that nobody sees makes the inside of an outline answer to a click.
    const color = parts.fill ? colour(parts.fill.color, parts.fill.opacity ?? 1) : null;
    made.push(new ol.style.Style({ fill: new ol.style.Fill({ color: color ?? [0, 0, 0, 0] }), zIndex: lift + parts.order }));
  }
  if (line && width > 0) {
    if (line.casing) {
      const around = width + 2 * atZoom(line.casing_width, zoom, 1);
      made.push(new ol.style.Style({ stroke: stroke(ol, { ...line, dash: null, color: line.casing }, around), zIndex: lift + 100 + parts.order }));
    }
    made.push(new ol.style.Style({ stroke: stroke(ol, line, width), zIndex: lift + 200 + parts.order }));
  }
  return made;
}

function stroke(ol, line, width) {
  return new ol.style.Stroke({
    color: colour(line.color, line.opacity ?? 1) ?? "#6b7c8c", width, lineDash: line.dash ?? undefined,
    lineCap: line.cap ?? (line.dash ? "butt" : "round"), lineJoin: "round",
  });
}

export function symbolStyle(ol, symbol, zoom, icon, zIndex, count = 0) {
  const { canvas, side } = picture(symbol, zoom, icon, count);
  const lifted = symbol.shape === "pin" ? [0.5, 0.95] : [0.5, 0.5];
  return new ol.style.Style({ image: new ol.style.Icon({ img: canvas, width: side, height: side, anchor: lifted }), zIndex });
}

function labelOf(ol, labels, parts, zoom, kind, get, lift, index) {
  const label = parts.label;
  if (!label?.field || !inZooms(label, zoom)) return null;
  const value = get(label.field);
  if (value === undefined || value === null || value === "") return null;
  const key = `${index}/${zoom}/${kind}/${value}`;
  if (!labels.has(key)) {
    if (labels.size > LABELS) labels.clear();
    labels.set(key, new ol.style.Style({ text: words(ol, label, String(value), zoom, kind, parts), zIndex: lift + 900 + parts.order }));
  }
  return labels.get(key);
}

function words(ol, label, text, zoom, kind, parts) {
  const along = label.placement === "line" && kind.includes("Line"), size = atZoom(label.size, zoom, 12);
  const under = kind.endsWith("Point") && parts.symbol ? atZoom(parts.symbol.size, zoom, 12) / 2 + size * 0.75 : 0;
  return new ol.style.Text({
    text, font: `${label.weight === "bold" ? "600 " : ""}${size}px ${FONT}`, placement: along ? "line" : "point",
    offsetY: under, maxAngle: 0.6, overflow: false, padding: [1, 4, 1, 4],
    fill: new ol.style.Fill({ color: colour(label.color) ?? "#3a4652" }),
    stroke: label.halo === "none" ? undefined : new ol.style.Stroke({ color: colour(label.halo) ?? "#ffffff", width: label.halo_width ?? 3 }),
  });
}
