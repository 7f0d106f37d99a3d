// What stands at a point: shown in a card; on pages that ask for it, selected (one or many) with its key in a field.
import { card } from "./card.js";
import { members } from "./clusters.js";
import { isVector } from "./register.js";
import { toneStyle } from "./tones.js";
import { t } from "./words.js";

const NEAR = 6;

export function selecting(board) {
  const { ol, map, data } = board, shown = card(board), chosen = new Map();
  const light = new ol.source.Vector();
  map.addLayer(new ol.layer.Vector({ source: light, zIndex: 850, style: (f) => toneStyle(ol, "selected", f.get("label") ?? "", true) }));
  const ways = { many: data.mapSelect === "many", any: data.mapSelect !== undefined, layers: (data.mapSelectLayers ?? "").split(/\s+/).filter(Boolean) };
  const field = data.mapSelectInto ? document.querySelector(data.mapSelectInto) : null;
  board.isSelected = (key) => chosen.has(key);

  board.show = (hits) => {
    light.clear();
    shown.show(hits.map((hit) => describe(board, hit)), (item) => highlight(board, light, item));
  };
  const close = () => {
    if (!shown.open) return false;
    light.clear();
    shown.close();
    return true;
  };
  shown.onClose = () => light.clear();
  board.onEscape(close);

  board.onPoint((coordinate, pixel) => {
    if (board.pick) return false;
    const hits = hitsAt(board, pixel);
    if (!hits.length) return close();
    if (zoomedIn(board, hits[0])) return true;
    if (ways.any) toggle(hits.find((hit) => selectable(board, hit, ways)));
    if (!ways.many) board.show(hits);
    return true;
  });
  board.answers = (pixel) => !board.mode && !board.pick && map.hasFeatureAtPixel(pixel, { hitTolerance: 3, layerFilter: (layer) => answering(board, layer) });

  const changed = (typed) => {
    const keys = [...chosen.keys()];
    if (field && !typed) {
      field.value = keys.join(field.matches("textarea") ? "\n" : ",");
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
    board.shapes.layer.changed();
    spotlight(board, light, [...chosen.values()]);
    board.say(t("{0} selected", chosen.size));
    board.emit("selected", { features: [...chosen.values()].map(({ layer, key, properties, lonlat }) => ({ layer, key, properties, lonlat })) });
  };
  const toggle = (hit) => {
    if (!hit) return;
    const one = describe(board, hit), had = chosen.has(one.key);
    if (!ways.many) chosen.clear();
    if (had) chosen.delete(one.key);
    else chosen.set(one.key, one);
    changed(false);
  };
  const select = (keys, typed = false) => {
    chosen.clear();
    for (const key of keys.map((one) => String(one).trim()).filter(Boolean)) {
      const shape = board.shapes.byKey(key);
      chosen.set(key, shape ? describe(board, shape) : { layer: null, key, properties: {}, lonlat: null });
      if (!ways.many) break;
    }
    changed(typed);
  };
  board.select = select;
  board.hear("select", ({ keys }) => select(keys ?? []));
  field?.addEventListener("input", () => select(field.value.split(/[\s,，;；]+/), true));
  board.hear("shown", () => { if (field?.value) select(field.value.split(/[\s,，;；]+/), true); });
}

const answering = (board, layer) => layer === board.shapes.layer || layer === board.ground || board.entries.has(layer.get("code"));

// Everything at the pixel, shapes first; the ground answers only when nothing else does.
function hitsAt(board, pixel) {
  const hits = [], ground = [];
  board.map.forEachFeatureAtPixel(pixel, (feature, layer) => {
    const entry = board.entries.get(layer === board.ground ? feature.get("layer") : layer.get("code"));
    const hit = layer === board.shapes.layer ? feature : { feature, entry };
    if (entry?.base) { if (feature.get("name")) ground.push(hit); } else hits.push(hit);
  }, { hitTolerance: NEAR, layerFilter: (layer) => answering(board, layer) });
  const seen = new Set(), found = hits.length ? hits : ground.slice(0, 1);
  return found.filter((hit) => {
    const key = hit.entry ? `${hit.entry.code}/${hit.feature.get("key")}/${members(hit.feature).length}` : `/${board.shapes.keyOf(hit)}`;
    return !seen.has(key) && seen.add(key);
  });
}

function selectable(board, hit, ways) {
  return hit.entry ? ways.layers.includes(hit.entry.code) : true;
}

// A disc of many points opens by coming nearer; at the last zoom its members are shown.
function zoomedIn(board, hit) {
  const inside = hit.entry ? members(hit.feature) : [], view = board.map.getView();
  const many = inside.length > 1 || Number(inside[0]?.get("n") ?? 1) > 1;
  if (!many || view.getZoom() >= 20) return false;
  const box = board.ol.extent.createEmpty();
  for (const one of inside) board.ol.extent.extend(box, one.getGeometry().getExtent());
  if (Math.max(box[2] - box[0], box[3] - box[1]) < 1) view.animate({ center: [box[0], box[1]], zoom: view.getZoom() + 2, duration: 200 });
  else board.fit(box, { maxZoom: view.getZoom() + 4, duration: 200 });
  return true;
}

// layer, key, title, rows, link of what was hit.
function describe(board, hit) {
  if (hit.key !== undefined && hit.rows) return hit;
  const entry = hit.entry, feature = entry ? members(hit.feature)[0] : hit;
  const properties = { ...feature.getProperties() };
  for (const name of ["geometry", "layer", "features", "n"]) delete properties[name];
  const key = entry ? String(properties.key ?? feature.getId() ?? "") : board.shapes.keyOf(feature);
  const shape = feature.getGeometry(), at = board.ol.extent.getCenter(shape.getExtent());
  const title = properties.title ?? properties.name ?? properties.label ?? key;
  const rows = properties.rows ?? rowsOf(entry, properties);
  const link = properties.url ?? (entry?.link && key ? entry.link.replace("{key}", encodeURIComponent(key)) : "");
  return { layer: entry?.code ?? null, layerName: entry?.name ?? "", entry, key, title: String(title ?? ""), rows, link, properties, lonlat: board.lonLat(at), shape };
}

const HIDDEN = new Set(["title", "name", "label", "url", "tone", "rows", "geometry"]);

function rowsOf(entry, properties) {
  const shown = entry?.properties?.length && isVector(entry) ? entry.properties.map((p) => [p.title || p.name, properties[p.name]]) :
    Object.entries(properties).filter(([name]) => !HIDDEN.has(name));
  return shown.filter(([, value]) => value !== undefined && value !== null && value !== "");
}

// Pieces of a tile are not the shape: it is asked for whole.
function geometryOf(board, item) {
  return item.shape instanceof board.ol.geom.Geometry ? item.shape : null;
}

async function wholeOf(item) {
  if (!item.entry?.items || !item.key) return null;
  const answer = await fetch(item.entry.items + encodeURIComponent(item.key), { credentials: "same-origin", headers: { Accept: "application/geo+json" } }).catch(() => null);
  return answer?.ok ? (await answer.json()).geometry : null;
}

async function highlight(board, light, item) {
  light.clear();
  const drawn = geometryOf(board, item);
  if (drawn) light.addFeature(new board.ol.Feature(drawn.clone()));
  const whole = drawn ? null : await wholeOf(item);
  if (whole) light.addFeature(new board.ol.Feature(board.read(whole)));
}

function spotlight(board, light, items) {
  light.clear();
  for (const item of items.filter((one) => one.layer)) {
    const drawn = geometryOf(board, item);
    if (drawn) light.addFeature(new board.ol.Feature(drawn.clone()));
    else wholeOf(item).then((whole) => {
      if (whole && board.isSelected(item.key)) light.addFeature(new board.ol.Feature(board.read(whole)));
    });
  }
}
