"""Days and months as officers write them: ISO, jj/mm/aaaa, "12 juin 2021", Excel's serial numbers."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta

from pipeline.french import plain
from pipeline.month import NAMES, Month

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_BASIC = re.compile(r"(20\d\d)(\d\d)(\d\d)")
_FRENCH = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?:[T ,].*)?")
_WORDS = re.compile(r"(?:[a-z]+ )?(\d{1,2})(?:er)? ([a-z]+) (\d{4}|\d{2})(?: .*)?")
_SERIAL = re.compile(r"(\d{5})(?:[.,]\d+)?")
_EPOCH = date(1899, 12, 30)  # Excel's day 0, its false 29 February 1900 taken into account

_ENGLISH = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
            "november", "december")  # fmt: skip
_OTHER = {"fev": 2, "fevr": 2, "feb": 2, "avr": 4, "apr": 4, "aug": 8, "juil": 7, "juill": 7}
_MONTHS = {
    **{plain(name): n for n, name in enumerate(NAMES, start=1)},
    **{name: n for n, name in enumerate(_ENGLISH, start=1)},
    # "jui" and "juin"/"juil" must not be confused: only abbreviations that one month has.
    **{plain(name)[:3]: n for n, name in enumerate(NAMES, start=1) if name not in ("juin", "juillet")},
    **{name[:3]: n for n, name in enumerate(_ENGLISH, start=1)},
    **_OTHER,
}


class NotADate(Exception):
    """why: French clause. fix: French, how to write it."""

    def __init__(self, why: str, fix: str) -> None:
        self.why, self.fix = why, fix
        super().__init__(why)


WRITE = "écrire la date jour/mois/année, par exemple 14/06/2021, ou 2021-06-14"


def read_date(text: str, month_first: bool = False) -> date:
    """The day that a cell says, in French order (day, month) where both are numbers. month_first: the other order,
    where the file is known to write so.

    A time of day after the date is dropped, without any change of time zone. Raises NotADate.
    """
    if found := _ISO.fullmatch(text) or _BASIC.fullmatch(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _FRENCH.fullmatch(text):
        first, second = int(found[1]), int(found[2])
        return _day(_year(found[3]), first, second) if month_first else _day(_year(found[3]), second, first)
    if found := _SERIAL.fullmatch(text):
        day = _EPOCH + timedelta(days=int(found[1]))
        if 2000 <= day.year <= 2100:
            return day
    elif (found := _WORDS.fullmatch(plain(text))) and found[2] in _MONTHS:
        return _day(_year(found[3]), _MONTHS[found[2]], int(found[1]))
    raise NotADate("n'est pas une date", WRITE)


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _day(year: int, month: int, day: int) -> date:
    if not 1900 <= year <= 2100:
        raise NotADate(f"a une année impossible ({year})", WRITE)
    if 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]:
        return date(year, month, day)
    if month > 12 and 1 <= day <= 12 and month <= monthrange(year, day)[1]:
        # 06/25/2021: the American order. Not turned round: in the same file 06/05 would be read the other way.
        raise NotADate(
            f"n'est pas une date en jour/mois/année : il n'y a pas de mois {month}",
            f"si la date est écrite mois/jour, l'écrire {month:02d}/{day:02d}/{year}, et vérifier que les autres "
            "dates du fichier ne sont pas dans cet ordre",
        )
    if 1 <= month <= 12 and day > 0:
        last = monthrange(year, month)[1]
        name = f"{NAMES[month - 1]} {year}"
        raise NotADate(f"n'existe pas : {name} a {last} jours", f"écrire un jour de 1 à {last} pour {name}")
    raise NotADate("n'existe pas", WRITE)


DOUBTFUL = "douteux"


def month_first(texts: Iterable[str], month: Month | None) -> bool | str:
    """Whether a file writes the month before the day: where its own dates prove it. DOUBTFUL where nothing proves
    either, while only that order puts the dates in `month`, which they should be of.

    A file that proves both is read in French order: the cells that cannot be are refused one by one.
    """
    pairs = {(int(found[1]), int(found[2])) for text in texts if (found := _FRENCH.fullmatch(text))}
    french = any(first > 12 for first, _ in pairs)
    foreign = any(second > 12 for _, second in pairs)
    if french or foreign:
        return foreign and not french
    if month is None or len(pairs) < 2:
        return False
    as_french = sum(second == month.number for _, second in pairs)
    as_foreign = sum(first == month.number for first, _ in pairs)
    return DOUBTFUL if as_foreign == len(pairs) and 2 * as_french < len(pairs) else False


def swapped(day: date) -> date | None:
    """The day that the same figures give in the order month/day, where there is one."""
    return date(day.year, day.day, day.month) if day.day <= 12 and day.day != day.month else None


def read_month(text: str, year: int) -> Month:
    """ "2021-06", "juin 2021", "06/2021", "juin" (of `year`), or any day of the month. Raises NotADate."""
    words = plain(text).split()
    try:
        if words and words[0] in _MONTHS and len(words) <= 2:
            return Month(int(words[1]) if len(words) == 2 else year, _MONTHS[words[0]])
        if found := re.fullmatch(r"(\d{4})[-/.](\d{1,2})", text):
            return Month(int(found[1]), int(found[2]))
        if found := re.fullmatch(r"(\d{1,2})[-/.](\d{4})", text):
            return Month(int(found[2]), int(found[1]))
        day = read_date(text)
        return Month(day.year, day.month)
    except (ValueError, NotADate):
        raise NotADate("n'est pas un mois", f"écrire l'année et le mois, par exemple {year}-06") from None
