// Drawing for a page: points, lines and polygons written as GeoJSON into a field; vertices can be dragged, the field can be typed.
import { sketch, sketchStyle } from "./sketch.js";
import { t } from "./words.js";

const TYPES = { point: "Point", line: "LineString", polygon: "Polygon" };
const ICONS = { point: "map-pin-plus", line: "line", polygon: "polygon" };
const LABELS = { point: "Draw a point", line: "Draw a line", polygon: "Draw a polygon" };

// A GeoJSON geometry, or "121.5 31.2, 121.6 31.3": points of a line in degrees. null for anything else.
export function typed(text) {
  const words = text.trim();
  if (!words) return null;
  if (words.startsWith("{")) {
    try {
      const found = JSON.parse(words);
      return found.type === "Feature" ? found.geometry : found;
    } catch {
      return null;
    }
  }
  const points = words.split(/[,，;；\n]+/).map((pair) => pair.trim().split(/\s+/).map(Number));
  if (!points.every((p) => p.length === 2 && p.every(Number.isFinite))) return null;
  return points.length === 1 ? { type: "Point", coordinates: points[0] } : { type: "LineString", coordinates: points };
}

export function drawing(board) {
  const { ol, map, data } = board;
  if (!data.mapDraw) return;
  const source = new ol.source.Vector(), field = data.mapDrawInto ? document.querySelector(data.mapDrawInto) : null;
  const many = data.mapDrawMany !== undefined, snap = data.mapSnap !== undefined ? [board.shapes.source, source] : [source];
  map.addLayer(new ol.layer.Vector({ source, zIndex: 870, style: sketchStyle(ol) }));
  const modify = new ol.interaction.Modify({ source, pixelTolerance: 12 });
  map.addInteraction(modify);
  for (const one of snap) map.addInteraction(new ol.interaction.Snap({ source: one, pixelTolerance: 12 }));
  board.drawn = source;

  const written = () => {
    const all = source.getFeatures().map((f) => board.write(f.getGeometry()));
    return all.length > 1 ? { type: "GeometryCollection", geometries: all } : all[0] ?? null;
  };
  const tell = () => {
    const geometry = written();
    if (field) {
      field.value = geometry ? JSON.stringify(geometry) : "";
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
    board.emit("drawn", { geometry, kind: geometry?.type ?? null });
  };
  modify.on("modifyend", tell);
  const begin = (kind) => {
    const before = many ? [] : source.getFeatures();
    sketch(board, TYPES[kind], { source, snap, onEnd: (geometry) => {
      if (!geometry) return;
      for (const one of before) source.removeFeature(one);
      tell();
    } });
  };
  for (const kind of data.mapDraw.split(/\s+/).filter((one) => TYPES[one])) {
    board.buttons.push({ tool: "draw", icon: ICONS[kind], label: t(LABELS[kind]), act: () => begin(kind) });
  }
  board.buttons.push({ tool: "draw", icon: "eraser", label: t("Remove what was drawn"), act: () => { source.clear(); tell(); } });
  const read = () => {
    const geometry = typed(field.value);
    if (!geometry && field.value.trim()) return;
    source.clear();
    if (!geometry) return;
    try {
      const shape = board.read(geometry), all = shape.getGeometriesArray?.() ?? [shape];
      source.addFeatures(all.map((one) => new ol.Feature(one)));
    } catch {
      board.say(t("This is no shape"));
    }
  };
  if (field) {
    field.addEventListener("input", () => {
      read();
      board.emit("drawn", { geometry: written(), kind: written()?.type ?? null });
    });
    if (field.value.trim()) {
      read();
      if (!source.isEmpty() && !data.mapShapes) board.fit(source.getExtent());
    }
  }
}
