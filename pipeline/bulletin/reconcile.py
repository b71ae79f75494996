"""The same figure wherever it is printed: tables, figures and legend of annex 1, list, captions, manifest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.annexes.model import Annex, Symbols
from pipeline.bulletin.tables import CATEGORY_ORDER, BulletinTable, bulletin_tables
from pipeline.disclosure.published import Published
from pipeline.french import NBSP, number
from pipeline.month import Month
from pipeline.taxonomy import CATEGORY

EXCERPT = 60
"""Characters of a long text that are shown where it differs."""


@dataclass(frozen=True)
class Mismatch:
    """A statement in two places. told: as printed at `where`; expected: by the tables or the annex."""

    what: str
    where: str
    told: str
    expected: str

    def text(self) -> str:
        """French, for the editor."""
        told, expected = _from_difference(self.told, self.expected)
        return f"{self.what}{NBSP}: {told} dans {self.where}, au lieu de {expected}"


def _from_difference(told: str, expected: str) -> tuple[str, str]:
    """Two long texts from a little before they part, so that the eye finds it."""
    if max(len(told), len(expected)) <= EXCERPT:
        return told, expected
    pairs = enumerate(zip(told, expected, strict=False))
    parting = next((place for place, (one, other) in pairs if one != other), min(len(told), len(expected)))
    start = max(parting - EXCERPT // 3, 0)
    first, second = (
        f"«{NBSP}{'…' * (start > 0)}{text[start : start + EXCERPT]}"
        f"{'…' * (start + EXCERPT < len(text))}{NBSP}»"
        for text in (told, expected)
    )
    return first, second


def reconcile(
    published: Published, annexes: Sequence[Annex], manifest: Mapping[str, Any] | None
) -> tuple[int, list[Mismatch]]:
    """How many statements were compared, and those that differ. manifest: of the outputs already made, None
    where there are none."""
    tables = bulletin_tables(published)
    found = [*_totals(published, tables)]
    by_number = {annex.number: annex for annex in annexes}
    if published.month in published.months:
        found += _annex_1(published, by_number[1])
    if 4 in by_number:
        found += _list(published, by_number[4])
    found += _accounts(published)
    if manifest is not None:
        found += _captions(annexes, tables, manifest)
    return len(found), [item for item in found if item.told != item.expected]


def _totals(published: Published, tables: Sequence[BulletinTable]) -> Iterable[Mismatch]:
    """Both tables have the same last line; each is the sum of its lines."""
    by_category, by_region = tables
    for month in published.months:
        column = month.number - 1
        total = by_category.rows[-1].cells[column]
        what = f"violations, {month.label}"
        for table in (by_category, by_region):
            parts = sum(cell for row in table.rows[:-1] if isinstance(cell := row.cells[column], int))
            where = f"la somme du tableau «{NBSP}{table.name}{NBSP}»"
            yield Mismatch(what, where, number(parts), f"{number(total) if isinstance(total, int) else '–'}")


def _annex_1(published: Published, annex: Annex) -> Iterable[Mismatch]:
    told = published.categories[published.month]
    total = number(published.total(published.month))
    cards = {figure.label: figure.value for figure in annex.figures}
    label = f"violations en {published.month.name}"
    yield Mismatch("total du mois", "les chiffres de l’annexe 1", cards.get(label, "–"), total)
    for key in CATEGORY_ORDER:
        category = CATEGORY[key]
        card = cards.get(category.short, "–")
        yield Mismatch(category.label, "les chiffres de l’annexe 1", card, number(told[key]))
    for layer in annex.layers:
        if isinstance(layer, Symbols):
            for entry in layer.keys:
                if entry.key in told:
                    where = "la légende de l’annexe 1"
                    yield Mismatch(
                        CATEGORY[entry.key].label, where, number(entry.count), number(told[entry.key])
                    )
    figures = re.findall(r"\d[\d\u202f]*", annex.caption)
    if published.total(published.month):
        shown = total if total in figures else ", ".join(figures) or "–"
        yield Mismatch("total du mois", "la légende écrite de l’annexe 1", shown, total)


def _list(published: Published, annex: Annex) -> Iterable[Mismatch]:
    """The rows of annex 4 by month and region; a row told as a range counts from its least to its most."""
    keys = [column.key for column in annex.table.columns]
    columns = {key: keys.index(key) for key in ("mois", "date", "region", "nombre") if key in keys}
    sums: dict[tuple[str, str], tuple[int, int]] = {}
    for row in annex.table.rows:
        written = str(row[columns.get("mois", columns.get("date", 0))])[:7]
        low, high = _bounds(row[columns["nombre"]]) if "nombre" in columns else (1, 1)
        place = (written, str(row[columns["region"]]))
        before = sums.get(place, (0, 0))
        sums[place] = before[0] + low, before[1] + high
    listed = {written for written, _ in sums}
    for month, regions in published.regions.items():
        if str(month) not in listed:
            continue
        for name, count in regions.items():
            low, high = sums.get((str(month), name), (0, 0))
            told = number(count) if low <= count <= high else f"{number(low)} à {number(high)}"
            yield Mismatch(f"région {name}, {month.label}", "la liste (annexe 4)", told, number(count))


def _bounds(cell: object) -> tuple[int, int]:
    if isinstance(cell, int):
        return cell, cell
    found = [int(text.replace("\u202f", "")) for text in re.findall(r"\d[\d\u202f]*", str(cell))]
    return (found[0], found[-1]) if found else (0, 10**9)


def _accounts(published: Published) -> Iterable[Mismatch]:
    """Rows read, less those refused, are the violations of the month."""
    for period, found in published.accounts.items():
        if "incidents" not in found:
            continue
        month = Month.parse(period)
        kept = found["incidents"].rows - found["incidents"].refused
        total = number(published.total(month))
        yield Mismatch(f"violations, {month.label}", "le compte des lignes acceptées", number(kept), total)


def _captions(
    annexes: Sequence[Annex], tables: Sequence[BulletinTable], manifest: Mapping[str, Any]
) -> Iterable[Mismatch]:
    """The captions and alternative texts that the manifest keeps of files already made."""
    of = {annex.slug: annex for annex in annexes}
    for entry in manifest.get("outputs", []):
        annex = of.get(str(entry["path"]).split(".")[0])
        where = f"manifest.json pour {entry['path']}"
        if annex is not None:
            yield Mismatch("légende écrite", where, entry["caption"], annex.caption)
            yield Mismatch("texte de remplacement", where, entry["alt_text"], annex.alt_text)
        elif entry["path"] == "tableaux.xlsx":
            told = " ".join(table.reading for table in tables)
            yield Mismatch("lecture des tableaux", where, entry["caption"], told)
