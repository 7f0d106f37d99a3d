// The small pictures of a legend, from the same style that the map draws.
import { make } from "./elements.js";
import { atZoom, colour, partsOf } from "./rules.js";
import { picture } from "./symbols.js";

const ZOOM = 16, W = 22, H = 16;
const css = (value, opacity) => { const c = colour(value, opacity); return c ? `rgba(${c[0]},${c[1]},${c[2]},${c[3]})` : "transparent"; };

// One sample of a part of a style, for the kind of geometry.
export function swatch(entry, index = -1) {
  const parts = partsOf(entry.style ?? {}, index), canvas = make("canvas", { width: W * 2, height: H * 2, class: "cg-swatch", "aria-hidden": "true" });
  const c = canvas.getContext("2d");
  c.scale(2, 2);
  if (parts.symbol && (entry.geometry === "point" || !(parts.line || parts.fill))) {
    const { canvas: seen, side } = picture({ ...parts.symbol, size: Math.min(14, atZoom(parts.symbol.size, ZOOM, 12)) }, ZOOM, parts.symbol.icon);
    c.drawImage(seen, (W - side) / 2, (H - side) / 2, side, side);
    return canvas;
  }
  const line = parts.line, width = Math.min(6, line ? Math.max(0.8, atZoom(line.width, ZOOM, 1)) : 0);
  if (parts.fill || entry.geometry === "polygon") area(c, parts, line, Math.min(2, width));
  else if (line) stroke(c, line, width);
  return canvas;
}

function area(c, parts, line, width) {
  c.fillStyle = css(parts.fill?.color, parts.fill?.opacity ?? 1);
  c.fillRect(2, 2, W - 4, H - 4);
  if (!line) return;
  c.setLineDash(line.dash ?? []);
  c.lineWidth = width;
  c.strokeStyle = css(line.color, line.opacity ?? 1);
  c.strokeRect(2, 2, W - 4, H - 4);
}

function stroke(c, line, width) {
  const draw = (color, wide, dash) => {
    c.beginPath();
    c.moveTo(1, H / 2);
    c.lineTo(W - 1, H / 2);
    c.setLineDash(dash ?? []);
    c.lineWidth = wide;
    c.strokeStyle = color;
    c.stroke();
  };
  if (line.casing) draw(css(line.casing, 1), width + 2);
  draw(css(line.color, line.opacity ?? 1), width, line.dash);
}

// The rules of a layer that have a name, each with its sample.
export function legend(entry) {
  const chinese = document.documentElement.lang.startsWith("zh");
  return (entry.style?.rules ?? []).flatMap((rule, index) => {
    const name = (chinese ? rule.name : rule.name_en || rule.name) ?? "";
    return name && !rule.hidden ? [make("li", {}, swatch(entry, index), make("span", {}, name))] : [];
  });
}
