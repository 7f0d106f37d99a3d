// Points that stand together are one disc with their number. Tiles are read as points; a thinned point says by `n` for how many it stands.
import { escaped } from "./elements.js";
import { inZooms, ruleOf, zoomOf } from "./rules.js";
import { styleFunction, symbolStyle } from "./style.js";
import { grid } from "./tiles.js";

const weight = (feature) => Number(feature.get("n") ?? 1);
export const members = (feature) => feature.get("features") ?? [feature];

// The points of one zoom of the tiles, loaded tile by tile.
function pointsAt(ol, entry, tileGrid, z) {
  const format = new ol.format.MVT({ featureClass: ol.Feature });
  const source = new ol.source.Vector({
    strategy: (extent) => {
      const found = [];
      tileGrid.forEachTileCoord(extent, z, (at) => found.push(tileGrid.getTileCoordExtent(at)));
      return found;
    },
    loader: (extent, resolution, projection, done, failed) => {
      const [, x, y] = tileGrid.getTileCoordForCoordAndZ([(extent[0] + extent[2]) / 2, (extent[1] + extent[3]) / 2], z);
      fetch(entry.tiles.replace("{z}", z).replace("{x}", x).replace("{y}", y), { credentials: "same-origin" })
        .then((answer) => (answer.status === 204 ? new ArrayBuffer(0) : answer.ok ? answer.arrayBuffer() : Promise.reject(new Error(answer.status))))
        .then((bytes) => {
          const read = format.readFeatures(bytes, { extent, featureProjection: projection });
          // A point in the margin of a tile comes with its neighbour too.
          const own = read.filter((f) => ol.extent.containsCoordinate(extent, f.getGeometry().getFlatCoordinates()));
          for (const one of own) one.setId(one.get("key"));
          source.addFeatures(own);
          done?.(own);
        })
        .catch(() => { source.removeLoadedExtent(extent); failed?.(); });
    },
  });
  return source;
}

export function clusters(ol, entry) {
  const tileGrid = grid(ol, entry), sources = new Map(), deepest = tileGrid.getMaxZoom();
  const at = (z) => {
    if (!sources.has(z)) sources.set(z, pointsAt(ol, entry, tileGrid, z));
    return sources.get(z);
  };
  const rule = entry.style.cluster, last = Number(rule.max_zoom ?? 16);
  const source = new ol.source.Cluster({ distance: Number(rule.distance ?? 44), minDistance: 16, source: at(deepest), attributions: entry.attribution ? escaped(entry.attribution) : undefined });
  const layer = new ol.layer.Vector({ source, style: discs(ol, entry) });
  // The tiles' zoom follows the map's: one less, as tiles are 512 pixels wide. Chosen before anything is asked for.
  const load = source.loadFeatures.bind(source);
  source.loadFeatures = (extent, resolution, projection) => {
    const zoom = zoomOf(resolution), z = Math.max(0, Math.min(deepest, Math.round(zoom) - 1));
    const distance = zoom > last ? 0 : Number(rule.distance ?? 44);
    if (source.getDistance() !== distance) source.setDistance(distance);
    if (source.getSource() !== at(z)) source.setSource(at(z));
    load(extent, resolution, projection);
  };
  layer.set("restyle", (changed) => layer.setStyle(discs(ol, changed)));
  return layer;
}

function discs(ol, entry) {
  const single = styleFunction(ol, entry), made = new Map();
  // A tile too full for all its points says so: then the number is the least there are.
  const disc = (count, more) => {
    const shown = (count < 1000 ? String(count) : `${Math.round(count / 100) / 10}k`) + (more ? "+" : "");
    if (!made.has(shown)) {
      const size = 24 + Math.min(22, Math.log2(count) * 3);
      const symbol = { shape: "circle", size, color: entry.style.symbol?.color ?? "#0b5cad", stroke: "#ffffff", width: 2.5 };
      made.set(shown, symbolStyle(ol, symbol, 0, "", 700, shown));
    }
    return made.get(shown);
  };
  return (feature, resolution) => {
    const zoom = zoomOf(resolution);
    if (!inZooms(entry, zoom)) return undefined;
    const drawn = members(feature).filter((one) => ruleOf(entry.style, (name) => one.get(name), zoom) !== null);
    const count = drawn.reduce((sum, one) => sum + weight(one), 0);
    if (count === 0) return undefined;
    return count === 1 ? single(drawn[0], resolution) : disc(count, drawn.some((one) => one.get("thinned") && one.get("n") === undefined));
  };
}
