// Drawing by mouse, touch or keyboard, for measuring and for the fields of pages: one sketch at a time.
import { iconButton, make } from "./elements.js";
import { t } from "./words.js";

const HINT = "Click or Enter adds a point, Backspace takes the last back, Shift+Enter finishes, Esc cancels.";

export function sketchStyle(ol) {
  return new ol.style.Style({
    fill: new ol.style.Fill({ color: "#0b5cad1c" }), stroke: new ol.style.Stroke({ color: "#0b5cad", width: 3, lineDash: [8, 5] }),
    image: new ol.style.Circle({ radius: 6, fill: new ol.style.Fill({ color: "#0b5cad" }), stroke: new ol.style.Stroke({ color: "#fff", width: 2 }) }),
  });
}

// Begins a sketch of `type` (Point, LineString, Polygon). `onChange(geometry)` while it grows, `onEnd(geometry | null)` at the end.
export function sketch(board, type, { source, snap, onChange = () => {}, onEnd }) {
  const { ol, map, el } = board;
  board.mode?.stop();
  const draw = new ol.interaction.Draw({ source, type, style: sketchStyle(ol), stopClick: true });
  const parts = [draw, ...(snap ?? []).map((one) => new ol.interaction.Snap({ source: one, pixelTolerance: 12 }))];
  const panel = bar(type, { add, undo: () => draw.removeLastPoint(), finish, cancel: () => stop(null) });
  for (const one of parts) map.addInteraction(one);
  el.append(panel);
  el.classList.add("cg-drawing");
  draw.on("drawstart", (e) => e.feature.getGeometry().on("change", (change) => onChange(change.target)));
  draw.on("drawend", (e) => setTimeout(() => stop(e.feature.getGeometry())));
  let ended = false;

  function add(coordinate = map.getView().getCenter()) {
    if (type === "Point") {
      const point = new ol.geom.Point(coordinate);
      source?.addFeature(new ol.Feature(point));
      stop(point);
    } else draw.appendCoordinates([coordinate]);
  }
  function finish() {
    draw.finishDrawing();
  }
  function stop(geometry = null) {
    if (ended) return;
    ended = true;
    for (const one of parts) map.removeInteraction(one);
    el.removeEventListener("keydown", keys);
    panel.remove();
    el.classList.remove("cg-drawing");
    board.mode = null;
    onEnd(geometry);
  }
  function keys(e) {
    if (e.target !== el) return;
    if (e.key === "Backspace") draw.removeLastPoint();
    else if (e.key === "Enter" && e.shiftKey) finish();
    else if (e.key === "Enter") add();
    else return;
    e.preventDefault();
    e.stopImmediatePropagation();
  }
  el.addEventListener("keydown", keys, { capture: true });
  board.mode = { stop, add, finish };
  board.say(t(HINT));
  el.focus({ preventScroll: true });
  return board.mode;
}

function bar(type, acts) {
  const point = type === "Point";
  return make("div", { class: "cg-mapbar", role: "group", "aria-label": t("Drawing") },
    make("span", { class: "cg-small" }, t(point ? "Click the place, or press Enter for the cross-hair." : HINT)),
    make("span", { class: "cg-mapbar-acts" },
      iconButton("plus", t("Add the point at the cross-hair"), () => acts.add(), { class: "btn btn-sm" }),
      point ? null : iconButton("arrow-back-up", t("Take the last point back"), acts.undo, { class: "btn btn-sm" }),
      point ? null : iconButton("check", t("Finish"), acts.finish, { class: "btn btn-sm btn-primary" }),
      iconButton("x", t("Cancel"), acts.cancel, { class: "btn btn-sm" })));
}
