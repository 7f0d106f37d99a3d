// The controls of a style editor: each reads and writes one value of the style.
import { iconButton, make } from "../web/map/elements.js";
import { t } from "../web/map/words.js";

const input = (type, more) => make("input", { type, class: `form-control${type === "color" ? " form-control-color" : ""}`, ...more });

// `get()` and `set(value)` of one value; `kind`: color, number, text, choice, size, tick.
export function control(label, kind, { get, set, options = [], min = 0, max = 60, step = 0.5, list }) {
  const value = get();
  if (kind === "choice") {
    const select = make("select", { class: "form-select" }, options.map(([v, words]) => make("option", { value: v, selected: String(value ?? "") === v }, words)));
    select.addEventListener("change", () => set(select.value));
    return make("label", {}, label, select);
  }
  if (kind === "tick") {
    const box = make("input", { type: "checkbox", checked: Boolean(value) });
    box.addEventListener("change", () => set(box.checked));
    return make("label", {}, label, box);
  }
  const field = kind === "color" ? input("color", { value: six(value) }) : kind === "text" ? input("text", { value: value ?? "", list })
    : input(typeof value === "object" && value ? "text" : "number", { value: shown(value), min, max, step });
  field.addEventListener("input", () => {
    const found = kind === "number" ? sized(field.value) : field.value;
    if (found !== undefined) set(found);
  });
  return make("label", {}, label, field);
}

const six = (value) => (/^#[0-9a-f]{6}$/i.test(value ?? "") ? value : /^#[0-9a-f]{3}$/i.test(value ?? "") ? `#${[...value.slice(1)].map((c) => c + c).join("")}` : "#000000");

// Sizes by zoom are written "14: 2, 18: 10".
export const shown = (value) => (value && typeof value === "object" ? Object.entries(value).map(([z, w]) => `${z}: ${w}`).join(", ") : value ?? "");

export function sized(text) {
  if (text.trim() === "") return null;
  if (!text.includes(":")) return Number.isFinite(Number(text)) ? Number(text) : undefined;
  const pairs = text.split(",").map((pair) => pair.split(":").map((one) => Number(one.trim())));
  return pairs.every((p) => p.length === 2 && p.every(Number.isFinite)) ? Object.fromEntries(pairs) : undefined;
}

// A part of the style that can be switched off as a whole.
export function part(title, on, toggle, controls) {
  const box = make("input", { type: "checkbox", checked: on });
  box.addEventListener("change", () => toggle(box.checked));
  return make("fieldset", { class: "cg-part" }, make("legend", {}, make("label", {}, box, title)), on ? make("div", { class: "cg-controls" }, controls) : null);
}

// Icons to choose from, with the names typed for all others of the font.
const OFTEN = ("bulb lamp tree plant map-pin trash bucket parking bus bike car train road barrier-block traffic-lights fire-hydrant droplet ripple manual-gearbox "
  + "circle-dot bolt wifi antenna camera video building building-store home school plus first-aid-kit phone mail flag star heart alert-triangle toilet-paper "
  + "armchair fence door wall bench recycle tool tools speakerphone sign-right").split(" ");

export function icons(now, pick, glyph) {
  return make("div", { class: "cg-icons", role: "group", "aria-label": t("Icons") }, OFTEN.filter(glyph).map((name) =>
    iconButton(name, name, () => pick(now === name ? "" : name), { "aria-pressed": String(now === name) })));
}
