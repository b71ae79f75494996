"""A place read on the communes of 2021, told in the division that the month is drawn on."""

from __future__ import annotations

from dataclasses import replace

from pipeline.french import listing
from pipeline.geography.country import Country
from pipeline.geography.divisions import Counterpart, DivisionKey, Unit, division
from pipeline.places.place import SEVERAL_REGIONS, Place

LEVELS = {"région": "region", "cercle": "cercle"}


class Retelling:
    """Tells places of one file in the country's division. written: the division that the file's names are of,
    None where nothing tells: a name that both divisions have is then read in that of 2021."""

    def __init__(self, country: Country, written: DivisionKey | None = None) -> None:
        self.country = country
        self.written = written
        self._old = country.reading is not None and country.division == "2025"
        table = country.communes
        parents = zip(table["region_pcode"], table["cercle_pcode"], strict=True)
        self._parents = dict(zip(table["pcode"], parents, strict=True))
        self._drawn = {"cercle": country.names("cercle"), "region": country.names("region")}

    def told(self, place: Place) -> Place:
        """The same place in the country's division; itself where the country reads its own names.

        A commune stays itself, in its new cercle. A cercle or region becomes the one of that name where the row is
        written in the new division, else the smallest unit that holds all of it. Nothing is chosen: what lies in
        several regions stands nowhere, and its evidence names them.
        """
        # What lies across regions of 2021 may be one cercle of 2025: it is told by the unit written.
        if not self._old or (place.level == "aucun" and not place.unit):
            return place
        if place.commune_pcode:
            return self._in_commune(place)
        unit = self._unit(place)
        if unit is not None:
            return self._at(place, unit, f"{unit.level} {unit.name} de la division de 2025")
        found = self.country.lineage.in_2025(place.pcode)
        if found is None:
            return place
        if found.within is None:
            return _nowhere(place, found)
        return self._at(place, found.within, f"{found.unit.words} : dans {found.within.words}")

    def _in_commune(self, place: Place) -> Place:
        line = self.country.lineage.line(place.commune_pcode)
        written = place.unit.removeprefix("2025:")
        if line and written in line.shared and written in self._drawn["cercle"]:
            # The row says in which part of a shared commune it is: the commune as a whole counts elsewhere.
            told = f"commune {place.name} partagée : dans sa part du cercle écrit"
            return self._at(replace(place, commune_pcode=""), division("2025").units[written], told)
        if not self._parents and line:
            unit = division("2025").units[line.cercle]
            return self._at(replace(place, commune_pcode=""), unit, f"commune {place.name} : {unit.words}")
        region, cercle = self._parents[place.commune_pcode]
        notes: tuple[str, ...] = ()
        if line and line.shared:
            names = listing([_name(code) for code in (line.cercle, *line.shared)])
            notes = (f"commune partagée entre les cercles {names} : comptée dans le premier",)
        if line and line.certainty != "sûr":
            notes += (f"cercle de 2025 {line.certainty} : {line.evidence}",)
        return replace(place, region_pcode=region, cercle_pcode=cercle, evidence=(*place.evidence, *notes))

    def _unit(self, place: Place) -> Unit | None:
        """The unit of 2025 that is written: as places read it, or of the same name where the file is of 2025."""
        if place.unit.startswith("2025:"):
            return division("2025").unit(place.unit.removeprefix("2025:"))
        if self.written != "2025":
            return None
        level = next(own for own, level in LEVELS.items() if level == place.level)
        old = division("2021").unit(place.pcode)
        named = division("2025").named(old.name if old else place.name, level)  # type: ignore[arg-type]
        lines = self.country.lineage.in_2025(place.pcode)
        ends = {line.cercle for line in lines.lines} if lines else set()
        met = [unit for unit in named if any(division("2025").above(end, unit.level) == unit for end in ends)]
        return met[0] if len(met) == 1 else None

    def _at(self, place: Place, unit: Unit, told: str) -> Place:
        """The place at a unit of 2025, at its region where the unit has no land here."""
        notes = [told]
        if unit.level == "commune":
            unit = division("2025").units[unit.parent]
        if unit.level == "cercle" and unit.code not in self._drawn["cercle"]:
            notes.append(f"le cercle {unit.name} n’a pas de limites ici")
            unit = division("2025").units[unit.parent]
        cercle = unit.code if unit.level == "cercle" else ""
        return replace(
            place,
            level=LEVELS[unit.level],  # type: ignore[arg-type]
            pcode=unit.code,
            region_pcode=unit.parent if cercle else unit.code,
            cercle_pcode=cercle,
            name=unit.name,
            method="cercle seul" if cercle else "région seule",
            evidence=(*place.evidence, *notes),
        )


def _nowhere(place: Place, found: Counterpart) -> Place:
    cercles = [cercle for line in found.lines for cercle in (line.cercle, *line.shared)]
    regions = dict.fromkeys(division("2025").units[cercle].parent for cercle in cercles)
    told = (
        f"{found.unit.words} : partagé en 2025 entre les régions {listing([_name(code) for code in regions])}"
    )
    evidence = (*place.evidence, told)
    return Place(
        method=SEVERAL_REGIONS, evidence=evidence, question=place.question, candidates=place.candidates
    )


def _name(code: str) -> str:
    unit = division("2025").unit(code)
    return unit.name if unit else code
