"""The office's own chance: a key that is made at first use, never leaves the office, and draws what may be any.

Which of several equally safe figures is widened must not be told by the program, which everybody may read: it is
drawn by the key, the same for the same month and place each time (DATA_RESPONSIBILITY, 7).
"""

from __future__ import annotations

import hashlib
import hmac
import math
import os
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TypeVar

from pipeline.errors import InputError

SIZE = 32
Item = TypeVar("Item")
Luck = Callable[[str], float]
NEEDLESS = {"zero": 4.0, "hidden": 24.0, "hidden far": 200.0}
"""A way of telling is taken without need once in so many cells, any other once in OTHERWISE; the first is to hide a zero,
the last a count that is far from small."""
OTHERWISE, WHIM = 40.0, 0.25


@dataclass(frozen=True)
class Office:
    """secret: of the office, b"" where choices may be known (tests): then nothing is done without need. salt: what is
    drawn for, a month."""

    secret: bytes = field(default=b"", repr=False)
    salt: str = ""

    @cache  # noqa: B019 (an office lives as long as its run)
    def draw(self, *parts: str) -> float:
        """A number above 0 and up to 1, the same for the same parts, known to who has the key."""
        text = "\x1f".join((self.salt, *parts)).encode("utf-8")
        digest = hmac.digest(self.secret or b"\0", text, "sha256")
        return (int.from_bytes(digest[:7], "big") + 1) / 2**56

    def luck(self, *parts: str) -> Luck:
        """By how much to multiply what a way of telling costs: about 1, now and then half or double."""
        return lambda mark: (-math.log(self.draw(*parts, mark) * (1 - 1e-9))) ** (1 / 3)

    def whim(self, *parts: str) -> Luck:
        """As `luck`; but now and then below zero, by any amount: a way that is taken though nothing asks for it. Without
        it, that a figure is not told would say that it could not be. So every choice that is safe may be taken, whatever
        the counts: and whether one is safe follows from what is published. Where need asks, fifty counts are taken before
        the class, whatever the key."""
        luck = self.luck(*parts)

        def cost(mark: str) -> float:
            seldom = NEEDLESS.get(mark, OTHERWISE)
            draw = self.draw("sans besoin", *parts, mark) * seldom
            if self.secret and draw < 1:
                return WHIM * math.log(draw)
            return luck("class" if mark == "fifties" else mark)

        return cost

    def seldom(self, times: float, *parts: str) -> bool:
        """Whether something is done without need, as it is once in so many times."""
        return bool(self.secret) and self.draw(*parts) * times < 1

    def apart(self, name: str) -> Office:
        """Chances of its own for one column of the month."""
        return replace(self, salt=f"{self.salt} {name}")

    def shuffled(self, items: Sequence[Item], *parts: str) -> list[Item]:
        """The items in an order that the key gives; that of two items does not depend on the others."""
        return sorted(items, key=lambda item: self.draw(*parts, str(item)))


KNOWN = Office()
"""Choices that everybody may know: for tests, and for who sees everything."""


def _make_key(path: Path) -> None:
    """Whole or not at all: half a key would be taken for a damaged one. Of two runs that make it, both have the first's."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.en-cours")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(secrets.token_hex(SIZE) + "\n")
    if path.exists():
        path.unlink()
    try:
        os.link(temporary, path)
        temporary.unlink()
    except FileExistsError:
        temporary.unlink()
    except OSError:  # a stick whose format knows no links
        os.replace(temporary, path)


def office_key(path: Path) -> bytes:
    """The key, made where there is none yet, for the owner's eyes alone. Raises InputError where it cannot be read
    or kept, or was lost since months left. An empty file is who knows that it is lost for good."""
    try:
        if not path.exists() and any(path.parent.glob("*.jsonl")):
            raise InputError(
                f"la clé de l’office, {path}, manque, alors que des mois ont été partagés avec elle",
                "rien n’est produit hors d’interne : une autre clé tirerait d’autres intervalles pour les mêmes lignes, et "
                "deux intervalles d’un même chiffre le resserrent",
                "remettre le fichier (une copie de sauvegarde du dossier registre/) ; si elle est perdue pour de bon, "
                "faire un fichier vide de ce nom : une nouvelle y est faite, les mois partagés restent tels qu’ils sont "
                "partis, et les corriger demande CORRECTIF=urgent",
            )
        if not path.exists() or not path.stat().st_size:
            _make_key(path)
        text = path.read_text("ascii").strip()
        if len(text) != 2 * SIZE:
            raise ValueError(f"{len(text)} caractères au lieu de {2 * SIZE}")
        return hashlib.sha256(bytes.fromhex(text)).digest()
    except (OSError, ValueError) as error:
        raise InputError(
            f"la clé de l’office, {path}, ne se lit pas ou ne s’écrit pas ({error.__class__.__name__})",
            "rien n’est produit : sans elle, qui a ce programme saurait pourquoi un chiffre est élargi plutôt qu’un autre",
            "remettre le fichier tel qu’il était (il se garde avec le registre), rendre le dossier accessible, ou "
            "l’effacer pour en faire une nouvelle, si aucun mois n’a encore été partagé",
        ) from error
