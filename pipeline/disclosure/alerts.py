"""Flash alerts as each audience may see them: the place no finer, and no column more, than its policy says."""

from __future__ import annotations

import shapely

from pipeline.disclosure.policy import HIDDEN, Policy
from pipeline.disclosure.published import PublishedAlert
from pipeline.french import of
from pipeline.geography.country import Country
from pipeline.indicators import AlertEvent
from pipeline.places.place import Place


def published_alert(event: AlertEvent, country: Country, policy: Policy) -> PublishedAlert:
    """One alert. Where villages are not allowed, its point is the area's own, the same whatever happened
    there, and no text that could name a village is kept."""
    seen = policy.alerts
    village = "village" in seen
    longitude, latitude, code, exact = _point(event.place, country, village)
    target = event.destination if event.destination and event.destination.level != "aucun" else None
    if event.abroad:
        target = None  # a name across the border is no place of this country, and only the country is told
    going = None if target is None else _point(target, country, village)
    locality = (event.place.locality or event.locality) if village else ""
    precision = event.place.precision
    return PublishedAlert(
        key=event.key,
        date=event.date if "jour" in seen else "",
        place=_where(event.place, country, locality),
        commune=country.names("commune").get(event.place.commune_pcode, ""),
        village=locality,
        area_pcode=code,
        longitude=longitude,
        latitude=latitude,
        precision="village" if exact else ("commune" if precision == "village" else precision),
        destination=(event.abroad or None)
        if target is None
        else _where(target, country, target.locality if village else ""),
        destination_point=None if going is None else going[:2],
        destination_pcode="" if going is None else going[2],
        households=_households(event.households, policy),
        persons=event.persons if "personnes" in seen else None,
        description=event.description if "description" in seen else "",
        region=event.region,
        abroad=event.abroad,
    )


def _households(count: int | None, policy: Policy) -> int | None:
    rule = policy.counts["menages"]
    small = count is not None and 0 < count < policy.threshold
    return None if "menages" not in policy.alerts or (small and rule.below == HIDDEN) else count


def _point(place: Place, country: Country, village: bool) -> tuple[float, float, str, bool]:
    """longitude, latitude, P-code of the area, whether the point is the place's own and not the area's."""
    longitude, latitude, code = own_point(country, place)
    if village and place.longitude is not None and place.latitude is not None:
        return place.longitude, place.latitude, code, True
    return longitude, latitude, code, False


def own_point(country: Country, place: Place) -> tuple[float, float, str]:
    """The point that stands for an area: inside it, the same whatever happened there. (lon, lat, P-code)."""
    for level, code in (
        ("commune", place.commune_pcode),
        ("cercle", place.cercle_pcode),
        ("region", place.region_pcode),
    ):
        layer = country.layer(level)
        found = layer.loc[layer["pcode"] == code].geometry
        if code and len(found):
            point = shapely.point_on_surface(found.iloc[0])
            return point.x, point.y, code
    point = shapely.point_on_surface(country.pays.geometry.iloc[0])
    return point.x, point.y, ""


def _where(place: Place, country: Country, village: str) -> str:
    """ "Sio, cercle de Mopti"; with a village where it is given."""
    cercle = country.names("cercle").get(place.cercle_pcode, "")
    commune = country.names("commune").get(place.commune_pcode, "") if place.commune_pcode else ""
    if commune:
        text = f"{commune}, cercle {of(cercle)}"
    elif cercle:
        text = f"cercle {of(cercle)}"
    else:
        region = country.names("region").get(place.region_pcode, "")
        text = f"région {of(region)}" if region else "lieu non déterminé"
    return f"{village}, {text}" if village else text
