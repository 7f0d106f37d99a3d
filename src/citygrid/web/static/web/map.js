// One map for all pages: an offline base map of plain GeoJSON layers, the point of a case, the outline of its grid.
// <div data-map data-lon data-lat data-layers="water green ..." data-base="/areas/basemap/" data-outline='{geojson}'
//      data-pick="selector of the form whose lon/lat fields follow the pointer" data-zoom>
const LIGHTS = { red: "#b3261e", yellow: "#f2a900", green: "#1a7f37", none: "#0b5cad" };
const made = new WeakMap();
let ol;

function library() {
  if (window.ol) return Promise.resolve(window.ol);
  return new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = document.querySelector('meta[name="ol-url"]').content;
    script.onload = () => done(window.ol);
    script.onerror = failed;
    document.head.append(script);
  });
}

const fill = (color, stroke, width = 1) => new ol.style.Style({
  fill: new ol.style.Fill({ color }),
  stroke: stroke && new ol.style.Stroke({ color: stroke, width }),
});
const ROADS = { motorway: 5, trunk: 5, primary: 4.5, secondary: 3.5, tertiary: 3, residential: 2 };

function road(feature, resolution) {
  const kind = String(feature.get("kind_detail") ?? feature.get("highway") ?? feature.get("kind") ?? "").replace(/_link$/, "");
  const width = (ROADS[kind] ?? 1.2) * Math.min(1.6, 3 / Math.max(resolution, 1.2));
  const styles = [
    new ol.style.Style({ stroke: new ol.style.Stroke({ color: "#c3c9cf", width: width + 1.4 }), zIndex: 1 }),
    new ol.style.Style({ stroke: new ol.style.Stroke({ color: ROADS[kind] >= 4 ? "#ffe9b0" : "#ffffff", width }), zIndex: 2 }),
  ];
  const name = feature.get("name");
  if (name && resolution < 2.5 && ROADS[kind]) {
    styles[1].setText(new ol.style.Text({
      text: String(name), placement: "line", font: "12px sans-serif",
      fill: new ol.style.Fill({ color: "#46525e" }), stroke: new ol.style.Stroke({ color: "#fff", width: 3 }),
    }));
  }
  return styles;
}

function styleOf(name) {
  if (name === "water") return fill("#b9d6ec", "#9cc3e0");
  if (name === "green") return fill("#d3e8cd");
  if (name === "buildings") return (f, r) => (r < 6 ? fill("#dfdcd6", "#cbc7bf", 0.6) : undefined);
  if (name === "roads") return road;
  return fill("#00000000", "#6b7c8c", 1.2);
}

function baseLayers(el) {
  return (el.dataset.layers ?? "water green buildings roads").split(" ").filter(Boolean).map((name, i) =>
    new ol.layer.Vector({
      source: new ol.source.Vector({
        url: `${el.dataset.base}${name}.geojson`, format: new ol.format.GeoJSON(),
        attributions: i === 0 ? el.dataset.attribution : undefined,
      }),
      style: styleOf(name), declutter: name === "roads", zIndex: i, updateWhileInteracting: false,
    }));
}

function pin(light) {
  return new ol.style.Style({
    image: new ol.style.Circle({
      radius: 9, fill: new ol.style.Fill({ color: LIGHTS[light] ?? LIGHTS.none }),
      stroke: new ol.style.Stroke({ color: "#fff", width: 3 }),
    }),
  });
}

function outline(el, source) {
  if (!el.dataset.outline) return;
  const format = new ol.format.GeoJSON();
  const shape = format.readFeature(JSON.parse(el.dataset.outline), { featureProjection: "EPSG:3857" });
  shape.setStyle(fill("#0b5cad14", "#0b5cad", 2));
  source.addFeature(shape);
}

function build(el) {
  const point = Number(el.dataset.lon) || Number(el.dataset.lat);
  const start = ol.proj.fromLonLat([Number(el.dataset.lon || el.dataset.centreLon || 0), Number(el.dataset.lat || el.dataset.centreLat || 0)]);
  const marks = new ol.source.Vector();
  outline(el, marks);
  const mark = new ol.Feature(new ol.geom.Point(start));
  mark.setStyle(pin(el.dataset.light));
  if (point) marks.addFeature(mark);
  const map = new ol.Map({
    target: el,
    layers: [...baseLayers(el), new ol.layer.Vector({ source: marks, zIndex: 50 })],
    view: new ol.View({ center: start, zoom: Number(el.dataset.zoom ?? 17), minZoom: 10, maxZoom: 20 }),
    controls: ol.control.defaults.defaults({ rotate: false, attributionOptions: { collapsible: false } }),
    interactions: ol.interaction.defaults.defaults({ onFocusOnly: false, mouseWheelZoom: el.dataset.wheel !== "off" }),
  });
  if (el.dataset.pick) picking(el, map, marks, mark);
  made.set(el, map);
  // The size is known only when the panel is laid out (dialogs, narrow screens).
  new ResizeObserver(() => map.updateSize()).observe(el);
}

function picking(el, map, marks, mark) {
  const form = document.querySelector(el.dataset.pick);
  const lon = form?.querySelector("[name=lon]"), lat = form?.querySelector("[name=lat]");
  if (!lon || !lat) return;
  const put = (at) => {
    mark.getGeometry().setCoordinates(at);
    if (!marks.hasFeature(mark)) marks.addFeature(mark);
  };
  map.on("singleclick", (e) => {
    const [x, y] = ol.proj.toLonLat(e.coordinate);
    lon.value = x.toFixed(7);
    lat.value = y.toFixed(7);
    put(e.coordinate);
    lat.dispatchEvent(new Event("change", { bubbles: true }));
  });
  for (const field of [lon, lat]) field.addEventListener("input", () => {
    if (!lon.value || !lat.value || Number.isNaN(Number(lon.value)) || Number.isNaN(Number(lat.value))) return;
    const at = ol.proj.fromLonLat([Number(lon.value), Number(lat.value)]);
    put(at);
    map.getView().setCenter(at);
  });
}

export async function maps(root) {
  const wanted = [...root.querySelectorAll("[data-map]")].filter((el) => !made.has(el));
  if (!wanted.length) return;
  ol = await library();
  for (const el of wanted) if (!made.has(el) && el.isConnected) build(el);
}
