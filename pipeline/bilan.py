"""The month on one page before it is shared: rows and where they went, what changed, what waits to be confirmed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from pipeline.annexes.common import in_words
from pipeline.errors import InputError
from pipeline.files import head_of, workbook
from pipeline.french import MINUS, NNBSP, agree, listing, number, plain, plural, que
from pipeline.geography.country import Source
from pipeline.month_data import MonthData
from pipeline.places import requests_of
from pipeline.records.tables import alike
from pipeline.taxonomy import CATEGORIES

UNUSUAL_SHARE = 0.5
UNUSUAL_ROWS = 20
"""A total is out of the ordinary from half as much or more again, and so many rows, away from the month before."""
SILENT_FROM = 10
"""A region without a violation is a zero to confirm where the month before had so many."""
MOST = 12
FILES = {"incidents": "violations", "alertes_flash": "alertes flash", "indice_risque": "communes évaluées"}


@dataclass(frozen=True)
class BilanLine:
    """One line of the page. section: its heading. subject, told: French. confirm: what mois.toml must repeat before
    the month is shared, "" where nothing has to be. fix: what the officer can do about it, "" where nothing."""

    section: str
    subject: str
    told: str
    confirm: str = ""
    fix: str = ""


@dataclass(frozen=True)
class Bilan:
    """The page of one month. lines: in order. confirmed: what its mois.toml confirms, as plain words."""

    month: str
    folder: str
    lines: tuple[BilanLine, ...]
    confirmed: frozenset[str]

    @property
    def waiting(self) -> tuple[BilanLine, ...]:
        """Lines that nobody has confirmed yet."""
        return tuple(
            line for line in self.lines if line.confirm and plain(line.confirm) not in self.confirmed
        )


def bilan_of(data: MonthData, shared: Sequence[str] = ()) -> Bilan:
    """The page of the month that was read. shared: lines on what the audience will get, told last."""
    month = data.inputs.month
    lines = (
        *_received(data),
        *_refused(data),
        *_changed_readings(data),
        *_against_last_month(data),
        *_zeros(data),
        *_waiting_places(data),
        *(BilanLine("Ce qui sera partagé", "", text) for text in shared),
    )
    confirmed = frozenset(plain(text) for text in data.inputs.info.confirmed)
    return Bilan(month.label, str(month), lines, confirmed)


APPROXIMATE_WARNING = (
    "ces cartes sont dessinées sur des LIMITES APPROCHÉES, calculées autour des localités : une commune peut être dessinée "
    "là où est sa voisine ; avant de diffuser, chercher de vraies limites (make boundaries, avec le réseau)"
)


def limits_of(source: Source) -> Iterator[BilanLine]:
    """What the maps are drawn on."""
    yield BilanLine(
        "Limites", "dessinées sur", f"{source.label}{f' ; {source.edition}' if source.edition else ''}"
    )
    if source.approximate:
        yield BilanLine("Limites", "attention", APPROXIMATE_WARNING)


def _received(data: MonthData) -> Iterator[BilanLine]:
    section = "Lignes reçues, par fichier et feuille"
    by_sheet = data.indicators.sheets
    for item in data.current():
        for label, account in by_sheet[item.table.name].items():
            yield BilanLine(section, label, in_words(account))
        if not item.table.files:
            yield BilanLine(section, item.table.name, "déclaré vide dans mois.toml")
    month, there = data.inputs.month, {item.table.name for item in data.current()}
    folders = (str(month), str(month.year))
    empty = {one.table for one in data.inputs.findings if not one.row and one.file.split("/")[0] in folders}
    there |= {"totaux_publies"} if data.inputs.totaux is not None else set()
    for name in (*FILES, "couverture", "totaux_publies"):
        if name not in there:
            told = f"aucune donnée reçue ({'modèle vide' if name in empty else 'aucun fichier'})"
            checked = "make check ne peut pas comparer les totaux"
            means = checked if name == "totaux_publies" else "ses cartes le disent, et non zéro"
            yield BilanLine(section, name, f"{told} ; {means}")
    for item in data.current():
        whys = Counter(one.why for one in item.table.aside if one.kind != one.why)
        if whys:
            each = listing([f"{number(count)} {why}" for why, count in sorted(whys.items())])
            yield BilanLine(section, f"{item.table.name}, lignes hors tableau", each)
    found = [finding for item in data.current() for finding in item.table.findings]
    for finding in (*found, *data.inputs.findings):
        if finding.whole:
            told = f"{finding.problem} ; {finding.consequence}"
            yield BilanLine("Fichiers à vérifier", finding.file, told, finding.problem, finding.fix)


def _refused(data: MonthData) -> Iterator[BilanLine]:
    for item in data.current():
        table = item.table
        if table.refused:
            share = 100 * table.refused_share
            text = f"{number(len(table.refused))} sur {number(table.total)} ({number(share, 1)}{NNBSP}%)"
            # Few are the rule; what the officer let through with MAX_REFUSES is signed for.
            confirm = f"{table.name} : {plural(len(table.refused), 'ligne refusée')}" if share > 5 else ""
            yield BilanLine("Part refusée", table.name, text, confirm)


def _changed_readings(data: MonthData) -> Iterator[BilanLine]:
    """Readings that differ from what is written, by kind, with the rows of each."""
    found = [one for one in data.inputs.all_findings() if one.row and not one.refused and not one.whole]
    for kind in sorted(alike(found), key=lambda kind: -len(kind.findings))[:MOST]:
        first = kind.findings[0]
        # A remedy with the values of one row is that row's.
        same = all(one.fix == first.fix for one in kind.findings)
        fix = first.fix if same else f"{first.file}, ligne {first.row} : {first.fix}"
        told = f"{number(len(kind.findings))} fois ({kind.where}) : {kind.problem}"
        yield BilanLine("Lu autrement, ou à savoir", first.table, told, fix=fix)
    methods = Counter(place.method for item in data.current() for place in item.places if place.method)
    ways = [f"{method} {number(count)}" for method, count in methods.most_common(MOST)]
    if ways:
        yield BilanLine("Lu autrement, ou à savoir", "lieux, par façon de les trouver", listing(ways))


def _against_last_month(data: MonthData) -> Iterator[BilanLine]:
    now, before = data.inputs.month, data.inputs.month.previous()
    figures = data.indicators
    frame = figures.incidents
    compared = partial(_compared, before.label)
    if now in figures.months and before in figures.months:
        both = [frame[frame["month"] == str(month)] for month in (now, before)]
        yield compared("violations", len(both[0]), len(both[1]))
        this, last = (Counter(rows["region"]) for rows in both)
        for region in sorted({*this, *last}):
            yield compared(f"violations, {region}", this[region], last[region])
        this, last = (Counter(rows["categorie"]) for rows in both)
        for one in CATEGORIES:
            yield compared(f"violations, {one.label}", this[one.key], last[one.key], ordinary=True)
    here, past = data.inputs.alertes.get(now), data.inputs.alertes.get(before)
    if here is not None and past is not None:
        yield compared("alertes flash", len(here.rows), len(past.rows))
    if now in figures.risk_months and before in figures.risk_months:
        months = Counter(figures.risk["month"])
        yield compared("communes évaluées", months[str(now)], months[str(before)])


def _compared(before: str, what: str, now: int, last: int, ordinary: bool = False) -> BilanLine:
    """A total beside the month before, whose name is `before`. ordinary: it is told, and never has to be confirmed."""
    gap = now - last
    if last:
        # "−100 %" is said of none left, and of nothing else.
        fine = int(now > 0 and -gap >= 0.995 * last)
        share = f"{'+' if gap > 0 else MINUS if gap < 0 else ''}{number(abs(100 * gap / last), fine)}{NNBSP}%"
    else:
        share = "nouveau" if now else "="
    unusual = abs(gap) >= UNUSUAL_ROWS and abs(gap) >= UNUSUAL_SHARE * max(last, 1) and not ordinary
    told = f"{number(now)}, contre {number(last)} en {before} ({share}{' : à confirmer' if unusual else ''})"
    confirm = f"{what} : {now} contre {last}" if unusual else ""
    return BilanLine("Contre le mois précédent", what, told, confirm)


def _zeros(data: MonthData) -> Iterator[BilanLine]:
    section = "Zéros à confirmer"
    now, before = data.inputs.month, data.inputs.month.previous()
    figures = data.indicators
    frame = figures.incidents
    for name, monthly in (
        ("incidents", data.inputs.incidents),
        ("alertes_flash", data.inputs.alertes),
        ("indice_risque", data.inputs.risque),
    ):
        if now in monthly and not len(monthly[now].rows):
            yield BilanLine(section, FILES[name], "zéro, déclaré dans mois.toml")
        if now not in monthly and before in monthly:
            said = f"aucune donnée reçue, alors {que(before.label)} en a"
            yield BilanLine(section, FILES[name], said, f"{name} : aucune donnée")
    if now in figures.months and before in figures.months:
        this, last = (frame[frame["month"] == str(month)]["region"].value_counts() for month in (now, before))
        for region in sorted(last.index):
            if region not in this.index and SILENT_FROM <= last[region] < UNUSUAL_ROWS:
                said = f"zéro, contre {number(last[region])} en {before.label}"
                yield BilanLine(section, f"violations, {region}", said, f"violations, {region} : 0")


def _waiting_places(data: MonthData) -> Iterator[BilanLine]:
    section = "Lieux qui attendent"
    for item in data.current():
        asked = [at for at, place in enumerate(item.places) if place.question]
        if not asked:
            continue
        requests = requests_of(item.table.rows)
        names = Counter(" > ".join(filter(None, requests[at].names)) for at in asked)
        top = listing([f"{name} ({number(count)})" for name, count in names.most_common(3)])
        count = f"{number(len(asked))} {agree(len(asked), 'ligne')}"
        yield BilanLine(section, item.table.name, f"{count}, surtout {top}")


def refuse_unconfirmed(page: Bilan) -> None:
    """Raise InputError where something has to be confirmed and is not."""
    waiting = page.waiting
    if not waiting:
        return
    listed = " ; ".join(f"{line.subject} : {line.told}" for line in waiting[:MOST])
    raise InputError(
        f"{len(waiting)} {agree(len(waiting), 'point')} à confirmer avant de partager : {listed}",
        "l’archive n’est pas faite : un chiffre faux ne se reprend plus une fois partagé",
        f"vérifier avec make bilan ; si c’est juste, {_confirming(page)}, puis make et make share ; sinon corriger les "
        "tableaux",
    )


def _confirming(page: Bilan) -> str:
    """What confirms all that waits."""
    texts = ", ".join(f'"{line.confirm}"' for line in page.waiting)
    return f"écrire dans {page.folder}/mois.toml : confirme = [{texts}]"


def short(page: Bilan) -> list[str]:
    """The lines told at the end of a run: only what has to be confirmed."""
    if not page.waiting:
        return []
    told = [f"À confirmer : {line.subject} : {line.told}" for line in page.waiting]
    return [
        *told,
        "Le bilan entier : make bilan ; make share attend que ces points soient confirmés dans mois.toml",
    ]


def text_of(page: Bilan) -> list[str]:
    """The page as lines for the screen."""
    out = [f"Bilan, {page.month}"]
    section = ""
    for line in page.lines:
        if line.section != section:
            section = line.section
            out += ["", section]
        out.append(f"  {line.subject} : {line.told}" if line.subject else f"  {line.told}")
        out += [f"    Remède : {line.fix}"] if line.fix else []
    count = len(page.waiting)
    out += ["", f"{count} {agree(count, 'point')} à confirmer" if count else "Rien à confirmer"]
    return [*out, f"Si c’est juste, {_confirming(page)}"] if page.waiting else out


def write_bilan(page: Bilan, target: Path) -> Path:
    """The page as a sheet, for the officer's file of the month. Same page, same bytes."""
    columns = {"Partie": 30, "Sujet": 44, "Constat": 80, "Remède": 60, "À confirmer": 44, "Confirmé": 10}
    with workbook(target, datetime(1980, 1, 1), title=f"Bilan, {page.month}") as book:
        bold, wrapped = book.add_format({"bold": True, "bottom": 1}), book.add_format({"text_wrap": True})
        sheet = book.add_worksheet("bilan")
        head_of(sheet, columns.items(), bold, len(page.lines))
        for at, line in enumerate(page.lines, start=1):
            done = "" if not line.confirm else "non" if line in page.waiting else "oui"
            cells = (line.section, line.subject, line.told, line.fix, line.confirm, done)
            for column, cell in enumerate(cells):
                sheet.write_string(at, column, cell, wrapped)
    return target
