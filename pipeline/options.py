"""Values that the officer gives on the command line, checked."""

from __future__ import annotations

from datetime import date

from pipeline.errors import InputError


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


def share(text: str, name: str = "MAX_NON_RESOLUS") -> float:
    """MAX_NON_RESOLUS or MAX_REFUSES in per cent ("5", "7,5", "5 %") as a share. Raises InputError outside 0 to
    100."""
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
