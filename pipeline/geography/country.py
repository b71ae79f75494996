"""The country that everything is drawn on: one vintage of areas, its places and its background."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from pipeline.french import plain
from pipeline.geography.divisions import DivisionKey, Lineage, division_of, lineage
from pipeline.taxonomy import REGIONS_MONITORED

# Official names as they are printed, and names stripped to what two spellings share.


REGIONS = (
    "Kayes", "Koulikoro", "Sikasso", "Ségou", "Mopti", "Tombouctou", "Gao", "Kidal", "Bamako", "Ménaka",
    "Taoudénit",
)  # fmt: skip
"""Regions as the bulletin prints them; the boundary files drop some accents ("Segou", "Menaka")."""

CORRECTED = {"mali le": "Mali", "koulikouro": "Koulikoro"}
"""Obvious slips of the boundary files, by plain name; all other names stay as the source has them."""


def tidy(name: str) -> str:
    """An official name as the source writes it, in composed characters and with single plain spaces."""
    return " ".join(unicodedata.normalize("NFC", name).replace("\x00", "").split())


def printed(name: str, level: int) -> str:
    """The name to print for an area of a level (0 country, 1 region, 2 cercle, 3 commune).

    Countries and regions are corrected (obvious slips, lost accents); cercles and communes are the
    source's own words.
    """
    name = tidy(name)
    if level > 1:
        return name
    return _ACCENTED.get(plain(name), CORRECTED.get(plain(name), name))


_ACCENTED = {plain(region): region for region in REGIONS}


# The two coordinate systems of the house: degrees for what is stored, equal areas for what is drawn.

GEOGRAPHIC = "EPSG:4326"

EQUAL_AREA = "+proj=laea +lat_0=17.5 +lon_0=-4 +x_0=0 +y_0=0 +datum=WGS84 +units=m +no_defs"
"""Lambert azimuthal equal-area centred on 17.5 N, 4 W, in metres: at most 0.04 % of area error over Mali
(CARTOGRAPHY.md, "Page")."""


@cache
def to_metres() -> pyproj.Transformer:
    """Longitude and latitude to metres of EQUAL_AREA. It takes 20 ms to make, and a page asks for places six times."""
    return pyproj.Transformer.from_crs(GEOGRAPHIC, EQUAL_AREA, always_xy=True)


MALI_BOUNDS = (-12.3, 10.1, 4.3, 25.1)
"""West, south, east, north of Mali in degrees, rounded outward by less than a tenth of a degree."""


AREA_COLUMNS = ("pcode", "name", "parent_pcode", "region_pcode", "cercle_pcode", "vintage")
"""Columns of each area layer of boundaries/mali.gpkg, beside `geometry` (the contract of ARCHITECTURE.md)."""


APPROXIMATE = "approchees"

COUNTED_WITH = {"taoudenit": "Tombouctou", "taoudenni": "Tombouctou"}
"""Regions of boundaries between 2016 and 2023 that the bulletin counts under an older name."""


@dataclass(frozen=True)
class Source:
    """Where the areas come from; printed on every map and written in every manifest.

    kind: "utilisateur", "miroir", "copies", "hdx" or "approchees". label: the French source line.
    vintage: ISO date; of a user's file also a year alone, or "inconnu".
    sha256: of the contents that the layers were built from. edition: the number that the producer gives it ("v03").
    """

    kind: str
    label: str
    vintage: str
    sha256: str
    attribution: str
    edition: str = ""

    @property
    def approximate(self) -> bool:
        """Whether the areas are cells around recorded places, and no boundaries."""
        return self.kind == APPROXIMATE


COUNTRY_NAMES = {
    "Algeria": "Algérie", "Benin": "Bénin", "Burkina Faso": "Burkina Faso", "Gambia": "Gambie",
    "Ghana": "Ghana", "Guinea": "Guinée", "Guinea-Bissau": "Guinée-Bissau", "Ivory Coast": "Côte d’Ivoire",
    "Côte d'Ivoire": "Côte d’Ivoire", "Liberia": "Libéria", "Mali": "Mali", "Mauritania": "Mauritanie",
    "Morocco": "Maroc", "Niger": "Niger", "Nigeria": "Nigéria", "Senegal": "Sénégal",
    "Sierra Leone": "Sierra Leone", "Togo": "Togo", "Western Sahara": "Sahara occidental",
    "W. Sahara": "Sahara occidental",
}  # fmt: skip
"""Natural Earth names its countries in English where a French column is not at hand."""


@dataclass(frozen=True)
class Background:
    """What lies quietly under the data; each part may be missing. Vectors in EPSG:4326.

    countries (column `name`), rivers (`name`), lakes (`name`), borders; relief: path of an RGB GeoTIFF.
    credit, relief_credit: French attributions of the vectors and of the relief, "" for what is not there.
    """

    countries: gpd.GeoDataFrame | None = None
    borders: gpd.GeoDataFrame | None = None
    rivers: gpd.GeoDataFrame | None = None
    lakes: gpd.GeoDataFrame | None = None
    relief: Path | None = None
    credit: str = ""
    relief_credit: str = ""

    @property
    def credits(self) -> tuple[str, ...]:
        """Those that are there."""
        return tuple(filter(None, (self.credit, self.relief_credit)))


@dataclass(frozen=True)
class Uppers:
    """Regions and cercles of a further division, for which no communes are published: AREA_COLUMNS, EPSG:4326."""

    source: Source
    regions: gpd.GeoDataFrame
    cercles: gpd.GeoDataFrame


@dataclass(frozen=True)
class Country:
    """One vintage of Mali. All geometry EPSG:4326; tables are sorted by `pcode` and have AREA_COLUMNS.

    Where the boundaries end at the cercles `communes` is empty.
    localities: populated places as points: pcode (commune's, by polygon), name, parent_pcode,
    region_pcode, cercle_pcode, vintage, and recorded_pcode (commune as recorded by the source, in this
    vintage), alt_names ("|"-joined), place_class.
    population: P-code of the commune -> inhabitants, empty where unknown; population_label its source.
    crosswalk: pairs of P-codes of the two known vintages (columns `vintage_a, pcode_a, name_a, vintage_b,
    pcode_b, name_b, iou`), empty where unknown; read it with pipeline.geography.vintages.
    aliases: P-code of an area -> other spellings of its name in the official sources.
    newer: regions and cercles of the division of 2025, where they are at hand beside communes of 2021.
    lineage: with the officer's corrections. reading: the country that rows are read on, where it is not this one:
    names and codes of places are of 2021, and each place is then told in the division drawn. made_of: a checksum of all
    that it was made of, "" where that is not known (a made-up country): nothing made of it is then kept.
    """

    source: Source
    pays: gpd.GeoDataFrame
    regions: gpd.GeoDataFrame
    cercles: gpd.GeoDataFrame
    communes: gpd.GeoDataFrame
    localities: gpd.GeoDataFrame
    population: dict[str, int] = field(default_factory=dict)
    population_label: str = ""
    crosswalk: pd.DataFrame = field(default_factory=pd.DataFrame)
    background: Background = field(default_factory=Background)
    aliases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    newer: Uppers | None = None
    lineage: Lineage = field(default_factory=lineage)
    reading: Country | None = None
    made_of: str = ""

    @cached_property
    def said(self) -> tuple[str, str] | None:
        """What tells this country from any other, None where nothing does."""
        return (self.made_of, self.division or "") if self.made_of else None

    @cached_property
    def division(self) -> DivisionKey | None:
        """The division of the cercles, None where it is neither of those known (2015, a made-up country)."""
        return division_of(self.names("cercle"))

    @cached_property
    def monitored(self) -> dict[str, tuple[str, ...]]:
        """Region that the bulletin counts (of 2021) -> the regions drawn that it is told by: itself, or its heirs."""
        if self.division != "2025":
            return {name: (name,) for name in REGIONS_MONITORED}
        return {name: tuple(unit.name for unit in self.lineage.heirs(name)) for name in REGIONS_MONITORED}

    @cached_property
    def owners(self) -> dict[str, str]:
        """P-code of a commune -> its cercle here; of 2021's where the boundaries of 2025 have no communes."""
        if self.reading is not None and not len(self.communes):
            return {code: line.cercle for code, line in self.lineage.lines.items()}
        return dict(zip(self.communes["pcode"], self.communes["cercle_pcode"], strict=True))

    def counted_with(self, region: str) -> str:
        """The region that the bulletin counts one drawn under: of 2025 itself, else its six regions whatever the
        vintage of the boundaries."""
        return region if self.division == "2025" else COUNTED_WITH.get(plain(region), region)

    @cached_property
    def finest(self) -> Literal["commune", "cercle"]:
        """The level that choropleths are drawn at: communes, or cercles where the boundaries have no communes."""
        return "commune" if len(self.communes) else "cercle"

    @cached_property
    def density(self) -> dict[str, float]:
        """P-code of a commune -> inhabitants per square kilometre, of those whose population is known."""
        square = dict(zip(self.communes["pcode"], self.communes.to_crs(EQUAL_AREA).area / 1e6, strict=True))
        return {code: people / square[code] for code, people in self.population.items() if square.get(code)}

    def layer(self, level: str) -> gpd.GeoDataFrame:
        """The table of one level: "pays", "region", "cercle", "commune" or "localite"."""
        return {
            "pays": self.pays,
            "region": self.regions,
            "cercle": self.cercles,
            "commune": self.communes,
            "localite": self.localities,
        }[level]

    def names(self, level: str) -> dict[str, str]:
        """P-code -> official name, for one level of areas."""
        table = self.layer(level)
        return dict(zip(table["pcode"], table["name"], strict=True))

    @cached_property
    def points(self) -> dict[str, tuple[float, float]]:
        """P-code of every region, cercle and commune -> the point that stands for it on maps, in files and in what the
        last look lets pass: inside it, the same whatever happened there (longitude, latitude). "": of the country."""
        found = {"": self._inside(self.pays)[0]}
        for level in ("region", "cercle", "commune"):
            layer = self.layer(level)
            found |= zip(layer["pcode"], self._inside(layer), strict=True)
        return found

    @staticmethod
    def _inside(layer: gpd.GeoDataFrame) -> list[tuple[float, float]]:
        points = shapely.point_on_surface(layer.geometry.to_numpy())
        return list(zip(shapely.get_x(points).tolist(), shapely.get_y(points).tolist(), strict=True))

    def simplified(self, tolerance: float, crs: str = EQUAL_AREA) -> NDArray[Any]:
        """The finest areas, in the order of their table, simplified as a coverage: neighbours stay glued, and an area
        that would vanish keeps its own outline.

        tolerance: the side of the smallest triangle kept, in the unit of `crs` (metres of EQUAL_AREA).
        """
        shapes: NDArray[Any] = self.layer(self.finest).geometry.to_crs(crs).to_numpy()
        thin = shapely.coverage_simplify(shapes, tolerance) if len(shapes) else shapes
        return np.where(shapely.is_empty(thin), shapes, thin)
