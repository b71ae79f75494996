"""The areas that counts are published by, as codes and names only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.geography.country import Country
from pipeline.taxonomy import REGIONS_MONITORED


@dataclass(frozen=True)
class Territory:
    """communes: P-code -> cercle's P-code (empty where the country has none: the schematic grid).
    cercles: P-code -> region's name. names: cercle P-code -> name. finest: "commune" or "cercle".
    monitored: the regions that the bulletin counts, in the division drawn."""

    communes: Mapping[str, str]
    cercles: Mapping[str, str]
    names: Mapping[str, str]
    finest: str
    monitored: tuple[str, ...] = REGIONS_MONITORED

    @classmethod
    def of(cls, country: Country) -> Territory:
        regions = country.names("region")
        cercles, communes = country.cercles, country.communes
        return cls(
            communes=dict(zip(communes["pcode"], communes["cercle_pcode"], strict=True))
            if len(communes)
            else {},
            cercles={
                code: regions.get(region, "")
                for code, region in zip(cercles["pcode"], cercles["region_pcode"], strict=True)
            },
            names=country.names("cercle"),
            finest=country.finest,
            monitored=tuple(name for told in country.monitored.values() for name in told),
        )

    @property
    def areas(self) -> Mapping[str, str]:
        """Areas of the finest level; the values have no meaning on the schematic grid."""
        return self.communes if self.finest == "commune" else self.cercles
