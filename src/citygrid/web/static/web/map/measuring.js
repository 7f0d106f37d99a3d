// Distance and area on the ground.
import { iconButton, make } from "./elements.js";
import { sketch, sketchStyle } from "./sketch.js";
import { t } from "./words.js";

const rounded = (value) => value.toLocaleString(document.documentElement.lang, { maximumFractionDigits: value < 10 ? 2 : value < 100 ? 1 : 0 });

export const distance = (metres) => (metres < 1000 ? `${rounded(metres)} m` : `${rounded(metres / 1000)} km`);
export const area = (square) => (square < 100000 ? `${rounded(square)} m²` : `${rounded(square / 1e6)} km²`);

export function measuring(board) {
  const { ol, map } = board, source = new ol.source.Vector();
  map.addLayer(new ol.layer.Vector({ source, zIndex: 950, style: sketchStyle(ol) }));
  const value = make("output", { class: "cg-measured" });
  const box = make("div", { class: "cg-measure", hidden: true }, value, iconButton("x", t("Remove the measurement"), () => clear(), { class: "btn btn-sm" }));
  board.el.append(box);
  const clear = () => {
    source.clear();
    box.hidden = true;
  };
  const words = (geometry) => geometry.getType() === "Polygon"
    ? t("Area {0}, outline {1}", area(ol.sphere.getArea(geometry)), distance(ol.sphere.getLength(new ol.geom.LineString(geometry.getCoordinates()[0]))))
    : t("Distance {0}", distance(ol.sphere.getLength(geometry)));
  const measure = (type) => {
    clear();
    sketch(board, type, {
      source,
      onChange: (geometry) => {
        box.hidden = false;
        value.textContent = words(geometry);
      },
      onEnd: (geometry) => {
        if (!geometry) return clear();
        value.textContent = words(geometry);
        board.say(value.textContent);
        return undefined;
      },
    });
  };
  board.buttons.push(
    { tool: "measure", icon: "ruler-measure", label: t("Measure a distance"), act: () => measure("LineString") },
    { tool: "measure", icon: "polygon", label: t("Measure an area"), act: () => measure("Polygon") },
  );
  board.onEscape(() => {
    if (board.mode) board.mode.stop(null);
    else if (!box.hidden) clear();
    else return false;
    return true;
  });
}
