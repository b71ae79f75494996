"""OCHA's public matcher (AdminLevel of hdx-python-country) on the same rows."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from pipeline.places.gazetteer import Area, Gazetteer
from pipeline.places.place import PlaceRequest
from pipeline.places.read import read_frame
from tools.calibration.trials import Written


class Matcher:
    """AdminLevel over the communes of one region or of the country, the cercle given where it is known."""

    def __init__(self, communes: Iterable[Area]) -> None:
        from hdx.location.adminlevel import AdminLevel

        logging.getLogger("hdx").setLevel(logging.CRITICAL)
        self._levels = AdminLevel(admin_level=3)
        self._levels.setup_from_iterable(
            {
                "Location": "MLI",
                "Admin Level": "3",
                "P-Code": area.pcode,
                "Name": area.name,
                "Parent P-Code": area.cercle_pcode,
            }
            for area in communes
        )

    def pcode(self, name: str, cercle: str | None) -> str:
        """The P-code it answers with, "" where none."""
        found, _ = self._levels.get_pcode("MLI", name, parent=cercle)
        return found or ""


def answers(
    names: Iterable[Written], scope: str, gazetteer: Gazetteer, take_out: bool
) -> list[tuple[Written, str]]:
    """Each name with AdminLevel's answer. take_out: with the name's own commune left out of its list.

    Region and cercle are given to it already resolved: it would otherwise have to match them itself.
    """
    matchers: dict[tuple[str, str], Matcher] = {}
    found = []
    for written in names:
        frame = read_frame(written.request(scope), gazetteer)
        region = frame.region.pcode if scope == "region" and frame.region else ""
        gone = written.pcode if take_out else ""
        if (region, gone) not in matchers:
            listed = gazetteer.communes_of[region]
            matchers[region, gone] = Matcher(area for area in listed if area.pcode != gone)
        cercle = frame.cercle.pcode if frame.cercle else None
        found.append((written, matchers[region, gone].pcode(written.commune, cercle)))
    return found


def answer(row: PlaceRequest, gazetteer: Gazetteer, matchers: dict[str, Matcher]) -> str:
    """AdminLevel's answer to one row, region and cercle given as they are read here. matchers: by region, filled."""
    frame = read_frame(row, gazetteer)
    region = frame.region.pcode if frame.region else ""
    if region not in matchers:
        matchers[region] = Matcher(gazetteer.communes_of[region])
    return matchers[region].pcode(row.commune or "", frame.cercle.pcode if frame.cercle else None)
