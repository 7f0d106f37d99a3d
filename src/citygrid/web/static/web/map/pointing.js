// A point is named by a click, a touch, or Enter at the cross-hair in the middle. The parts of the map are asked in turn.
import { make } from "./elements.js";

export function pointing(board) {
  const { el, map } = board, acts = [];
  // `first`: asked before the others (a tool that is busy).
  board.onPoint = (act, first = false) => { acts[first ? "unshift" : "push"](act); };
  const point = (coordinate, pixel) => acts.some((act) => act(coordinate, pixel));
  map.on("singleclick", (e) => point(e.coordinate, e.pixel));
  el.append(make("div", { class: "cg-cross", "aria-hidden": "true" }));
  el.addEventListener("keydown", (e) => {
    if (e.target !== el) return;
    if (e.key === "Enter" && !e.shiftKey && !e.ctrlKey) {
      const size = map.getSize();
      point(map.getView().getCenter(), [size[0] / 2, size[1] / 2]);
      e.preventDefault();
    }
  });
  el.addEventListener("keydown", (e) => {
    if (e.key !== "Escape") return;
    if (board.escapes.some((act) => act())) {
      e.preventDefault();
      e.stopPropagation();
    }
  });
  map.on("pointermove", (e) => {
    if (e.dragging) return;
    map.getViewport().style.cursor = board.answers?.(e.pixel) ? "pointer" : "";
  });
}
