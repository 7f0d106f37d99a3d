// The style editor of the layer manager: controls over the JSON of the form; the map beside it shows each change at once.
import { make } from "../web/map/elements.js";
import { glyph } from "../web/map/library.js";
import { SHAPE_NAMES } from "../web/map/symbols.js";
import { t, words } from "../web/map/words.js";
import { control, icons, part } from "./style_controls.js";
import { ruleTable } from "./style_rules.js";

const DASHES = () => [["", t("solid")], ["6,4", t("dashed")], ["2,4", t("dotted")], ["10,4,2,4", t("dash and dot")]];
const FRESH = {
  symbol: { shape: "circle", size: 12, color: "#0b5cad", stroke: "#ffffff", width: 1.5 }, line: { color: "#0b5cad", width: 2 },
  fill: { color: "#0b5cad", opacity: 0.15 }, label: { field: "name", size: 12, color: "#3a4652", halo: "#ffffff", min_zoom: 16 },
  cluster: { distance: 44, max_zoom: 16 },
};

class Editor {
  constructor(el, field) {
    Object.assign(this, { el, field, geometry: el.dataset.geometry, style: {} });
    field.addEventListener("input", () => this.read() && this.preview());
    this.read();
  }

  get map() { return document.querySelector(this.el.dataset.map)?.citygrid; }

  // The text of the form is the truth; one that is no JSON is left alone until it is.
  read() {
    try {
      this.style = JSON.parse(this.field.value || "{}");
    } catch {
      return false;
    }
    this.paint();
    return true;
  }

  // After a change by a control: the text and the map follow. `again`: the controls themselves change too.
  changed(again = false) {
    this.field.value = JSON.stringify(this.style, null, 1);
    this.preview();
    if (again) this.paint();
  }

  preview() {
    this.map?.restyle(this.el.dataset.code, structuredClone(this.style));
  }

  // Something of a part: `value("line", "width")` for `control`.
  value(name, key, more = {}) {
    return {
      get: () => this.style[name]?.[key],
      set: (value) => {
        if (value === null || value === "") delete this.style[name][key];
        else this.style[name][key] = value;
        this.changed(more.again);
      }, ...more,
    };
  }

  toggled(name, controls, title) {
    const on = Boolean(this.style[name]);
    return part(title, on, (yes) => {
      if (yes) this.style[name] = { ...FRESH[name] };
      else delete this.style[name];
      this.changed(true);
    }, on ? controls() : []);
  }

  paint() {
    const focus = this.el.contains(document.activeElement) ? [...this.el.querySelectorAll("input,select,button")].indexOf(document.activeElement) : -1;
    const point = this.geometry !== "line" && this.geometry !== "polygon", flat = this.geometry === "polygon" || this.geometry === "mixed";
    this.el.replaceChildren(...[
      point ? this.toggled("symbol", () => this.symbol(), t("Point symbol")) : null,
      this.geometry !== "point" ? this.toggled("line", () => this.line(), t(flat ? "Line and outline" : "Line")) : null,
      flat ? this.toggled("fill", () => this.fill(), t("Fill")) : null,
      this.toggled("label", () => this.label(), t("Label")),
      this.geometry === "point" ? this.toggled("cluster", () => this.cluster(), t("Put near points together")) : null,
      ruleTable(this),
    ].filter(Boolean));
    if (focus >= 0) [...this.el.querySelectorAll("input,select,button")][focus]?.focus();
  }

  symbol() {
    const shapes = SHAPE_NAMES.map((name) => [name, t(name[0].toUpperCase() + name.slice(1))]);
    return [
      control(t("Shape"), "choice", this.value("symbol", "shape", { options: shapes })), control(t("Colour"), "color", this.value("symbol", "color")),
      control(t("Size"), "number", this.value("symbol", "size", { min: 2 })), control(t("Edge"), "color", this.value("symbol", "stroke")),
      control(t("Edge width"), "number", this.value("symbol", "width", { max: 8 })), control(t("Icon"), "text", this.value("symbol", "icon")),
      icons(this.style.symbol.icon, (name) => { this.style.symbol.icon = name; this.changed(true); }, glyph),
    ];
  }

  line() {
    const dash = this.value("line", "dash", { options: DASHES() });
    const text = { ...dash, get: () => (dash.get() ?? []).join(","), set: (v) => dash.set(v ? v.split(",").map(Number) : null) };
    return [
      control(t("Colour"), "color", this.value("line", "color")), control(t("Width"), "number", this.value("line", "width")), control(t("Pattern"), "choice", text),
      control(t("Opacity"), "number", this.value("line", "opacity", { max: 1, step: 0.05 })),
      control(t("Edge"), "tick", { get: () => this.style.line.casing, set: (on) => { this.style.line.casing = on ? "#8a94a0" : ""; this.changed(true); } }),
      this.style.line.casing ? control(t("Edge colour"), "color", this.value("line", "casing")) : null,
    ].filter(Boolean);
  }

  fill() {
    return [control(t("Colour"), "color", this.value("fill", "color")), control(t("Opacity"), "number", this.value("fill", "opacity", { max: 1, step: 0.05 }))];
  }

  label() {
    const named = (this.entry?.properties ?? []).map((p) => [p.name, p.title || p.name]), now = this.style.label.field;
    const fields = named.some(([name]) => name === now) || !now ? named : [[now, now], ...named];
    return [
      control(t("Shows"), "choice", this.value("label", "field", { options: fields })), control(t("Size"), "number", this.value("label", "size", { min: 6, max: 40 })),
      control(t("Colour"), "color", this.value("label", "color")), control(t("Halo"), "color", this.value("label", "halo")),
      control(t("From zoom"), "number", this.value("label", "min_zoom", { max: 24, step: 1 })),
      this.geometry === "line" || this.geometry === "mixed" ? control(t("Along the line"), "tick", { get: () => this.style.label.placement === "line", set: (on) => { this.style.label.placement = on ? "line" : "point"; this.changed(); } }) : null,
    ].filter(Boolean);
  }

  cluster() {
    return [control(t("Nearer than (pixels)"), "number", this.value("cluster", "distance", { max: 120, step: 1 })), control(t("Up to zoom"), "number", this.value("cluster", "max_zoom", { max: 24, step: 1 }))];
  }

  get entry() { return JSON.parse(document.getElementById("layer-entry")?.textContent || "null"); }
}

await words();
const editor = document.querySelector("[data-style-editor]"), field = document.querySelector("[data-style]");
if (editor && field) {
  const made = new Editor(editor, field);
  document.addEventListener("citygrid:ready", () => { made.paint(); made.preview(); }, { once: true });
}
