"""Statements on the regions: section III."""

from __future__ import annotations

from pipeline.taxonomy import CATEGORIES
from tools.reconstruction.attributes import CENTRE, ROAD, UNIDENTIFIED
from tools.reconstruction.fact import (
    JUNE,
    MAY,
    Check,
    Fact,
    arrow,
    counted,
    equals,
    holds,
    leaders,
    percent,
    share,
)  # fmt: skip
from tools.reconstruction.facts_country import ABDUCTION, series
from tools.reconstruction.published import CERCLE_TOTALS_JUNE, LINE_OF_REGION, MONTHS, REGION_TOTALS
from tools.reconstruction.sample import Sample

NORTH = ("Gao", "Ménaka", "Kidal")
SHORT = {category.key: category.short for category in CATEGORIES}
ARROWS: tuple[tuple[tuple[str, ...], tuple[tuple[int, str, str], ...]], ...] = (
    (("Mopti",), ((133, "C", "↘"), (134, "D", "↗"), (135, "B", "↗"),
                  (136, "E", "↗"), (137, "A", "↗"), (138, "F", "↗"))),
    (("Ségou",), ((158, "C", "↘"), (159, "D", "="), (160, "B", "↗"),
                  (161, "E", "↘"), (162, "A", "="), (163, "F", "="))),
    (NORTH, ((180, "C", "↘"), (181, "D", "="), (182, "B", "↘"),
             (183, "E", "↗"), (184, "A", "↗"), (185, "F", "="))),
    (("Tombouctou",), ((204, "C", "↘"), (206, "D", "↗"), (209, "B", "↗"),
                       (211, "E", "↘"), (213, "A", "="), (216, "F", "↘"))),
)  # fmt: skip
"""(regions, (line, category, arrow between May and June))."""


def row_of(region: str) -> Check:
    return holds(
        lambda s: tuple(series(s, region=region)) == REGION_TOTALS[region], lambda s: series(s, region=region)
    )


def between(region: str, low: float, high: float) -> Check:
    """June over May within these bounds."""
    return holds(
        lambda s: low <= s.count(mois=JUNE, region=region) / s.count(mois=MAY, region=region) <= high,
        lambda s: f"{s.count(mois=MAY, region=region)} puis {s.count(mois=JUNE, region=region)}",
    )


def _children_displaced(sample: Sample) -> float:
    def child(row: dict[str, str]) -> bool:
        return row["sexe"] in ("Fille", "Garçon")

    return sample.count(child, mois=JUNE, region="Mopti", categorie="A") / sample.count(
        child, mois=JUNE, region="Mopti"
    )


def _segou_share(sample: Sample) -> list[int]:
    return [percent(sample.count(mois=m, region="Ségou"), sample.count(mois=m)) for m in MONTHS]


def _property_leads_north(sample: Sample) -> bool:
    counts = {key: sum(sample.count(mois=JUNE, region=r, categorie=key) for r in NORTH) for key in SHORT}
    return all(counts["E"] > n for key, n in counts.items() if key != "E")


FACTS: tuple[Fact, ...] = (
    *(Fact(line, f"région de {region} : les six mois du tableau", row_of(region))
      for region, line in LINE_OF_REGION.items()),
    Fact(122, "juin : plus du double de mai", holds(lambda s: series(s)[5] > 2 * series(s)[4], lambda s: series(s)[4:])),
    Fact(122, "77 % des violations de juin à Mopti", share(77, counted(mois=JUNE, region="Mopti"), counted(mois=JUNE))),
    Fact(122, "Gao est restée au même niveau", between("Gao", 0.95, 1.05)),
    Fact(122, "légère réduction à Tombouctou", between("Tombouctou", 0.7, 0.99)),
    Fact(122, "légère réduction à Ségou", between("Ségou", 0.7, 0.99)),
    Fact(122, "Ménaka et Kidal restent limitées",
         holds(lambda s: s.count(mois=JUNE, region="Ménaka") + s.count(mois=JUNE, region="Kidal") < 25)),
    Fact(127, "947 violations à Mopti, un record par région",
         holds(lambda s: s.count(mois=JUNE, region="Mopti") == 947 == max(
             s.count(mois=m, region=r) for m in MONTHS for r in REGION_TOTALS))),
    Fact(129, "Mopti : toutes les catégories sauf l'intégrité ont nettement augmenté",
         holds(lambda s: all((s.count(mois=JUNE, region="Mopti", categorie=key)
                              >= 1.4 * s.count(mois=MAY, region="Mopti", categorie=key)) == (key != "C")
                             for key in SHORT))),
    Fact(130, "cercle de Mopti : 200 violations",
         equals(CERCLE_TOTALS_JUNE["Mopti"], counted(mois=JUNE, region="Mopti", cercle="Mopti"))),
    Fact(130, "cercle de Douentza : 644 violations",
         equals(CERCLE_TOTALS_JUNE["Douentza"], counted(mois=JUNE, cercle="Douentza"))),
    Fact(130, "Douentza et Mopti restent les cercles les plus touchés",
         holds(lambda s: {c for m in (MAY, JUNE) for c, _ in s.by("cercle", mois=m, region="Mopti").most_common(2)}
               == {"Douentza", "Mopti"})),
    Fact(131, "Mopti : 40 % d'hommes, les plus touchés",
         holds(lambda s: percent(s.count(mois=JUNE, region="Mopti", sexe="Homme"), 947) == 40
               and s.by("sexe", mois=JUNE, region="Mopti").most_common(1)[0][0] == "Homme",
               lambda s: s.by("sexe", mois=JUNE, region="Mopti").most_common(2))),
    Fact(131, "Mopti : 150 filles", equals(150, counted(mois=JUNE, region="Mopti", sexe="Fille"))),
    Fact(131, "Mopti : 80 garçons", equals(80, counted(mois=JUNE, region="Mopti", sexe="Garçon"))),
    Fact(131, "Mopti : enfants presque uniquement touchés par des déplacements",
         holds(lambda s: _children_displaced(s) >= 0.95, lambda s: f"{100 * _children_displaced(s):.0f} %")),
    *(Fact(line, f"{', '.join(regions)} : {sign} {SHORT[key]}", arrow(sign, key, *regions))
      for regions, lines in ARROWS for line, key, sign in lines),
    Fact(148, "Mopti : enlèvements +58 %",
         holds(lambda s: percent(s.count(mois=JUNE, region="Mopti", type=ABDUCTION),
                                 s.count(mois=MAY, region="Mopti", type=ABDUCTION)) == 158,
               lambda s: f"{s.count(mois=MAY, region='Mopti', type=ABDUCTION)} puis "
               f"{s.count(mois=JUNE, region='Mopti', type=ABDUCTION)}")),
    Fact(148, "Mopti : surtout à Douentza et Koro",
         leaders(2, "cercle", {"Douentza", "Koro"}, mois=JUNE, region="Mopti", categorie="D")),
    Fact(152, "Ségou : 43 violations", equals(43, counted(mois=JUNE, region="Ségou"))),
    Fact(154, "Ségou : l'intégrité reste la catégorie la plus élevée",
         holds(lambda s: all(s.by("categorie", mois=m, region="Ségou").most_common(1)[0][0] == "C" for m in (MAY, JUNE)))),
    Fact(155, "Ségou et Macina sont les plus touchés",
         leaders(2, "cercle", {"Ségou", "Macina"}, mois=JUNE, region="Ségou")),
    Fact(155, "Niono : 10 violations", equals(CERCLE_TOTALS_JUNE["Niono"], counted(mois=JUNE, cercle="Niono"))),
    Fact(155, "Niono : le plus bas depuis début 2020",
         holds(lambda s: min(series(s, cercle="Niono")[:5]) > series(s, cercle="Niono")[5],
               lambda s: series(s, cercle="Niono")), note="vérifié depuis janvier 2021 seulement"),
    Fact(156, "Ségou : la majorité des victimes sont des agriculteurs",
         holds(lambda s: 2 * s.count(mois=JUNE, region="Ségou", statut_socioeconomique="Agriculteur") > 43,
               counted(mois=JUNE, region="Ségou", statut_socioeconomique="Agriculteur"))),
    Fact(169, "Ségou : 3 % du total de juin", holds(lambda s: _segou_share(s)[5] == 3, _segou_share)),
    Fact(169, "Ségou : 20 à 30 % les trois premiers mois",
         holds(lambda s: all(20 <= n <= 30 for n in _segou_share(s)[:3]), _segou_share), "contredit",
         "les tableaux donnent 32 % en janvier (103 sur 326) ; ils sont suivis"),
    Fact(174, "Gao : 133 violations", equals(133, counted(mois=JUNE, region="Gao"))),
    Fact(176, "Gao, Ménaka, Kidal : la propriété reste la plus élevée", holds(_property_leads_north)),
    Fact(177, "Gao : commerçants et éleveurs les plus touchés",
         leaders(2, "statut_socioeconomique", {"Commerçant", "Éleveur"}, mois=JUNE, region="Gao")),
    Fact(177, "Gao : le centre de la ville ou du village est le lieu principal",
         leaders(1, "lieu", {CENTRE}, mois=JUNE, region="Gao")),
    Fact(178, "Gao : 91 % par des groupes armés non identifiés",
         share(91, counted(mois=JUNE, region="Gao", auteur=UNIDENTIFIED), counted(mois=JUNE, region="Gao"))),
    Fact(194, "Ansongo : 29 violations", equals(CERCLE_TOTALS_JUNE["Ansongo"], counted(mois=JUNE, cercle="Ansongo"))),
    Fact(194, "Ansongo : deux mois de réduction, puis une augmentation",
         holds(lambda s: series(s, cercle="Ansongo")[2] > series(s, cercle="Ansongo")[3] > series(s, cercle="Ansongo")[4]
               < series(s, cercle="Ansongo")[5], lambda s: series(s, cercle="Ansongo"))),
    Fact(194, "cercle de Gao : légère diminution",
         holds(lambda s: 0.85 <= series(s, region="Gao", cercle="Gao")[5] / series(s, region="Gao", cercle="Gao")[4] < 1,
               lambda s: series(s, region="Gao", cercle="Gao")[4:])),
    Fact(200, "Tombouctou : propriété et intégrité sont les deux plus élevées",
         leaders(2, "categorie", {"C", "E"}, mois=JUNE, region="Tombouctou")),
    Fact(201, "Gourma-Rharous et Goundam sont les plus touchés",
         leaders(2, "cercle", {"Gourma-Rharous", "Goundam"}, mois=JUNE, region="Tombouctou")),
    Fact(202, "Tombouctou : l'axe routier est le lieu principal",
         leaders(1, "lieu", {ROAD}, mois=JUNE, region="Tombouctou")),
)  # fmt: skip
