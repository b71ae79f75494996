"""Statements on the flash alerts: sections I and III."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from tools.reconstruction.alerts import ONE_OF_FOUR
from tools.reconstruction.fact import JUNE, Fact, equals, holds
from tools.reconstruction.sample import Row, Sample

ATTACK, MOVE = "Attaque de village", "Mouvement de population"


def events(sample: Sample, kind: str, **wanted: str) -> list[Row]:
    return [
        row
        for row in sample.alerts
        if row["evenement"] == kind and all(row[column] == value for column, value in wanted.items())
    ]


def told(kind: str, count: int, **wanted: str) -> Callable[[Sample], bool]:
    return lambda sample: len(events(sample, kind, **wanted)) == count


def households(village: str, count: int, line: int, where: str, **wanted: str) -> Fact:
    """A movement: its households and its destination as told."""
    text = f"{village} : {count} ménages, {where}"
    return Fact(line, text, holds(told(MOVE, 1, localite=village, menages=str(count), **wanted)))


def _cause(sample: Sample) -> Counter[str]:
    """Movements by what else the same report tells of the same village."""
    causes: Counter[str] = Counter()
    for move in events(sample, MOVE):
        causes += Counter(
            row["evenement"]
            for row in sample.alerts
            if row["evenement"] != MOVE
            and (row["id_rapport"], row["localite"]) == (move["id_rapport"], move["localite"])
        )
    return causes


FACTS: tuple[Fact, ...] = (
    Fact(51, "6 mouvements de population", equals(6, lambda s: len(events(s, MOVE)))),
    Fact(51, "5 rapports flash", equals(5, lambda s: len({row["id_rapport"] for row in events(s, MOVE)})),
         note="Kaoubouki et Kouna-Daga forment le cinquième : déduit, non dit"),
    Fact(51, "4 déclenchés par des attaques, 2 par un affrontement et des menaces",
         holds(lambda s: _cause(s) == {ATTACK: 4, "Affrontement": 1, "Menace d'attaque": 1})),
    Fact(51, "tous les déplacements sont internes",
         holds(lambda s: all(row["destination_region"] in ("", row["region"]) for row in events(s, MOVE)))),
    households("Mogui", 135, 51, "destination non dite", commune="Koumbewel Koundia", cercle="Douentza",
               destination_region="", destination_cercle=""),
    households("Emalintaghasste", 350, 51, "vers Ménaka", commune="Inhinta", destination_commune="Ménaka"),
    households("Lerneb", 196, 51, "cinq sites au cercle de Goundam", destination_cercle="Goundam",
               destination_commune=""),
    households("Nantimore", 30, 51, "au chef-lieu de la commune de Kewa", destination_commune="Kewa",
               destination_localite="chef-lieu"),
    households("Kaoubouki", 67, 51, "à Kouna, commune de Sio", destination_localite="Kouna"),
    households("Kouna-Daga", 50, 51, "à Kouna, commune de Sio", destination_localite="Kouna"),
    Fact(51, "Sio : attaque le 17 juin", holds(told(ATTACK, 2, commune="Sio", date="2021-06-17"))),
    Fact(51, "11 hommes assassinés à Emalintaghasste, cercle de Ménaka",
         holds(lambda s: s.count(mois=JUNE, region="Ménaka", categorie="B", sexe="Homme") >= 11,
               lambda s: f"{s.count(mois=JUNE, region='Ménaka')} violations en tout à Ménaka en juin"), "contredit",
         "le tableau des régions ne compte que 2 violations à Ménaka (ligne 116) : l'attaque est dans les alertes, "
         "avec ses 11 morts dans la description, et non dans les incidents"),
    Fact(51, "ménages déplacés aux « cercles de Al Ourch et Niafounke » (RRM)", None, "hors",
         "ni nombre ni rapport flash : dans aucun compte du rapport, donc pas de ligne"),
    Fact(55, "10 attaques de village", equals(10, lambda s: len(events(s, ATTACK)))),
    Fact(55, "3 attaques de village en mai", None, "hors",
         "les alertes de mai ne sont pas racontées : pas de fichier"),
    Fact(57, "« l'attaque de deux hameaux » : deux attaques comptées",
         holds(told(ATTACK, 2, cercle="Mopti", commune="Sio")),
         note="lecture : le rapport compte deux déplacements déclenchés par des attaques, donc une par hameau"),
    Fact(61, "Dinangourou, cercle de Koro, encerclé depuis début mai",
         holds(told("Village encerclé", 1, localite="Dinangourou", cercle="Koro"))),
    Fact(61, "affrontements à Dinangourou entre FDS et groupes radicaux", None, "hors",
         "ni nombre ni mois : pas de ligne"),
    Fact(140, "8 attaques dans la région de Mopti, dans quatre cercles",
         holds(lambda s: len(events(s, ATTACK, region="Mopti")) == 8
               and {row["cercle"] for row in events(s, ATTACK, region="Mopti")}
               == {"Bandiagara", "Douentza", "Mopti", "Djenné", ONE_OF_FOUR},
               lambda s: dict(Counter(row["cercle"] for row in events(s, ATTACK, region="Mopti")))),
         note="le cercle de trois attaques n'est pas dit : elles restent au niveau de la région"),
    Fact(141, "4 mouvements aux cercles de Douentza, Djenné et Mopti",
         holds(lambda s: Counter(row["cercle"] for row in events(s, MOVE, region="Mopti"))
               == {"Douentza": 1, "Djenné": 1, "Mopti": 2})),
    Fact(187, "2 attaques, au cercle de Gao et au cercle de Ménaka",
         holds(lambda s: told(ATTACK, 1, cercle="Gao")(s) and told(ATTACK, 1, cercle="Ménaka")(s))),
    Fact(188, "1 mouvement au cercle de Ménaka", holds(told(MOVE, 1, cercle="Ménaka"))),
    Fact(218, "1 mouvement, commune de Lerneb, cercle de Goundam",
         holds(told(MOVE, 1, commune="Lerneb", cercle="Goundam")),
         note="le rapport écrit aussi « village de Lerneb » (ligne 51)"),
    Fact(222, "sensibilisation de porte à porte dans la commune de Soboundou", None, "hors",
         "ni violation, ni menace, ni rapport flash : aucun type d'alerte n'y répond, pas de ligne"),
)  # fmt: skip
