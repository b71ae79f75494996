"""Made-up annexes for the tests of the page: realistic, seeded, for any Country."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from shapely.geometry import Polygon

from pipeline import french, palette
from pipeline.annexes.model import (
    Annex,
    Areas,
    AreaValue,
    BarRow,
    BarTable,
    ChangeEntry,
    ClassEntry,
    Event,
    Flow,
    Flows,
    KeyFigure,
    Label,
    Labels,
    Meta,
    Mover,
    Panel,
    Symbol,
    SymbolKey,
    Symbols,
    Table,
    TrendPoint,
    Zone,
    Zones,
)
from pipeline.french import SHORT_NAMES
from pipeline.geography.country import AREA_COLUMNS, Background, Country, Source
from pipeline.sheet.draw import compose_all
from pipeline.sheet.ground import Frame, Shared, crs
from pipeline.sheet.symbols import Canvas
from pipeline.taxonomy import ALERT_TYPES, CATEGORIES, RISK_LEVELS

CENTRE = ("Mopti", "Bandiagara", "Bankass", "Koro", "Djenné", "Douentza")

META = Meta(
    month="2021-06",
    month_label="juin 2021",
    audience="partenaires",
    audience_label="Diffusion : partenaires",
    bulletin="Rapport mensuel de monitoring de protection, n° 6",
    sources="Système de monitoring de protection du Cluster Protection Mali (incidents, alertes flash, indice de risque) ; population : DNCT, 2017",  # noqa: E501
    credits=("Limites : COD-AB (DNCT, OCHA)", "Fond : Natural Earth"),
    boundary_label="COD-AB Mali (DNCT, OCHA), 20 décembre 2021",
    boundary_vintage="2021-12-20",
    produced_on="2021-07-12",
    example=True,
    approximate=False,
    pipeline_version="0.1.0",
    disclaimer="Les frontières et les noms indiqués et les désignations employées sur cette carte n’impliquent ni "
    "reconnaissance ni acceptation officielles de la part de l’Organisation des Nations Unies.",
)


# ---------------------------------------------------------------- countries


def first_page(annex: Annex, shared: Shared, page_format: str = "A4-paysage") -> Canvas:
    """The first page laid out, nothing painted yet."""
    return compose_all(annex, shared, page_format)[0]


def kilometres(frame: Frame, start: tuple[float, float], end: tuple[float, float]) -> float:
    """Between two points of the page (mm), on the ellipsoid."""
    back = pyproj.Transformer.from_crs(crs(), "EPSG:4326", always_xy=True).transform
    (x0, y0), (x1, y1) = frame.ground(np.array([start, end]))
    return pyproj.Geod(ellps="WGS84").inv(*back(x0, y0), *back(x1, y1))[2] / 1000


def small_country(by_cercle: bool = False) -> Country:
    """A made-up country: 3 regions of 3 cercles of 4 communes, squares within Mali's extent."""
    rows = {"pays": [], "region": [], "cercle": [], "commune": []}

    def add(level, pcode, name, parent, region, cercle, shape):
        rows[level].append((pcode, name, parent, region, cercle, "2021-12-20", shape))

    def square(x0, y0, size_x, size_y):
        return Polygon([(x0, y0), (x0 + size_x, y0), (x0 + size_x, y0 + size_y), (x0, y0 + size_y)])

    for r in range(3):
        region = f"ML{r + 1:02d}"
        add("region", region, f"Région {r + 1}", "ML", region, "", square(-10 + 4 * r, 12, 4, 9))
        for c in range(3):
            cercle = f"{region}{c + 1:02d}"
            add(
                "cercle",
                cercle,
                f"Cercle {r + 1}.{c + 1}",
                region,
                region,
                cercle,
                square(-10 + 4 * r, 12 + 3 * c, 4, 3),
            )
            for k in range(4):
                commune = f"{cercle}{k + 1:02d}"
                shape = square(-10 + 4 * r + 2 * (k % 2), 12 + 3 * c + 1.5 * (k // 2), 2, 1.5)
                add("commune", commune, f"Commune {r + 1}.{c + 1}.{k + 1}", cercle, region, cercle, shape)
    add("pays", "ML", "Mali", "", "", "", square(-10, 12, 12, 9))

    def table(level):
        data = [dict(zip((*AREA_COLUMNS, "geometry"), row, strict=True)) for row in rows[level]]
        return gpd.GeoDataFrame(data, columns=[*AREA_COLUMNS, "geometry"], crs="EPSG:4326")

    communes = table("commune")
    kind = "approchees" if by_cercle else "miroir"
    return Country(
        source=Source(kind, "Pays d'essai", "2021-12-20", "0" * 64, "Essai"),
        pays=table("pays"),
        regions=table("region"),
        cercles=table("cercle"),
        communes=communes.iloc[:0] if by_cercle else communes,
        localities=communes.iloc[:0],
    )


KEPT = {(1, 0), (2, 0), *((c, 1) for c in range(3)), *((c, 2) for c in range(5)), *((c, 3) for c in range(2, 6)),
        (3, 4), (4, 4), (5, 4), (3, 5)}  # fmt: skip
"""Columns and rows, from the south-west, of the communes of the stepped country."""


def stepped_country() -> Country:
    """A made-up country that leaves its corners free, as Mali does: some of the small country's communes."""
    whole = small_country()
    bounds = whole.communes.geometry.bounds
    cells = zip(((bounds["minx"] + 10) / 2).round().astype(int), ((bounds["miny"] - 12) / 1.5).round().astype(int),
                strict=True)  # fmt: skip
    communes = whole.communes[[cell in KEPT for cell in cells]].reset_index(drop=True)

    def above(table: gpd.GeoDataFrame, column: str) -> gpd.GeoDataFrame:
        parts = communes.dissolve(column).geometry
        kept = table[table["pcode"].isin(parts.index)].reset_index(drop=True)
        return kept.set_geometry(gpd.GeoSeries(parts.loc[kept["pcode"]].to_numpy(), crs=4326))

    pays = whole.pays.set_geometry(gpd.GeoSeries([communes.union_all()], crs=4326))
    return replace(
        whole, pays=pays, regions=above(whole.regions, "region_pcode"), communes=communes,
        cercles=above(whole.cercles, "cercle_pcode"),
    )  # fmt: skip


def real_country(mirror: Path) -> Country:
    """Mali of the mirror, read without the pipeline's own loader."""
    path = f"/vsizip/{mirror}/mli_adm_ab_shp_20211220.zip"
    layers = []
    for n in range(4):
        raw = gpd.read_file(path, layer=f"mli_admbnda_adm{n}_1m_gov_20211220")
        table = gpd.GeoDataFrame(
            {
                "pcode": raw[f"ADM{n}_PCODE"],
                "name": raw[f"ADM{n}_FR"],
                "parent_pcode": raw[f"ADM{n - 1}_PCODE"] if n else "",
                "region_pcode": raw["ADM1_PCODE"] if n else "",
                "cercle_pcode": raw["ADM2_PCODE"] if n > 1 else "",
                "vintage": "2021-12-20",
            },
            geometry=raw.geometry,
        )
        layers.append(table.sort_values("pcode", ignore_index=True))
    natural = mirror / "natural_earth_mali.gpkg"
    background = Background(
        countries=gpd.read_file(natural, layer="50m_admin_0_countries").rename(columns={"NAME": "name"}),
        borders=gpd.read_file(natural, layer="10m_admin_0_boundary_lines_land"),
        rivers=gpd.read_file(natural, layer="10m_rivers_lake_centerlines"),
        lakes=gpd.read_file(natural, layer="10m_lakes"),
        relief=mirror / "relief_mali.tif",
        credit=META.credits[1],
        relief_credit="Relief : shadedrelief.com",
    )
    source = Source("miroir", META.boundary_label, "2021-12-20", "0" * 64, "OCHA, DNCT")
    return Country(source, *layers, localities=layers[3].iloc[:0], background=background)


# ---------------------------------------------------------------- helpers


def _finest(country: Country) -> gpd.GeoDataFrame:
    return country.layer(country.finest)


def _centres(table: gpd.GeoDataFrame) -> dict[str, tuple[float, float]]:
    points = shapely.point_on_surface(table.geometry.to_numpy())
    return {p: (pt.x, pt.y) for p, pt in zip(table["pcode"], points, strict=True)}


def inset_cercles(country: Country) -> tuple[str, ...]:
    named = country.cercles[country.cercles["name"].isin(CENTRE)]["pcode"]
    return tuple(named) if len(named) else ("ML0202",)


def _monitored(country: Country, rng: random.Random, share: float) -> set[str]:
    """P-codes of areas covered: where the monitors work, a share of the communes there."""
    table = _finest(country)
    south = {"ML01", "ML02", "ML03", "ML09"} if len(country.regions) > 5 else set()
    return {
        p
        for p, r in zip(table["pcode"], table["region_pcode"], strict=True)
        if r not in south and rng.random() < share
    }


def cercle_labels(country: Country) -> Labels:
    centres, regions_at = _centres(country.cercles), _centres(country.regions)
    return Labels(
        "noms",
        tuple(
            Label(name, *centres[pcode], style="cercle", rank=1, area_pcode=pcode)
            for pcode, name in zip(country.cercles["pcode"], country.cercles["name"], strict=True)
        )
        + tuple(
            Label(name, *regions_at[pcode], style="region", rank=0, scope="main", area_pcode=pcode)
            for pcode, name in zip(country.regions["pcode"], country.regions["name"], strict=True)
        ),
    )


def commune_labels(country: Country, pcodes: set[str]) -> tuple[Label, ...]:
    table = _finest(country)
    centres = _centres(table)
    names = dict(zip(table["pcode"], table["name"], strict=True))
    return tuple(
        Label(names[p], *centres[p], style="commune", rank=5, scope="inset", area_pcode=p)
        for p in sorted(pcodes)
    )


FOUR = (
    ClassEntry("zero", "Aucune violation documentée", palette.ZERO, "zero"),
    ClassEntry("nodata", "Sans donnée ce mois", palette.NO_DATA, "nodata", "diagonal", palette.NO_DATA_HATCH),
    ClassEntry("uncovered", "Commune non couverte", palette.UNCOVERED, "uncovered"),
)
SUPPRESSED = ClassEntry(
    "suppressed", "Chiffre non diffusé", palette.SUPPRESSED, "suppressed", "dots", palette.SUPPRESSED_HATCH
)


def _counted(classes, values):
    keys = [v.class_key for v in values.values()]
    return tuple(replace(c, count=keys.count(c.key)) for c in classes)


# ---------------------------------------------------------------- annexes


def trend(months: int) -> tuple[TrendPoint, ...]:
    """Some months, one of which was not received."""
    heights = (0.26, 0.33, None, 0.51, 0.45, 1.0, 0.2, 0.4, 0.3, 0.1, 0.6, 0.9)
    return tuple(
        TrendPoint(SHORT_NAMES[n], "–" if height is None else french.number(round(1237 * height)), height)
        for n, height in enumerate(heights[:months])
    )


def regions(country: Country) -> tuple[str, ...]:
    """All regions but the last, where there are several: the main map is fitted to them."""
    codes = tuple(sorted(country.regions["pcode"]))
    return ("ML04", "ML05", "ML06", "ML07", "ML08", "ML10") if "ML10" in codes else codes[:-1] or codes


def inset_box(country: Country) -> tuple[float, float, float, float] | None:
    """Of the inset's cercles, degrees."""
    table = country.cercles[country.cercles["pcode"].isin(inset_cercles(country))]
    if not len(table) or country.finest != "commune":
        return None
    w, s, e, n = table.total_bounds
    return float(w), float(s), float(e), float(n)


def annex1(country: Country, counts: dict[str, int] | None = None, seed: int = 1) -> Annex:
    """Incidents. counts: commune -> violations; by default 1 237, most of them in the centre."""
    rng = random.Random(seed)
    table = _finest(country)
    covered = _monitored(country, rng, 0.45)
    centre = set(inset_cercles(country))
    if counts is None:
        counts = {}
        for p, c in zip(table["pcode"], table["cercle_pcode"], strict=True):
            if p in covered:
                counts[p] = int(rng.expovariate(1 / (14 if c in centre else 4)) ** 1.12)
        if "ML0503" in centre:
            big = [p for p, c in zip(table["pcode"], table["cercle_pcode"], strict=True) if c == "ML0504"][:5]
            counts.update(dict(zip(big, (180, 120, 75, 60, 22), strict=False)))
    else:
        covered |= set(counts)
    breaks = ((1, 4), (5, 19), (20, 49), (50, 99), (100, None))
    classes = (
        *tuple(
            ClassEntry(f"c{n}", f"{low} à {high}" if high else f"{low} et plus", palette.VIOLATIONS[n])
            for n, (low, high) in enumerate(breaks)
        ),
        *FOUR,
        SUPPRESSED,
    )
    values = {}
    for p in table["pcode"]:
        n = counts.get(p, 0)
        if p not in covered:
            values[p] = AreaValue("uncovered", "non couverte")
        elif n == 0:
            values[p] = AreaValue("zero", "0")
        else:
            key = next(f"c{i}" for i, (low, high) in enumerate(breaks) if high is None or n <= high)
            values[p] = AreaValue(key, str(n))
    areas = Areas("violations", "Violations par commune", country.finest, _counted(classes, values), values)
    by_cercle: dict[str, int] = {}
    for p, c in zip(table["pcode"], table["cercle_pcode"], strict=True):
        by_cercle[c] = by_cercle.get(c, 0) + counts.get(p, 0)
    names = country.names("cercle")
    rows, totals = [], dict.fromkeys((c.key for c in CATEGORIES), 0.0)
    for c, n in sorted(by_cercle.items(), key=lambda pair: -pair[1]):
        if not n:
            continue
        weights = np.array([rng.random() ** 2 for _ in CATEGORIES])
        parts = [round(float(w)) for w in weights / weights.sum() * n]
        told = tuple((k.key, float(w), str(w)) for k, w in zip(CATEGORIES, parts, strict=True))
        for key, w, _ in told:
            totals[key] += w
        known = n >= 5
        rows.append(
            BarRow(
                names[c], told if known else (), (french.number(n) if known else "1 à 4", "12"), "",
                None if known else (1.0, 4.0), c,
            )
        )  # fmt: skip
    total = sum(counts.values())
    ranked = BarTable(
        "Violations par cercle et catégorie",
        tuple((k.key, k.short, palette.CATEGORIES[k.key]) for k in CATEGORIES),
        tuple(rows),
        ("Violations", "pour 100 000 hab."),
        "violations",
        ranked=True,
    )
    labels = cercle_labels(country)
    hit = {p for p, n in counts.items() if n >= 20}
    labels = Labels("noms", (*labels.items, *commune_labels(country, hit)))
    return Annex(
        number=1,
        slug="annexe-1-incidents",
        title="Incidents de protection : Mopti concentre les trois quarts des violations",
        subtitle="Violations documentées par commune et par cercle, juin 2021",
        caption=f"947 des {french.number(total)} violations de juin (77 %) ont été documentées dans la région de Mopti, "
        "dont 644 dans le cercle de Douentza. Le total a plus que doublé depuis mai (560 violations).",
        alt_text="Carte du Mali par commune.",
        counts_line=f"{french.plural(total, 'violation')}, dont 12 non localisées à la commune",
        meta=META,
        layers=(areas, labels),
        table=Table("Violations", (), ()),
        message="Les violations font plus que doubler : 1 237 contre 560 en mai, dont 77 % dans la région de Mopti",
        trend=trend(6),
        trend_title="Violations par mois",
        bars=(ranked,) if rows else (),
        regions=regions(country),
        inset_box=inset_box(country),
        figures=(
            KeyFigure("violations documentées", french.number(total), "up", "560 en mai"),
            *(
                KeyFigure(k.label, french.number(round(totals[k.key])), ("up", "down", "same")[i % 3])
                for i, k in enumerate(CATEGORIES)
            ),
        ),
        notes=("Une violation compte une fois ; une personne peut en subir plusieurs.",),
        inset_cercles=inset_cercles(country),
    )


def annex2(
    country: Country, events: int = 18, one_place: bool = False, seed: int = 2, long: bool = False
) -> Annex:
    """Flash alerts: icons, arrows, the box."""
    rng = random.Random(seed)
    table = _finest(country)
    centres = _centres(table)
    names = dict(zip(table["pcode"], table["name"], strict=True))
    cercle = dict(zip(table["pcode"], table["cercle_pcode"], strict=True))
    cercle_names = country.names("cercle")
    inset = set(inset_cercles(country))
    inner = [p for p in table["pcode"] if cercle[p] in inset]
    monitored = sorted(_monitored(country, rng, 1.0))
    pool = [rng.choice(inner) if rng.random() < 0.65 else rng.choice(monitored) for _ in range(events)]
    if one_place and pool:
        pool = [inner[0]] * events
    keys = [a.key for a in ALERT_TYPES]
    weights = (10, 3, 3, 6, 1, 2, 1, 1)
    found: dict[str, list[str]] = {}
    for p in pool:
        found.setdefault(p, []).append(rng.choices(keys, weights)[0])
    items, box, flows, zones = [], [], [], []
    for n, (p, kinds) in enumerate(found.items(), 1):
        name = "Commune au nom très long de soixante caractères de Ténenkoumé" if long else names[p]
        parts = tuple((k, float(kinds.count(k))) for k in keys if k in kinds)
        # Every fifth place is known to its cercle only, every ninth to its region, every eleventh not at all.
        level = "" if n % 11 == 0 else "region" if n % 9 == 0 else "cercle" if n % 5 == 0 else "commune"
        area = {"": "", "region": p[:4], "cercle": cercle[p], "commune": p}[level]
        if level == "commune":
            items.append(
                Symbol(
                    f"a{n}",
                    *centres[p],
                    len(kinds),
                    parts,
                    name,
                    number=str(n),
                    precision=level,
                    area_pcode=p,
                )
            )
        else:
            zones.append(Zone(f"a{n}", level, area, name, str(n), len(kinds), parts))
        where = f"{name}, cercle {french.of(cercle_names[cercle[p]])}" if level else "Lieu non déterminé"
        for kind in kinds:
            label = next(a.label for a in ALERT_TYPES if a.key == kind)
            households = rng.choice((30, 50, 67, 135, 196, 350))
            near = sorted(
                (q for q in table["pcode"] if q != p and q[:4] in (regions(country) or (q[:4],))),
                key=lambda q: (centres[q][0] - centres[p][0]) ** 2 + (centres[q][1] - centres[p][1]) ** 2,
            )
            goal = rng.choice(near[:30])
            moves = kind in ("mouvement", "retour")
            detail = f"{households} ménages vers {names[goal]}" if moves else ""
            box.append(Event(str(n), kind, label, where, detail, area, level))
            if moves and level == "commune":
                stays = rng.random() < 0.25
                flows.append(
                    Flow(
                        f"f{len(flows)}", centres[p], None if stays else centres[goal], households,
                        f"{households} ménages", str(n), stays, kind == "retour",
                    )
                )  # fmt: skip
    counts = {k: sum(kinds.count(k) for kinds in found.values()) for k in keys}
    symbols = Symbols(
        "alertes",
        "Alertes flash par type",
        tuple(
            SymbolKey(
                a.key,
                a.plural if counts[a.key] > 1 else a.label,
                palette.ALERTS[a.key],
                a.symbol,
                counts[a.key],
            )
            for a in ALERT_TYPES
        ),
        tuple(items),
    )
    places = set(pool)
    labels = Labels("noms", (*cercle_labels(country).items, *commune_labels(country, places)))
    return Annex(
        number=2,
        slug="annexe-2-alertes-flash",
        title="Alertes flash : dix attaques de village, six mouvements de population",
        subtitle="Événements signalés et déplacements, juin 2021",
        caption="Dix attaques de village ont été signalées en juin, contre trois en mai ; huit se sont produites dans la région de Mopti. "  # noqa: E501
        "Elles ont poussé 828 ménages à se déplacer, tous à l'intérieur du pays.",
        alt_text="Carte des alertes.",
        counts_line=f"{french.plural(events, 'alerte')}, toutes localisées à la commune",
        meta=META,
        layers=(
            Zones("zones", "Lieu connu au cercle ou à la région seulement", tuple(zones)),
            Flows(
                "deplacements",
                "Ménages déplacés",
                palette.FLOW,
                tuple(flows),
                (50, 150, 350),
                back_colour=palette.RETURN,
            ),
            symbols,
            labels,
        ),
        regions=regions(country),
        inset_box=inset_box(country),
        table=Table("Alertes", (), ()),
        events=tuple(box),
        events_title="Les événements",
        inset_cercles=inset_cercles(country),
    )


RISK_CLASSES = (
    *(
        ClassEntry(
            f"r{lv.level}", f"{lv.label} ({lv.points})", palette.RISK[lv.level - 1], meaning=lv.meaning
        )
        for lv in RISK_LEVELS
    ),
    ClassEntry(
        "nodata",
        "Couverte, non évaluée ce mois",
        palette.NO_DATA,
        "nodata",
        "diagonal",
        palette.NO_DATA_HATCH,
    ),
    ClassEntry("uncovered", "Commune non couverte", palette.UNCOVERED, "uncovered"),
)


def _risk(country: Country, months: int, seed: int, none: bool = False) -> list[dict[str, AreaValue]]:
    rng = random.Random(seed)
    table = _finest(country)
    covered = _monitored(country, rng, 0.42)
    level = {p: rng.choices((1, 2, 3, 4), (2, 5, 6, 2))[0] for p in sorted(covered)}
    out: list[dict[str, AreaValue]] = []
    for m in range(months):
        values = {}
        for p in table["pcode"]:
            if p not in covered:
                values[p] = AreaValue("uncovered", "non couverte")
                continue
            if none or rng.random() < 0.04:
                values[p] = AreaValue("nodata", "non évaluée")
                continue
            before = level[p]
            if m and rng.random() < 0.14:
                level[p] = min(4, max(1, before + rng.choice((-1, 1))))
            change = "up" if level[p] > before else "down" if level[p] < before else "same"
            values[p] = AreaValue(f"r{level[p]}", RISK_LEVELS[level[p] - 1].label, change=change if m else "")
        out.append(values)
    return out


def _changes(values: dict[str, AreaValue]) -> tuple[ChangeEntry, ...]:
    up = sum(v.change == "up" for v in values.values())
    down = sum(v.change == "down" for v in values.values())
    return (
        ChangeEntry("up", f"{french.plural(up, 'commune')} en aggravation depuis mai", palette.WORSE, up),
        ChangeEntry(
            "down", f"{french.plural(down, 'commune')} en amélioration depuis mai", palette.BETTER, down
        ),
    )


def _risk_bars(country: Country, values: dict[str, AreaValue]) -> BarTable:
    table = _finest(country)
    rows = []
    for pcode, name in zip(country.regions["pcode"], country.regions["name"], strict=True):
        inside = [values[p] for p, r in zip(table["pcode"], table["region_pcode"], strict=True) if r == pcode]
        counts = [sum(v.class_key == f"r{n}" for v in inside) for n in (1, 2, 3, 4)]
        if not sum(counts):
            continue
        up, down = sum(v.change == "up" for v in inside), sum(v.change == "down" for v in inside)
        segments = tuple((f"r{n}", float(c), str(c)) for n, c in zip((1, 2, 3, 4), counts, strict=True))
        rows.append(BarRow(name, segments, (str(sum(counts)), str(up), str(down))))
    return BarTable(
        "Communes par niveau et par région",
        tuple((f"r{lv.level}", lv.label, palette.RISK[lv.level - 1]) for lv in RISK_LEVELS),
        tuple(rows),
        ("évaluées", "aggravées", "améliorées"),
        "communes",
    )


def movers(country: Country, values: dict[str, AreaValue]) -> tuple[Mover, ...]:
    """Everything that changed, numbered."""
    table = _finest(country)
    centres, names = _centres(table), dict(zip(table["pcode"], table["name"], strict=True))
    moved = [p for p, value in values.items() if value.change in ("up", "down")]
    moved.sort(key=lambda p: (values[p].change == "down", p))
    return tuple(
        Mover(str(n), p, values[p].change, f"{names[p]} (Cercle)", "modérée → sérieuse", *centres[p])
        for n, p in enumerate(moved, 1)
    )


def annex3(country: Country, seed: int = 3, none: bool = False) -> Annex:
    values = _risk(country, 2, seed, none)[-1]
    areas = Areas(
        "risque",
        "Niveau de risque de protection",
        country.finest,
        _counted(RISK_CLASSES, values),
        values,
        _changes(values),
    )
    return Annex(
        number=3,
        slug="annexe-3-indice-risque",
        title="Indice de risque : le plateau dogon et Ansongo restent au niveau sérieux ou critique",
        subtitle="Niveau de risque de protection par commune, juin 2021",
        caption="En juin, 87 des 180 communes évaluées sont au niveau sérieux et 24 au niveau critique. "
        "Depuis mai, la situation s’est aggravée dans 14 communes et améliorée dans 9.",
        alt_text="Carte du risque.",
        counts_line="180 communes évaluées",
        meta=META,
        layers=(areas, cercle_labels(country)),
        table=Table("Risque", (), ()),
        message="100 communes sur 180 au niveau sérieux ou critique ; 8 aggravations et 3 améliorations depuis mai",
        movers=movers(country, values),
        movers_title="Communes dont le niveau a changé depuis mai",
        regions=regions(country),
        inset_box=inset_box(country),
        bars=(_risk_bars(country, values),) if not none else (),
        notes=("L'indice est la somme de 15 questions posées à des informateurs clés, sur leur perception.",),
        inset_cercles=inset_cercles(country),
    )


def annex5(country: Country, partners: int = 5, seed: int = 5) -> Annex:
    rng = random.Random(seed)
    table = _finest(country)
    covered = _monitored(country, rng, 0.42)
    names = ("Partenaire A", "Association malienne B", "ONG C", "Comité D", "Réseau E", "F", "G")[:partners]
    classes = (
        *tuple(ClassEntry(f"p{n}", name, palette.PARTNERS[n]) for n, name in enumerate(names)),
        ClassEntry("uncovered", "Commune non couverte", palette.UNCOVERED, "uncovered"),
    )
    values = {
        p: AreaValue(f"p{rng.randrange(partners)}", "couverte")
        if p in covered
        else AreaValue("uncovered", "non couverte")
        for p in table["pcode"]
    }
    areas = Areas(
        "couverture", "Communes couvertes, par partenaire", country.finest, _counted(classes, values), values
    )
    rows = []
    for pcode, name in zip(country.regions["pcode"], country.regions["name"], strict=True):
        inside = [
            p in covered for p, r in zip(table["pcode"], table["region_pcode"], strict=True) if r == pcode
        ]
        n, k = len(inside), sum(inside)
        rows.append(
            BarRow(
                name,
                (("couverte", float(k), f"{k}"), ("reste", float(n - k), f"{n - k}")),
                (french.percent(k, n), french.percent(k * 0.8, n)),
            )
        )
    bars = BarTable(
        "Communes couvertes par région",
        (("couverte", "couvertes", palette.COVERED), ("reste", "non couvertes", palette.UNCOVERED)),
        tuple(rows),
        ("communes", "population"),
        "communes",
    )
    return Annex(
        number=5,
        slug="annexe-5-couverture",
        title="Zone de couverture du monitoring de protection",
        subtitle="Communes couvertes en 2021, par partenaire",
        caption="Le monitoring couvre 180 des 701 communes du pays (26 %), où vivent 5,9 millions de personnes (31 % de la population).",  # noqa: E501
        alt_text="Carte de la couverture.",
        counts_line="180 communes couvertes sur 701",
        meta=META,
        layers=(areas, cercle_labels(country)),
        table=Table("Couverture", (), ()),
        message="Le monitoring couvre 180 communes sur 701 (26 %), où vivent 31 % des habitants",
        regions=regions(country),
        inset_box=inset_box(country),
        bars=(bars,),
        inset_cercles=inset_cercles(country),
    )


def annex6(country: Country, months: int = 6, seed: int = 3) -> Annex:
    series = _risk(country, months, seed)
    panels = []
    for m, values in enumerate(series):
        areas = Areas(
            "risque",
            "Niveau de risque de protection",
            country.finest,
            _counted(RISK_CLASSES, values),
            values,
            _changes(values) if m else (),
        )
        panels.append(
            Panel(f"2021-{m + 1:02d}", SHORT_NAMES[m] + " 2021", areas, "24 critiques, 87 sérieuses")
        )
    table = _finest(country)
    rows = []
    for pcode, name in zip(country.regions["pcode"], country.regions["name"], strict=True):
        for m, values in enumerate(series):
            inside = [
                values[p].class_key
                for p, r in zip(table["pcode"], table["region_pcode"], strict=True)
                if r == pcode
            ]
            counts = [inside.count(f"r{n}") for n in (1, 2, 3, 4)]
            if sum(counts):
                segments = tuple(
                    (f"r{n}", float(c), str(c)) for n, c in zip((1, 2, 3, 4), counts, strict=True)
                )
                rows.append(BarRow(SHORT_NAMES[m], segments, (str(sum(counts)),), name))
    strip = BarTable(
        "Communes par niveau, région et mois",
        tuple((f"r{lv.level}", lv.label, palette.RISK[lv.level - 1]) for lv in RISK_LEVELS),
        tuple(rows),
        ("Total",),
        "communes",
    )
    return Annex(
        number=6,
        slug="annexe-6-evolution-severite",
        title="Évolution de la sévérité : Ségou s'améliore, Kidal se dégrade",
        subtitle=f"Niveau de risque de protection par commune, janvier à {SHORT_NAMES[months - 1].lower()} 2021",
        caption="De janvier à juin, le nombre de communes au niveau critique est passé de 18 à 24.",
        alt_text="Cartes mensuelles du risque.",
        counts_line="180 communes évaluées en juin",
        meta=META,
        layers=(),
        table=Table("Évolution", (), ()),
        panels=tuple(panels),
        inset_cercles=inset_cercles(country),
        message="Sérieux ou critique : de 48 % des communes en janvier à 56 % en juin",
        movers=movers(country, series[-1]) if months > 1 else (),
        movers_title="Communes dont le niveau a changé depuis mai",
        regions=regions(country),
        inset_box=inset_box(country),
        bars=(strip,),
    )


def all_annexes(country: Country) -> tuple[Annex, ...]:
    return annex1(country), annex2(country), annex3(country), annex5(country), annex6(country)
