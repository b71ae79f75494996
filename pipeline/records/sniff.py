"""What a file really is, by its first bytes: its name may lie."""

from __future__ import annotations

from pipeline.errors import InputError
from pipeline.records.text import quote

OLE = b"\xd0\xcf\x11\xe0"
"""Begins an old Excel workbook (.xls), or a new one locked by a password."""

NOT_A_TABLE = (
    (b"%PDF", "c'est un document PDF"),
    (b"\x89PNG", "c'est une image PNG"),
    (b"\xff\xd8\xff", "c'est une image JPEG"),
    (b"GIF8", "c'est une image GIF"),
    (b"{\\rtf", "c'est un document de traitement de texte (RTF)"),
    (b"\x1f\x8b", "c'est une archive compressée (gzip)"),
    (b"Rar!", "c'est une archive RAR"),
    (b"7z\xbc\xaf", "c'est une archive 7-Zip"),
    (b"SQLite format 3", "c'est une base de données"),
)


def is_workbook(data: bytes, shown: str) -> bool:
    """Whether the bytes are a workbook (True) or text (False), whatever the file is called.

    Raises InputError on what is neither: an empty file, a PDF, a web page, a locked workbook.
    """
    if not data.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        raise InputError(
            f"{shown} est vide ({len(data)} octet{'s' if len(data) > 1 else ''}, aucune ligne)",
            "on ne peut pas savoir s'il n'y a rien eu ou si l'envoi a échoué ; aucune carte n'est produite",
            "remettre le fichier reçu ; s'il n'y a vraiment rien eu, garder la seule ligne des titres de "
            "colonnes ; si le tableau n'est pas encore arrivé, supprimer le fichier",
        )
    if data.startswith(b"PK"):
        return True
    if data.startswith(OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise unreadable(shown, "le classeur est protégé par un mot de passe")
        return True
    for mark, why in NOT_A_TABLE:
        if data.startswith(mark):
            raise unreadable(shown, why)
    head = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype", b"<html", b"<?xml", b"<table", b"<head", b"<body")):
        raise InputError(
            f"{shown} ne peut pas être lu : c'est une page web ou du XML {quote(head[:40].decode('latin-1'))}",
            "aucune de ses lignes ne peut être comptée, et aucune carte n'est produite",
            "télécharger de nouveau le tableau (un portail qui demande de se connecter envoie une page à la "
            "place), ou l'enregistrer dans Excel en .xlsx ou en CSV",
        )
    if not data.startswith((b"\xff\xfe", b"\xfe\xff")) and _binary(data[:8000]):
        raise unreadable(shown, "ce n'est ni un texte ni un classeur")
    return False


def _binary(head: bytes) -> bool:
    odd = sum(byte < 9 or 13 < byte < 32 for byte in head)
    return odd > max(8, len(head) // 20)


def unreadable(shown: str, why: str) -> InputError:
    """The error for a file that holds no table. why: French clause, e.g. "c'est une image"."""
    return InputError(
        f"{shown} ne peut pas être lu : {why}",
        "aucune de ses lignes ne peut être comptée, et aucune carte n'est produite",
        "l'ouvrir dans Excel ou LibreOffice et l'enregistrer comme « Classeur Excel (.xlsx) » ou "
        "« CSV UTF-8 », sans mot de passe",
    )
