"""Forbidden values: what they are for an audience, whether a file says them, and what happens when one does."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline import workers
from pipeline.cache import checksum, keeping, kept
from pipeline.disclosure.policy import Policy
from pipeline.errors import DisclosureError
from pipeline.files import is_temporary
from pipeline.french import NAMES, plural, unaccented
from pipeline.geography.country import Country
from pipeline.month_data import MonthData
from pipeline.places.place import Place
from pipeline.records.read import LOOKED_FOR, is_word
from pipeline.scan.content import Content, ContentPiece, content_of
from pipeline.taxonomy import (
    AGES,
    ALERT_TYPES,
    AUTHORS,
    CATEGORIES,
    REGIONS_MONITORED,
    SEXES,
    SITES,
    STATUSES,
)
from pipeline.web.payload import search_names

# What may not leave: values of the officer's rows that could lead to a person, a village or a day.


SHORTEST_VILLAGE = 3
SHORTEST_TEXT = 20
COMMON = ("chef-lieu", "centre", "marché", "campement", "quartier", "village", "site", "inconnu", "autre")
"""Words that monitors write where a village's name should be."""
WEB = Path(__file__).resolve().parents[1] / "web"
Point = tuple[float, float]


@dataclass(frozen=True)
class Forbidden:
    """ids: identifiers of incidents and alerts, but those that are words. villages: plain form (see `plain`) of village
    names -> their spellings, none that is also the name of an area. texts: plain forms of free texts. days: on which
    something happened. points: longitude and latitude of villages and incidents. own: points that stand for areas.
    phrases: plain forms of texts that the pages print of their own, some of which hold a village's name.
    threshold: exact counts of violations from 1 to threshold - 1 may not leave.
    """

    ids: frozenset[str] = frozenset()
    villages: Mapping[str, frozenset[str]] = field(default_factory=dict)
    texts: frozenset[str] = frozenset()
    days: frozenset[date] = frozenset()
    points: frozenset[Point] = frozenset()
    own: frozenset[Point] = frozenset()
    phrases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    threshold: int = 0

    @cached_property
    def said(self) -> str:
        """A checksum of all of it, by which a file searched before is known."""
        return checksum((self,))


_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_OTHER = re.compile(r"[^\x00-\x7f]")
_GAPS = {code: " " for code in range(128) if not chr(code).isalnum()}


def folded(text: str) -> str:
    """Lower case, without accents, in ASCII: signs that nobody sees are dropped, others are gaps between words."""
    low = unaccented(text)
    return low if low.isascii() else _OTHER.sub(" ", _UNSEEN.sub("", low))


def plain(text: str) -> str:
    """Lower-case words without accents or punctuation, one space between: "Kouna-Daga" -> "kouna daga"."""
    return " ".join(folded(text).translate(_GAPS).split())


def forbidden_of(
    data: MonthData, country: Country, policy: Policy, printed_days: Collection[str]
) -> Forbidden:
    """All that the month's rows, and those of the months before it, may not give away. printed_days: ISO dates that the
    outputs bear, of their own making and of versions that left."""
    tables = [item.table.rows for item in data.placed]
    places = [
        place
        for item in data.placed
        for place in (*item.places, *(going for going in item.destinations if going is not None))
    ]
    printed = _printed(data, country)
    villages: dict[str, frozenset[str]] = {}
    for spelling in _villages_forbidden(tables, places):
        name = plain(spelling)
        if len(name) >= SHORTEST_VILLAGE and name not in printed:
            villages[name] = villages.get(name, frozenset()) | {spelling.strip()}
    told = {date.fromisoformat(text) for text in (*printed_days, country.source.vintage) if _is_date(text)}
    return Forbidden(
        ids=frozenset(
            value
            for column in ("id", "id_rapport")
            for value in _column(tables, column)
            if not is_word(value)
        ),
        villages=dict(sorted(villages.items())),
        texts=frozenset(
            words
            for words in map(plain, _column(tables, "description"))
            if len(words) >= SHORTEST_TEXT and words not in printed
        ),
        days=frozenset({day for rows in tables if "date" in rows for day in rows["date"]} - told),
        points=frozenset(_points(tables, places)),
        own=frozenset(country.points.values()),
        phrases=_around(villages, printed),
        threshold=policy.threshold,
    )


def _is_date(text: str) -> bool:
    return re.fullmatch(r"\d{4}-\d\d-\d\d", text) is not None


def _column(tables: Iterable[pd.DataFrame], name: str) -> set[str]:
    return {str(value) for rows in tables if name in rows for value in rows[name] if _given(value)}


def _given(value: Any) -> bool:
    return value is not None and not pd.isna(value) and str(value).strip() != ""


def _villages_forbidden(tables: Iterable[pd.DataFrame], places: Iterable[Place]) -> set[str]:
    """Names of villages as written and as found."""
    written = _column(tables, "localite") | _column(tables, "destination_localite")
    return written | {place.locality for place in places if place.locality}


def _points(tables: Iterable[pd.DataFrame], places: Iterable[Place]) -> set[Point]:
    found = {
        (float(place.longitude), float(place.latitude))
        for place in places
        if place.longitude is not None and place.latitude is not None
    }
    for rows in tables:
        if "latitude" in rows:
            given = rows[["longitude", "latitude"]].dropna()
            found |= set(zip(given["longitude"].astype(float), given["latitude"].astype(float), strict=True))
    return found


def _printed(data: MonthData, country: Country) -> frozenset[str]:
    """Plain forms of names and words that the pages print whatever happened: areas, partners, labels."""
    names = {name for level in ("region", "cercle", "commune") for name in country.names(level).values()}
    names |= (
        set(country.crosswalk["name_a"]) | set(country.crosswalk["name_b"])
        if len(country.crosswalk)
        else set()
    )
    # The search of the maps knows seats and towns by the code of their area, whatever the month holds.
    names |= {" ".join((code, *others)) for code, others in search_names(country).items()}
    names |= {*REGIONS_MONITORED, country.source.label}
    names |= {country.source.attribution, country.population_label, *country.background.credits}
    for layer in (country.background.countries, country.background.rivers, country.background.lakes):
        if layer is not None and "name" in layer:
            names |= {str(name) for name in layer["name"] if _given(name)}
    if data.indicators.coverage is not None:
        names |= set(data.indicators.coverage["partenaire"])
    return frozenset(plain(name) for name in names if plain(name)) | _vocabulary()


@cache
def _vocabulary() -> frozenset[str]:
    """Words of the closed lists and of the pages' own templates, scripts and styles."""
    return kept("mots des pages", (), _words_of_pages)


def _words_of_pages() -> frozenset[str]:
    texts = [*COMMON, *AUTHORS, *SEXES, *AGES, *STATUSES, *SITES]
    texts += [text for category in CATEGORIES for text in (category.label, category.short, *category.types)]
    texts += [text for alert in ALERT_TYPES for text in (alert.label, alert.plural)]
    files = [path for path in sorted(WEB.rglob("*")) if path.suffix in (".html", ".js", ".css")]
    words = {word for text in texts for word in plain(text).split()}
    for path in files:
        words |= set(plain(path.read_text("utf-8")).split())
    return frozenset(words | {plain(text) for text in texts})


def _around(villages: Iterable[str], printed: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Village -> printed phrases that hold its name among other words (village "koubewel", commune
    "koubewel koundia"), longest first."""
    by_word: dict[str, list[str]] = {}
    for phrase in printed:
        for word in set(phrase.split()) if " " in phrase else ():
            by_word.setdefault(word, []).append(phrase)
    found = {}
    for village in villages:
        near = [
            phrase
            for phrase in by_word.get(village.split()[0], ())
            if f" {village} " in f" {phrase} " and phrase != village
        ]
        if near:
            found[village] = tuple(sorted(near, key=lambda phrase: (-len(phrase), phrase)))
    return found


# Forbidden values in what a file says.


NEAR = 0.0005
"""Degrees: about 50 m. Nearer than that to a village, a point is the village's."""
LONG = LOOKED_FOR
"""Shorter identifiers ("12", "F-1") also stand in ordinary texts and in bytes by chance."""
LONG_IN_CODE = 5
EXCEL_ZERO = date(1899, 12, 30)
EXCEL_DAYS = range(36526, 73051)  # the years 2000 to 2099
YEARS = range(2015, 2041)
"""Years that a day without one is tried for."""

_TOKENS = re.compile(r"[A-Za-z0-9]+(?:[-./:][A-Za-z0-9]+)*")
_ISO = re.compile(r"(20\d\d)([-/.]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?!\d)")
_RUNS = re.compile(rb"[\x20-\x7e\xc3\xc5\x80-\xbf]{5,}")
_FIGURES = b"0123456789 .-"
_FRENCH = re.compile(r"(?<![\d.])(0?[1-9]|[12]\d|3[01])([-/.])(0?[1-9]|1[0-2])\2(20\d\d)(?!\d)")
_YEAR = re.compile(r"[-/.]20\d\d(?!\d)")
_BEFORE_YEAR = 6
"""Signs of a day before the mark that its year follows, and one more."""
_WORDS = re.compile(
    rf"(?<!\d)(\d\d?)(?:er)?[ \u00a0\u202f]+({'|'.join(map(folded, NAMES))})\b(?:[ \u00a0\u202f]+(20\d\d))?"
)
_NAME = re.compile(rf"[ \u00a0\u202f](?:{'|'.join(map(folded, NAMES))})\b")
_DEGREES = re.compile(r"-?\b\d{1,2}[.,]\d{3,}")
_MONTH = {folded(name): number for number, name in enumerate(NAMES, start=1)}
Squares = Mapping[tuple[int, int], tuple[Point, ...]]


def search(content: Content, forbidden: Forbidden) -> Iterator[tuple[str, str]]:
    """(what, where) of each forbidden value, in French; a value that stands in several places comes again."""
    squares = _squares(forbidden.points)
    for fault in content.faults:
        yield fault, "structure"
    for piece in content.pieces:
        yield from ((what, piece.where) for what in _in_piece(piece, forbidden, squares))
    yield from ((what, where) for where, what in content.raw)
    for where, x, y in content.points:
        if _betrays(squares, forbidden, x, y) or _betrays(squares, forbidden, y, x):
            yield f"les coordonnées {x:.5f}, {y:.5f} d’un village", where
    for where, value in content.counts:
        if 0 < value < forbidden.threshold and value == int(value):
            yield f"l’effectif exact {value:.0f}", where
    for where, day in content.stamps:
        if day in forbidden.days:
            yield _a_day(day), where
    for where, serial in content.serials:
        if int(serial) in EXCEL_DAYS:
            day = EXCEL_ZERO + timedelta(days=int(serial))
            # A month is written as its first day.
            if day in forbidden.days and day.day != 1:
                yield _a_day(day), where


def _a_day(day: date) -> str:
    return f"le jour {day.isoformat()}"


def _in_piece(piece: ContentPiece, forbidden: Forbidden, squares: Squares) -> Iterator[str]:
    low = folded(piece.text)
    yield from (f"l’identifiant « {value} »" for value in _ids(piece, forbidden))
    yield from (f"le nom de village « {name} »" for name in _villages(low, piece.code, forbidden))
    yield from (f"un texte libre (« {text[:40]}… »)" for text in _texts(low, forbidden))
    yield from (_a_day(day) for day in sorted(_days(piece.text, low) & forbidden.days))
    yield from _degrees(piece.text, forbidden, squares)


def _ids(piece: ContentPiece, forbidden: Forbidden) -> list[str]:
    """Long identifiers anywhere; short ones only as a word of a text, and never where they are a number."""
    shapes, odd = _shapes(forbidden.ids)
    found = _shaped(shapes, piece.text) & forbidden.ids
    found |= {value for value in odd if value in piece.text}
    if not (piece.code or piece.markup):
        short = {value for value in _short(forbidden.ids) if value in piece.text}
        found |= short & set(_TOKENS.findall(piece.text)) if short else set()
    return sorted(found)


@lru_cache(maxsize=8)
def _short(ids: frozenset[str]) -> frozenset[str]:
    return frozenset(value for value in ids if len(value) < LONG and not value.replace(".", "").isdigit())


@lru_cache(maxsize=8)
def _shapes(ids: frozenset[str]) -> tuple[tuple[re.Pattern[str], ...], frozenset[str]]:
    """What long identifiers look like ("2021-06-0001": "2021-0", a digit, "-", four digits), and those of
    rare looks as they are."""
    looks: dict[str, list[str]] = {}
    for value in ids:
        if len(value) >= LONG:
            looks.setdefault(re.sub(r"[A-Za-z]", "a", re.sub(r"[0-9]", "0", value)), []).append(value)
    common = sorted(looks, key=lambda look: (-len(looks[look]), look))[:20]
    rest = frozenset(value for look in looks if look not in common for value in looks[look])
    return tuple(_pattern(look, _start(looks[look])) for look in common), rest


def _start(values: list[str]) -> str:
    """What all values begin with."""
    first, last = min(values), max(values)
    same = (index for index, (a, b) in enumerate(zip(first, last, strict=False)) if a != b)
    return first[: next(same, min(len(first), len(last)))]


def _pattern(look: str, start: str) -> re.Pattern[str]:
    """The literal start that all share makes the search fast."""
    kinds = {"0": "[0-9]", "a": "[A-Za-z]"}
    end = "".join(kinds.get(letter, re.escape(letter)) for letter in look[len(start) :])
    return re.compile(rf"{re.escape(start)}{end}(?![A-Za-z0-9])")


def _shaped(shapes: tuple[re.Pattern[str], ...], text: str) -> set[str]:
    """What looks like an identifier and is not the end of something longer."""
    return {
        match[0]
        for shape in shapes
        for match in shape.finditer(text)
        if not text[max(match.start() - 1, 0) : match.start()].isalnum()
    }


def _villages(low: str, code: bool, forbidden: Forbidden) -> Iterator[str]:
    """Names that stand as words, elsewhere than within a name that pages print of their own."""
    likely = [
        name
        for name, word in _longest(tuple(forbidden.villages))
        if word in low and not (code and len(name) < LONG_IN_CODE)
    ]
    spaced = f" {plain(low)} " if likely else ""
    for name in likely:
        if _beside_phrases(name, spaced, forbidden):
            yield name


@lru_cache(maxsize=8)
def _longest(texts: Collection[str]) -> tuple[tuple[str, str], ...]:
    """Each text with its longest word: where that is not, the text is not."""
    return tuple((text, max(text.split(), key=len)) for text in texts)


def _texts(low: str, forbidden: Forbidden) -> list[str]:
    likely = [text for text, word in _longest(forbidden.texts) if word in low]
    words = plain(low) if likely else ""
    return sorted(text for text in likely if text in words)


def _in_bytes(data: bytes, forbidden: Forbidden) -> Iterator[str]:
    """Values that are long enough not to stand in bytes by chance, as they were spelled."""
    data = b"\0".join(_RUNS.findall(data))
    bare = data.translate(None, _FIGURES)  # nine tenths of a drawing are figures
    text = data.decode("latin-1")
    ids = _shaped(_shapes(forbidden.ids)[0], text) & forbidden.ids
    yield from (f"l’identifiant « {value} »" for value in sorted(ids))
    words = ""
    for name, spellings in forbidden.villages.items():
        if len(name) < LONG_IN_CODE or not any(
            spelling.encode().translate(None, _FIGURES) in bare and _spelled(spelling, data)
            for spelling in spellings
        ):
            continue
        if name in forbidden.phrases:
            words = words or f" {plain(_apart(data))} "
            if not _beside_phrases(name, words, forbidden):
                continue
        yield f"le nom de village « {name} »"
    yield from (_a_day(day) for day in sorted(_iso_days(text, ("-",)) & forbidden.days))


def _apart(data: bytes) -> str:
    """Bytes as text in which fields that follow each other without a space ("MoptiHombori", "ML050409Hombori") stand
    apart, where the next begins with a capital."""
    return re.sub(r"(?<=[a-zà-ÿ0-9])(?=[A-ZÀ-Þ])", " ", data.decode("utf-8", "replace"))


def _beside_phrases(name: str, spaced: str, forbidden: Forbidden) -> bool:
    """Whether a name stands in folded text elsewhere than within the phrases that pages print of their own."""
    for phrase in forbidden.phrases.get(name, ()):
        while f" {phrase} " in spaced:
            spaced = spaced.replace(f" {phrase} ", " | ")
    return f" {name} " in spaced


def _spelled(name: str, data: bytes) -> bool:
    """Whether a name stands whole in bytes. Fields of a database follow each other without a space: the
    next may begin with a capital, and a name with a capital may follow a letter."""
    spelling = name.encode("utf-8")
    if spelling not in data:
        return False
    before = rb"(?<![a-z\x80-\xff-])" if spelling[:1].islower() else b""
    return re.search(before + re.escape(spelling) + rb"(?![a-z\x80-\xff-])", data) is not None


def _days(text: str, low: str) -> set[date]:
    found = _iso_days(text, ("-", "/", ".", ""))
    # What is rare is looked for first: most of a page is numbers, and could begin a day at every sign.
    for match in _YEAR.finditer(text):
        near = text[max(match.start() - _BEFORE_YEAR, 0) : match.end() + 1]
        for day, _, month, year in _FRENCH.findall(near):
            found |= _day(year, month, day)
    for match in _NAME.finditer(low):
        end = match.start()
        while end and low[end - 1] in " \u00a0\u202f":
            end -= 1
        for at in range(max(end - 4, 0), end):  # "1er", "31"
            if written := _WORDS.match(low, at):
                day, name, year = written.groups()
                for guess in (year,) if year else YEARS:
                    found |= _day(guess, _MONTH[name], day)
    return found


def _iso_days(text: str, marks: Container[str]) -> set[date]:
    found: set[date] = set()
    for match in _ISO.finditer(text):
        before = text[max(match.start() - 1, 0) : match.start()]
        if match[2] in marks and not before.isdigit() and before != ".":
            found |= _day(match[1], match[3], match[4])
    return found


def _day(year: int | str, month: int | str, day: int | str) -> set[date]:
    try:
        return {date(int(year), int(month), int(day))}
    except ValueError:
        return set()


def _degrees(text: str, forbidden: Forbidden, squares: Squares) -> Iterator[str]:
    """Two decimal numbers, one soon after the other, that are a village's coordinates in either order."""
    last, end = 0.0, -1000
    for match in _DEGREES.finditer(text) if squares else ():
        value = float(match[0].replace(",", "."))
        if match.start() - end <= 40 and (
            _betrays(squares, forbidden, last, value) or _betrays(squares, forbidden, value, last)
        ):
            yield f"les coordonnées {last}, {value} d’un village"
        last, end = value, match.end()


@lru_cache(maxsize=8)
def _squares(points: frozenset[Point]) -> Squares:
    """Points by hundredth of a degree."""
    found: dict[tuple[int, int], tuple[Point, ...]] = {}
    for x, y in sorted(points):
        square = (round(x * 100), round(y * 100))
        found[square] = (*found.get(square, ()), (x, y))
    return found


def _betrays(squares: Squares, forbidden: Forbidden, x: float, y: float) -> bool:
    """Whether a point is that of a village and not the own point of an area."""
    if not (abs(x) <= 180 and abs(y) <= 90):
        return False
    column, row = round(x * 100), round(y * 100)
    near = (point for i in (-1, 0, 1) for j in (-1, 0, 1) for point in squares.get((column + i, row + j), ()))
    if not any(abs(a - x) < NEAR and abs(b - y) < NEAR for a, b in near):
        return False
    return not any(abs(a - x) < NEAR and abs(b - y) < NEAR for a, b in forbidden.own)


# Scan a folder, and let nothing stand that may not leave.


SHOWN = 5
HALVES = ("pages", "objects")
"""Of a PDF, which takes longest: each process reads one. The longer first."""


@dataclass(frozen=True)
class Leak:
    """A forbidden value in an output. what: French, with the value. where: in the file."""

    path: Path
    what: str
    where: str

    @property
    def text(self) -> str:
        return f"{self.path.name} contient {self.what}{f' ({self.where})' if self.where else ''}"


def scan_file(path: Path, forbidden: Forbidden, said: str = "", half: str = "") -> list[Leak]:
    """The leaks of one file; a file that cannot be read through is one. said: a checksum of what is forbidden, by which
    a file searched before is known. half: of a PDF that two processes read (see `Content`)."""

    def make() -> list[tuple[str, str]]:
        try:
            return list(search(content_of(path, lambda data: _in_bytes(data, forbidden), half), forbidden))
        except (
            Exception
        ) as error:  # whatever is wrong with it, an output that cannot be searched may not leave
            return [(f"un contenu que la vérification ne sait pas lire ({error})", "fichier")]

    found = kept("fuites", (path.name, half, said) if said else None, make, [path])
    return [Leak(path, what, where) for what, where in found]


def scan_folder(folder: Path, forbidden: Forbidden) -> list[Leak]:
    """The leaks of every file of a folder, and of its sub-folders, by name."""
    return scan_files(_files_of(folder), forbidden)


def _files_of(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and not is_temporary(path)]


def scan_files(
    files: Iterable[Path], forbidden: Forbidden, meanwhile: Callable[[], object] = lambda: None
) -> list[Leak]:
    """The leaks of each file, by name. meanwhile: what this process does while the other one begins to search."""
    files = list(files)
    size = {path: path.stat().st_size for path in files}
    parts = [(path, half) for path in files for half in (HALVES if path.suffix == ".pdf" else ("",))]
    # What takes longest is taken first, from either end: both processes end together.
    parts.sort(key=lambda part: (_end(*part), -size[part[0]], part))
    said = forbidden.said if keeping() else ""
    tasks: list[workers.Task] = [(scan_file, (path, forbidden, said, half)) for path, half in parts]
    found = dict(zip(parts, workers.share(tasks, meanwhile), strict=True))
    return [leak for part in sorted(parts) for leak in found[part]]


CHANGING = (".pdf", ".docx", ".gpkg", ".json")
"""Ends of names that a run of a whole month nearly always makes anew."""


def search_ahead(folder: Path, forbidden: Forbidden) -> None:
    """Let the other process search what stands in the folder already, while it has nothing else to do: most of it will
    stay, and yet is to be searched again, since one changed row changes what may not be told. What is found is kept."""
    if keeping() and workers.helped():
        files = [path for path in _files_of(folder) if path.suffix not in CHANGING]
        files.sort(key=lambda path: (-path.stat().st_size, path))
        workers.ahead([(scan_file, (path, forbidden, forbidden.said, "")) for path in files])


def _end(path: Path, half: str) -> int:
    """Where a part stands in the list: -1 before the files of which there are many; 1 and 2 behind them, the last taken
    first by who begins at that end."""
    return {HALVES[0]: -1, HALVES[1]: 2}.get(half, int(path.suffix == ".gpkg"))


def enforce(folder: Path, forbidden: Forbidden) -> None:
    """Set the whole folder aside where one of its files leaks, then raise DisclosureError: twins of the file (PDF, SVG,
    DOCX, the picture of a page) hold the same value, even where no search can read it (DATA_RESPONSIBILITY,
    12). Does nothing where nothing leaks."""
    leaks = scan_folder(folder, forbidden)
    if not leaks:
        return
    aside = set_aside(folder)
    lines = " ; ".join(dict.fromkeys(leak.text for leak in leaks[:SHOWN]))
    more = f" ; et {plural(len(leaks) - SHOWN, 'autre')}" if len(leaks) > SHOWN else ""
    raise DisclosureError(
        f"{lines}{more}",
        f"tout le dossier « {folder.name} » est mis de côté dans {aside}, réservé à l’officier, et rien ne doit en être "
        "diffusé : il pourrait désigner une personne, un village ou un jour",
        "retirer cette valeur de là où elle est entrée (sources de mois.toml, nom d’une zone, colonne ajoutée), "
        "ou, si c’est un identifiant qui ressemble à un mot des pages, numéroter les lignes autrement (2021-06-0001) ; "
        "puis relancer make, qui refait tout le dossier ; si elle n’a rien de confidentiel, le dire à l’équipe qui tient "
        "ce programme",
    )


def set_aside(folder: Path) -> Path:
    """Move a folder outputs/<month>/<audience> to outputs/<month>/revue/mis-de-cote/<audience>, in place of what was set
    aside before. Where it cannot be moved, its files are deleted: nothing of it may stay where `share` packs."""
    aside = folder.parent / "revue" / "mis-de-cote" / folder.name
    try:
        aside.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(aside, ignore_errors=True)
        folder.rename(aside)
    except OSError:
        shutil.rmtree(folder)
    return aside
