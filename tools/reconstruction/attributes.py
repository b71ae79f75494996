"""Who, by whom, where and when: a plausible profile for each column, and the report's shares as targets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.taxonomy import AGES, CATEGORY
from tools.reconstruction.draw import Draw

UNIDENTIFIED, RADICAL = "Personnes armées non identifiées", "Groupes radicaux"
DEFENCE, SIGNATORY = "Groupes d'autodéfense", "Groupes armés signataires"
STATE, NEIGHBOURS = "Forces de défense et de sécurité", "Communauté ou particulier"
HOME, ROAD = "Domicile de la victime", "Axe routier"
CENTRE, FIELD = "Centre de la ville/village", "Champ ou pâturage"
THEFT = CATEGORY["E"].types[0]
STATE_ACTORS = {"2021-01": 6, "2021-02": 7, "2021-03": 9, "2021-04": 10, "2021-05": 9, "2021-06": 11}
"""52 in six months (line 65); how they fall on the months is assumed."""

WOMEN_ONLY = "Viol", "Agression sexuelle", "Grossesse forcée", "Exploitation sexuelle et prostitution forcée"

Row = dict[str, str]
Profile = Callable[[Row], Mapping[str, float]]


@dataclass(frozen=True)
class Target:
    """Between `low` and `high` of the rows for which `where` holds have `value`.

    `where` must not look at the column that is being filled.
    """

    name: str
    where: Callable[[Row], bool]
    value: str
    low: int
    high: int


def exactly(name: str, where: Callable[[Row], bool], value: str, count: int) -> Target:
    return Target(name, where, value, count, count)


def sub(**wanted: str) -> Callable[[Row], bool]:
    """Rows whose columns have these values, e.g. sub(mois="2021-06", region="Gao")."""
    return lambda row: all(row[column] == value for column, value in wanted.items())


def _sex(row: Row) -> Mapping[str, float]:
    kind, key = row["type"], row["categorie"]
    if row.get("jumeau"):
        return {"Garçon": 1}
    if kind in WOMEN_ONLY:
        return {"Femme": 70, "Fille": 30}
    if kind == "Mariage forcé":
        return {"Fille": 80, "Femme": 20}
    if key == "A" and row["mois"] == "2021-06":
        return {"Femme": 33, "Homme": 14, "Fille": 34, "Garçon": 17, "Inconnu": 2}
    shapes: dict[str, dict[str, float]] = {
        "A": {"Femme": 36, "Homme": 40, "Fille": 12, "Garçon": 9, "Inconnu": 3},
        "B": {"Homme": 94, "Femme": 4, "Fille": 1, "Garçon": 1},
        "C": {"Homme": 79, "Femme": 17, "Fille": 2, "Garçon": 2},
        "D": {"Homme": 88, "Femme": 8, "Garçon": 2, "Fille": 2},
        "E": {"Homme": 76, "Femme": 21, "Inconnu": 2, "Fille": 0.4, "Garçon": 0.4},
        "F": {"Homme": 45, "Femme": 40, "Fille": 8, "Garçon": 7},
    }
    return shapes[key]


def _age(row: Row) -> Mapping[str, float]:
    if row["sexe"] in ("Fille", "Garçon"):
        return {AGES[0]: 1}
    if row["sexe"] == "Inconnu":
        return {AGES[3]: 1}
    return {AGES[1]: 86, AGES[2]: 9, AGES[3]: 5}


def _author(row: Row) -> Mapping[str, float]:
    if "intempéries" in row["type"]:
        return {"Autre": 1}
    region, key = row["region"], row["categorie"]
    if region == "Gao":
        return {UNIDENTIFIED: 90, RADICAL: 3, STATE: 2, SIGNATORY: 2, NEIGHBOURS: 2, "Autre": 1}
    if region == "Mopti":
        shapes: dict[str, dict[str, float]] = {
            "A": {RADICAL: 68, UNIDENTIFIED: 26, DEFENCE: 6},
            "B": {RADICAL: 50, UNIDENTIFIED: 30, DEFENCE: 14, STATE: 5},
            "C": {RADICAL: 42, UNIDENTIFIED: 36, DEFENCE: 12, STATE: 4, NEIGHBOURS: 6},
            "D": {RADICAL: 46, UNIDENTIFIED: 36, DEFENCE: 12, STATE: 4, NEIGHBOURS: 2},
            "E": {RADICAL: 56, UNIDENTIFIED: 34, DEFENCE: 6, STATE: 0.5, NEIGHBOURS: 3.5},
            "F": {RADICAL: 80, UNIDENTIFIED: 20},
        }
        return shapes[key]
    if region == "Ségou":
        return {RADICAL: 42, UNIDENTIFIED: 32, DEFENCE: 14, STATE: 4, NEIGHBOURS: 6, "Inconnu": 2}
    return {UNIDENTIFIED: 72, RADICAL: 10, SIGNATORY: 6, STATE: 2, NEIGHBOURS: 7, "Inconnu": 3}


def _status(row: Row) -> Mapping[str, float]:
    if row["sexe"] in ("Fille", "Garçon"):
        return {"Sans activité": 82, "Élève ou étudiant": 18}
    if row["mois"] == "2021-06" and row["categorie"] == "A":
        return {"Sans activité": 88, "Agriculteur": 7, "Éleveur": 5}
    region, woman = row["region"], row["sexe"] == "Femme"
    if region == "Ségou":
        return {"Agriculteur": 55, "Éleveur": 14, "Commerçant": 12, "Sans activité": 12, "Fonctionnaire": 4,
                "Autre": 3}  # fmt: skip
    if region == "Gao":
        return {"Commerçant": 32, "Éleveur": 26, "Transporteur": 12, "Sans activité": 13, "Fonctionnaire": 8,
                "Agriculteur": 5, "Autre": 4}  # fmt: skip
    if region == "Mopti":
        if woman:
            return {"Sans activité": 64, "Commerçant": 17, "Agriculteur": 12, "Fonctionnaire": 3, "Autre": 4}
        return {"Sans activité": 36, "Agriculteur": 24, "Éleveur": 20, "Commerçant": 11, "Transporteur": 5,
                "Fonctionnaire": 3, "Inconnu": 1}  # fmt: skip
    return {"Commerçant": 26, "Éleveur": 24, "Transporteur": 17, "Sans activité": 16, "Agriculteur": 7,
            "Fonctionnaire": 6, "Autre": 4}  # fmt: skip


def _site(row: Row) -> Mapping[str, float]:
    region, key, kind, june = row["region"], row["categorie"], row["type"], row["mois"] == "2021-06"
    if key == "A":
        return {HOME: 95, FIELD: 1.5, CENTRE: 2, ROAD: 1.5}
    if key == "E" and kind not in (THEFT, "Taxe illégale"):
        return {HOME: 82, ROAD: 7, CENTRE: 4, FIELD: 7}
    if key == "E" and region == "Mopti":
        return {HOME: 80, ROAD: 12, CENTRE: 3, FIELD: 3, "Marché": 2} if june else {
            ROAD: 48, HOME: 24, FIELD: 10, CENTRE: 12, "Marché": 6}  # fmt: skip
    if key == "F":
        return {"École ou centre de santé": 60, CENTRE: 25, ROAD: 10, HOME: 5}
    shapes: dict[str, dict[str, float]] = {
        "Gao": {CENTRE: 46, ROAD: 20, HOME: 20, FIELD: 6, "Marché": 6, "Point d'eau": 2},
        "Tombouctou": {ROAD: 56, CENTRE: 15, HOME: 15, FIELD: 8, "Marché": 4, "Point d'eau": 2},
        "Kidal": {CENTRE: 40, ROAD: 32, HOME: 22, "Marché": 6},
        "Ménaka": {ROAD: 38, CENTRE: 32, HOME: 24, FIELD: 6},
    }
    return shapes.get(region, {ROAD: 34, CENTRE: 22, HOME: 26, FIELD: 14, "Marché": 3, "Inconnu": 1})


def _time(row: Row) -> Mapping[str, float]:
    day, evening, night, dawn = {
        "A": (78, 10, 8, 3), "B": (46, 22, 26, 5), "C": (58, 24, 14, 3), "D": (66, 17, 13, 3),
        "E": (57, 21, 18, 3), "F": (84, 8, 5, 2),
    }[row["categorie"]]  # fmt: skip
    return {"7h-17h": day, "17h-22h": evening, "22h-5h": night, "5h-7h": dawn, "Inconnu": 1}


def targets(column: str) -> list[Target]:
    """The report's shares for one column, as counts (share x total, rounded to a count that prints alike)."""
    june, may = "2021-06", "2021-05"
    mopti, gao = sub(mois=june, region="Mopti"), sub(mois=june, region="Gao")
    if column == "sexe":
        return [
            exactly("Mopti hommes 40 %", mopti, "Homme", 379),
            exactly("Mopti 150 filles", mopti, "Fille", 150),
            exactly("Mopti 80 garçons", mopti, "Garçon", 80),
            Target("filles déplacées", sub(mois=june, region="Mopti", categorie="A"), "Fille", 147, 150),
            Target("garçons déplacés", sub(mois=june, region="Mopti", categorie="A"), "Garçon", 76, 80),
            exactly("vie 95 % hommes", sub(mois=june, categorie="B"), "Homme", 61),
            *(exactly(f"mai {sex}", sub(mois=may), sex, n)
              for sex, n in (("Homme", 455), ("Femme", 76), ("Fille", 19), ("Garçon", 10))),
        ]  # fmt: skip
    if column == "auteur":
        life, liberty = sub(mois=june, categorie="B"), sub(mois=june, categorie="D")
        return [
            exactly("vie 58 %", life, UNIDENTIFIED, 37),
            exactly("vie 30 %", life, RADICAL, 19),
            exactly("liberté 49 %", liberty, UNIDENTIFIED, 48),
            exactly("liberté 36 %", liberty, RADICAL, 35),
            exactly("Gao 91 %", gao, UNIDENTIFIED, 121),
            *(exactly(f"acteurs étatiques {m}", sub(mois=m), STATE, n) for m, n in STATE_ACTORS.items()),
        ]
    if column == "statut_socioeconomique":
        return [
            Target("sans activité", sub(mois=june), "Sans activité", 640, 690),
            Target("Gao commerçants", gao, "Commerçant", 41, 46),
            Target("Gao éleveurs", gao, "Éleveur", 33, 38),
            Target("Gao sans activité", gao, "Sans activité", 8, 20),
            Target("Gao transporteurs", gao, "Transporteur", 8, 20),
            Target("Ségou agriculteurs", sub(mois=june, region="Ségou"), "Agriculteur", 24, 26),
        ]
    if column == "lieu":
        theft, goods = sub(mois=june, type=THEFT), sub(mois=june, categorie="E")
        tombouctou = sub(mois=june, region="Tombouctou")
        return [
            exactly("domicile 68 %", sub(mois=june), HOME, 841),
            exactly("vols à domicile 68 %", theft, HOME, 210),
            exactly("vols sur les axes 19 %", theft, ROAD, 59),
            exactly("propriété sur les axes 19 %", goods, ROAD, 96),
            exactly("vols sur les axes en mai", sub(mois=may, type=THEFT), ROAD, 89),
            Target("mouvements à domicile", sub(mois=june, categorie="A"), HOME, 425, 436),
            Target("propriété à domicile", goods, HOME, 345, 360),
            Target("Gao centre", gao, CENTRE, 52, 65),
            Target("Gao axes", gao, ROAD, 18, 32),
            Target("Gao domicile", gao, HOME, 18, 36),
            Target("Tombouctou axes", tombouctou, ROAD, 46, 60),
            Target("Tombouctou domicile", tombouctou, HOME, 8, 22),
        ]
    if column == "tranche_horaire":
        goods = sub(mois=june, categorie="E")
        return [
            Target("journée", sub(mois=june), "7h-17h", 740, 840),
            Target("propriété le soir", goods, "17h-22h", 100, 120),
            Target("propriété la nuit", goods, "22h-5h", 85, 105),
            Target("tôt le matin", sub(mois=june), "5h-7h", 20, 40),
        ]
    return []


PROFILES = {
    "sexe": _sex,
    "age": _age,
    "auteur": _author,
    "statut_socioeconomique": _status,
    "lieu": _site,
    "tranche_horaire": _time,
}


def describe(rows: list[Row]) -> None:
    """Fill the six columns of all rows in place. Rows have mois, region, categorie and type."""
    for column, profile in PROFILES.items():
        settle(rows, column, profile, targets(column), Draw(column))


def settle(rows: Sequence[Row], column: str, profile: Profile, targets: Sequence[Target], draw: Draw) -> None:
    """Fill `column` of `rows` in place. Only values that a row's profile gives a weight are ever used.

    Raises ValueError, naming the target, where they cannot all be met.
    """
    choices = [dict(profile(row)) for row in rows]
    for row, weights in zip(rows, choices, strict=True):
        row[column] = draw.weighted(weights)
    members = [[i for i, row in enumerate(rows) if target.where(row)] for target in targets]
    of_row: list[list[int]] = [[] for _ in rows]
    for t, inside in enumerate(members):
        for i in inside:
            of_row[i].append(t)
    counts = [
        sum(rows[i][column] == target.value for i in inside)
        for target, inside in zip(targets, members, strict=True)
    ]

    def miss(t: int, count: int) -> int:
        return max(targets[t].low - count, count - targets[t].high, 0)

    def cost(i: int, new: str) -> int:
        """How much worse all targets together stand if row i changes to `new` (negative: better)."""
        old, change = rows[i][column], 0
        for t in of_row[i]:
            step = (targets[t].value == new) - (targets[t].value == old)
            change += miss(t, counts[t] + step) - miss(t, counts[t])
        return change

    for _ in range(60_000):
        unmet = [t for t in range(len(targets)) if miss(t, counts[t])]
        if not unmet:
            return
        t = draw.one(unmet)
        value, too_few = targets[t].value, counts[t] < targets[t].low
        best: tuple[int, int, str] | None = None
        for _ in range(25):
            i = draw.one(members[t])
            others = {v: w for v, w in choices[i].items() if v != value}
            if (
                too_few == (rows[i][column] == value)
                or (too_few and not choices[i].get(value))
                or not any(others.values())
            ):
                continue
            new = value if too_few else draw.weighted(others)
            price = cost(i, new)
            if best is None or price < best[0]:
                best = (price, i, new)
        if best is None or best[0] > 0:
            continue
        _, i, new = best
        old, rows[i][column] = rows[i][column], new
        for u in of_row[i]:
            counts[u] += (targets[u].value == new) - (targets[u].value == old)
    unmet_names = [targets[t].name for t in range(len(targets)) if miss(t, counts[t])]
    raise ValueError(f"{column}: cannot meet {unmet_names}")
