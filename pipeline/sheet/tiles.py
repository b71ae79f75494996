"""BASEMAP=: the background that was asked for, from a file or from a tile server, fetched once and kept on disk.

A server learns that somebody draws a map of Mali and nothing else: the same tiles of the whole country are asked
for whatever the month holds.
"""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from pipeline.errors import InputError
from pipeline.files import replacing
from pipeline.french import plural
from pipeline.geography.sources import Say
from pipeline.sheet.ground import Basemap, from_file

PLAIN = "OpenStreetMap.HOT"
"""What BASEMAP=oui means: made for humanitarian work, and open to all without a key."""
FRENCH = {
    "(C)": "©", "contributors": "contributeurs", "Tiles style by": "style de", "hosted by": "hébergé par",
    "Tiles ©": "tuiles ©", " -- Source:": " – source :", "Map data": "données", "Map style": "style",
}  # fmt: skip
"""Words of attributions, so that the page stays French; names of who is credited stay as they are."""
ZOOM = 7
AROUND = (2.0, 3.0)
"""Degrees of longitude and latitude shown beyond the country."""
TILE_SECONDS, ALL_SECONDS = 10.0, 90.0

Degrees = tuple[float, float, float, float]


def basemap_for(asked: str, bounds: Degrees, cache: Path, say: Say) -> Basemap | None:
    """The background named by `asked`: "" none; "oui"; a provider's name of xyzservices; an address with {x},
    {y}, {z}; or the path of a GeoTIFF. bounds: of the country, degrees. None where the tiles cannot be had, which
    `say` tells: the maps are then drawn without. Raises InputError on a name that means nothing."""
    found = _asked(asked)
    if found is None or isinstance(found, Basemap):
        return found
    source, credit = found
    w, s, e, n = bounds
    wanted = (w - AROUND[0], s - AROUND[1], e + AROUND[0], n + AROUND[1])
    key = hashlib.sha256(f"{source['url']} {ZOOM} {[round(d, 3) for d in wanted]}".encode()).hexdigest()[:16]
    kept = cache / f"{key}.tif"
    if not kept.is_file():
        say(f"Fond de carte : tuiles demandées à {_host(source)}, une seule fois")
        problem = _fetch(source, wanted, kept)
        if problem:
            say(
                f"Fond de carte non obtenu : {problem} ; les cartes sont dessinées sans lui, avec leur fond "
                "habituel. Relancer avec le réseau, ou donner BASEMAP=fichier.tif"
            )
            return None
    return Basemap(kept, f"Fond de carte : {credit}")


def refuse_basemap(asked: str) -> None:
    """Raise InputError where `asked` means nothing to `basemap_for`; nothing is fetched."""
    _asked(asked)


def _asked(asked: str) -> Basemap | tuple[Any, str] | None:
    """The image, or the tile provider and its attribution; None where nothing is asked for."""
    if not asked.strip():
        return None
    return from_file(Path(asked)) if asked.lower().endswith((".tif", ".tiff")) else _source(asked)


def _source(asked: str) -> tuple[Any, str]:
    """The tile provider and its attribution."""
    import xyzservices
    from xyzservices import providers

    if "{x}" in asked and "{y}" in asked and "{z}" in asked:
        made = xyzservices.TileProvider(url=asked, attribution="", name="url")
        return made, f"tuiles de {_host(made)}"
    try:
        found = providers.query_name(PLAIN if asked.lower() in ("oui", "yes", "1") else asked)
    except ValueError:
        found = None
    if found is None or found.requires_token():
        raise InputError(
            f"BASEMAP={asked!r} n’est ni un fond connu sans clé d’accès, ni un fichier .tif",
            "aucune carte n’est dessinée, pour ne pas en rendre une autre que celle demandée",
            f"choisir BASEMAP=oui ({PLAIN}), OpenStreetMap.Mapnik, Esri.WorldShadedRelief, une adresse avec "
            "{z}/{x}/{y}, ou un fichier GeoTIFF",
        )
    credit = str(found.attribution)
    for english, french in FRENCH.items():
        credit = credit.replace(english, french)
    return found, credit


def _host(source: Any) -> str:
    return str(urlsplit(source.build_url(x=0, y=0, z=0)).netloc)


def _fetch(source: Any, wanted: Degrees, kept: Path) -> str:
    """Tiles to one GeoTIFF; what went wrong in words, "" where nothing did."""
    import contextily

    got: list[Any] = []
    # contextily waits for as long as a server drips: the whole is given a time of its own.
    worker = threading.Thread(target=_ask, args=(contextily, source, wanted, got), daemon=True)
    worker.start()
    worker.join(ALL_SECONDS)
    if not got:
        return f"le serveur n’a pas tout envoyé en {plural(ALL_SECONDS, 'seconde')}"
    if isinstance(got[0], Exception):
        return _words(got[0])
    image, extent = got[0]
    image = np.asarray(image)
    shown = image[image[..., 3] > 0]
    if not len(shown) or (shown == shown[0]).all():
        return "le serveur n’a envoyé que des tuiles vides"
    _write(image, extent, kept)
    return ""


def _ask(contextily: Any, source: Any, wanted: Degrees, got: list[Any]) -> None:
    how = {"max_retries": 0, "n_connections": 2, "use_cache": False, "timeout": TILE_SECONDS}
    try:
        got.append(contextily.bounds2img(*wanted, zoom=ZOOM, source=source, ll=True, **how))
    except Exception as error:  # whatever a server or its answer may cause is told in words
        got.append(error)


def _words(error: Exception) -> str:
    import requests

    if isinstance(error, requests.Timeout):
        return "le serveur met trop longtemps à répondre"
    if isinstance(error, requests.HTTPError):
        # contextily makes one error of both: the status tells them apart.
        if "was: 200" in str(error):
            return "le serveur a envoyé une tuile vide ou illisible"
        return "le serveur répond par une erreur"
    if isinstance(error, requests.ConnectionError):
        return "pas de réseau, ou serveur injoignable"
    return f"les tuiles ne se lisent pas ({type(error).__name__})"


def _write(image: np.ndarray, extent: tuple[float, float, float, float], kept: Path) -> None:
    """RGBA tiles as a GeoTIFF in Web Mercator, complete or not there at all. extent: left, right, bottom, top, metres."""
    import rasterio
    from rasterio.transform import from_bounds

    left, right, bottom, top = extent
    rows, columns, bands = image.shape
    with (
        replacing(kept) as temporary,
        rasterio.open(
            temporary, "w", driver="GTiff", width=columns, height=rows, count=bands, dtype="uint8", crs="EPSG:3857",
            transform=from_bounds(left, bottom, right, top, columns, rows), compress="deflate",
            photometric="RGB", alpha="yes",
        ) as target,
    ):  # fmt: skip
        target.write(np.moveaxis(image.astype(np.uint8), -1, 0))
