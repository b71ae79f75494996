"""`make boundaries`: find the boundaries, check them, add what goes with them, write boundaries/mali.gpkg."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pipeline.geography import catalog as catalogs
from pipeline.geography import companions, sources, store
from pipeline.geography.areas import Areas
from pipeline.geography.country import Background, Country, Source

SCHEMATIC_MARK = ".schematique"
"""An empty file beside mali.gpkg while it holds the grid: the Makefile then tries again for boundaries."""


def build(
    boundaries_dir: Path,
    *,
    chosen: Path | None = None,
    mirror: Path | None = None,
    hdx_url: str | None = None,
    offline: bool = False,
    say: Callable[[str], None] = print,
) -> Country:
    """Build boundaries_dir/mali.gpkg (and relief.tif) and return the country as `load` reads it.

    boundaries_dir holds sources.toml and grille.txt. chosen: BOUNDARIES=, a zip, gpkg, shp, geojson or
    folder. mirror: folder of the mirror (default: MIRROR in the environment, else ../shared/boundaries
    beside the project). hdx_url: base address of HDX (default: HDX_URL in the environment, else the public
    host). offline: HDX is not asked. say: gets one French line for each attempt.

    The same boundaries give the same bytes. Raises BoundaryError; a former mali.gpkg then stays as it was.
    """
    catalog = catalogs.read(boundaries_dir / catalogs.FILE)
    mirrored = sources.mirror_folder(boundaries_dir, mirror)
    folders = [boundaries_dir, mirrored]
    if chosen is not None:
        folders.insert(0, chosen if chosen.is_dir() else chosen.parent)
    found = companions.find(catalog, folders, say)
    pairs = companions.crosswalk(found)
    search = sources.Search(
        catalog, boundaries_dir, chosen, mirrored, sources.hdx_address(hdx_url), offline, pairs
    )
    areas, source = sources.find(search, say)
    target = boundaries_dir / store.FILE
    if source.schematic:
        store.write(bare(areas, source), target, relief=None)
    else:
        store.write(complete(areas, source, found), target, found.files.get("relief"))
    _mark(boundaries_dir / SCHEMATIC_MARK, source.schematic)
    say(f"Écrit : {target}")
    return store.load(target)


def bare(areas: Areas, source: Source) -> Country:
    """The schematic country: real rivers under equal tiles would only mislead."""
    return Country(
        source, areas.pays, areas.regions, areas.cercles, areas.communes, companions.no_localities()
    )


def complete(areas: Areas, source: Source, found: companions.Companions) -> Country:
    """Real boundaries with all that could be found to go with them."""
    pairs = companions.crosswalk(found)
    vectors = companions.background(found)
    credits = [found.credit(role) for role in ("fond", "relief")]
    inhabitants = companions.population(found, areas, pairs)
    aliases = companions.other_spellings(found, areas, pairs)
    for code, names in areas.aliases.items():
        aliases[code] = tuple(dict.fromkeys((*names, *aliases.get(code, ()))))
    return Country(
        source=source,
        pays=areas.pays,
        regions=areas.regions,
        cercles=areas.cercles,
        communes=areas.communes,
        localities=companions.localities(found, areas, pairs),
        population=inhabitants,
        population_label=found.credit("population") if inhabitants else "",
        crosswalk=pairs,
        background=Background(**vectors, credits=tuple(filter(None, credits))),
        aliases=aliases,
    )


def _mark(path: Path, there: bool) -> None:
    if there:
        path.touch()
    else:
        path.unlink(missing_ok=True)
