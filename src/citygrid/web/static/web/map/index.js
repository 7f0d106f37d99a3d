// The map of every page: `<div class="cg-map" data-map ...>`. Attributes, events and keys: docs/maps.md.
import { Board } from "./board.js";
import { drawing } from "./drawing.js";
import { icons, library } from "./library.js";
import { linking } from "./link.js";
import { marks, picking } from "./marks.js";
import { measuring } from "./measuring.js";
import { pointing } from "./pointing.js";
import { printing } from "./printing.js";
import { register } from "./register.js";
import { selecting } from "./selection.js";
import { shapes } from "./shapes.js";
import { layerSwitch } from "./switch.js";
import { notes, tools } from "./tools.js";
import { words } from "./words.js";

const PARTS = [notes, pointing, marks, shapes, picking, selecting, layerSwitch, measuring, drawing, printing, linking, tools];
const made = new WeakMap();

// A page may bring a layer that is not in the register's list yet: the preview of the layer manager.
function withOwn(el, found) {
  const given = el.dataset.mapEntry && JSON.parse(document.querySelector(el.dataset.mapEntry)?.textContent || "null");
  if (given) found.layers = [{ ...given, preview: true }, ...found.layers.filter((e) => e.code !== given.code)];
  return found;
}

function build(el, ol, found) {
  const board = new Board(el, ol, found);
  made.set(el, board);
  for (const part of PARTS) part(board);
  el.citygrid = {
    board, map: board.map, fit: (extent) => board.fit(extent), focus: (key) => board.focus(key), select: (keys) => board.select(keys),
    shapes: (geojson, options) => board.draw(geojson, options), restyle: (code, changed) => board.restyle(code, changed), debug: () => debug(board),
  };
  board.map.on("rendercomplete", () => { el.dataset.mapDrawn = String(Number(el.dataset.mapDrawn ?? 0) + 1); });
  board.emit("ready", el.citygrid);
}

// What is drawn now, for tests: features by layer in the view, shapes, what is switched on.
function debug(board) {
  const counts = {}, size = board.map.getSize(), view = board.map.getView();
  const extent = view.calculateExtent(size);
  const count = (code, features) => { counts[code] = (counts[code] ?? 0) + features.length; };
  if (board.ground?.getVisible()) for (const f of board.ground.getFeaturesInExtent(extent)) count(f.get("layer"), [f]);
  for (const [code, layer] of board.layers) {
    if (!layer.getVisible()) continue;
    if (layer.getFeaturesInExtent) count(code, layer.getFeaturesInExtent(extent));
    else if (layer.getSource().getFeatures) count(code, layer.getSource().getFeatures());
  }
  return { layers: counts, shapes: board.shapes.source.getFeatures().length, zoom: view.getZoom(), centre: board.lonLat(view.getCenter()), ...board.state };
}

export async function maps(root) {
  const wanted = [...root.querySelectorAll("[data-map]"), ...(root.matches?.("[data-map]") ? [root] : [])].filter((el) => !made.has(el));
  if (!wanted.length) return;
  const [ol, found] = await Promise.all([library(), register(), words(), icons()]);
  for (const el of wanted) if (!made.has(el) && el.isConnected) build(el, ol, withOwn(el, structuredClone(found)));
}
