// The mark of a place: where a case lies, where a form's fields point, what a search found.
const LIGHTS = { red: "#b3261e", yellow: "#f2a900", green: "#1a7f37", none: "#0b5cad" };
const OUTLINE = "#0b5cad";

function pin(ol, light) {
  return new ol.style.Style({
    image: new ol.style.Circle({
      radius: 9, fill: new ol.style.Fill({ color: LIGHTS[light] ?? LIGHTS.none }), stroke: new ol.style.Stroke({ color: "#fff", width: 3 }),
    }),
  });
}

function named(ol, label) {
  return new ol.style.Style({
    text: new ol.style.Text({
      text: label, offsetY: -20, font: "600 13px sans-serif", fill: new ol.style.Fill({ color: "#1b2733" }), stroke: new ol.style.Stroke({ color: "#fff", width: 4 }),
    }),
  });
}

export function marks(board) {
  const { ol, el, map, data } = board;
  const source = new ol.source.Vector(), mark = new ol.Feature(new ol.geom.Point([0, 0]));
  map.addLayer(new ol.layer.Vector({ source, zIndex: 900 }));
  mark.setStyle(pin(ol, data.light));
  board.mark = (lon, lat, label = "") => {
    mark.getGeometry().setCoordinates(ol.proj.fromLonLat([Number(lon), Number(lat)]));
    mark.setStyle(label ? [pin(ol, data.light), named(ol, label)] : pin(ol, data.light));
    if (!source.hasFeature(mark)) source.addFeature(mark);
  };
  if (data.lon && data.lat) board.mark(data.lon, data.lat);
  outline(board, source);
  const place = ({ lon, lat, label, zoom, key }) => {
    if (key) return board.focus?.(key);
    if (!Number.isFinite(Number(lon)) || !Number.isFinite(Number(lat))) return undefined;
    board.mark(lon, lat, data.pick ? "" : label);
    const view = map.getView();
    view.setCenter(ol.proj.fromLonLat([Number(lon), Number(lat)]));
    view.setZoom(zoom ?? Math.max(view.getZoom(), 17));
    board.pick?.(Number(lon), Number(lat));
    return undefined;
  };
  board.hear("place", place);
  const heard = (e) => {
    if (!el.isConnected) document.removeEventListener("citygrid:place", heard);
    else if (e.target === document) place(e.detail ?? {});
  };
  document.addEventListener("citygrid:place", heard);
}

function outline({ ol, data }, source) {
  if (!data.outline) return;
  const shape = new ol.format.GeoJSON().readFeature(JSON.parse(data.outline), { featureProjection: "EPSG:3857" });
  shape.setStyle(new ol.style.Style({
    fill: new ol.style.Fill({ color: `${OUTLINE}14` }), stroke: new ol.style.Stroke({ color: OUTLINE, width: 2 }),
  }));
  source.addFeature(shape);
}

// Click or Enter puts the place into the fields lon and lat of a form; typing there moves the mark.
export function picking(board) {
  const { ol, map, data } = board;
  if (!data.pick) return;
  const form = document.querySelector(data.pick);
  const lon = form?.querySelector("[name=lon]"), lat = form?.querySelector("[name=lat]");
  if (!lon || !lat) return;
  board.pick = (x, y) => {
    if (Number(lon.value) === x && Number(lat.value) === y) return;
    lon.value = x.toFixed(7);
    lat.value = y.toFixed(7);
    lat.dispatchEvent(new Event("change", { bubbles: true }));
    board.emit("picked", { lon: x, lat: y });
  };
  board.onPoint((coordinate) => {
    const [x, y] = ol.proj.toLonLat(coordinate);
    board.mark(x, y);
    board.pick(x, y);
    return true;
  });
  for (const field of [lon, lat]) field.addEventListener("input", () => {
    if (!lon.value || !lat.value || Number.isNaN(Number(lon.value)) || Number.isNaN(Number(lat.value))) return;
    board.mark(lon.value, lat.value);
    map.getView().setCenter(ol.proj.fromLonLat([Number(lon.value), Number(lat.value)]));
  });
}
