"""Tables that leave the house: annex 4 as XLSX, what is drawn as a GeoPackage."""
