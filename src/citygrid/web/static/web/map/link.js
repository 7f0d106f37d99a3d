// Centre, zoom and layers in the address, so that a view can be sent to somebody: #map=zoom/lat/lon/base/code,code
import { t } from "./words.js";

export function written(view) {
  return `#map=${view.zoom.toFixed(2)}/${view.lat.toFixed(5)}/${view.lon.toFixed(5)}/${encodeURIComponent(view.base)}/${view.on.map(encodeURIComponent).join(",")}`;
}

export function read(hash) {
  const found = /^#map=([\d.]+)\/(-?[\d.]+)\/(-?[\d.]+)(?:\/([^/]*))?(?:\/([^/]*))?$/.exec(hash ?? "");
  if (!found) return null;
  const [zoom, lat, lon] = found.slice(1, 4).map(Number);
  if (![zoom, lat, lon].every(Number.isFinite) || Math.abs(lat) > 86 || Math.abs(lon) > 180) return null;
  const on = found[5] === undefined ? null : found[5].split(",").filter(Boolean).map(decodeURIComponent);
  return { zoom, lat, lon, base: found[4] ? decodeURIComponent(found[4]) : null, on };
}

export function linking(board) {
  const { ol, map, data } = board;
  if (data.mapLink === undefined) return;
  const apply = () => {
    const wanted = read(location.hash);
    if (!wanted) return;
    map.getView().setCenter(ol.proj.fromLonLat([wanted.lon, wanted.lat]));
    map.getView().setZoom(wanted.zoom);
    if (wanted.on) board.start({ on: wanted.on, base: wanted.base ?? board.base });
    board.emit("restored", wanted);
  };
  const keep = () => {
    const [lon, lat] = board.lonLat(map.getView().getCenter());
    history.replaceState(history.state, "", written({ zoom: map.getView().getZoom(), lat, lon, ...board.state }));
  };
  apply();
  map.on("moveend", keep);
  board.hear("layers", keep);
  window.addEventListener("hashchange", apply);
  board.buttons.push({
    tool: "link", icon: "link", label: t("Copy a link to this view"), act: async () => {
      keep();
      try {
        await navigator.clipboard.writeText(location.href);
        board.note(t("The link is copied"));
      } catch {
        board.note(t("Copy the address of this page: it leads to this view"));
      }
    },
  });
}
