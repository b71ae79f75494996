"""The two coordinate systems of the house: degrees for what is stored, equal areas for what is drawn."""

from __future__ import annotations

GEOGRAPHIC = "EPSG:4326"

EQUAL_AREA = "+proj=laea +lat_0=17.5 +lon_0=-4 +x_0=0 +y_0=0 +datum=WGS84 +units=m +no_defs"
"""Lambert azimuthal equal-area centred on 17.5 N, 4 W, in metres: at most 0.04 % of area error over Mali
(CARTOGRAPHY.md, "Page")."""

MALI_BOUNDS = (-12.3, 10.1, 4.3, 25.1)
"""West, south, east, north of Mali in degrees, rounded outward by less than a tenth of a degree."""
