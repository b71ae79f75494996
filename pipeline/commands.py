"""What each command of the command line does: arguments are read already, files are written here.

The bulletin's modules are loaded by the commands that need them: to check a month is not to draw it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline import french, workers
from pipeline import register as register_of
from pipeline.annexes import LIST, Stage
from pipeline.annexes.model import Annex, Areas
from pipeline.bilan import (
    APPROXIMATE_WARNING,
    BilanLine,
    bilan_of,
    limits_of,
    refuse_unconfirmed,
    text_of,
    write_bilan,
)
from pipeline.cache import kept
from pipeline.disclosure.policy import policy_of
from pipeline.disclosure.publish import KEY, record_of, told_months
from pipeline.disclosure.published import Published
from pipeline.errors import InputError
from pipeline.files import copy, private, scratch, write_bytes
from pipeline.french import NBSP, Month, agree, day_label, number, percent, plain, plural
from pipeline.freshness import MANIFEST, entries
from pipeline.geography import Country, load
from pipeline.geography.divisions import CERTAINTIES, DivisionKey, division, in_force
from pipeline.geography.retold import astray, chosen, held, in_division
from pipeline.geography.sources import Say
from pipeline.manifest import ARCHIVES, Output, made_in, made_with, refuse_edited, refuse_stale
from pipeline.month_data import MonthData, ToldDivisions, country_for, own_division, read_month
from pipeline.places import Gazetteer
from pipeline.places.lectures import KINDS, lectures
from pipeline.places.place import level_word
from pipeline.records.read import months_in, read_lineage
from pipeline.runner import (
    VECTORS,
    Beside,
    Bulletin,
    Exhibit,
    Exhibited,
    Marks,
    Order,
    files_of,
    ground_of,
    lean,
    located,
    marks_of,
    month_of,
    own_divisions,
    pages,
    register,
    secret_of,
    specify,
    stage_of,
    too_many_refused,
)
from pipeline.scan import forbidden_of
from pipeline.taxonomy import CATEGORIES

if TYPE_CHECKING:
    from pipeline.bulletin.boxes import RegionBox

# The bulletin's files for one month and audience, beside the annexes that `runner` drew.


MOST_NAMED = 4
MOST_TOLD = 25
"""Differences that `make check` prints; all of them are in revue/."""


def compare(order: Order, other: Month, say: Say) -> None:
    """Make the page that compares the month with another one. Raises PipelineError."""
    from pipeline.bulletin.compare import compare_months, write_comparison

    if other == order.month:
        raise InputError(
            f"MONTH et WITH sont le même mois, {other}",
            "il n’y a rien à comparer, aucune page n’est écrite",
            f"choisir un autre mois, par exemple WITH={order.month.previous()}",
        )
    if other not in (there := months_in(order.inputs)):
        named = ", ".join(str(one) for one in there if one != order.month)
        raise InputError(
            f"il n’y a pas de dossier {other} dans {order.inputs}",
            f"{order.month.label} n’est comparé à rien, aucune page n’est écrite",
            f"choisir avec WITH= un mois qui est là : {named or 'aucun pour l’instant'}",
        )
    order = _as_made(order)
    stage, data = _read(order)
    # Both months in one division, whichever was in force in the other: what is compared must be the same areas.
    divided = order.division or stage.country.division or ""
    earlier, before = _read(replace(order, month=other, division=divided, correction=""))
    for read in (data, before):  # what no map is drawn of is compared with nothing
        if refused := too_many_refused(order, read):
            raise refused
    page = compare_months(stage, earlier.published)
    target = write_comparison(page, stage.country.finest, order.folder, stage.country)
    summary = " ".join(f"{section.title} : {section.text}" for section in page.sections)
    made = [Output(target.name, page.title, summary, "")]
    register(order, stage, data, marks_of(order, stage, specify(stage), data), made, say)
    say(f"{target} : {page.title}")


def reprinted_alike(order: Order, say: Say) -> bool:
    """Compare every figure that is printed in more than one place, tell the differences, and whether all
    agree. Everything compared stands in revue/rapprochement-<audience>.csv. Raises PipelineError."""
    from pipeline.bulletin.reconcile import SLIPS, reconcile, write_report

    order = _as_made(order)
    stage, data = _read(order)
    path = order.folder / "manifest.json"
    if path.exists():
        refuse_stale(order.folder, files_of(order, data), stage.country.source, "rien n’est rapproché")
        refuse_edited(order.folder, "rien n’est rapproché")
    manifest = json.loads(path.read_text("utf-8")) if path.is_file() else None
    compared = reconcile(stage, specify(stage), manifest, order.folder)
    found = [item for item in compared if item.told != item.expected]
    for mismatch in found[:MOST_TOLD]:
        say(mismatch.text())
    if len(found) > MOST_TOLD:
        say(f"… et {number(len(found) - MOST_TOLD)} autres, dans le rapprochement nommé plus bas")
    for line in placed_otherwise(data, order.review_folder):
        say(line)
    report = write_report(compared, order.audience, private(order.review_folder))
    say(
        f"{number(len(compared))} chiffres et textes rapprochés ({order.audience}), {number(len(found))} "
        f"{agree(len(found), 'différent')}"
    )
    slips = SLIPS.get(str(order.month), ())
    if slips:
        say(f"Le bulletin imprimé {order.month.of_label} se contredit lui-même {len(slips)} fois{NBSP}:")
    for slip in slips:
        say(f"- {slip.text}")
    say(f"Tout ce qui a été rapproché, ligne par ligne{NBSP}: {report}")
    return not found


def placed_otherwise(data: MonthData, review: Path) -> list[str]:
    """Each drawn place held against the region and the cercle that its row writes: one line for each difference."""
    read = lectures(located(data.placed), data.gazetteer, drawn=data.drawn)
    found = [one for one in read if one.change.column in ("region", "cercle") and one.change.code]
    rows = sum(one.rows for one in found)
    divided = sum(one.rows for one in found if one.change.kind == "découpage")
    head = f"{plural(rows, 'ligne')} où ils diffèrent" if rows else "rien ne diffère"
    head += f", dont {number(divided)} seulement parce que la division du Mali a changé" if divided else ""
    listed = review / "lectures.csv"
    lines = [
        f"Lieux placés contre région et cercle écrits : {head}{f' (tous dans {listed})' if found else ''}"
    ]
    # What another division names otherwise is no slip: it is counted, and stands in the list.
    found = [one for one in found if one.change.kind != "découpage"]
    for one in found[:MOST_TOLD]:
        change = one.change
        told = f"- {level_word(change.column)} « {change.written} » : {change.read} ({KINDS[change.kind]})"
        lines.append(f"{told} ; {plural(one.rows, 'ligne')}, par exemple {one.example}")
    if len(found) > MOST_TOLD:
        lines.append(f"… et {number(len(found) - MOST_TOLD)} autres, dans {listed}")
    return lines


def _as_made(order: Order) -> Order:
    """The order in the division that the folder's files were made in, where it does not ask for one itself, and with the
    correction that they bring."""
    return replace(
        order, division=order.division or made_in(order.folder), correction=made_with(order.folder)
    )


def _read(order: Order) -> tuple[Stage, MonthData]:
    policy_of(order.audience)  # before anything is read
    country, data = month_of(order)
    return stage_of(order, data, country), data


def drawings(order: Order, stage: Stage, annexes: Sequence[Annex], marks: Marks) -> list[Exhibit]:
    """All that the bulletin shows: first a page for each map, then each chart and box."""
    from pipeline.bulletin.boxes import boxes, shown
    from pipeline.bulletin.charts import bulletin_charts, mark_of, parts_charts, write_chart, write_parts
    from pipeline.bulletin.tables import bulletin_tables

    meta = stage.meta
    charts = bulletin_charts(bulletin_tables(stage.published), meta)
    areas = next(layer for layer in annexes[0].layers if isinstance(layer, Areas))
    said, mark = stage.country.said, mark_of(meta)
    maps = [annex for annex in annexes if annex.number != LIST]
    return [
        *(((pages, (order, one, marks.annexes[one.number], said, VECTORS)), None) for one in maps),
        *(((picture, (write_chart, one)), (one.title, one.reading, one.alt_text)) for one in charts),
        *(
            ((picture, (write_parts, one)), (one.title, one.reading, one.alt_text))
            for one in parts_charts(stage.published, meta)
        ),
        *(
            (
                (picture_of_box, (order, one, shown(one, areas, stage.country), said, mark)),
                (f"{one.heading} – {meta.month_label}", one.headline, one.alt_text),
            )
            for one in boxes(stage)
        ),
    ]


def files(
    order: Order,
    stage: Stage,
    annexes: Sequence[Annex],
    shown: list[Exhibited],
    beside: Beside,
) -> list[Output]:
    """Write the bulletin's files beside the annexes already drawn, and say what they are. shown: what came of `drawings`,
    which is emptied here. beside: see `run`."""
    from pipeline.bulletin.boxes import boxes
    from pipeline.bulletin.charts import bulletin_charts, parts_charts
    from pipeline.bulletin.document import SLUG as DOCX
    from pipeline.bulletin.document import SLUG_PDF_FILE as PDF
    from pipeline.bulletin.document import document, write_docx, write_pdf
    from pipeline.bulletin.tables import SLUG as TABLES
    from pipeline.bulletin.tables import bulletin_tables, write_tables

    meta, folder = stage.meta, order.folder
    tables = bulletin_tables(stage.published)
    readings = " ".join(table.reading for table in tables)
    made = [Output(TABLES, f"Tableaux du bulletin – {meta.month_label}", readings, "")]
    charts, parts = bulletin_charts(tables, meta), parts_charts(stage.published, meta)
    found = boxes(stage)

    with scratch() as vectors:
        for texts, done in shown:
            if texts is None:
                for name, data in (item for one in done for item in one.items()):
                    (vectors / name).write_bytes(data)
                continue
            for name, data in done.items():
                write_bytes(folder / name, data)
            made += _outputs([folder / name for name in done], *texts)
        shown.clear()  # held no longer where Word and PDF are set
        content = document(annexes, tables, charts, parts, found, folder, vectors)
        lean(True)
        if workers.FORKS:  # Word and PDF are set, and searched, in the room of what the maps were drawn with
            workers.stop()
            beside(False)
        tasks = [(write_pdf, (content, vectors / PDF)), (write_docx, (content, vectors / DOCX))]
        workers.share(tasks, lambda: write_tables(tables, meta, folder / TABLES))
        for name in (DOCX, PDF):
            copy(vectors / name, folder / name)
    paths = (folder / DOCX, folder / PDF)
    told = " ".join(annex.caption for annex in annexes)
    made += _outputs(paths, content.title, told, "")
    _remove_stale(folder, made)
    return made


BULLETIN = Bulletin(drawings, files)


def picture(write: Callable[[Any, Path], Sequence[Path]], chart: object) -> dict[str, bytes]:
    """The files of a chart, by name. write: draws it into a folder."""
    return kept("graphique", (write.__name__, chart), lambda: _files(lambda folder: write(chart, folder)))


def picture_of_box(
    order: Order, box: RegionBox, areas: Areas, said: tuple[str, str] | None, mark: str
) -> dict[str, bytes]:
    """The files of a box's map, by name. said: of the country."""
    from pipeline.bulletin.boxes import write_map

    country = ground_of(order, said).country
    given = said and (box, areas, said, mark)

    def make() -> dict[str, bytes]:
        lean()
        return _files(lambda at: write_map(box, areas, country, mark, at))

    return kept("encadré", given, make)


def _files(write: Callable[[Path], Sequence[Path]]) -> dict[str, bytes]:
    with scratch() as folder:
        return {path.name: path.read_bytes() for path in write(folder)}


def _remove_stale(folder: Path, made: Sequence[Output]) -> None:
    """A chart or box that this month and audience no longer have must not stay from an earlier run."""
    names = {output.path for output in made}
    for path in (*folder.glob("graphique-*"), *folder.glob("encadre-*")):
        if path.name not in names:
            path.unlink()


def _outputs(paths: Sequence[Path], title: str, caption: str, alt_text: str) -> list[Output]:
    return [Output(path.name, title, caption, alt_text) for path in paths]


# Totals against the published ones: the bulletin and its maps must say the same.


TABLE_NAMES = {"region": "région", "categorie": "catégorie", "cercle": "cercle"}


@dataclass(frozen=True)
class Difference:
    """A cell where the data and the bulletin differ. found: in the data; published: in the bulletin."""

    month: str
    table: str
    name: str
    found: int
    published: int

    def text(self) -> str:
        """French, naming the cell."""
        gap = self.found - self.published
        where = f"{Month.parse(self.month).label}, {TABLE_NAMES[self.table]} « {self.name} »"
        return (
            f"{where} : {number(self.found)} dans les données, {number(self.published)} dans le bulletin "
            f"(écart {'+' if gap > 0 else ''}{number(gap)})"
        )


def differences(
    incidents: pd.DataFrame, published: pd.DataFrame, cercle_names: Mapping[str, str], until: Month
) -> list[Difference]:
    """Every published cell of the year up to `until` that the data contradict, in the file's order.

    incidents: as in Indicators. published: mois, tableau, nom, valeur. Names are compared without regard to
    case and accents; a name that the data do not have counts as zero.
    """
    labels = {plain(category.label): category.key for category in CATEGORIES}
    labels |= {plain(category.key): category.key for category in CATEGORIES}
    keys = {
        "region": map(plain, incidents["region"]),
        "categorie": iter(incidents["categorie"]),
        "cercle": (plain(cercle_names.get(code, "")) for code in incidents["cercle_pcode"]),
    }
    tallies = {table: Counter(zip(incidents["month"], names, strict=True)) for table, names in keys.items()}
    found = []
    for row in published.itertuples():
        month = str(row.mois)
        if month > str(until) or row.tableau not in tallies:
            continue
        key = plain(str(row.nom))
        key = labels.get(key, key) if row.tableau == "categorie" else key
        count = tallies[str(row.tableau)][month, key]
        if count != int(row.valeur):
            found.append(Difference(month, str(row.tableau), str(row.nom), count, int(row.valeur)))
    return found


# What the officer does around the maps: check totals, open a month, decide on places, pack for sharing.


def against_published(order: Order, say: Say) -> list[Difference]:
    """Compare the data with the published totals, tell every difference, and return them."""
    inputs, month = order.inputs, order.month
    country, data = month_of(order)
    if data.inputs.totaux is None:
        # The template that a new month opens is a file, without a line: to call it missing would be false.
        empty = any(found.table == "totaux_publies" for found in data.inputs.all_findings())
        folder = inputs / str(month.year)
        raise InputError(
            f"{folder} : le tableau totaux_publies n’a aucune ligne"
            if empty
            else f"aucun fichier totaux_publies dans {folder}",
            "rien ne dit si les cartes et le bulletin donnent les mêmes chiffres",
            "une fois le bulletin imprimé, y recopier ses totaux, un par ligne : mois, tableau (region, categorie ou "
            "cercle), nom, valeur",
        )
    if data.inputs.totaux.refused:
        first = data.inputs.totaux.refused[0]
        raise InputError(
            f"{first.file}, ligne {first.row} : {first.problem} ({len(data.inputs.totaux.refused)} totaux refusés)",
            "ces totaux publiés ne sont pas comparés aux cartes",
            first.fix,
        )
    rows = data.inputs.totaux.rows
    found = []
    for key, months in _divisions_of(rows, own_divisions(order), country).items():
        # A printed total is of the month's own division, whichever is drawn.
        ground = country if key == country.division else in_division(country.reading or country, key)
        told = data if ground is country else read_month(inputs, month, ground)
        part = rows[rows["mois"].astype(str).isin(months)]
        found += differences(told.indicators.incidents, part, ground.names("cercle"), month)
    for difference in found:
        say(difference.text())
    compared = int((rows["mois"].astype(str) <= str(month)).sum())
    if not (rows["mois"].astype(str) == str(month)).any():
        say(f"Non comparé : aucun total publié {month.of_label} dans totaux_publies")
    say(f"{number(compared)} totaux publiés comparés, {number(len(found))} {agree(len(found), 'différent')}")
    if country.reading is not None:
        found += _across(read_month(inputs, month, country.reading), data, country, say)
    elif in_force(month.last_day) == "2025" and any(one.key == "2025" for one in held(country)):
        new = in_division(country, "2025")
        found += _across(data, read_month(inputs, month, new), new, say)
    return found


def _divisions_of(
    rows: pd.DataFrame, told: ToldDivisions, country: Country
) -> dict[DivisionKey | None, set[str]]:
    """Division of printed totals -> their months: as the month was told, else the one in force in it, where the
    boundaries have it."""
    there: dict[str, DivisionKey] = {one.key: one.key for one in held(country.reading or country)}
    found: dict[DivisionKey | None, set[str]] = {}
    for text in sorted(set(rows["mois"].astype(str))):
        month = Month.parse(text)
        wanted = (told.get(month, ""), in_force(month.last_day))
        key = next((there[one] for one in wanted if one in there), country.division)
        found.setdefault(key, set()).add(text)
    return found


def _across(old: MonthData, new: MonthData, country: Country, say: Say) -> list[Difference]:
    """Reconcile the regions of both divisions row for row, both ways, and tell the month's; each row must have gone
    where the lineage sends its commune, and none may be lost. Returns a difference for each region that is not so."""
    before, after = old.indicators.incidents, new.indicators.incidents
    names = [country.reading.names("region") if country.reading else {}, country.names("region")]
    ways: Counter[tuple[str, str, str]] = Counter(
        zip(before["month"], before["region_pcode"], after["region_pcode"], strict=True)
    )
    allowed = {
        (division("2021").region(code), division("2025").region(line.cercle))
        for code, line in country.lineage.lines.items()
    }
    codes = {(one.code, other.code) for one, other in allowed if one and other}
    astray_rows: Counter[tuple[str, str]] = Counter()
    for (month, one, other), count in ways.items():
        if one and other and (one, other) not in codes:
            astray_rows[month, names[0].get(one, "")] += count
    current = str(new.inputs.month)
    for at, (key, other_key) in enumerate((("2021", "2025"), ("2025", "2021"))):
        for region in sorted({way[1 + at] for way in ways if way[0] == current} - {""}):
            parts = {
                way[2 - at]: count
                for way, count in ways.items()
                if way[0] == current and way[1 + at] == region
            }
            told = " + ".join(
                f"{names[1 - at].get(code, 'sans région')} {number(count)}"
                for code, count in sorted(parts.items(), key=lambda item: -item[1])
            )
            say(f"{names[at][region]} ({key}) {number(sum(parts.values()))} = {told} ({other_key})")
    lost = [
        Difference(month, "region", f"{region} (2021)", 0, count)
        for (month, region), count in astray_rows.items()
    ]
    say(
        f"{number(len(before))} lignes retrouvées une à une d’une division à l’autre, "
        f"{number(len(lost))} {agree(len(lost), 'région différente', 'régions différentes')}"
    )
    return lost


def new_month(month: Month, inputs: Path, boundaries: Path, say: Say, division: str = "") -> None:
    """Make the folder of a month with empty templates whose drop-downs offer the places of the country."""
    from pipeline.records import write_templates

    country = country_for(boundaries, inputs, month, division)
    regions, cercles = country.names("region"), country.names("cercle")
    layer = country.layer(country.finest)
    commune = country.finest == "commune"
    names = [
        (
            regions.get(region, ""),
            cercles.get(cercle, "") if commune else name,
            name if commune else "",
            code if commune else "",
        )
        for code, name, cercle, region in zip(
            layer["pcode"], layer["name"], layer["cercle_pcode"], layer["region_pcode"], strict=True
        )
    ]
    for path in write_templates(inputs, month, names):
        say(f"Écrit : {path}")
    say(
        f"Ensuite : remplir les classeurs de {inputs / str(month)} ou y mettre vos exports, vérifier mois.toml, puis "
        f"make MONTH={month}, avec le même INPUTS= s’il est donné"
    )


def divisions(order: Order, say: Say) -> None:
    """Tell which divisions the boundaries at hand can be drawn on, what each covers, what a month is drawn on, and
    which communes the boundaries of 2025 draw elsewhere than the lineage says."""
    month, told = order.month, own_divisions(order)
    lineage, files = read_lineage(order.inputs)
    country = replace(load(order.boundaries), lineage=lineage)
    say(f"Limites présentes : {country.source.label}")
    if country.newer is not None:
        say(f"                    {country.newer.source.label}")
    for one in held(country):
        drawn = in_division(country, one.key)
        communes = f", {number(len(drawn.communes))} communes" if len(drawn.communes) else ", sans communes"
        since = french.day(division(one.key).since)
        say(
            f"DIVISION={one.key} (en vigueur depuis le {since}) : {len(drawn.regions)} régions, "
            f"{len(drawn.cercles)} cercles{communes} ; {one.why}{'' if one.own else ' ; seulement sur demande'}"
        )
    for unit in lineage.landless() if any(one.key == "2025" for one in held(country)) else ():
        there = country.newer is not None and unit.code in set(country.newer.cercles["pcode"])
        say(
            f"  sans commune à lui : cercle {unit.name} ({unit.code}), "
            + ("dessiné par les limites de 2025" if there else "ses lignes comptent dans sa région")
        )
    certain = Counter(line.certainty for line in lineage.lines.values())
    counted = ", ".join(f"{certain[key]} {key}" for key in CERTAINTIES)
    decided = sum(bool(line.decided_by) for line in lineage.lines.values())
    say(
        f"Lignée des communes de 2021 : {counted}"
        + (f", dont {decided} par {files[0].path}" if files else "")
    )
    names = country.names("commune")
    for found in astray(country):
        where = division("2025").units[found.cercle].name if found.cercle else "aucun cercle"
        say(
            f"  à vérifier : {names[found.commune]} ({found.commune}), {percent(found.most, 1)} dans {where} selon les "
            f"limites de 2025 ; la lignée dit {division('2025').units[lineage.owner(found.commune)].name}"
        )
    asked = order.division
    key = chosen(country, asked, month.last_day) if asked else own_division(country, month, told)
    why = (
        "demandée"
        if asked
        else "où ce mois a déjà été dit"
        if key == told.get(month)
        else f"en vigueur en {month.label}"
        if key == in_force(month.last_day)
        else "la seule présente"
    )
    say(
        f"{month.label.capitalize()} se dessine sur la division de {key} ({why})"
        if key
        else f"{month.label.capitalize()} se dessine sur les limites présentes, qui ne sont d’aucune division connue"
    )


def decide(month: Month, inputs: Path, outputs: Path, boundaries: Path, by: str, on: date, say: Say) -> None:
    """Take the officer's answers in the month's review list into lieux.csv. Raises InputError where one answer
    could not be taken, after the good ones have been."""
    from pipeline.places.questions import take

    review = outputs / str(month) / "revue"
    lists = [review / name for name in ("lieux-a-verifier.csv", "lieux-a-verifier.xlsx", "lectures.csv")]
    taken = take(lists, inputs / "lieux.csv", Gazetteer.of(load(boundaries)), by, on)
    say(
        f"{number(len(taken.added))} {agree(len(taken.added), 'décision ajoutée', 'décisions ajoutées')} à "
        f"{inputs / 'lieux.csv'}, {number(taken.known)} {agree(taken.known, 'déjà connue', 'déjà connues')}, "
        f"{number(taken.waiting)} en attente{' ; relancer make pour les appliquer' if taken.added else ''}"
    )
    for error in taken.errors[:-1]:
        say(error.as_text())
    if taken.errors:
        raise taken.errors[-1]


def _by_title(listed: Mapping[str, Mapping[str, str]]) -> dict[str, list[str]]:
    """Title of what is made -> the kinds of its files."""
    found: dict[str, list[str]] = {}
    for name, entry in sorted(listed.items()):
        found.setdefault(str(entry.get("title") or name), []).append(Path(name).suffix.lstrip("."))
    return found


def bilan(order: Order, say: Say) -> None:
    """Tell the month on one page, and write it as a sheet in revue/."""
    policy = policy_of(order.audience)
    country, data = month_of(order)
    listed = entries(order.folder / MANIFEST) or {}
    shared = [
        f"{order.audience} : {policy.label}",
        f"{len(listed)} fichiers dans {order.folder}"
        if listed
        else f"rien encore dans {order.folder} : lancer make",
        *(f"{title} ({', '.join(kinds)})" for title, kinds in _by_title(listed).items()),
        "ce que ce public voit, en détail : make explain-audience",
    ]
    page = bilan_of(data, shared)
    page = replace(page, lines=(*page.lines, *limits_of(country.source), *_departed(order, data, country)))
    for line in text_of(page):
        say(line)
    say(f"La même page : {write_bilan(page, order.review_folder / 'bilan.xlsx')}")


def _departed(order: Order, data: MonthData, country: Country) -> Iterator[BilanLine]:
    """What left of the month, for each audience, and what of its rows is no longer as it left."""
    section = "Déjà partagé (registre)"
    before = register_of.shared(order.registry)
    for audience, told in register_of.departed(before, order.month):
        yield BilanLine(section, audience, told)
    if register_of.last_of(before, order.month, order.audience) and not policy_of(order.audience).exact:
        again = replace(order, correction="")
        repeats = stage_of(again, data, country).published.repeats
        lines = list(register_of.repeated(repeats, order.audience, before))
        for line in lines or ["les lignes de ce mois sont celles qui sont parties"]:
            yield BilanLine(section, "depuis", line)


def share(order: Order, password_file: Path | None, say: Say, correction: str = "", by: str = "") -> None:
    """Pack the month's folder for its audience, searched and checked first, and enter it in the register. correction:
    "oui" or "urgent" where figures already shared may change (see `register`). Raises PipelineError."""
    from pipeline.share import Parcel, produced_on, refuse_other_password
    from pipeline.share import share as pack

    correction, policy = correction_word(correction, by), policy_of(order.audience)
    order = replace(_as_made(order), by=by)
    country, data = month_of(order)
    day = produced_on(order.folder, policy)
    refuse_stale(order.folder, files_of(order, data), country.source, "l’archive n’est pas faite")
    refuse_unconfirmed(bilan_of(data))
    before = register_of.shared(order.registry)
    register_of.refuse_forgotten(order.outputs, order.registry, before, order.month.year)
    told, version, forbidden = {}, 1, None
    stage = stage_of(order, data, country)
    if not policy.exact:
        published = stage.published
        if record_of(published) != entries_of(order.folder).get(KEY):
            raise InputError(
                f"depuis que les cartes de {order.folder} ont été faites, le registre a changé",
                "l’archive n’est pas faite : elle ne redirait pas ce qui a été partagé entre-temps",
                f"relancer make MONTH={order.month} AUDIENCE={order.audience}, regarder les cartes, puis recommencer",
            )
        _refuse_other_words(order, published, correction)
        version = published.version
        left = register_of.memory(before, order.audience)
        left = left.without(order.month) if published.corrects else left
        told = told_months(published, data.indicators, secret_of(order), left)
        # The days on which maps were made stand on them: not to be taken for the day of an incident.
        forbidden = forbidden_of(data, country, policy, {day, *(entry.produced_on for entry in before)})
    files = {
        name: [str(entry.get(key, ""))[:16] for key in ("sha256", "made_of")]
        for name, entry in (entries(order.folder / MANIFEST) or {}).items()
    }
    shelf = order.outputs / str(order.month) / ARCHIVES
    last = register_of.last_of(before, order.month, order.audience, version)
    changed = register_of.other_files(last, files) if last else []
    behind = [] if policy.exact else list(register_of.behind(before, order.month, order.audience, told))
    if last and not changed and register_of.stands(last, shelf):
        if password_file:
            refuse_other_password(shelf / last.archive, order.audience, password_file)
        say(
            f"La version {last.version} {order.month.of_label}, du {day_label(last.produced_on)}, est déjà partagée et la "
            f"même : rien n’est réécrit. Son archive : {shelf / last.archive}"
        )
        for line in behind:
            say(line)
        return
    if before and day < max(entry.produced_on for entry in before):
        say(
            f"Remarque : ces cartes portent le {day_label(day)}, avant un partage déjà inscrit ; vérifier l’horloge"
        )
    edition = 1 if last is None else last.edition + bool(changed)
    corrected = register_of.corrected_since(before, last) if last and changed else []
    parcel = Parcel(version, edition, tuple(changed), tuple(corrected), stage.meta.warnings)

    def enter(packed: Path, checksum: str) -> None:
        if last and not changed and checksum == last.sha256:
            return  # made again, the same byte for byte
        division = country.division or ""
        entry = register_of.SharedMonth(
            str(order.month), order.audience, version, day, division, by, packed.name, checksum,
            {} if last else told, edition, files, correction if not last and version > 1 else "",
        )  # fmt: skip
        register_of.enter(order.registry, entry, len(before))

    packed = pack(order.folder, order.audience, shelf, password_file, forbidden, parcel, enter)
    if country.source.approximate:
        say(f"Attention : {APPROXIMATE_WARNING}")
    if changed:
        others = f", {french.listing(corrected)} comme corrigé depuis" if corrected else ""
        say(f"Édition {edition} de la version {version} : mêmes chiffres du mois{others} ; {_named(changed)}")
    for later in register_of.later_months(before, order.month, order.audience) if version > 1 else ():
        say(
            f"À refaire et à partager ensuite, car ses cartes redisent {order.month.label} : make MONTH={later}"
        )
    for line in behind:
        say(line)
    say(f"Version {version}, inscrite dans {order.registry / register_of.NAME}")
    say(f"Écrit : {packed}")


def _named(files: Sequence[str]) -> str:
    more = len(files) - MOST_NAMED
    tail = [plural(more, "autre")] if more > 0 else []
    return f"ce qui diffère : {french.listing([*files[:MOST_NAMED], *tail])}"


def _refuse_other_words(order: Order, published: Published, correction: str) -> None:
    """Raise DisclosureError where the folder corrects a month that left and `share` was not told so; InputError where it
    was told so and the folder repeats the month, or where the register no longer tells what the folder does."""
    again = f"MONTH={order.month} AUDIENCE={order.audience}"
    if published.corrects:
        corrects = published.corrects
        register_of.refuse_correction(
            order.month, order.audience, corrects, correction, f"make share {again}"
        )
        if not (order.folder / "erratum.html").is_file():
            raise InputError(
                f"{order.folder} n’a pas l’erratum de la version {published.version}",
                "l’archive n’est pas faite : une version corrigée ne part pas sans dire ce qu’elle remplace",
                f"relancer make {again} CORRECTIF={correction}, pour toutes les annexes",
            )
    elif correction and order.month in published.repeats:
        raise InputError(
            f"CORRECTIF={correction}, mais les cartes de {order.folder} redisent la version {published.version}",
            "l’archive n’est pas faite : elle ne corrigerait rien",
            f"make {again} CORRECTIF={correction}, regarder les cartes et l’erratum, puis make share {again} "
            f"CORRECTIF={correction}",
        )


def entries_of(folder: Path) -> dict[str, Any]:
    """The manifest of a folder that was checked."""
    return dict(json.loads((folder / MANIFEST).read_text("utf-8")))


# Values that the officer gives on the command line, checked.


def printed_date(text: str, today: date) -> str:
    """PRODUCED_ON as ISO text, `today` where empty. Raises InputError on anything that is not a date."""
    if not text.strip():
        return today.isoformat()
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise InputError(
            f"PRODUCED_ON={text!r} n’est pas une date",
            "aucune carte n’est produite, faute de date à imprimer",
            "écrire l’année, le mois et le jour, par exemple PRODUCED_ON=2021-07-15, ou ne rien mettre",
        ) from None


def registry_of(text: str) -> Path:
    """REGISTRE as a folder. Raises InputError where one that was named is not there: a stick taken out is no new office."""
    if text and not Path(text).is_dir():
        raise InputError(
            f"REGISTRE={text!r} n’est pas un dossier qui est là",
            "rien n’est fait : une clé et un registre neufs oublieraient tout ce qui a été partagé",
            "brancher la clé USB ou le disque qui le porte ; si c’est un registre neuf, faire d’abord ce dossier (mkdir)",
        )
    return Path(text or "registre")


def correction_word(text: str, by: str) -> str:
    """CORRECTIF as "oui", "urgent" or "". Raises InputError on any other word, or where nobody signs it."""
    word = text.strip().lower()
    if word not in ("", "oui", "urgent"):
        raise InputError(
            f"CORRECTIF={text!r} n’est pas une valeur connue",
            "rien n’est fait, faute de savoir si un mois déjà partagé doit être corrigé",
            "écrire CORRECTIF=oui pour corriger un mois déjà partagé, CORRECTIF=urgent si cela ne peut pas attendre et que "
            "la personne chargée de la protection en est d’accord, ou ne rien mettre",
        )
    if word and not by.strip():
        raise InputError(
            f"CORRECTIF={word} sans PAR=",
            "rien n’est fait : l’erratum et le registre disent qui corrige",
            f"ajouter votre nom ou votre fonction : CORRECTIF={word} PAR='Coordination Protection'",
        )
    return word


def share_of(text: str, name: str = "MAX_NON_RESOLUS") -> float:
    """MAX_NON_RESOLUS or MAX_REFUSES in per cent ("5", "7,5", "5 %") as a share. Raises InputError outside 0 to 100."""
    try:
        value = float(text.replace("%", "").replace(",", ".").strip())
    except ValueError:
        value = -1.0
    if not 0 <= value <= 100:
        raise InputError(
            f"{name}={text!r} n’est pas un pourcentage",
            "aucune carte n’est produite, faute de savoir combien de lignes peuvent manquer",
            f"écrire un nombre de 0 à 100, par exemple {name}=5",
        )
    return value / 100
