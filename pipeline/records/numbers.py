"""Numbers and coordinates as officers write them: decimal commas, thousands set apart, swapped columns."""

from __future__ import annotations

import re

from pipeline.records.problems import Problem, refusal, remark
from pipeline.records.text import quote

_SPACES = re.compile(r"[\s\u00a0\u202f']")
_NUMBER = re.compile(r"[+-]?(\d{1,15})([.,]\d{1,15})?")
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3})+")

LATITUDES = (10.0, 25.1)
LONGITUDES = (-12.3, 4.3)
"""Degrees (WGS 84) that hold Mali, rounded outward. The two ranges do not meet, so swapped columns show."""

NAN = float("nan")


def number(text: str) -> float | None:
    """ "1 237", "14,5", "14.5" as a float; None for anything else."""
    bare = _SPACES.sub("", text).replace("−", "-")
    return float(bare.replace(",", ".")) if _NUMBER.fullmatch(bare) else None


def read_count(text: str, column: str) -> tuple[float, Problem | None]:
    """A whole number of households or persons; NaN with a remark where it is not one."""
    value = number(text)
    if value is not None and value >= 0 and value.is_integer():
        return value, None
    hint = ""
    if _THOUSANDS.fullmatch(_SPACES.sub("", text)):
        hint = f" ; si le point ou la virgule sépare les milliers, écrire {re.sub(r'[.,]', '', text)}"
    return NAN, remark(
        f"{column} {quote(text)} n'est pas un nombre entier positif",
        f"l'événement est dessiné sans son nombre de {'ménages' if column == 'menages' else column}",
        f"écrire le nombre en chiffres, sans mot ni décimale, par exemple 135{hint}",
    )


def read_points(text: str, column: str, table: str) -> tuple[float, Problem | None]:
    """A score, the points of a question, or a published total; NaN with a refusal where it is no number."""
    value = number(text)
    if value is not None and not (table == "totaux_publies" and not value.is_integer()):
        return value, None
    hint = ""
    if _THOUSANDS.fullmatch(_SPACES.sub("", text)):
        hint = f" ; si le point ou la virgule sépare les milliers, écrire {re.sub(r'[.,]', '', text)}"
    return NAN, refusal(
        table,
        f"{column} {quote(text)} n'est pas un nombre",
        f"écrire le nombre en chiffres, par exemple 16{hint}",
    )


def _within(value: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= value <= bounds[1]


def read_position(latitude: str, longitude: str) -> tuple[float, float, Problem | None]:
    """(latitude, longitude, remark) in degrees WGS 84, NaN where unusable. Both texts may be empty.

    Swapped columns are put right, since no place of Mali has a longitude that could be its latitude;
    anything else outside Mali is left aside. Never refuses: the names of the row still say where it is.
    """
    if not latitude and not longitude:
        return NAN, NAN, None
    shown = quote(f"{latitude or '(vide)'} ; {longitude or '(vide)'}")
    lat, lon = number(latitude), number(longitude)
    if lat is None or lon is None:
        why = "sont incomplètes" if not latitude or not longitude else "ne sont pas deux nombres"
        return (
            NAN,
            NAN,
            remark(
                f"les coordonnées {shown} {why}",
                "elles ne sont pas utilisées ; la ligne est placée par ses noms",
                "écrire la latitude et la longitude en degrés décimaux, par exemple 14,99 et -2,95",
            ),
        )
    if _within(lat, LATITUDES) and _within(lon, LONGITUDES):
        return lat, lon, None
    if _within(lon, LATITUDES) and _within(lat, LONGITUDES):
        return (
            lon,
            lat,
            remark(
                f"la latitude et la longitude sont échangées : {shown}",
                "elles sont remises dans l'ordre et la ligne est placée avec elles",
                f"écrire {longitude} dans la colonne latitude et {latitude} dans la colonne longitude",
            ),
        )
    hint = ""
    if _within(lat, LATITUDES) and _within(-lon, LONGITUDES):
        hint = f" ; à l'ouest de Greenwich la longitude est négative, peut-être -{longitude.lstrip('+-')}"
    return (
        NAN,
        NAN,
        remark(
            f"les coordonnées {shown} sont hors du Mali",
            "elles ne sont pas utilisées ; la ligne est placée par ses noms",
            f"corriger : latitude de {LATITUDES[0]:g} à {LATITUDES[1]:g}, longitude de {LONGITUDES[0]:g} à "
            f"{LONGITUDES[1]:g} au Mali, en degrés décimaux{hint}".replace(".", ","),
        ),
    )
