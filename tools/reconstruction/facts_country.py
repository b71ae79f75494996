"""Statements on the whole country: sections I, II and V."""

from __future__ import annotations

from itertools import pairwise

from pipeline.taxonomy import CATEGORY
from tools.reconstruction.attributes import CENTRE, HOME, RADICAL, ROAD, STATE, THEFT, UNIDENTIFIED
from tools.reconstruction.fact import (
    JUNE,
    MAY,
    Check,
    Fact,
    counted,
    equals,
    holds,
    leaders,
    percent,
    share,
)  # fmt: skip
from tools.reconstruction.published import CATEGORY_TOTALS, LINE_OF_CATEGORY, MONTH_TOTALS, MONTHS
from tools.reconstruction.sample import Sample

ABDUCTION, BLOW, THREAT = CATEGORY["D"].types[0], CATEGORY["C"].types[0], CATEGORY["C"].types[2]
FIRE, WRECK, BOMB = "Incendie volontaire", "Destruction de biens personnels", CATEGORY["B"].types[2]


def series(sample: Sample, **wanted: str) -> list[int]:
    """Six counts, January to June."""
    return [sample.count(None, mois=month, **wanted) for month in MONTHS]


def row_of(key: str) -> Check:
    return holds(
        lambda s: tuple(series(s, categorie=key)) == CATEGORY_TOTALS[key], lambda s: series(s, categorie=key)
    )


def _rise_led_by_mopti(sample: Sample) -> bool:
    change = {
        (region, key): sample.count(mois=JUNE, region=region, categorie=key)
        - sample.count(mois=MAY, region=region, categorie=key)
        for region in ("Gao", "Kidal", "Ménaka", "Mopti", "Ségou", "Tombouctou")
        for key in CATEGORY_TOTALS
    }
    return max(change, key=lambda cell: change[cell]) == ("Mopti", "A")


def _mostly_of(keys: set[str], count: int = 2, **wanted: str) -> Check:
    """`keys` are the categories that lead among the rows."""
    return leaders(count, "categorie", keys, **wanted)


def _clear_rise(cercle: str) -> Check:
    """At least a fifth more than in May."""
    return holds(
        lambda s: s.count(mois=JUNE, cercle=cercle) >= 1.2 * s.count(mois=MAY, cercle=cercle),
        lambda s: f"{s.count(mois=MAY, cercle=cercle)} puis {s.count(mois=JUNE, cercle=cercle)}",
    )


june = counted(mois=JUNE)
FACTS: tuple[Fact, ...] = (
    Fact(25, "1 237 violations en juin", equals(1237, june)),
    Fact(27, "3 580 violations en 2021", equals(3580, counted())),
    Fact(35, "juin est le mois le plus élevé", holds(lambda s: max(series(s)) == series(s)[5], series)),
    Fact(35, "la hausse vient des mouvements forcés à Mopti", holds(_rise_led_by_mopti)),
    Fact(35, "la propriété a plus que doublé",
         holds(lambda s: series(s, categorie="E")[5] > 2 * series(s, categorie="E")[4],
               lambda s: series(s, categorie="E"))),
    Fact(35, "l'intégrité baisse après un pic en mai",
         holds(lambda s: max(series(s, categorie="C")) == series(s, categorie="C")[4] > series(s, categorie="C")[5],
               lambda s: series(s, categorie="C"))),
    Fact(35, "la liberté monte depuis janvier",
         holds(lambda s: min(series(s, categorie="D")) == series(s, categorie="D")[0]
               and max(series(s, categorie="D")) == series(s, categorie="D")[5],
               lambda s: series(s, categorie="D"))),
    Fact(55, "les victimes d'incendies volontaires n'ont cessé d'augmenter",
         holds(lambda s: all(a < b for a, b in pairwise(series(s, type=FIRE))),
               lambda s: series(s, type=FIRE))),
    Fact(57, "deux jumeaux de 4 mois morts le 17 juin dans la commune de Sio",
         equals(2, lambda s: s.count(lambda r: r["date"] == "2021-06-17" and r["commune"].strip().lower() == "sio",
                                     categorie="B", sexe="Garçon", age="0-17"))),
    Fact(65, "313 assassinats et meurtres en six mois",
         equals(313, lambda s: s.count(lambda r: r["categorie"] == "B" and r["type"] != BOMB)), "contredit",
         "313 est le total de toute la catégorie (ligne 77), qui compte aussi les 4 morts par engin explosif de "
         "juin (ligne 103) : les tableaux sont suivis, 309 + 4"),
    Fact(65, "313 atteintes à la vie en six mois (lecture retenue)", equals(313, counted(categorie="B"))),
    Fact(65, "383 enlèvements en six mois", equals(383, counted(type=ABDUCTION))),
    Fact(65, "52 violations d'acteurs étatiques en six mois", equals(52, counted(auteur=STATE))),
    *(Fact(line, f"{CATEGORY[key].label} : les six mois du tableau", row_of(key))
      for key, line in LINE_OF_CATEGORY.items()),
    Fact(81, "totaux des six mois", holds(lambda s: tuple(series(s)) == MONTH_TOTALS, series)),
    *(Fact(84, f"nette augmentation à {cercle} (plateau Dogon)", _clear_rise(cercle))
      for cercle in ("Douentza", "Koro", "Bandiagara")),
    Fact(91, "121 atteintes à l'intégrité, presque le double en mai",
         holds(lambda s: 1.7 < series(s, categorie="C")[4] / series(s, categorie="C")[5] < 2
               and series(s, categorie="C")[5] == 121, lambda s: series(s, categorie="C")[4:])),
    Fact(91, "les coups et blessures sont le type d'intégrité le plus fréquent",
         leaders(1, "type", {BLOW}, mois=JUNE, categorie="C")),
    Fact(91, "forte augmentation des menaces en mai, alors type le plus fréquent",
         holds(lambda s: series(s, type=THREAT)[4] > 2 * series(s, type=THREAT)[3]
               and s.by("type", mois=MAY, categorie="C").most_common(1)[0][0] == THREAT,
               lambda s: series(s, type=THREAT))),
    Fact(91, "Douentza et Mopti sont les cercles les plus touchés (intégrité)",
         leaders(2, "cercle", {"Douentza", "Mopti"}, mois=JUNE, categorie="C")),
    Fact(97, "la propriété augmente de façon graduelle depuis janvier",
         holds(lambda s: series(s, categorie="E") == sorted(series(s, categorie="E")),
               lambda s: series(s, categorie="E")), "contredit",
         "le tableau (ligne 75) baisse en mars et en mai ; il est suivi"),
    Fact(97, "507 atteintes à la propriété, un pic", equals(507, counted(mois=JUNE, categorie="E"))),
    Fact(97, "majoritairement des vols, extorsions et pillages",
         holds(lambda s: s.count(mois=JUNE, type=THEFT) * 2 > s.count(mois=JUNE, categorie="E"),
               counted(mois=JUNE, type=THEFT))),
    Fact(97, "19 % sur les axes routiers (vols)",
         share(19, counted(mois=JUNE, type=THEFT, lieu=ROAD), counted(mois=JUNE, type=THEFT)),
         note="le dénominateur n'est pas dit : les deux lectures tiennent"),
    Fact(97, "19 % sur les axes routiers (toute la propriété)",
         share(19, counted(mois=JUNE, categorie="E", lieu=ROAD), counted(mois=JUNE, categorie="E")),
         note="le dénominateur n'est pas dit : les deux lectures tiennent"),
    Fact(97, "réduction de 34 % sur les axes (nombre de vols)",
         holds(lambda s: percent(s.count(mois=JUNE, type=THEFT, lieu=ROAD), s.count(mois=MAY, type=THEFT, lieu=ROAD))
               == 66,
               lambda s: f"{s.count(mois=MAY, type=THEFT, lieu=ROAD)} puis "
               f"{s.count(mois=JUNE, type=THEFT, lieu=ROAD)}"),
         note="« réduction par 34 % » peut être un nombre ou des points : les deux lectures tiennent"),
    Fact(97, "réduction de 34 points sur les axes (part des vols)",
         holds(lambda s: percent(s.count(mois=MAY, type=THEFT, lieu=ROAD), s.count(mois=MAY, type=THEFT)) - 19 == 34,
               lambda s: f"{s.count(mois=MAY, type=THEFT, lieu=ROAD)} sur {s.count(mois=MAY, type=THEFT)} en mai"),
         note="« réduction par 34 % » peut être un nombre ou des points : les deux lectures tiennent"),
    Fact(97, "68 % des vols au domicile des victimes",
         share(68, counted(mois=JUNE, type=THEFT, lieu=HOME), counted(mois=JUNE, type=THEFT))),
    Fact(97, "les destructions de biens personnels atteignent un pic",
         holds(lambda s: max(series(s, type=WRECK)[:5]) < series(s, type=WRECK)[5], lambda s: series(s, type=WRECK))),
    Fact(103, "60 assassinats ou meurtres en juin",
         equals(60, lambda s: s.count(lambda r: r["type"] != BOMB, mois=JUNE, categorie="B")),
         note="le texte imprime « meurtres/mutilations »"),
    Fact(103, "4 morts par engin explosif en juin", equals(4, counted(mois=JUNE, type=BOMB))),
    Fact(103, "le nombre d'atteintes à la vie le plus élevé depuis janvier",
         holds(lambda s: max(series(s, categorie="B")[:5]) < series(s, categorie="B")[5],
               lambda s: series(s, categorie="B"))),
    *(Fact(103, f"vie : {wanted} % {text}",
           share(wanted, counted(mois=JUNE, categorie="B", **where), counted(mois=JUNE, categorie="B")))
      for wanted, text, where in (
          (95, "d'hommes", {"sexe": "Homme"}),
          (58, "par des personnes armées non identifiées", {"auteur": UNIDENTIFIED}),
          (30, "par des groupes radicaux", {"auteur": RADICAL}),
          (45, "dans la région de Mopti", {"region": "Mopti"}),
          (41, "dans la région de Gao", {"region": "Gao"}))),
    Fact(105, "la liberté augmente les derniers mois, pic en juin",
         holds(lambda s: series(s, categorie="D")[3] < series(s, categorie="D")[4] < series(s, categorie="D")[5]
               == max(series(s, categorie="D")), lambda s: series(s, categorie="D"))),
    Fact(105, "Douentza et Koro ont le plus d'enlèvements",
         leaders(2, "cercle", {"Douentza", "Koro"}, mois=JUNE, type=ABDUCTION)),
    Fact(105, "liberté : 49 % par des personnes armées non identifiées",
         share(49, counted(mois=JUNE, categorie="D", auteur=UNIDENTIFIED), counted(mois=JUNE, categorie="D"))),
    Fact(105, "liberté : « la majorité » par des personnes armées non identifiées",
         holds(lambda s: 2 * s.count(mois=JUNE, categorie="D", auteur=UNIDENTIFIED) > s.count(mois=JUNE, categorie="D")),
         "contredit", "49 % n'est pas une majorité ; la part imprimée est suivie"),
    Fact(105, "liberté : 36 % par des groupes radicaux",
         share(36, counted(mois=JUNE, categorie="D", auteur=RADICAL), counted(mois=JUNE, categorie="D"))),
    Fact(105, "enlèvements dans un contexte intercommunautaire", None, "hors", "aucune colonne ne dit le contexte"),
    Fact(257, "majoritairement des personnes sans activité",
         holds(lambda s: 2 * s.count(mois=JUNE, statut_socioeconomique="Sans activité") > s.count(mois=JUNE),
               counted(mois=JUNE, statut_socioeconomique="Sans activité"))),
    Fact(257, "sans activité : surtout mouvements forcés et propriété",
         _mostly_of({"A", "E"}, mois=JUNE, statut_socioeconomique="Sans activité")),
    Fact(263, "68 % des violations au domicile de la victime", share(68, counted(mois=JUNE, lieu=HOME), june),
         note="toutes les violations de juin ; la ligne 97 dit aussi 68 %, des seuls vols"),
    Fact(263, "au domicile : surtout mouvements forcés et propriété", _mostly_of({"A", "E"}, mois=JUNE, lieu=HOME)),
    Fact(263, "axes routiers et centre sont les autres lieux principaux",
         leaders(3, "lieu", {HOME, ROAD, CENTRE}, mois=JUNE)),
    Fact(269, "majorité des violations entre 7h et 17h",
         holds(lambda s: 2 * s.count(mois=JUNE, tranche_horaire="7h-17h") > s.count(mois=JUNE),
               counted(mois=JUNE, tranche_horaire="7h-17h"))),
    Fact(269, "en journée : surtout mouvements forcés, propriété, liberté",
         holds(lambda s: all(2 * s.count(mois=JUNE, tranche_horaire="7h-17h", categorie=key)
                             > s.count(mois=JUNE, categorie=key) for key in "AED"))),
    Fact(271, "propriété : un nombre considérable le soir et la nuit",
         holds(lambda s: s.count(lambda r: r["tranche_horaire"] in ("17h-22h", "22h-5h"), mois=JUNE, categorie="E")
               >= 0.3 * s.count(mois=JUNE, categorie="E"),
               lambda s: s.by("tranche_horaire", mois=JUNE, categorie="E").most_common(3))),
    Fact(271, "violations limitées tôt le matin",
         holds(lambda s: s.count(mois=JUNE, tranche_horaire="5h-7h") < 0.05 * s.count(mois=JUNE),
               counted(mois=JUNE, tranche_horaire="5h-7h"))),
)  # fmt: skip
