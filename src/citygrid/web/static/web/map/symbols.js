// Point symbols, painted once on a small canvas: a shape in a colour with an icon in it. Map and legend use the same.
import { glyph } from "./library.js";
import { atZoom } from "./rules.js";

const painted = new Map();
const FINE = 2;

const corners = (count, turn, inner) => (c, r) => {
  const all = inner ? count * 2 : count;
  for (let i = 0; i < all; i++) {
    const away = inner && i % 2 ? r * inner : r, angle = turn + (i * 2 * Math.PI) / all;
    c.lineTo(away * Math.cos(angle), away * Math.sin(angle));
  }
  c.closePath();
};

const SHAPES = {
  circle: (c, r) => c.arc(0, 0, r, 0, 2 * Math.PI),
  square: (c, r) => c.roundRect(-r * 0.88, -r * 0.88, r * 1.76, r * 1.76, r * 0.25),
  diamond: corners(4, -Math.PI / 2),
  triangle: corners(3, -Math.PI / 2),
  star: corners(5, -Math.PI / 2, 0.45),
  pin: (c, r) => { c.arc(0, -r * 0.35, r * 0.75, Math.PI * 0.83, Math.PI * 0.17); c.lineTo(0, r * 1.1); c.closePath(); },
};
export const SHAPE_NAMES = [...Object.keys(SHAPES), "none"];

// The picture of a symbol: canvas, its side in pixels of the page.
export function picture(symbol, zoom, icon = symbol.icon, count = 0) {
  const size = Math.max(2, atZoom(symbol.size, zoom, 12));
  const key = JSON.stringify([symbol.shape, icon, size.toFixed(1), symbol.color, symbol.stroke, symbol.width, count]);
  if (!painted.has(key)) painted.set(key, paint(symbol, size, icon, count));
  return painted.get(key);
}

function paint(symbol, size, icon, count) {
  const edge = Number(symbol.width ?? 1.5), side = Math.ceil(size + edge * 2 + 2);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side * FINE;
  const c = canvas.getContext("2d"), shape = SHAPES[symbol.shape ?? "circle"];
  c.scale(FINE, FINE);
  c.translate(side / 2, side / 2);
  if (shape) {
    c.beginPath();
    shape(c, size / 2);
    c.fillStyle = symbol.color ?? "#0b5cad";
    c.fill();
    if (edge > 0) {
      c.lineWidth = edge;
      c.strokeStyle = symbol.stroke ?? "#ffffff";
      c.stroke();
    }
  }
  const sign = count ? String(count) : size >= 9 || !shape ? glyph(icon) : "";
  if (sign) {
    c.fillStyle = shape ? symbol.ink ?? "#ffffff" : symbol.color ?? "#0b5cad";
    c.textAlign = "center";
    c.textBaseline = "middle";
    c.font = count ? `600 ${Math.max(10, size * 0.36)}px sans-serif` : `${size * (shape ? 0.66 : 1)}px "tabler-icons"`;
    c.fillText(sign, 0, count ? 0.5 : symbol.shape === "pin" ? -size * 0.17 : symbol.shape === "triangle" ? size * 0.06 : 0);
  }
  return { canvas, side };
}
