// The base map of the pack (section "map"): its layers as the city styles them, and its tiles for the duty grids, which
// are fetched ahead while there is a good network. Tiles hold nothing of anybody; they lie in a cache of their own.
import * as pack from "./pack.js";

const CACHE = "collector-map";
const DARK_ENOUGH = "#57626d";

export function base(ol, section) {
  if (!section) return [];
  const grid = ol.tilegrid.createXYZ({ tileSize: 512, maxZoom: section.zooms[1] });
  const source = new ol.source.VectorTile({
    format: new ol.format.MVT(), tileGrid: grid, url: section.tiles, attributions: section.attributions, cacheSize: 128,
  });
  const order = new Map(section.layers.map((layer, at) => [layer.code, { ...layer, at }]));
  const zoomOf = (resolution) => Math.log2(156543.03392804097 / resolution);
  const style = (feature, resolution) => {
    const layer = order.get(feature.get("layer"));
    return layer ? styled(ol, layer, feature, zoomOf(resolution)) : null;
  };
  return [new ol.layer.VectorTile({ source, style, declutter: true, background: "#f7f4ee", zIndex: 0 })];
}

// A number, or the one of this zoom between the steps {"13": 1, "17": 6}.
export function at(value, zoom) {
  if (typeof value !== "object" || value === null) return value;
  const steps = Object.entries(value).map(([z, v]) => [Number(z), v]).sort((a, b) => a[0] - b[0]);
  if (zoom <= steps[0][0]) return steps[0][1];
  for (let i = 1; i < steps.length; i += 1) {
    const [[low, from], [high, to]] = [steps[i - 1], steps[i]];
    if (zoom <= high) return from + ((to - from) * (zoom - low)) / (high - low);
  }
  return steps.at(-1)[1];
}

function within(part, zoom) {
  return zoom >= (part?.min_zoom ?? 0) && zoom < (part?.max_zoom ?? 24) + 1;
}

// The first rule whose conditions hold lies over the layer's own style.
export function rule(style, feature, zoom) {
  const found = (style.rules ?? []).find(({ where }) => Object.entries(where ?? {}).every(([name, wanted]) => {
    const has = String(feature.get(name) ?? "");
    return [].concat(wanted).some((one) => String(one) === has);
  }));
  if (!found) return style.rules_else === false ? null : style;
  if (found.hidden || !within(found, zoom)) return null;
  const parts = ["line", "fill", "label"].map((part) => [part, style[part] || found[part] ? { ...style[part], ...found[part] } : undefined]);
  return { ...Object.fromEntries(parts), order: found.order };
}

function styled(ol, layer, feature, zoom) {
  if (!within(layer, zoom)) return null;
  const now = rule(layer.style, feature, zoom);
  if (!now) return null;
  const zIndex = layer.at * 1000 + (now.order ?? 0);
  const styles = [];
  const stroke = (color, width) => new ol.style.Stroke({ color, width, lineCap: "round", lineJoin: "round" });
  const width = at(now.line?.width ?? 1, zoom);
  if (now.fill?.color) styles.push(new ol.style.Style({ fill: new ol.style.Fill({ color: now.fill.color }), zIndex }));
  if (now.line?.casing) styles.push(new ol.style.Style({ stroke: stroke(now.line.casing, width + 2 * at(now.line.casing_width ?? 1, zoom)), zIndex: layer.at * 1000 }));
  if (now.line?.color) styles.push(new ol.style.Style({ stroke: stroke(now.line.color, width), zIndex: zIndex + 1 }));
  const name = now.label && within(now.label, zoom) ? feature.get(now.label.field ?? "name") : "";
  if (name) styles.push(named(ol, now.label, String(name), zoom, zIndex));
  return styles;
}

function named(ol, label, text, zoom, zIndex) {
  return new ol.style.Style({ zIndex, text: new ol.style.Text({
    text, font: `${at(label.size ?? 11, zoom)}px sans-serif`, placement: label.placement === "line" ? "line" : "point", overflow: false,
    fill: new ol.style.Fill({ color: label.color ?? DARK_ENOUGH }), stroke: new ol.style.Stroke({ color: label.halo ?? "#fff", width: 3 }),
  }) });
}

// Addresses of the tiles over a box of degrees [west, south, east, north], the widest first.
export function tilesOf(section, [west, south, east, north]) {
  const found = [];
  for (let z = section.zooms[0]; z <= section.zooms[1]; z += 1) {
    const n = 2 ** z;
    const column = (lon) => Math.floor(((lon + 180) / 360) * n);
    const row = (lat) => Math.floor(((1 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI) / 2) * n);
    for (let x = column(west); x <= column(east); x += 1) {
      for (let y = row(north); y <= row(south); y += 1) {
        found.push(section.tiles.replace("{z}", z).replace("{x}", x).replace("{y}", y));
      }
    }
  }
  return found.slice(0, section.most);
}

export function boxOf(grids) {
  const points = grids.flatMap(({ shape }) => shape.coordinates.flat(shape.type === "Polygon" ? 1 : 2));
  if (!points.length) return null;
  const [lons, lats] = [points.map(([lon]) => lon), points.map(([, lat]) => lat)];
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}

// The map for work without a network: its library, then the tiles of the duty grids. One at a time, not on a line that
// somebody pays by the byte or that is slow; gives how many were fetched.
export async function fetchAhead(library) {
  const line = navigator.connection;
  if (!globalThis.caches || !navigator.onLine || line?.saveData || /2g|3g/.test(line?.effectiveType ?? "")) return 0;
  const [section, grids] = [await pack.get("map"), (await pack.get("grids")) ?? []];
  const box = boxOf(grids);
  const wanted = [new URL(library, location.href).href];
  if (section && box) wanted.push(...tilesOf(section, box).map((path) => new URL(path, location.href).href));
  const cache = await caches.open(CACHE);
  const there = new Set((await cache.keys()).map((request) => request.url));
  let count = 0;
  for (const url of wanted) {
    if (there.has(url)) continue;
    const answer = await fetch(url, { priority: "low" }).catch(() => null);
    if (!answer) return count;
    if (answer.ok) {
      await cache.put(url, answer);
      count += 1;
    }
  }
  await forget(cache, section, there);
  return count;
}

// Tiles of an older state of the base map.
async function forget(cache, section, urls) {
  const version = section ? new URL(section.tiles, location.href).searchParams.get("v") : "";
  for (const url of urls) {
    const mark = new URL(url).searchParams.get("v") ?? "";
    if (mark.startsWith("collector-") && mark !== version) await cache.delete(url);
  }
}
