"""Made-up annexes for the tests of the pages: every kind of layer and value, seeded, for any Country."""

from __future__ import annotations

import dataclasses
import random
from typing import Any

import geopandas as gpd
from shapely import Polygon, affinity
from shapely.geometry import box

from pipeline import palette
from pipeline.annexes.model import (
    Annex,
    Areas,
    AreaValue,
    BarRow,
    BarTable,
    ChangeEntry,
    ClassEntry,
    Column,
    Event,
    Flow,
    Flows,
    KeyFigure,
    Label,
    Labels,
    Meta,
    Panel,
    Symbol,
    SymbolKey,
    Symbols,
    Table,
    TrendPoint,
)
from pipeline.french import Month
from pipeline.geography.country import AREA_COLUMNS, Country, Source
from pipeline.taxonomy import ALERT_TYPES, CATEGORIES, RISK_LEVELS

MONTHS = Month(2021, 6).year_to_date()
NAMES = ("Koubewel Koundia", "Tombouctou", "N'Tillit", "Soïboulé", "Ségué Iré", "Djenné", "Alafia", "Ber")

META = Meta(
    month="2021-06",
    month_label="juin 2021",
    audience="partenaires",
    audience_label="Partenaires du Cluster Protection",
    bulletin="6",
    sources="Monitoring de protection, Cluster Protection Mali",
    credits=("Limites : essai", "Fond : Natural Earth"),
    boundary_label="COD-AB Mali",
    boundary_vintage="2021-12-20",
    produced_on="2021-07-12",
    example=True,
    approximate=False,
    pipeline_version="0.1.0",
    disclaimer="Les frontières et les noms indiqués n’impliquent ni reconnaissance ni acceptation officielles.",
    online_background=True,
)


def small_country(by_cercle: bool = False) -> Country:
    """2 regions of 2 cercles of 4 communes, squares in Mali's extent; one commune is an island in another."""
    rows: dict[str, list[tuple[Any, ...]]] = {"pays": [], "region": [], "cercle": [], "commune": []}

    def add(level: str, code: str, name: str, parent: str, cercle: str, shape: Polygon) -> None:
        rows[level].append((code, name, parent, code[:4], cercle, "2021-12-20", shape))

    names = iter(NAMES * 2)
    for r in range(2):
        region = f"ML{r + 1:02d}"
        add("region", region, ("Mopti", "Tombouctou")[r], "ML", "", box(-8 + 5 * r, 12, -3 + 5 * r, 22))
        for c in range(2):
            cercle = f"{region}{c + 1:02d}"
            shape = box(-8 + 5 * r, 12 + 5 * c, -3 + 5 * r, 17 + 5 * c)
            add(
                "cercle",
                cercle,
                ("Douentza", "Bankass", "Diré", "Tombouctou")[2 * r + c],
                region,
                cercle,
                shape,
            )
            for k in range(4):
                x, y = -8 + 5 * r + 2.5 * (k % 2), 12 + 5 * c + 2.5 * (k // 2)
                square = box(x, y, x + 2.5, y + 2.5)
                code = f"{cercle}{k + 1:02d}"
                if code == "ML010102":
                    square = square.difference(affinity.scale(square, 0.4, 0.4))
                add("commune", code, next(names), cercle, cercle, square)
    hole = affinity.scale(box(-5.5, 12, -3, 14.5), 0.4, 0.4)
    add("commune", "ML010105", "Enclave", "ML0101", "ML0101", hole)
    add("pays", "ML", "Mali", "", "", box(-8, 12, 2, 22))
    rows["commune"].sort()
    frames = {
        level: gpd.GeoDataFrame(found, columns=[*AREA_COLUMNS, "geometry"], geometry="geometry", crs=4326)
        for level, found in rows.items()
    }
    empty = frames["commune"].iloc[:0]
    return Country(
        source=Source(
            "approchees" if by_cercle else "utilisateur",
            "Grille" if by_cercle else "Essai",
            "2021-12-20",
            "0" * 64,
            "Essai",
        ),
        pays=frames["pays"],
        regions=frames["region"],
        cercles=frames["cercle"],
        communes=empty if by_cercle else frames["commune"],
        localities=empty,
    )


def _names(country: Country) -> dict[str, tuple[str, str, str]]:
    """P-code of each finest area -> name, cercle, region."""
    layer = country.layer(country.finest)
    cercles, regions = country.names("cercle"), country.names("region")
    return {
        row.pcode: (row.name, cercles[row.pcode[:6]], regions[row.region_pcode])
        for row in layer[["pcode", "name", "region_pcode"]].itertuples(index=False)
    }


def _point(country: Country, level: str, code: str) -> tuple[float, float]:
    layer = country.layer(level)
    point = layer.loc[layer["pcode"] == code].geometry.iloc[0].representative_point()
    return (point.x, point.y)


def _cercle_labels(country: Country) -> Labels:
    return Labels(
        "noms",
        tuple(
            Label(name, *_point(country, "cercle", code), "cercle", rank, "both", code)
            for rank, (code, name) in enumerate(country.names("cercle").items())
        ),
    )


def _others() -> tuple[ClassEntry, ...]:
    return (
        ClassEntry("zero", "Aucune violation", palette.ZERO, "zero"),
        ClassEntry("nodata", "Sans données", palette.NO_DATA, "nodata", "diagonal", palette.NO_DATA_HATCH),
        ClassEntry("uncovered", "Non couverte", palette.UNCOVERED, "uncovered"),
        ClassEntry(
            "suppressed", "Non publié", palette.SUPPRESSED, "suppressed", "dots", palette.SUPPRESSED_HATCH
        ),
    )


def _tallied(classes: tuple[ClassEntry, ...], values: dict[str, AreaValue]) -> tuple[ClassEntry, ...]:
    found = [value.class_key for value in values.values()]
    return tuple(dataclasses.replace(entry, count=found.count(entry.key)) for entry in classes)


def incidents(country: Country, meta: Meta = META, seed: int = 1) -> Annex:
    """Annex 1: every kind of fill, facts, a trend, pies by cercle (one hollow)."""
    rng = random.Random(seed)
    names = _names(country)
    classes = (
        tuple(
            ClassEntry(f"c{i + 1}", label, palette.VIOLATIONS[i])
            for i, label in enumerate(("1 à 4", "5 à 19", "20 à 49", "50 à 99", "100 et plus"))
        )
        + _others()
    )
    texts = {
        "c1": "1 à 4",
        "zero": "0",
        "nodata": "sans données",
        "uncovered": "non couverte",
        "suppressed": "non publié",
    }
    lows = {"c2": 5, "c3": 20, "c4": 50, "c5": 100}
    values, rows = {}, []
    for i, (code, (name, cercle, region)) in enumerate(names.items()):
        key = classes[i % len(classes) if i < 18 else rng.choice((0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 7, 7, 8))].key
        figure: str | int = texts[key] if key in texts else lows[key] + rng.randrange(5)
        text = str(figure)
        heights = [None if key in ("nodata", "uncovered", "suppressed") else rng.random() for _ in MONTHS]
        trend = tuple(
            TrendPoint(str(month), text if month == MONTHS[-1] else str(rng.randrange(9)), height)
            for month, height in zip(MONTHS, heights, strict=True)
        )
        values[code] = AreaValue(
            key, text, (("Région", region), ("Cercle", cercle), ("Violations, juin 2021", text)), trend=trend
        )
        rows.append((region, cercle, name, 0 if key == "zero" else figure))
    return Annex(
        number=1,
        slug="annexe-1-incidents",
        title="Incidents de protection",
        subtitle="Violations documentées, juin 2021",
        caption="En juin 2021, 1\u202f237 violations ont été documentées.",
        alt_text="Carte du Mali par commune.",
        counts_line="1\u202f237 violations, dont 12 non localisées",
        meta=meta,
        layers=(
            Areas("violations", "Violations par commune", country.finest, _tallied(classes, values), values),
            _cercle_labels(country),
        ),
        table=Table(
            "Violations par commune",
            (
                Column("region", "Région"),
                Column("cercle", "Cercle"),
                Column("commune", "Commune"),
                Column("violations", "Violations, juin 2021", "number"),
            ),
            tuple(rows),
            tuple(names),
        ),
        notes=("Les effectifs de 1 à 4 sont donnés en classe.",),
        figures=(
            KeyFigure("violations en juin", "1\u202f237", "up", "560 en mai"),
            KeyFigure("Droit à la vie", "164", "down", "170 en mai"),
            KeyFigure("Propriété", "20", "same"),
        ),
        inset_cercles=("ML0101",),
    )


def alerts(country: Country, meta: Meta = META) -> Annex:
    """Annex 2: an icon of each type, three at one place; arrows, one loop, one without a number."""
    codes = list(country.names("cercle"))
    symbols, flows, cards, rows = [], [], [], []
    for i, kind in enumerate((*ALERT_TYPES, ALERT_TYPES[3], ALERT_TYPES[0], ALERT_TYPES[0])):
        number = str(i + 1)
        code = codes[0] if i >= len(ALERT_TYPES) else codes[i % len(codes)]
        at = _point(country, "cercle", code)
        where = f"cercle {country.names('cercle')[code]}"
        facts = (("Événement", kind.label), ("Lieu", where))
        symbols.append(
            Symbol(f"e{number}", *at, 1.0, ((kind.key, 1.0),), where, number, "cercle", code, facts)
        )
        if kind.key in ("mouvement", "retour"):
            stays = kind.key == "retour"
            to = None if stays else _point(country, "cercle", codes[-1 if i == 3 else 1])
            flows.append(
                Flow(
                    f"m{number}",
                    at,
                    to,
                    0.0 if stays else 350.0 / (i - 2),
                    "350 ménages",
                    number,
                    stays,
                    facts,
                )
            )
        cards.append(Event(number, kind.key, kind.label, where, "350 ménages" if i == 3 else ""))
        rows.append((number, kind.label, where, 350 if i == 3 else None))
    return Annex(
        number=2,
        slug="annexe-2-alertes-flash",
        title="Alertes flash",
        subtitle="Événements signalés, juin 2021",
        caption="11 alertes ont été signalées en juin 2021.",
        alt_text="Carte des alertes.",
        counts_line="11 alertes",
        meta=meta,
        layers=(
            Flows("mouvements", "Ménages déplacés", palette.FLOW, tuple(flows), (50.0, 150.0, 350.0)),
            Symbols(
                "evenements",
                "Type d’événement",
                tuple(
                    SymbolKey(
                        a.key, a.label, palette.ALERTS[a.key], a.symbol, sum(e.key == a.key for e in cards)
                    )
                    for a in ALERT_TYPES
                ),
                tuple(symbols),
            ),
            _cercle_labels(country),
        ),
        table=Table(
            "Alertes flash",
            (
                Column("numero", "N°"),
                Column("evenement", "Événement"),
                Column("lieu", "Lieu"),
                Column("menages", "Ménages", "number"),
            ),
            tuple(rows),
            tuple(f"alerte-{row[0]}" for row in rows),
        ),
        events=tuple(cards),
        events_title="Événements",
        inset_cercles=("ML0101",),
    )


def _risk(country: Country, seed: int) -> tuple[Areas, ...]:
    """One choropleth of levels for each month: some communes change, some are not assessed or not covered."""
    rng = random.Random(seed)
    names = _names(country)
    history: dict[str, list[int]] = {}
    for i, code in enumerate(names):
        history[code] = [(i % 6 + rng.choice((0, 0, 1)) * (i % 3 == 0)) % 6 for _ in MONTHS]
    out = []
    for m, month in enumerate(MONTHS):
        values = {}
        for code in names:
            levels = history[code]
            text = _level(levels[m])
            before = levels[m - 1] if m else 0
            change = ""
            if m and 1 <= levels[m] <= 4 and 1 <= before <= 4:
                change = "up" if levels[m] > before else "down" if levels[m] < before else "same"
            trend = tuple(
                TrendPoint(str(past), _level(levels[p]), levels[p] / 4 if 1 <= levels[p] <= 4 else None)
                for p, past in enumerate(MONTHS[: m + 1])
            )
            key = {0: "nodata", 5: "uncovered"}.get(levels[m]) or f"n{levels[m]}"
            values[code] = AreaValue(key, text, (("Niveau, " + month.label, text),), change, trend)  # type: ignore[arg-type]
        entries = tuple(
            ClassEntry(f"n{level.level}", level.label, palette.RISK[level.level - 1], meaning=level.points)
            for level in RISK_LEVELS
        ) + tuple(entry for entry in _others() if entry.key in ("nodata", "uncovered"))
        counts = [value.change for value in values.values()]
        changes = (
            ChangeEntry("up", "Niveau plus grave", palette.WORSE, counts.count("up")),
            ChangeEntry("down", "Niveau moins grave", palette.BETTER, counts.count("down")),
        )
        out.append(
            Areas("risque", "Niveau de risque", country.finest, _tallied(entries, values), values, changes)
        )
    return tuple(out)


def _level(level: int) -> str:
    return {0: "sans données", 5: "non couverte"}.get(level) or RISK_LEVELS[level - 1].label


def _bars(country: Country, groups: bool = False) -> tuple[BarTable, ...]:
    keys = tuple((f"n{r.level}", r.label, palette.RISK[r.level - 1]) for r in RISK_LEVELS)
    rows = tuple(
        BarRow(
            month.short if groups else name,
            tuple((key, float(i), str(i)) for i, (key, _, _) in enumerate(keys)),
            ("6",),
            name if groups else "",
        )
        for name in country.names("region").values()
        for month in (MONTHS if groups else MONTHS[-1:])
    )
    return (BarTable("Communes par niveau et par région", keys, rows, ("Total",), "communes"),)


def risk(country: Country, meta: Meta = META, seed: int = 3) -> Annex:
    """Annex 3."""
    names = _names(country)
    areas = _risk(country, seed)[-1]
    return Annex(
        number=3,
        slug="annexe-3-indice-risque",
        title="Indice de risque de protection",
        subtitle="Niveau de risque par commune, juin 2021",
        caption="En juin 2021, 6 communes sont au niveau sérieux ou critique.",
        alt_text="Carte du Mali par commune.",
        counts_line="180 communes",
        meta=meta,
        layers=(areas, _cercle_labels(country)),
        table=Table(
            "Niveau de risque par commune",
            (
                Column("region", "Région"),
                Column("cercle", "Cercle"),
                Column("commune", "Commune"),
                Column("niveau", "Niveau, juin 2021"),
            ),
            tuple((r, c, n, areas.values[code].text) for code, (n, c, r) in names.items()),
            tuple(names),
        ),
        bars=_bars(country),
    )


def evolution(country: Country, meta: Meta = META, seed: int = 3) -> Annex:
    """Annex 6."""
    names = _names(country)
    months = _risk(country, seed)
    return Annex(
        number=6,
        slug="annexe-6-evolution-severite",
        title="Évolution de la sévérité",
        subtitle="Niveau de risque par commune, janvier – juin 2021",
        caption="La part des communes au niveau sérieux ou critique est passée de 20 % à 30 %.",
        alt_text="Petites cartes du Mali, une par mois.",
        counts_line="180 communes",
        meta=meta,
        layers=(),
        table=Table(
            "Niveau de risque par commune et par mois",
            (
                Column("region", "Région"),
                Column("cercle", "Cercle"),
                Column("commune", "Commune"),
                *(Column(str(month), month.title) for month in MONTHS),
            ),
            tuple(
                (r, c, n, *(areas.values[code].text for areas in months)) for code, (n, c, r) in names.items()
            ),
            tuple(names),
        ),
        bars=_bars(country, groups=True),
        panels=tuple(
            Panel(str(month), month.title, areas, "2 en aggravation" if month == MONTHS[-1] else "")
            for month, areas in zip(MONTHS, months, strict=True)
        ),
    )


def listing(meta: Meta = META, rows: int = 3580, seed: int = 4) -> Annex:
    """Annex 4: a table of ten columns and no map."""
    rng = random.Random(seed)
    regions = {
        "Mopti": ("Douentza", "Bankass", "Koro"),
        "Gao": ("Ansongo", "Gao"),
        "Ségou": ("Niono", "Macina"),
    }
    found = []
    for i in range(rows):
        region = rng.choice(list(regions))
        category = rng.choice(CATEGORIES)
        month = rng.choice(MONTHS)
        found.append(
            (
                f"V{i:05d}",
                str(month),
                f"{month}-{rng.randrange(1, 29):02d}",
                region,
                rng.choice(regions[region]),
                category.label,
                rng.choice(category.types),
                rng.choice(("Femme", "Homme", None)),
                rng.choice((None, "1 à 4", 5, 12, 120)),
                rng.choice(("7h-17h", "17h-22h", "")),
            )
        )
    columns = (
        Column("id", "Identifiant"),
        Column("mois", "Mois", "month"),
        Column("date", "Date", "date"),
        Column("region", "Région"),
        Column("cercle", "Cercle"),
        Column("categorie", "Catégorie"),
        Column("type", "Type"),
        Column("sexe", "Sexe"),
        Column("nombre", "Nombre", "number"),
        Column("tranche", "Tranche horaire"),
    )
    return Annex(
        number=4,
        slug="annexe-4-liste-incidents",
        title="Liste des incidents",
        subtitle="Violations documentées, janvier à juin 2021",
        caption="La liste compte 3\u202f580 lignes.",
        alt_text="Tableau des violations.",
        counts_line="3\u202f580 violations",
        meta=meta,
        layers=(),
        table=Table("Liste des incidents", columns, tuple(found)),
    )


def all_annexes(country: Country, meta: Meta = META) -> tuple[Annex, ...]:
    """Annexes 1, 2, 3, 4 and 6 (5 is a choropleth like 3)."""
    return (
        incidents(country, meta),
        alerts(country, meta),
        risk(country, meta),
        listing(meta),
        evolution(country, meta),
    )


# ---------------------------------------------------------------- hostile text

HOSTILE = (
    "<img src=x onerror=window.hacked=1>",
    "${window.hacked=1}`+window.hacked+`",
    "</script><script>window.hacked=1</script>",
    "{{ 7*7 }}{% raw %}'\"\\",
    "\u202eenvers\u202c \u200fabc",
    "<!--" + "é" * 5000,
    "\u2028a\u2029b\x00c",
)
TEXTS = {
    "title", "subtitle", "caption", "alt_text", "counts_line", "label", "text", "meaning", "detail", "where", "note",
    "sources", "audience_label", "bulletin", "boundary_label", "disclaimer", "rollup_note", "events_title", "unit",
    "value", "precision", "notes", "credits", "texts", "facts", "month_label", "group",
}  # fmt: skip


def hostile(annex: Annex) -> Annex:
    """The same annex with a hostile text in front of every text that a page shows."""
    count = iter(range(10**9))

    def spoil(value: Any, text: bool) -> Any:
        if isinstance(value, str):
            return f"{HOSTILE[next(count) % len(HOSTILE)]} {value}" if text else value
        if isinstance(value, tuple):
            return tuple(spoil(item, text) for item in value)
        if isinstance(value, dict):
            return {key: spoil(item, text) for key, item in value.items()}
        if isinstance(value, Table):
            rows = tuple(tuple(spoil(cell, True) for cell in row) for row in value.rows)
            return dataclasses.replace(
                value, rows=rows, title=spoil(value.title, True), columns=spoil(value.columns, False)
            )
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            changed = {
                f.name: spoil(getattr(value, f.name), f.name in TEXTS) for f in dataclasses.fields(value)
            }
            return dataclasses.replace(value, **changed)
        return value

    return spoil(annex, False)


def hostile_country(country: Country) -> Country:
    """The same country with hostile names."""
    changed = {}
    for level in ("regions", "cercles", "communes"):
        table = getattr(country, level).copy()
        table["name"] = [f"{HOSTILE[i % len(HOSTILE)]} {name}" for i, name in enumerate(table["name"])]
        changed[level] = table
    return dataclasses.replace(country, **changed)
