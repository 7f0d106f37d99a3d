// Vector tiles of our own services: 512 pixels wide, enlarged beyond the deepest zoom that is served.
export function grid(ol, entry) {
  return ol.tilegrid.createXYZ({ tileSize: 512, maxZoom: entry?.tile_zooms?.[1] ?? 17 });
}

export function tiles(ol, url, entry, attributions) {
  return new ol.source.VectorTile({ format: new ol.format.MVT(), tileGrid: grid(ol, entry), url, attributions, cacheSize: 256 });
}
