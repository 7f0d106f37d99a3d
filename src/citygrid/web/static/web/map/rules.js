// The style of a layer as data (docs/maps.md): which rule a feature takes, how wide at which zoom. Nothing is drawn here.

// A number, or {"10": 0.5, "14": 2} by zoom: between two zooms it grows evenly, outside it stays.
export function atZoom(value, zoom, missing = 0) {
  if (value === null || value === undefined || value === "") return missing;
  if (typeof value !== "object") return Number(value);
  const steps = Object.entries(value).map(([z, v]) => [Number(z), Number(v)]).sort((a, b) => a[0] - b[0]);
  if (!steps.length) return missing;
  if (zoom <= steps[0][0]) return steps[0][1];
  for (let i = 1; i < steps.length; i++) {
    const [z, v] = steps[i], [before, from] = steps[i - 1];
    if (zoom <= z) return from + (v - from) * ((zoom - before) / (z - before));
  }
  return steps.at(-1)[1];
}

const text = (value) => (value === null || value === undefined ? "" : String(value));

// Whether the properties answer every condition: a value, or one of a list of values.
export function fits(where, get) {
  return Object.entries(where ?? {}).every(([name, wanted]) => {
    const has = text(get(name));
    return Array.isArray(wanted) ? wanted.some((one) => text(one) === has) : text(wanted) === has;
  });
}

export function inZooms(part, zoom) {
  return zoom >= (part?.min_zoom ?? 0) && zoom < (part?.max_zoom ?? 24) + 1;
}

// The number of the first rule that fits, -1 when none does; null: the feature is not drawn at this zoom.
export function ruleOf(style, get, zoom) {
  const rules = style.rules ?? [];
  const index = rules.findIndex((rule) => fits(rule.where, get));
  if (index < 0) return style.rules_else === false ? null : -1;
  return rules[index].hidden || !inZooms(rules[index], zoom) ? null : index;
}

const PARTS = ["symbol", "line", "fill", "label"];

// The general parts with the rule's own laid over; a part that the rule sets to null or false is gone.
export function partsOf(style, index) {
  const rule = index >= 0 ? style.rules[index] : {};
  const parts = { order: Number(rule.order ?? 0) };
  for (const name of PARTS) {
    const own = rule[name];
    if (own === null || own === false) continue;
    if (style[name] || own) parts[name] = { ...style[name], ...own };
  }
  return parts;
}

// "#rrggbb" (or "#rgb") with an opacity as [r, g, b, a]; anything else is told by null.
export function colour(value, opacity = 1) {
  let hex = /^#([0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})$/i.exec(value ?? "")?.[1];
  if (!hex) return null;
  if (hex.length === 3) hex = [...hex].map((c) => c + c).join("");
  const part = (i) => parseInt(hex.slice(i, i + 2), 16);
  return [part(0), part(2), part(4), (hex.length === 8 ? part(6) / 255 : 1) * opacity];
}

const ROUND = 156543.03392804097;
export const zoomOf = (resolution) => Math.log2(ROUND / resolution);
