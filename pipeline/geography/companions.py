"""What goes with the boundaries: places, population, the crosswalk of P-codes, and the quiet background."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from pipeline.errors import BoundaryError
from pipeline.files import sha256
from pipeline.french import plain
from pipeline.geography import divisions, fetching
from pipeline.geography.areas import AreaTables
from pipeline.geography.country import AREA_COLUMNS, GEOGRAPHIC, tidy
from pipeline.geography.fetching import Catalog, DataSet
from pipeline.geography.vintages import known, translations

CROSSWALK_COLUMNS = ("vintage_a", "pcode_a", "name_a", "vintage_b", "pcode_b", "name_b", "iou")
OLDER, NEWER = "2015-04-08", "2021-12-20"
"""The two vintages that the facts pair, whose P-codes contradict each other."""
CODES = "codes-2015-2021.csv"
PUBLISHED = {
    "name": "featurenam", "alt_name_1": "featureref", "alt_name_2": "featurealt", "place_class": "popplacecl",
    "adm3_pcode_2015": "admin3pcod",
}  # fmt: skip
"""Column of the mirror's table of places -> of the published shapefile, in lower case."""
LOCALITY_COLUMNS = (*AREA_COLUMNS, "recorded_pcode", "alt_names", "place_class")


@dataclass(frozen=True)
class Companions:
    """The companion files that were found and hold what they should; None for each that is not there."""

    files: dict[str, Path]
    catalog: Catalog

    def credit(self, role: str) -> str:
        """The French attribution of a companion, "" where it is not there."""
        declared = self.catalog.role(role)
        return f"{declared.title} : {declared.attribution}" if declared and role in self.files else ""


def find(
    catalog: Catalog,
    folders: Iterable[Path],
    say: Callable[[str], None],
    downloads: Path | None = None,
    copies_url: str = "",
) -> Companions:
    """Look for each companion by its declared name, folder after folder; say what is used or left out.

    downloads: folder for what is then fetched from its public copies (at copies_url, "" for their own addresses),
    None where the network is not asked.

    A file whose checksum is not the declared one is left out: it may be damaged, or be of another date.
    """
    files: dict[str, Path] = {}
    every = list(dict.fromkeys(folders))
    for declared in catalog.sets:
        if declared.role == "limites":
            continue
        for folder in every:
            path = folder / declared.file
            if path.is_file() and _intact(path, declared):
                files[declared.role] = path
                break
            if path.is_file():
                say(
                    f"Laissé de côté : {path}, dont l’empreinte n’est pas celle de sources.toml ({declared.title})"
                )
        if declared.role not in files and declared.copies and downloads:
            try:
                files[declared.role] = fetching.copies(declared.copies, downloads / declared.key, copies_url)
                say(f"{declared.title} : copies publiques")
            except BoundaryError as error:
                say(f"{declared.title} : copies publiques écartées : {error.problem}")
    missing = [one.title for one in catalog.sets if one.role != "limites" and one.role not in files]
    if missing:
        say(f"Données d’accompagnement absentes : {' ; '.join(missing)} ; les cartes sont faites sans elles")
    return Companions(files, catalog)


def _intact(path: Path, declared: DataSet) -> bool:
    try:
        return sha256(path) == declared.sha256
    except OSError:
        return False


def _table(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8")


def crosswalk() -> pd.DataFrame:
    """Pairs of P-codes of the communes of 2015 and 2021, by overlap of their polygons: CROSSWALK_COLUMNS."""
    table = facts(CODES, ("commune_2015", "nom_2015", "commune_2021", "recouvrement"))
    units = divisions.division("2021").units
    pairs = {
        "vintage_a": OLDER,
        "pcode_a": table["commune_2015"],
        "name_a": table["nom_2015"],
        "vintage_b": NEWER,
        "pcode_b": table["commune_2021"],
        "name_b": [units[code].name for code in table["commune_2021"]],
        "iou": table["recouvrement"].astype(float),
    }
    return pd.DataFrame(pairs)[list(CROSSWALK_COLUMNS)].sort_values(["pcode_a", "pcode_b"], ignore_index=True)


def facts(name: str, columns: tuple[str, ...]) -> pd.DataFrame:
    """A table of boundaries/divisions, all cells as text. Raises BoundaryError where it is missing or damaged."""
    try:
        with (divisions.FACTS / name).open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
    except (OSError, UnicodeDecodeError, csv.Error):
        raise damaged(name, "lecture impossible") from None
    if not rows or any(row.get(column) is None for row in rows for column in columns):
        raise damaged(name, f"il faut les colonnes {', '.join(columns)}")
    return pd.DataFrame(rows, dtype="str")


def damaged(name: str, problem: str) -> BoundaryError:
    """A table of facts that cannot serve."""
    path = f"boundaries/{divisions.FACTS.name}/{name}"
    return BoundaryError(
        f"{path} : {problem}",
        "les limites ne peuvent pas être préparées",
        f"reprendre la version d’origine (git checkout {path})",
    )


def population(found: Companions, areas: AreaTables, pairs: pd.DataFrame) -> dict[str, int]:
    """Inhabitants by P-code of the communes of `areas`; communes without a figure are left out.

    The table is on the codes of 2021, but its 2017 edition kept the former codes of Menaka's four communes
    (ML0704xx): a code that 2021 does not know is read by its name. For other vintages the codes go
    through the crosswalk; never through a code that merely looks the same.
    """
    if "population" not in found.files or pairs.empty:
        return {}
    table = _table(found.files["population"])
    newest = known(pairs)[-1]
    codes = translations(pairs, newest, newest)
    counted = {
        code: int(total) for code, total in zip(table["adm3_pcode"], table["population_total"], strict=True)
    }
    names = dict(zip(table["adm3_pcode"], table["adm3_name_2017"], strict=True))
    missing = pairs[(pairs["vintage_b"] == newest) & ~pairs["pcode_b"].isin(list(counted))]
    by_name = {plain(name): code for code, name in zip(missing["pcode_b"], missing["name_b"], strict=True)}
    on_newest = {
        code if code in codes else by_name.get(plain(names[code]), ""): total
        for code, total in counted.items()
    }
    onto = translations(pairs, newest, _vintage(areas))
    inside = set(areas.communes["pcode"])
    moved = {onto[code][0]: total for code, total in on_newest.items() if code in onto}
    return {code: moved[code] for code in sorted(moved) if code in inside}


def localities(found: Companions, areas: AreaTables, pairs: pd.DataFrame) -> gpd.GeoDataFrame:
    """Populated places as points (EPSG:4326): commune by polygon, and commune as the source recorded it.

    parent_pcode: the commune whose polygon holds the point, "" where none does. recorded_pcode: in the
    vintage of `areas`, "" where the vintage is not one of the crosswalk's.
    """
    if "localites" not in found.files:
        return no_localities()
    table = _places(found.files["localites"])
    points = shapely.points(table["longitude"].astype(float), table["latitude"].astype(float))
    parent = communes_at(points, areas.communes)
    older = known(pairs)[0] if not pairs.empty else ""
    recorded = translations(pairs, older, _vintage(areas))
    cercle = dict(zip(areas.communes["pcode"], areas.communes["cercle_pcode"], strict=True))
    region = dict(zip(areas.communes["pcode"], areas.communes["region_pcode"], strict=True))
    columns = {
        "pcode": parent,
        "name": [tidy(name) for name in table["name"]],
        "parent_pcode": parent,
        "region_pcode": [region.get(code, "") for code in parent],
        "cercle_pcode": [cercle.get(code, "") for code in parent],
        "vintage": [_vintage(areas)] * len(table),
        "recorded_pcode": [recorded.get(code, ("", 0.0))[0] for code in table["adm3_pcode_2015"]],
        "alt_names": [
            "|".join(tidy(name) for name in names if name)
            for names in zip(table["alt_name_1"], table["alt_name_2"], strict=True)
        ],
        "place_class": list(table["place_class"]),
    }
    places = gpd.GeoDataFrame(pd.DataFrame(columns, dtype="str"), geometry=points, crs=GEOGRAPHIC)
    places = places.assign(x=places.geometry.x, y=places.geometry.y).sort_values(["pcode", "name", "x", "y"])
    return places.drop(columns=["x", "y"]).reset_index(drop=True)


def _places(path: Path) -> pd.DataFrame:
    """The populated places as the mirror's table has them, from that table or from the shapefile that it was made of."""
    if path.is_file():
        return _table(path)
    frame = gpd.read_file(next(path.glob("*.shp")), engine="pyogrio")
    lowered = {str(column).lower(): column for column in frame.columns}

    def text(name: str) -> list[str]:
        return ["" if pd.isna(value) else str(value) for value in frame[lowered[name]]]

    table = {new: text(old) for new, old in PUBLISHED.items()}
    for column in ("longitude", "latitude"):
        table[column] = [f"{round(float(value), 6)}" for value in frame[lowered[column]]]
    return pd.DataFrame(table, dtype="str")


def no_localities() -> gpd.GeoDataFrame:
    """The table of localities, without any."""
    empty = pd.DataFrame({column: [] for column in LOCALITY_COLUMNS}, dtype="str")
    return gpd.GeoDataFrame(empty, geometry=[], crs=GEOGRAPHIC)


def communes_at(points: object, communes: gpd.GeoDataFrame) -> list[str]:
    """P-code of the commune that holds each point (longitude, latitude in degrees), "" where none does.

    A point on a border goes to the commune whose P-code comes first.
    """
    tree = shapely.STRtree(communes.geometry.to_numpy())
    which, inside = tree.query(points, predicate="intersects")
    codes = communes["pcode"].to_numpy()
    found = [""] * len(points)  # type: ignore[arg-type]
    for point, commune in sorted(zip(which.tolist(), inside.tolist(), strict=True), reverse=True):
        found[point] = str(codes[commune])
    return found


def background(found: Companions) -> dict[str, gpd.GeoDataFrame]:
    """The vectors under the data, by the name of their part: countries, borders, rivers, lakes."""
    if "fond" not in found.files:
        return {}
    parts = {
        "countries": ("50m_admin_0_countries", "NAME"),
        "borders": ("10m_admin_0_boundary_lines_land", "name"),
        "rivers": ("10m_rivers_lake_centerlines", "name"),
        "lakes": ("10m_lakes", "name"),
    }
    vectors = {}
    for part, (layer, column) in parts.items():
        frame = gpd.read_file(found.files["fond"], layer=layer, engine="pyogrio")
        names = ["" if pd.isna(name) else tidy(str(name)) for name in frame[column]]
        table = pd.DataFrame({"name": names}, dtype="str")
        vectors[part] = gpd.GeoDataFrame(table, geometry=frame.geometry.to_numpy(), crs=GEOGRAPHIC)
    return vectors


def other_spellings(found: Companions, areas: AreaTables, pairs: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """P-code -> spellings of a commune's name in the other vintage and in the population table."""
    spellings: dict[str, list[str]] = {}
    vintage = _vintage(areas)
    official = dict(zip(areas.communes["pcode"], areas.communes["name"], strict=True))
    for one, other in (("a", "b"), ("b", "a")):
        for _, row in pairs[pairs[f"vintage_{one}"] == vintage].iterrows():
            spellings.setdefault(row[f"pcode_{one}"], []).append(row[f"name_{other}"])
    if "population" in found.files and not pairs.empty:
        table = _table(found.files["population"])
        onto = translations(pairs, known(pairs)[-1], vintage)
        for code, name in zip(table["adm3_pcode"], table["adm3_name_2017"], strict=True):
            if code in onto:
                spellings.setdefault(onto[code][0], []).append(tidy(name))
    return {
        code: tuple(name for name in dict.fromkeys(names) if name != official[code])
        for code, names in spellings.items()
        if code in official
    }


def _vintage(areas: AreaTables) -> str:
    return str(areas.finest["vintage"].iloc[0])
