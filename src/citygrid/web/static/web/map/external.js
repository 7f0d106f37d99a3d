// Base maps of other platforms: WMS, WMTS, XYZ, ArcGIS REST. The browser asks them itself; the server's policy admits their hosts.
import { escaped } from "./elements.js";

const common = (entry) => ({ attributions: entry.attribution ? escaped(entry.attribution) : undefined });

const KINDS = {
  xyz: (ol, e, o) => new ol.source.XYZ({
    ...common(e), url: e.address, maxZoom: Number(o.max_zoom ?? 18), minZoom: Number(o.min_zoom ?? 0), tileSize: Number(o.tile_size ?? 256),
  }),
  wms: (ol, e, o) => new ol.source.TileWMS({
    ...common(e), url: e.address, projection: o.crs && ol.proj.get(o.crs) ? o.crs : undefined,
    params: { LAYERS: o.layers ?? o.layer, STYLES: o.style ?? "", FORMAT: o.format ?? "image/png", VERSION: o.version ?? "1.3.0", TRANSPARENT: o.transparent ?? true },
  }),
  wmts: (ol, e, o) => wmts(ol, e, o),
  arcgis: (ol, e, o) => new ol.source.TileArcGISRest({ ...common(e), url: e.address, params: o.layers ? { LAYERS: `show:${o.layers}` } : {} }),
};

// Tiles in the web projection (EPSG:3857) or in degrees (EPSG:4490, 4326, CRS:84: matrix z has 2^z x 2^(z-1) tiles).
function wmts(ol, entry, o) {
  const degrees = /4490|4326|CRS84|CRS:84/.test(o.crs ?? "");
  const projection = ol.proj.get(degrees ? "EPSG:4326" : "EPSG:3857"), extent = projection.getExtent();
  const widest = (extent[2] - extent[0]) / 256, first = Number(o.first_matrix ?? 0), count = Number(o.max_zoom ?? 18) - first + 1;
  const zooms = Array.from({ length: count }, (_, i) => i + first);
  return new ol.source.WMTS({
    ...common(entry), url: entry.address, layer: o.layer, matrixSet: o.matrix_set ?? (degrees ? "c" : "w"), format: o.format ?? "image/png",
    style: o.style ?? "default", version: o.version ?? "1.0.0", projection, requestEncoding: entry.address.includes("{") ? "REST" : "KVP", wrapX: true,
    tileGrid: new ol.tilegrid.WMTS({
      origin: [extent[0], extent[3]], resolutions: zooms.map((z) => widest / 2 ** z),
      matrixIds: zooms.map((z) => `${o.matrix_prefix ?? ""}${z}`),
    }),
  });
}

export function external(ol, entry) {
  const source = KINDS[entry.kind](ol, entry, entry.options ?? {});
  return new ol.layer.Tile({ source, opacity: Number(entry.style?.opacity ?? 1) });
}
