"""Names with what they name, searched by spelling."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

from rapidfuzz import fuzz, process

from pipeline.places.likeness import likeness
from pipeline.places.names import Name

T = TypeVar("T")
SHORTLIST = 8
"""Names compared letter by letter for each spelling; the rest are too far by their sounds."""
_CUTOFF = 55.0
_BEHIND = 30.0
"""Of the shortlist, those this far behind the first are not even worth a question."""


@dataclass(frozen=True)
class Hit(Generic[T]):
    """A named thing, the spelling that was nearest, and how near (0 to 100)."""

    thing: T
    spelling: Name
    score: float


class NameIndex(Generic[T]):
    """A list of (name, thing), never changed after it is made. Things need not be hashable."""

    def __init__(self, entries: Iterable[tuple[Name, T]]) -> None:
        self.entries = tuple(entries)

    @cached_property
    def _by_key(self) -> dict[str, list[int]]:
        return self._group([name.key for name, _ in self.entries])

    @cached_property
    def _by_base(self) -> dict[str, list[int]]:
        return self._group([name.base for name, _ in self.entries])

    @cached_property
    def _sounds(self) -> list[str]:
        return [name.sound for name, _ in self.entries]

    @cached_property
    def _by_sound(self) -> dict[str, list[int]]:
        return self._group(self._sounds)

    @cached_property
    def _by_token(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for i, (name, _) in enumerate(self.entries):
            if len(name.tokens) > 1:
                for token in name.tokens:
                    found[token].append(i)
            found[name.base].append(i)
        return found

    @staticmethod
    def _group(keys: list[str]) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for i, key in enumerate(keys):
            if key:
                found[key].append(i)
        return found

    def same(self, name: Name) -> list[Hit[T]]:
        """Things with the same letters, or else the same base, or else the same sounds: no distances."""
        for table, form in (
            (self._by_key, name.key),
            (self._by_base, name.base),
            (self._by_sound, name.sound),
        ):
            found = self._hits(name, table.get(form, ()))
            found = [hit for hit in found if hit.score > 90]
            if found:
                return found
        return []

    def search(self, name: Name, limit: int = SHORTLIST) -> list[Hit[T]]:
        """The nearest things, best first (a thing once, by its nearest spelling); ties in the index's order."""
        if name.empty or not self.entries:
            return []
        picked = set(self._by_key.get(name.key, ())) | set(self._by_base.get(name.base, ()))
        for token in {*name.tokens, name.base}:
            if len(token) >= 4 and len(self._by_token.get(token, ())) <= 40:
                picked.update(self._by_token[token])
        if name.sound:
            near = process.extract(
                name.sound, self._sounds, scorer=fuzz.ratio, limit=limit, score_cutoff=_CUTOFF
            )
            enough = near[0][1] - _BEHIND if near else 0.0
            picked.update(i for rank, (_, score, i) in enumerate(near) if score >= enough or rank < 2)
        return self._hits(name, sorted(picked))[:limit]

    def _hits(self, name: Name, numbers: Iterable[int]) -> list[Hit[T]]:
        best: dict[int, tuple[float, int, Hit[T]]] = {}
        for i in numbers:
            spelling, thing = self.entries[i]
            score = likeness(name, spelling)
            known = best.get(id(thing))
            if score > 0 and (known is None or score > known[0]):
                best[id(thing)] = (score, i, Hit(thing, spelling, score))
        ranked = sorted(best.values(), key=lambda entry: (-entry[0], entry[1]))
        return [hit for _, _, hit in ranked]
