"""Tables and maps as people send them (XLSX, CSV, GeoPackage, Shapefile, GeoJSON), read and written. Pure."""
