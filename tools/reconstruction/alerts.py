"""The flash alerts of June 2021: the report's own events, as the report writes them, and nothing else.

Readings, where the report leaves a choice:
- Kaoubouki and Kouna-Daga count as two attacks. The report writes "l'attaque de deux hameaux" (line 57) but
  "4 déplacements déclenchés par des attaques de village" (line 51), two of them from these hamlets: it counts
  by village.
- 10 attacks (line 55): 8 in the region of Mopti (line 140), 1 at the cercle of Gao and 1 at the cercle of
  Ménaka (line 187). Named: Mogui, Kaoubouki, Kouna-Daga, Emalintaghasste. Of the other five of Mopti, the
  cercles Bandiagara and Djenné have at least one each, as the report lists them; the cercle of the last
  three is one of four and is written so, not guessed.
- No number of a report is printed; the identifiers are ours. F-1 to F-5 are the five flash reports of line 51.
- Only the attacks of Sio have a date (17 June). The others stand at the report's last day, and say so.
- No row for: the door-to-door visits in Soboundou (line 222: no violation and no flash report is told), the
  fighting at Dinangourou (no number, no month), the displaced at "Al Ourch et Niafounke" (no number), Farabougou
  (besieged until March). They stand in no count of line 51, 55, 140, 141, 187 or 218.
"""

from __future__ import annotations

COLUMNS = (
    "id_rapport", "date", "evenement", "region", "cercle", "commune", "localite", "pcode", "menages", "personnes",
    "destination_region", "destination_cercle", "destination_commune", "destination_localite", "description",
)  # fmt: skip
Row = dict[str, str]

NO_DAY = "Jour non précisé dans le rapport"
ONE_OF_FOUR = "Bandiagara, Douentza, Mopti ou Djenné"


def _row(
    report: str, event: str, place: tuple[str, str, str, str], text: str, day: str = "", **more: str
) -> Row:
    region, cercle, commune, village = place
    row = dict.fromkeys(COLUMNS, "")
    row |= {"id_rapport": report, "date": day or "2021-06-30", "evenement": event, "region": region}
    row |= {"cercle": cercle, "commune": commune, "localite": village}
    row["description"] = text if day else f"{text}. {NO_DAY}"
    return row | more


def rows() -> list[Row]:
    """19 events: 10 attacks, 6 population movements, a clash, a threat, a village encircled."""
    mogui = ("Mopti", "Douentza", "Koumbewel Koundia", "Mogui")
    emalintaghasste = ("Ménaka", "Ménaka", "Inhinta", "Emalintaghasste")
    lerneb = ("Tombouctou", "Goundam", "Lerneb", "Lerneb")
    nantimore = ("Mopti", "Djenné", "", "Nantimore")
    kaoubouki = ("Mopti", "Mopti", "Sio", "Kaoubouki")
    kouna_daga = ("Mopti", "Mopti", "Sio", "Kouna-Daga")
    attack, move = "Attaque de village", "Mouvement de population"
    to_kouna = {
        "destination_region": "Mopti", "destination_cercle": "Mopti", "destination_commune": "Sio",
        "destination_localite": "Kouna",
    }  # fmt: skip
    sio = "17 juin"
    named = [
        _row("F-1", attack, mogui, "Attaque par des groupes radicaux"),
        _row("F-1", move, mogui, "Suite à l'attaque du village ; destination non précisée", menages="135"),
        _row("F-2", attack, emalintaghasste,
             "Attaque par des personnes armées non identifiées ; 11 hommes assassinés, des maisons incendiées et "
             "le bétail emporté"),
        _row("F-2", move, emalintaghasste, "Suite à l'attaque du village, vers Ménaka", menages="350",
             destination_region="Ménaka", destination_cercle="Ménaka", destination_commune="Ménaka"),
        _row("F-3", "Affrontement", lerneb, "Affrontement entre des groupes armés"),
        _row("F-3", move, lerneb, "Suite à l'affrontement ; répartis sur cinq sites au cercle de Goundam",
             menages="196", destination_region="Tombouctou", destination_cercle="Goundam"),
        _row("F-4", "Menace d'attaque", nantimore, "Menaces d'attaques proférées par les groupes radicaux"),
        _row("F-4", move, nantimore,
             "Suite aux menaces d'attaques, vers le chef-lieu de la commune de Kewa ; une trentaine de ménages",
             menages="30", destination_region="Mopti", destination_cercle="Djenné", destination_commune="Kewa",
             destination_localite="chef-lieu"),
        _row("F-5", attack, kaoubouki, f"Attaque de deux hameaux le {sio}", "2021-06-17"),
        _row("F-5", attack, kouna_daga, f"Attaque de deux hameaux le {sio}", "2021-06-17"),
        _row("F-5", move, kaoubouki, "Réfugiés au village de Kouna, commune de Sio", "2021-06-17", menages="67",
             **to_kouna),
        _row("F-5", move, kouna_daga, "Réfugiés au village de Kouna, commune de Sio", "2021-06-17", menages="50",
             **to_kouna),
    ]  # fmt: skip
    told = "Attaque comptée par le rapport sans village"
    counted = [
        _row("A-1", attack, ("Mopti", "Bandiagara", "", ""), told),
        _row("A-2", attack, ("Mopti", "Djenné", "", ""), told),
        *(
            _row(f"A-{n}", attack, ("Mopti", ONE_OF_FOUR, "", ""), f"{told} ; cercle parmi quatre")
            for n in (3, 4, 5)
        ),
        _row("A-6", attack, ("Gao", "Gao", "", ""), told),
    ]
    besieged = _row(
        "E-1", "Village encerclé", ("Mopti", "Koro", "", "Dinangourou"),
        "Village encerclé par des groupes radicaux depuis début mai ; accès à la foire de Koro coupé, réseau "
        "téléphonique saboté",
    )  # fmt: skip
    return [*named, *counted, besieged]
