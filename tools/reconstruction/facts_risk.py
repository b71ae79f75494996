"""Statements on the risk index and the coverage: section IV."""

from __future__ import annotations

from itertools import pairwise

from tools.reconstruction.fact import Check, Fact, equals, holds
from tools.reconstruction.sample import Sample

DOGON = ("Koro", "Bankass", "Bandiagara", "Douentza")
LEFT_BANK = ("N'koumandougou", "Souba", "Farako")


def mostly(
    *levels: int, months: tuple[int, ...] = (5,), cercles: tuple[str, ...] = (), region: str = ""
) -> Check:
    """More than half of the communes stand at one of these levels, in each of the months."""

    def parts(sample: Sample) -> list[str]:
        return [f"{sum(c[k] for k in levels)} sur {c.total()}" for c in _counts(sample)]

    def _counts(sample: Sample):  # type: ignore[no-untyped-def]
        return [sample.levels(month, *cercles, region=region) for month in months]

    return holds(lambda s: all(2 * sum(c[k] for k in levels) > c.total() for c in _counts(s)), parts)


def moved(sign: int, points: float, *cercles: str, region: str = "") -> Check:
    """The mean score rose (sign 1) or fell (-1) by at least `points` from January to June."""
    return holds(
        lambda s: sign * (s.mean(5, *cercles, region=region) - s.mean(0, *cercles, region=region)) >= points,
        lambda s: f"{s.mean(0, *cercles, region=region):.1f} puis {s.mean(5, *cercles, region=region):.1f}",
    )


def _always(sample: Sample, cercle: str, communes: tuple[str, ...], low: int, high: int) -> bool:
    return all(
        low <= score <= high
        for name in communes
        for score in sample.risk[_region(sample, cercle), cercle, name]
    )


def _region(sample: Sample, cercle: str) -> str:
    return next(region for region, its, _ in sample.risk if its == cercle)


def _slow(sample: Sample) -> int:
    """The widest step of any commune from one month to the next, in points."""
    return max(abs(b - a) for scores in sample.risk.values() for a, b in pairwise(scores))


def _unchanged(sample: Sample, region: str) -> bool:
    return all(sample.levels(m, region=region) == sample.levels(0, region=region) for m in range(6))


FACTS: tuple[Fact, ...] = (
    Fact(234, "180 communes chaque mois",
         holds(lambda s: len(s.risk) == 180 and all(len(scores) == 6 for scores in s.risk.values()))),
    Fact(234, "les 180 communes de l'indice sont celles de la couverture",
         holds(lambda s: {(r["region"], r["cercle"], r["commune"]) for r in s.coverage} == set(s.risk)),
         note="la liste n'est pas publiée : communes nommées, puis les plus peuplées de chaque cercle"),
    Fact(295, "six régions suivies", equals(6, lambda s: len({row["region"] for row in s.coverage}))),
    Fact(234, "l'indice évolue sans saut", holds(lambda s: _slow(s) <= 4, lambda s: f"{_slow(s)} points au plus"),
         note="hypothèse de reconstruction, non une phrase du rapport"),
    Fact(236, "Ségou s'est améliorée de janvier à juin", moved(-1, 1.5, region="Ségou")),
    Fact(236, "Ségou : la plupart des communes en modérée", mostly(2, region="Ségou")),
    Fact(236, "Niono s'est largement stabilisé", moved(-1, 4, "Niono")),
    Fact(238, "Baroueli est devenu plus stable", moved(-1, 3, "Baraouéli")),
    Fact(238, "N'Koumandougou, Souba et Farako restent en sérieuse",
         holds(lambda s: _always(s, "Ségou", LEFT_BANK, 15, 19)),
         note="le rapport les cite à la suite de Baroueli ; les limites les placent dans le cercle de Ségou"),
    Fact(240, "Mopti : les quatre niveaux", equals(4, lambda s: len(s.levels(5, region="Mopti")))),
    Fact(240, "Youwarou se détériore", moved(1, 2, "Youwarou")),
    Fact(240, "Ténenkou se détériore", moved(1, 2, "Ténenkou")),
    Fact(240, "plateau Dogon : largement resté en sérieuse", mostly(3, months=tuple(range(6)), cercles=DOGON)),
    Fact(243, "Tombouctou : essentiellement inchangée", holds(lambda s: _unchanged(s, "Tombouctou"))),
    *(Fact(243, f"{cercle} : la plupart des communes en sérieuse", mostly(3, months=tuple(range(6)), cercles=(cercle,)))
      for cercle in ("Goundam", "Gourma-Rharous", "Diré")),
    Fact(243, "Salam est critique", holds(lambda s: _always(s, "Tombouctou", ("Salam",), 20, 45))),
    Fact(245, "Gao et Bourem : entre modérée et sérieuse",
         holds(lambda s: all(set(s.levels(m, c)) == {2, 3} for m in range(6) for c in ("Gao", "Bourem")))),
    Fact(245, "Ansongo : largement sérieuse et critique depuis janvier",
         holds(lambda s: all(set(s.levels(m, "Ansongo")) == {3, 4} for m in range(6)))),
    Fact(247, "Ménaka : risques limités", mostly(1, 2, months=tuple(range(6)), region="Ménaka")),
    Fact(247, "Kidal : nette détérioration", moved(1, 4, region="Kidal")),
    Fact(247, "Kidal : la majorité des communes en sérieuse", mostly(3, region="Kidal")),
)  # fmt: skip
