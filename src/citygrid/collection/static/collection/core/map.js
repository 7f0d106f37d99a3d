// A map, loaded when a screen asks for one: the base map as far as the device has it or the network gives it, the
// outlines of the duty grids, one's own place with its circle.
//
//   const view = await open(element, {follow: true})        element: a <div class="map">
//   view.outlines([{id, shape, label, tone}])                shape: GeoJSON geometry in degrees; default: the duty grids
//   view.marks([{id, lon, lat, tone, label}])                tone: act | good | warn | bad | plain
//   view.line([[lon, lat], ...], tone)                       a way or a track
//   view.fit()  view.centre({lon, lat}, zoom)  view.onPick((id) => ...)  view.close(): call it when the screen is left
// Where the library was never loaded and there is no network, a drawing of the outlines and marks stands in its place.
import { on } from "./bus.js";
import { base } from "./map_base.js";
import { html, nothing, render, svg } from "./html.js";
import * as pack from "./pack.js";
import * as place from "./place.js";
import { t } from "./words.js";

export const LIBRARY = "/static/vendor/ol/ol.js";
const TONES = { act: "#0a4f96", good: "#17722f", warn: "#f2a900", bad: "#d0342a", plain: "#445362" };
let asked;

function library() {
  if (globalThis.ol) return Promise.resolve(globalThis.ol);
  asked ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = LIBRARY;
    script.onload = () => done(globalThis.ol);
    script.onerror = () => { asked = undefined; script.remove(); failed(new Error("no library")); };
    document.head.append(script);
  });
  return asked;
}

async function duty() {
  return ((await pack.get("grids")) ?? []).map((one) => ({ id: one.code, shape: one.shape, label: one.name }));
}

export async function open(element, { follow = false } = {}) {
  const grids = await duty();
  const stop = place.watch();
  const view = await library().then((ol) => drawn(ol, element, follow)).catch(() => sketched(element));
  let own = false; // whether the screen draws outlines of its own
  const outlines = view.outlines;
  view.outlines = (list) => { own = true; outlines(list); };
  view.stops.push(stop, on("pack", async (names) => {
    if (names.includes("map")) view.base(await pack.get("map"));
    if (own || !names.includes("grids")) return;
    outlines(await duty());
    view.fit();
  }));
  outlines(grids);
  view.fit();
  return view;
}

async function drawn(ol, element, follow) {
  const at = (lon, lat) => ol.proj.fromLonLat([lon, lat]);
  const sources = Object.fromEntries(["outlines", "lines", "marks", "self"].map((name) => [name, new ol.source.Vector()]));
  const layer = (name, style) => new ol.layer.Vector({ source: sources[name], style, zIndex: 100 });
  const map = new ol.Map({
    target: element,
    controls: [new ol.control.Attribution({ collapsible: false })],
    layers: [layer("outlines", (f) => outline(ol, f)), layer("lines", (f) => way(ol, f)),
      layer("marks", (f) => mark(ol, f)), layer("self", (f) => self(ol, f))],
    view: new ol.View({ center: [0, 0], zoom: 15, maxZoom: 20, enableRotation: false }),
  });
  let ground = [];
  const put = (section) => {
    ground.forEach((one) => map.removeLayer(one));
    ground = base(ol, section);
    ground.forEach((one) => map.getLayers().insertAt(0, one));
  };
  put(await pack.get("map"));
  element.setAttribute("role", "application");
  element.setAttribute("aria-label", t("Map"));
  element.tabIndex = 0;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "round";
  button.setAttribute("aria-label", t("Where am I"));
  render(html`<svg class="icon" aria-hidden="true"><use href=${`${new URL("../../icons.svg", import.meta.url).pathname}#current-location`}></use></svg>`, button);
  element.append(button);

  let following = follow;
  let pick = () => {};
  const feature = (geometry, facts) => new ol.Feature({ geometry, ...facts });
  const fill = (name, features) => { sources[name].clear(); sources[name].addFeatures(features); };
  const me = (fix) => {
    if (!fix) return;
    const centre = at(fix.lon, fix.lat);
    const radius = fix.accuracy / Math.cos((fix.lat * Math.PI) / 180); // metres on the earth as metres on this map
    fill("self", [feature(new ol.geom.Circle(centre, radius), { what: "circle" }), feature(new ol.geom.Point(centre), { what: "dot" })]);
    if (following) map.getView().setCenter(centre);
  };
  button.addEventListener("click", () => {
    const fix = place.newest();
    if (!fix) return;
    following = true;
    map.getView().animate({ center: at(fix.lon, fix.lat), zoom: Math.max(map.getView().getZoom() ?? 17, 17), duration: 200 });
  });
  map.on("pointerdrag", () => { following = false; });
  map.on("singleclick", (event) => {
    const hit = map.forEachFeatureAtPixel(event.pixel, (one) => one.get("id"), { hitTolerance: 14 });
    if (hit !== undefined) pick(hit);
  });
  me(place.newest());
  const stops = [on("place", me)];
  const shape = new ol.format.GeoJSON({ featureProjection: "EPSG:3857" });
  return {
    stops,
    base: put,
    outlines: (list) => fill("outlines", list.map((one) => feature(shape.readGeometry(one.shape), { label: one.label, tone: one.tone }))),
    marks: (list) => fill("marks", list.map((one) => feature(new ol.geom.Point(at(one.lon, one.lat)), { id: one.id, tone: one.tone, label: one.label }))),
    line: (points, tone = "act") => fill("lines", points.length > 1 ? [feature(new ol.geom.LineString(points.map(([lon, lat]) => at(lon, lat))), { tone })] : []),
    onPick: (hear) => { pick = hear; },
    centre: ({ lon, lat }, zoom = 17) => { following = false; map.getView().setCenter(at(lon, lat)); map.getView().setZoom(zoom); },
    fit: () => fitted(ol, map, sources),
    close: () => { stops.forEach((stop) => stop()); map.setTarget(null); button.remove(); },
  };
}

function fitted(ol, map, sources) {
  map.updateSize();
  const extent = ol.extent.createEmpty();
  for (const name of ["outlines", "lines", "marks"]) ol.extent.extend(extent, sources[name].getExtent());
  if (ol.extent.isEmpty(extent)) ol.extent.extend(extent, sources.self.getExtent());
  if (!ol.extent.isEmpty(extent)) map.getView().fit(extent, { padding: [24, 24, 24, 24], maxZoom: 18 });
}

function outline(ol, feature) {
  const color = TONES[feature.get("tone") ?? "act"];
  return new ol.style.Style({
    stroke: new ol.style.Stroke({ color, width: 3 }), fill: new ol.style.Fill({ color: `${color}14` }),
    text: new ol.style.Text({ text: feature.get("label") ?? "", overflow: false, font: "600 13px sans-serif",
      fill: new ol.style.Fill({ color }), stroke: new ol.style.Stroke({ color: "#fff", width: 3 }) }),
  });
}

function way(ol, feature) {
  return new ol.style.Style({ stroke: new ol.style.Stroke({ color: TONES[feature.get("tone")], width: 5, lineCap: "round", lineJoin: "round" }) });
}

function mark(ol, feature) {
  const image = new ol.style.Circle({
    radius: 11, fill: new ol.style.Fill({ color: TONES[feature.get("tone") ?? "act"] }), stroke: new ol.style.Stroke({ color: "#fff", width: 2.5 }),
  });
  const text = new ol.style.Text({ text: feature.get("label") ?? "", offsetY: 22, font: "600 13px sans-serif",
    fill: new ol.style.Fill({ color: "#10202f" }), stroke: new ol.style.Stroke({ color: "#fff", width: 3 }) });
  return new ol.style.Style({ image, text });
}

function self(ol, feature) {
  if (feature.get("what") === "circle") {
    return new ol.style.Style({ fill: new ol.style.Fill({ color: "rgba(10,79,150,.15)" }), stroke: new ol.style.Stroke({ color: "#0a4f96", width: 1 }) });
  }
  const image = new ol.style.Circle({ radius: 8, fill: new ol.style.Fill({ color: "#0a4f96" }), stroke: new ol.style.Stroke({ color: "#fff", width: 3 }) });
  return new ol.style.Style({ image });
}

// Without the library: the same outlines, way and marks as a drawing, north up.
function sketched(element) {
  const state = { outlines: [], marks: [], line: [], tone: "act" };
  let pick = () => {};
  const draw = () => {
    const rings = state.outlines.flatMap(({ shape }) => (shape.type === "Polygon" ? shape.coordinates : shape.coordinates.flat()));
    const fix = place.newest();
    const points = [...rings.flat(), ...state.line, ...state.marks.map(({ lon, lat }) => [lon, lat])];
    if (!points.length && fix) points.push([fix.lon, fix.lat]);
    if (!points.length) return render(html`<p class="quiet">${t("No map here without a network.")}</p>`, element);
    const [west, east] = [Math.min(...points.map(([lon]) => lon)), Math.max(...points.map(([lon]) => lon))];
    const [south, north] = [Math.min(...points.map(([, lat]) => lat)), Math.max(...points.map(([, lat]) => lat))];
    const across = Math.cos((north * Math.PI) / 180);
    const span = Math.max((east - west) * across, north - south) || 1e-4;
    const xy = ([lon, lat]) => [20 + ((lon - west) * across * 360) / span, 20 + ((north - lat) * 360) / span];
    const path = (line) => line.map((point) => xy(point).map((n) => n.toFixed(1)).join(" ")).join("L");
    return render(html`<svg viewBox="0 0 400 400" width="100%" height="100%" role="img" aria-label=${t("Map")}>
      ${rings.map((ring) => svg`<path d=${`M${path(ring)}Z`} fill="#0a4f9614" stroke=${TONES.act} stroke-width="2"></path>`)}
      ${state.line.length > 1 ? svg`<path d=${`M${path(state.line)}`} fill="none" stroke=${TONES[state.tone]} stroke-width="4"></path>` : nothing}
      ${state.marks.map((one) => { const [x, y] = xy([one.lon, one.lat]); return svg`<circle cx=${x} cy=${y} r="9" fill=${TONES[one.tone ?? "act"]} stroke="#fff" stroke-width="2" @click=${() => pick(one.id)}><title>${one.label ?? ""}</title></circle>`; })}
      ${fix ? (([x, y]) => svg`<circle cx=${x} cy=${y} r="7" fill=${TONES.act} stroke="#fff" stroke-width="3"></circle>`)(xy([fix.lon, fix.lat])) : nothing}
    </svg>`, element);
  };
  const stops = [on("place", draw)];
  return {
    stops,
    base: () => {},
    outlines: (list) => { state.outlines = list; draw(); },
    marks: (list) => { state.marks = list; draw(); },
    line: (points, tone = "act") => { Object.assign(state, { line: points, tone }); draw(); },
    onPick: (hear) => { pick = hear; },
    centre: () => {}, fit: draw,
    close: () => { stops.forEach((stop) => stop()); render(nothing, element); },
  };
}
