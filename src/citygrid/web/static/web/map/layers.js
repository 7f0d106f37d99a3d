// Layers of the register on the map. Base layers of our own come in one tile each place, so that twelve requests fill a screen.
import { clusters } from "./clusters.js";
import { escaped } from "./elements.js";
import { external } from "./external.js";
import { isVector } from "./register.js";
import { atZoom } from "./rules.js";
import { styleFunction } from "./style.js";
import { tiles } from "./tiles.js";

const STEP = 2000;

// All own base layers in one: `shown` says which of them are drawn now.
export function baseMap(ol, found, entries, shown) {
  const codes = entries.map((e) => e.code), styles = new Map();
  const restyle = (entry) => styles.set(entry.code, styleFunction(ol, entry, (entries.length - codes.indexOf(entry.code)) * STEP));
  entries.forEach(restyle);
  const credits = [...new Set(entries.map((e) => e.attribution).filter(Boolean))].map(escaped);
  const layer = new ol.layer.VectorTile({
    source: tiles(ol, found.many_tiles.replace("{codes}", codes.join(",")), entries[0], credits), declutter: true, renderBuffer: 128,
    style: (feature, resolution) => {
      const code = feature.get("layer");
      return shown(code) ? styles.get(code)?.(feature, resolution) : undefined;
    },
  });
  layer.set("restyle", (entry) => { restyle(entry); layer.changed(); });
  return layer;
}

// One layer of the register.
export function layerOf(ol, entry) {
  const layer = isVector(entry) ? vector(ol, entry) : external(ol, entry);
  layer.set("code", entry.code);
  layer.setMinZoom(entry.min_zoom - 0.01);
  if (entry.max_zoom < 24) layer.setMaxZoom(entry.max_zoom + 1);
  return layer;
}

function vector(ol, entry) {
  if (entry.style?.cluster && entry.geometry === "point") return clusters(ol, entry);
  const layer = new ol.layer.VectorTile({
    source: tiles(ol, entry.tiles, entry, entry.attribution ? escaped(entry.attribution) : undefined),
    declutter: Boolean(entry.style?.label?.field), style: styleFunction(ol, entry), renderBuffer: 128,
    opacity: Number(atZoom(entry.style?.opacity, 0, 1)),
  });
  layer.set("restyle", (changed) => {
    layer.setStyle(styleFunction(ol, changed));
    layer.setOpacity(Number(atZoom(changed.style?.opacity, 0, 1)));
  });
  return layer;
}
