// Shapes that a page hands over (a proposal, faults of a report, the parts of a survey), above the layers of the register.
import { toneStyle } from "./tones.js";
import { t } from "./words.js";

const keyOf = (feature) => String(feature.get("key") ?? feature.getId() ?? "");

async function given(where) {
  if (/^#/.test(where)) return JSON.parse(document.querySelector(where)?.textContent || "null");
  const answer = await fetch(where, { credentials: "same-origin", headers: { Accept: "application/geo+json, application/json" } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

export function shapes(board) {
  const { ol, map, data } = board, source = new ol.source.Vector();
  const layer = new ol.layer.Vector({ source, zIndex: 800, declutter: true, style: (f, resolution) => toneStyle(ol, f.get("tone") ?? "plain", shownLabel(f, resolution), board.isSelected?.(keyOf(f))) });
  map.addLayer(layer);
  board.shapes = { source, layer, keyOf, byKey: (key) => source.getFeatures().find((f) => keyOf(f) === String(key)) };
  const draw = (geojson, { fit = false } = {}) => {
    source.clear();
    if (!geojson) return;
    source.addFeatures(new ol.format.GeoJSON().readFeatures(geojson, { featureProjection: "EPSG:3857" }));
    if (fit && !source.isEmpty()) board.fit(source.getExtent());
    board.emit("shown", { count: source.getFeatures().length });
  };
  const show = (where, fit) => given(where).then((found) => draw(found, { fit }), () => board.say(t("The shapes could not be loaded")));
  board.draw = draw;
  board.focus = (key) => {
    const shape = board.shapes.byKey(key);
    if (!shape) return false;
    board.fit(shape.getGeometry().getExtent(), { maxZoom: 19, duration: 250 });
    board.show?.([shape]);
    board.el.scrollIntoView({ block: "nearest" });
    return true;
  };
  board.hear("shapes", ({ geojson, fit }) => draw(geojson, { fit }));
  board.hear("focus", ({ key }) => board.focus(key));
  if (data.mapShapes) show(data.mapShapes, data.mapFit !== undefined);
  else if (data.mapFit !== undefined) board.fit();
  board.load = show;
}

// Names of many small shapes would cover the map: they appear when there is room.
function shownLabel(feature, resolution) {
  const label = feature.get("label");
  if (!label) return "";
  const geometry = feature.getGeometry(), extent = geometry.getExtent();
  const wide = Math.max(extent[2] - extent[0], extent[3] - extent[1]) / resolution;
  return geometry.getType() === "Point" ? (resolution < 3 ? String(label) : "") : wide > String(label).length * 5 ? String(label) : "";
}

// Rows of a report: a button that zooms to its shape, or loads shapes.
document.addEventListener("click", (e) => {
  const button = e.target.closest("[data-map-focus], [data-map-show]");
  const board = button && document.querySelector(button.dataset.mapFor ?? "[data-map]")?.citygrid?.board;
  if (!board) return;
  if (button.dataset.mapShow) board.load(button.dataset.mapShow, true);
  else board.focus(button.dataset.mapFocus);
});
