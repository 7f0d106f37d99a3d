// One map on a page: what is switched on, the view, what its parts tell each other.
import { escaped, make } from "./elements.js";
import { baseMap, layerOf } from "./layers.js";
import { isVector } from "./register.js";
import { t } from "./words.js";

const OWN = "own", NONE = "none";

export class Board {
  constructor(el, ol, found) {
    Object.assign(this, { el, ol, found, data: el.dataset, buttons: [], layers: new Map(), mode: null, escapes: [] });
    this.entries = new Map(found.layers.map((e) => [e.code, e]));
    this.ownBase = found.layers.filter((e) => e.base && isVector(e) && !e.preview);
    this.otherBase = found.layers.filter((e) => e.base && !isVector(e) && !e.preview);
    this.on = new Set();
    this.base = OWN;
    this.map = new ol.Map({ target: el, layers: [], view: this.startView(), controls: this.controls(), interactions: this.interactions() });
    this.live = make("div", { class: "cg-sr", role: "status", "aria-live": "polite" });
    el.append(this.live);
    this.start(this.wanted());
    new ResizeObserver(() => this.map.updateSize()).observe(el);
  }

  startView() {
    const { lon, lat, centreLon, centreLat, zoom } = this.data, { ol, found } = this;
    const at = lon && lat ? [lon, lat] : centreLon && centreLat ? [centreLon, centreLat] : found.centre;
    const view = new ol.View({ center: ol.proj.fromLonLat((at ?? [0, 0]).map(Number)), zoom: at ? Number(zoom ?? 17) : 3, minZoom: 2, maxZoom: 21, enableRotation: false });
    return view;
  }

  controls() {
    const { ol } = this;
    const tips = { zoomInTipLabel: t("Zoom in"), zoomOutTipLabel: t("Zoom out") };
    return [
      new ol.control.Zoom(tips),
      new ol.control.Attribution({ collapsible: false }),
      new ol.control.ScaleLine({ minWidth: 70, maxWidth: 150 }),
    ];
  }

  interactions() {
    return this.ol.interaction.defaults.defaults({ onFocusOnly: false, mouseWheelZoom: this.data.wheel !== "off", altShiftDragRotate: false, pinchRotate: false });
  }

  // The layers that the page asks for: `base`, `default`, codes.
  wanted() {
    const on = new Set();
    for (const word of (this.data.mapLayers ?? "base").split(/[\s,]+/).filter(Boolean)) {
      for (const e of this.found.layers) {
        const base = e.base && isVector(e) && e.shown;
        if (e.preview || word === e.code || (word === "default" && e.shown && (!e.base || base)) || (word === "base" && base)) on.add(e.code);
      }
    }
    const outside = this.otherBase.find((e) => e.shown);
    return { on: [...on], base: outside && !this.ownBase.length ? outside.code : OWN };
  }

  start({ on, base }) {
    for (const code of new Set([...this.on, ...on])) this.turn(code, on.includes(code), true);
    this.useBase(base, true);
  }

  get own() { return this.base === OWN; }

  shows(code) { return this.on.has(code); }

  // Switch a layer; `quiet`: not by a person, so nothing is remembered.
  turn(code, on, quiet = false) {
    const entry = this.entries.get(code);
    if (!entry) return;
    this.on[on ? "add" : "delete"](code);
    const ground = entry.base && !entry.preview;
    if (ground && isVector(entry) && this.found.many_tiles) this.drawBase();
    else if (!ground || isVector(entry)) this.layer(code, on && (!ground || this.own))?.setVisible(on && (!ground || this.own));
    if (!quiet) this.emit("layers", this.state);
  }

  // The ground: our own layers, a base map of another platform (its code), or none.
  useBase(code, quiet = false) {
    this.base = code === NONE || this.otherBase.some((e) => e.code === code) ? code : OWN;
    for (const e of this.otherBase) this.layer(e.code, this.base === e.code)?.setVisible(this.base === e.code);
    if (this.found.many_tiles) this.drawBase();
    else for (const e of this.ownBase) this.layer(e.code, this.own && this.shows(e.code))?.setVisible(this.own && this.shows(e.code));
    if (!quiet) this.emit("layers", this.state);
  }

  get state() { return { on: [...this.on], base: this.base }; }

  drawBase() {
    const any = this.own && this.ownBase.some((e) => this.shows(e.code));
    if (!this.ground && any) {
      this.ground = baseMap(this.ol, this.found, this.ownBase, (code) => this.on.has(code));
      this.map.addLayer(this.ground);
    }
    this.ground?.setVisible(any);
    this.ground?.changed();
  }

  // The drawn layer of a code, made when it is first needed.
  layer(code, needed = false) {
    const entry = this.entries.get(code);
    if (!this.layers.has(code) && needed) {
      const layer = layerOf(this.ol, entry), at = this.found.layers.length - this.found.layers.indexOf(entry);
      layer.setZIndex(entry.base && !entry.preview ? (isVector(entry) ? at / 1000 : -1) : 100 + at);
      layer.getSource().on?.("tileloaderror", () => this.failed(entry));
      this.layers.set(code, layer);
      this.map.addLayer(layer);
    }
    return this.layers.get(code);
  }

  // A layer that does not answer is told once.
  failed(entry) {
    if (entry.told) return;
    entry.told = true;
    this.say(t("{0} does not answer", entry.name));
    this.emit("failed", { code: entry.code });
  }

  // Draw a layer with another style (the style editor's preview).
  restyle(code, style) {
    const entry = this.entries.get(code);
    if (!entry) return;
    Object.assign(entry, style.style ? style : { style });
    const layer = this.layers.get(code) ?? (entry.base && isVector(entry) ? this.ground : null);
    layer?.get("restyle")?.(entry);
  }

  emit(name, detail) {
    return this.el.dispatchEvent(new CustomEvent(`citygrid:${name}`, { bubbles: true, detail }));
  }

  hear(name, act, target = this.el) {
    target.addEventListener(`citygrid:${name}`, (e) => act(e.detail ?? {}, e));
  }

  say(text) {
    this.live.innerHTML = escaped(text);
  }

  lonLat(coordinate) {
    return this.ol.proj.toLonLat(coordinate).map((v) => Number(v.toFixed(7)));
  }

  // `geometry` of OpenLayers as a GeoJSON geometry in degrees, and back.
  write(geometry) {
    return new this.ol.format.GeoJSON({ decimals: 7 }).writeGeometryObject(geometry, { featureProjection: "EPSG:3857", decimals: 7 });
  }

  read(geometry) {
    return new this.ol.format.GeoJSON().readGeometry(geometry, { featureProjection: "EPSG:3857" });
  }

  fit(extent, options = {}) {
    const box = extent ?? (this.found.extent && this.ol.proj.transformExtent(this.found.extent, "EPSG:4326", "EPSG:3857"));
    if (!box || !box.every(Number.isFinite)) return;
    const pad = Math.min(40, this.el.clientWidth / 10);
    this.map.getView().fit(box, { padding: [pad, pad, pad, pad], maxZoom: 18, ...options });
  }

  // Esc goes to the part that was busy last.
  onEscape(act) { this.escapes.unshift(act); }
}
