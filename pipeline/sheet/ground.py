"""The ground of a map: its projection and frame, areas, outlines, water, relief, and what is prepared once a country."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path as FilePath
from typing import TypeVar

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from matplotlib.colors import to_rgb
from matplotlib.path import Path
from PIL import Image

from pipeline import palette
from pipeline.annexes.model import Areas, ClassEntry
from pipeline.cache import kept
from pipeline.errors import InputError
from pipeline.geography.country import COUNTRY_NAMES, EQUAL_AREA, Country, to_metres
from pipeline.sheet.marks import DPI, Mark, Picture, Rectangle, Shape, Text, points, rectangle, text_width

# The page's projection, and frames: rectangles of the page that show a piece of the projected country.


PROJECTION_LABEL = (
    "Projection : Lambert azimutale équivalente, centrée sur 17,5°\u00a0N, 4°\u00a0O (WGS\u00a084)"
)

Bounds = tuple[float, float, float, float]
Made = TypeVar("Made")


@lru_cache(maxsize=1)
def crs() -> pyproj.CRS:
    """The page's CRS, metres."""
    return pyproj.CRS.from_proj4(EQUAL_AREA)


def project(longitude: np.ndarray | float, latitude: np.ndarray | float) -> np.ndarray:
    """Degrees WGS 84 to metres of the page's CRS; array of shape (n, 2), or (2,) for two numbers."""
    x, y = to_metres().transform(longitude, latitude)
    return np.stack([np.asarray(x, dtype=float), np.asarray(y, dtype=float)], axis=-1)


@dataclass(frozen=True)
class Frame:
    """A rectangle of the page with a piece of the country in it.

    box: millimetres. left, bottom: metres (page CRS) at the box's lower left corner. scale: metres on the
    ground for one millimetre of paper.
    """

    name: str
    box: Rectangle
    left: float
    bottom: float
    scale: float

    def page(self, metres: np.ndarray) -> np.ndarray:
        """Metres (n, 2) to millimetres of the page."""
        x0, y0 = self.box[:2]
        return (np.asarray(metres) - (self.left, self.bottom)) / self.scale + (x0, y0)

    def ground(self, millimetres: np.ndarray) -> np.ndarray:
        """Millimetres of the page (n, 2) to metres."""
        x0, y0 = self.box[:2]
        return (np.asarray(millimetres) - (x0, y0)) * self.scale + (self.left, self.bottom)

    def ground_box(self, box: Rectangle, around: float = 0.0) -> shapely.Polygon:
        """A rectangle of the page, with `around` mm about it, in metres."""
        corners = np.reshape(box, (2, 2)) + np.array([[-around], [around]])
        return shapely.box(*np.ravel(self.ground(corners)))

    @property
    def bounds(self) -> Bounds:
        """What the box shows, metres."""
        x0, y0, x1, y1 = self.box
        right, top = self.left + (x1 - x0) * self.scale, self.bottom + (y1 - y0) * self.scale
        return self.left, self.bottom, right, top

    @property
    def visible(self) -> Path:
        """Outline to clip with, millimetres."""
        return rectangle(*self.box)

    def shows(self, millimetres: np.ndarray, margin: float = 0.0) -> np.ndarray:
        """Which points (n, 2) of the page lie in the visible part, at least `margin` mm from its edge."""
        low, high = np.reshape(self.box, (2, 2)) + np.array([[margin], [-margin]])
        points = np.atleast_2d(millimetres)
        inside: np.ndarray = ((points >= low) & (points <= high)).all(axis=1)
        return inside

    def holds(self, box: Rectangle, margin: float = 0.0) -> bool:
        """Whether a rectangle of the page lies in the visible part, at least `margin` mm from its edge."""
        x0, y0, x1, y1 = box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin
        left, bottom, right, top = self.box
        return x0 >= left and y0 >= bottom and x1 <= right and y1 <= top


def fit(name: str, bounds: Bounds, box: Rectangle, pad: float = 0.0) -> Frame:
    """A frame that shows `bounds` (metres) in the middle of `box`, as large as it lets it, with `pad` mm around."""
    x0, y0, x1, y1 = box
    wide, tall = bounds[2] - bounds[0], bounds[3] - bounds[1]
    scale = max(wide / (x1 - x0 - 2 * pad), tall / (y1 - y0 - 2 * pad))
    spare_x = (x1 - x0 - 2 * pad) * scale - wide
    spare_y = (y1 - y0 - 2 * pad) * scale - tall
    left, bottom = bounds[0] - pad * scale - spare_x / 2, bounds[1] - pad * scale - spare_y / 2
    return Frame(name, box, left, bottom, scale)


# The areas of the country as one coverage: simplified together, their shared edges known once.


RANKS = ("country", "region", "cercle")
"""Of an edge: the highest level that it divides. Edges between communes of one cercle are not listed: their
own outlines, stroked together, draw them."""


@dataclass(frozen=True)
class Coverage:
    """Polygons at one degree of detail, and the lines between them. All in metres of the page's CRS.

    polygons: one (multi)polygon an area. vertices, codes: all rings one after the other, as path data;
    starts: first vertex of each area, with the end appended. edges: rank -> path data (vertices, codes).
    """

    polygons: np.ndarray
    vertices: np.ndarray
    codes: np.ndarray
    starts: np.ndarray
    edges: dict[str, tuple[np.ndarray, np.ndarray]]

    def path(self, indices: Iterable[int], frame: Frame) -> Path | None:
        """One compound path of several areas, in millimetres of the page. Areas that share an edge are
        filled together without a seam. None where there is no area."""
        parts = [slice(self.starts[i], self.starts[i + 1]) for i in indices]
        if not parts:
            return None
        vertices = np.concatenate([self.vertices[part] for part in parts])
        return Path(frame.page(vertices), np.concatenate([self.codes[part] for part in parts]))

    def lines(self, rank: str, frame: Frame) -> Path | None:
        """The edges of one rank, in millimetres."""
        vertices, codes = self.edges[rank]
        return Path(frame.page(vertices), codes) if len(vertices) else None


def coverage_of(polygons: np.ndarray, owners: dict[str, np.ndarray]) -> Coverage:
    """Polygons that meet as a coverage. owners: "region" and "cercle" -> code of each area's parent, in their order."""
    thin = shapely.orient_polygons(polygons)
    vertices, codes, starts = path_data(thin)
    return Coverage(thin, vertices, codes, starts, _edges(vertices, codes, starts, owners))


def path_data(polygons: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Vertices (n, 2), path codes (n,) and first vertex of each (multi)polygon (with the end appended)."""
    as_multi = np.array(
        [g if g.geom_type == "MultiPolygon" else shapely.MultiPolygon([g]) for g in polygons], dtype=object
    )
    if not len(as_multi):
        return np.empty((0, 2)), np.empty(0, dtype=Path.code_type), np.zeros(1, dtype=int)
    _, vertices, (rings, parts, geoms) = shapely.to_ragged_array(as_multi)
    codes = np.full(len(vertices), Path.LINETO, dtype=Path.code_type)
    codes[rings[:-1]] = Path.MOVETO
    codes[rings[1:] - 1] = Path.CLOSEPOLY
    return vertices[:, :2], codes, rings[parts[geoms]]


def line_data(lines: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Vertices and codes of (multi)lines."""
    parts = shapely.get_parts(lines)
    if not len(parts):
        return np.empty((0, 2)), np.empty(0, dtype=Path.code_type)
    vertices, owner = shapely.get_coordinates(parts, return_index=True)
    codes = np.full(len(vertices), Path.LINETO, dtype=Path.code_type)
    codes[np.flatnonzero(np.diff(owner, prepend=-1))] = Path.MOVETO
    return vertices, codes


def _edges(
    vertices: np.ndarray, codes: np.ndarray, starts: np.ndarray, owners: dict[str, np.ndarray]
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Every edge once, by rank: two areas that meet share each of their common segments exactly."""
    if not len(vertices):
        return dict.fromkeys(RANKS, line_data(np.empty(0, dtype=object)))
    number = np.unique(vertices[:, 0] + 1j * vertices[:, 1], return_inverse=True)[1].astype(np.int64)
    begin = np.flatnonzero(codes != Path.CLOSEPOLY)
    ends = np.sort(np.stack([number[begin], number[begin + 1]], axis=1), axis=1)
    area = np.repeat(np.arange(len(starts) - 1), np.diff(starts))[begin]
    key = ends[:, 0] * (number.max() + 1) + ends[:, 1]
    order = np.argsort(key, kind="stable")
    first = np.flatnonzero(np.diff(key[order], prepend=-1))
    last = np.append(first[1:], len(key)) - 1
    one, other = area[order[first]], area[order[last]]
    alone = first == last
    region = owners["region"][one] != owners["region"][other]
    cercle = owners["cercle"][one] != owners["cercle"][other]
    rank = np.where(alone, 0, np.where(region, 1, np.where(cercle, 2, len(RANKS))))
    at = begin[order[first]]
    segments = np.stack([vertices[at], vertices[at + 1]], axis=1)
    out = {}
    for n, name in enumerate(RANKS):
        chosen = segments[rank == n]
        merged = (
            shapely.multilinestrings(shapely.linestrings(chosen))
            if len(chosen)
            else shapely.MultiLineString()
        )
        out[name] = line_data(np.array([shapely.line_merge(merged)], dtype=object))
    return out


# A background map under the page, asked for with BASEMAP=: a georeferenced image, softened, never stretched.


DPMM = 4.0
"""Pixels read for a millimetre of paper."""
STRENGTH = 0.6
"""How much of the image stays; the rest is the tint of the ground, so that nothing competes with the data."""
TONES = 20
"""Flat tones that it is reduced to: they keep the file small."""


@dataclass(frozen=True)
class Basemap:
    """path: a GeoTIFF in any CRS, of one band (grey or with a colour table), three or four. credit: French, as
    printed on the page. stamp: size and time of the file, so that a changed file is read anew."""

    path: FilePath
    credit: str
    stamp: tuple[int, int] = (0, 0)


MALI = (-12.3, 10.1, 4.3, 25.0)
"""West, south, east, north of the country, degrees."""
MOST_PIXELS = 1_000_000_000
"""Of an image without overviews: more than a satellite's mosaic of the country at 50 m."""


def from_file(path: FilePath) -> Basemap:
    """The user's own GeoTIFF. Raises InputError where it cannot be read or laid on the ground."""
    import rasterio
    from rasterio.errors import RasterioError
    from rasterio.warp import transform_bounds

    def refused(problem: str, fix: str, also: str = "") -> InputError:
        consequence = f"{also}aucune carte n’est dessinée, faute du fond demandé"
        return InputError(f"BASEMAP={path} : {problem}", consequence, fix)

    if not path.is_file():
        raise refused("ce fichier n’existe pas", "corriger le chemin, ou retirer BASEMAP=")
    try:
        with rasterio.open(path, driver="GTiff") as source:
            placed = source.crs is not None and not source.transform.is_identity
            around = transform_bounds(source.crs, "EPSG:4326", *source.bounds) if placed else (0.0,) * 4
            vast = source.width * source.height > MOST_PIXELS and not source.overviews(1)
            count, rights = source.count, source.tags().get("TIFFTAG_COPYRIGHT", "").strip()
    except RasterioError:
        raise refused(
            "ce fichier n’est pas une image géoréférencée lisible",
            "donner un GeoTIFF, par exemple exporté de QGIS (Exporter > Enregistrer sous)",
        ) from None
    if not placed or count not in (1, 3, 4):
        raise refused(
            f"image sans projection, ou de {count} bandes",
            "donner un GeoTIFF qui porte sa projection, de 1, 3 ou 4 bandes (gris, couleurs, transparence)",
        )
    if vast:
        raise refused(
            f"l’image a plus de {MOST_PIXELS // 1_000_000} millions de points, sans aperçus",
            "l’exporter de QGIS plus petite (300 points par pouce suffisent), ou construire ses aperçus (Raster > Divers)",
            "la lire prendrait des minutes ; ",
        )
    if around[0] > MALI[2] or around[2] < MALI[0] or around[1] > MALI[3] or around[3] < MALI[1]:
        west, south, east, north = (f"{degrees:.1f}".replace(".", ",") for degrees in around)
        raise refused(
            f"cette image n’est pas du Mali (longitudes {west} à {east}, latitudes {south} à {north})",
            "donner une image qui couvre le Mali (longitudes -12,3 à 4,3, latitudes 10,1 à 25,0), ou retirer BASEMAP=",
        )
    seen = path.stat()
    return Basemap(path, f"Fond de carte : {rights or path.name}", (seen.st_size, seen.st_mtime_ns))


def basemap_picture(basemap: Basemap, frame: Frame) -> Image.Image:
    """What the frame shows of the image, of a palette, in the frame's pixels; the ground's tint where the image
    ends, for a background smaller than the frame is not stretched."""
    return _softened(basemap, frame.bounds, _pixels(frame, DPMM), _pixels(frame, DPI / 25.4))


@lru_cache(maxsize=4)
def _softened(basemap: Basemap, bounds: Bounds, low: tuple[int, int], size: tuple[int, int]) -> Image.Image:
    from rasterio.errors import RasterioError

    try:
        rgb, inside = _read(basemap.path, bounds, low)
    except RasterioError:
        raise InputError(
            f"BASEMAP={basemap.path} : l’image est incomplète ou abîmée",
            "aucune carte n’est dessinée, faute du fond demandé",
            "copier de nouveau le fichier, ou l’exporter encore de QGIS (Exporter > Enregistrer sous)",
        ) from None
    ground = np.array(to_rgb(palette.SURROUND)) * 255
    mixed = np.where(inside[..., None], STRENGTH * rgb + (1 - STRENGTH) * ground, ground)
    soft = Image.fromarray(np.round(mixed).astype(np.uint8), "RGB")
    tones = soft.quantize(TONES, method=Image.Quantize.MEDIANCUT, kmeans=1)
    smooth = soft.resize(size, Image.Resampling.BICUBIC)
    # An edge of the image stays where it is: no tone of it may bleed over the ground beyond.
    edge = Image.fromarray((inside * 255).astype(np.uint8)).resize(size, Image.Resampling.NEAREST)
    flat = smooth.quantize(palette=tones, dither=Image.Dither.NONE)
    known = (tones.getpalette() or [])[: 3 * TONES]
    flat.putpalette([*known, *(3 * TONES - len(known)) * [0], *(round(value) for value in ground)])
    flat.paste(TONES, mask=edge.point(lambda inside: 255 - inside))
    return flat


def _read(path: FilePath, bounds: Bounds, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Colours (rows, columns, 3), 0 to 255, on the page's projection, and where the image has any."""
    import rasterio
    from rasterio.enums import ColorInterp, Resampling
    from rasterio.transform import from_bounds
    from rasterio.vrt import WarpedVRT

    with rasterio.open(path, driver="GTiff") as source:
        table = source.colormap(1) if source.colorinterp[0] == ColorInterp.palette else None
        how = Resampling.nearest if table else Resampling.bilinear
        grid = {"crs": EQUAL_AREA, "transform": from_bounds(*bounds, *size)}
        alpha = ColorInterp.alpha in source.colorinterp
        with WarpedVRT(
            source, resampling=how, add_alpha=not alpha, width=size[0], height=size[1], **grid
        ) as warped:
            bands = warped.read()
        scale = 255.0 / np.iinfo(source.dtypes[0]).max if np.issubdtype(source.dtypes[0], np.integer) else 1.0
    inside = bands[-1] > 0
    if table is not None:
        colours = np.zeros((256, 3))
        for index, colour in table.items():
            colours[index] = colour[:3]
        return colours[bands[0]], inside
    shown = bands[:3] if len(bands) >= 4 else bands[[0, 0, 0]]
    return np.moveaxis(shown.astype(float) * scale, 0, -1), inside


# What the annexes of one run have in common: the projected country, computed once.


# Detail finer than a tenth of a millimetre of paper cannot be seen: tolerances in metres for a main map of
# some 9 km a millimetre, an inset of 4, a small panel of 25.
MAIN_TOLERANCE, INSET_TOLERANCE, PANEL_TOLERANCE = 600.0, 250.0, 1600.0


@dataclass(frozen=True)
class Shared:
    """The country on the page's projection (metres), by finest level (communes; cercles where there are none).

    pcodes, names, cercles, regions: of the areas, in one order. polygons: in full detail. basemap: drawn in
    place of the relief where BASEMAP= asks for one.
    """

    country: Country
    level: str
    pcodes: tuple[str, ...]
    names: tuple[str, ...]
    cercles: np.ndarray
    regions: np.ndarray
    polygons: np.ndarray
    basemap: Basemap | None = None

    @cached_property
    def index(self) -> dict[str, int]:
        """P-code -> place in the order."""
        return {pcode: i for i, pcode in enumerate(self.pcodes)}

    def _coverage(self, tolerance: float) -> Coverage:
        owners = {"cercle": self.cercles, "region": self.regions}
        return self._kept(tolerance, lambda: coverage_of(self.country.simplified(tolerance), owners))

    def _kept(self, what: object, make: Callable[[], Made]) -> Made:
        """What is made of the country alone."""
        return kept("fond des planches", self.country.said and (self.country.said, what), make)

    @cached_property
    def main(self) -> Coverage:
        """Detail for the main map."""
        return self._coverage(MAIN_TOLERANCE)

    @cached_property
    def inset(self) -> Coverage:
        """Detail for the inset."""
        return self._coverage(INSET_TOLERANCE)

    @cached_property
    def panel(self) -> Coverage:
        """Detail for small panels."""
        return self._coverage(PANEL_TOLERANCE)

    @cached_property
    def outline(self) -> shapely.Geometry:
        """The whole country."""
        return self._kept("outline", lambda: shapely.coverage_union_all(self.main.polygons))

    def border(self, coverage: Coverage, frame: Frame) -> shapely.Geometry:
        """The country's border in millimetres of the frame, prepared."""
        path = coverage.lines("country", frame)
        if path is None:
            return shapely.MultiLineString()
        vertices, codes = np.asarray(path.vertices), np.asarray(path.codes)
        parts = np.split(vertices, np.flatnonzero(codes == path.MOVETO)[1:])
        lines = shapely.multilinestrings([shapely.LineString(part) for part in parts if len(part) > 1])
        shapely.prepare(lines)
        return lines

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """Of the country, metres."""
        x0, y0, x1, y1 = shapely.total_bounds(self.polygons)
        return float(x0), float(y0), float(x1), float(y1)

    @cached_property
    def inner(self) -> tuple[np.ndarray, np.ndarray]:
        """Centre (n, 2) and radius (n,) of the largest circle in each area, metres: where its colour is
        read, and how wide it is."""
        return self._kept("inner", self._inner)

    def _inner(self) -> tuple[np.ndarray, np.ndarray]:
        circles = np.array(
            [shapely.maximum_inscribed_circle(p, tolerance=300.0) for p in self.main.polygons], dtype=object
        )
        return shapely.get_coordinates(shapely.get_point(circles, 0)), shapely.length(circles)

    @cached_property
    def middles(self) -> np.ndarray:
        """Points (n, 2) where the colour of an area may be read: the middle of its largest circle, and a
        point on its surface as a GIS would pick it."""
        surface = shapely.get_coordinates(shapely.point_on_surface(self.polygons))
        return np.concatenate([self.inner[0], surface])

    def interrupted(self, lines: np.ndarray, scale: float) -> np.ndarray:
        """Lines (metres) less specks of 0.4 mm about those points, which stay free so that each area's colour
        can be read there. scale: metres for a millimetre."""
        specks = shapely.buffer(shapely.points(self.middles), 0.4 * scale, quad_segs=2)
        out = np.array(lines, dtype=object)
        for line, speck in shapely.STRtree(specks).query(out, predicate="intersects").T:
            out[line] = shapely.difference(out[line], specks[speck])
        return out

    def kept_free(self, points: np.ndarray, scale: float) -> np.ndarray:
        """Which points (n, 2) lie within half a millimetre of one where a colour is read."""
        tree = shapely.STRtree(shapely.points(self.middles))
        near = tree.query(shapely.points(points), predicate="dwithin", distance=0.5 * scale)[0]
        out = np.zeros(len(points), dtype=bool)
        out[near] = True
        return out

    def cercle_areas(self, pcodes: tuple[str, ...]) -> np.ndarray:
        """Indices of the areas of some cercles."""
        return np.flatnonzero(np.isin(self.cercles, pcodes))

    @cached_property
    def background(self) -> dict[str, gpd.GeoDataFrame]:
        """The background's vectors on the page's projection, only those that are there."""
        parts = self.country.background
        found = ((name, getattr(parts, name)) for name in ("countries", "borders", "rivers", "lakes"))
        return {name: layer.to_crs(crs()) for name, layer in found if layer is not None and len(layer)}


def prepare(country: Country, basemap: Basemap | None = None) -> Shared:
    """Project the country's finest level; detail, edges and background follow when first asked for."""
    table = country.layer(country.finest)
    geometry = table.geometry.to_numpy()
    projected = shapely.transform(geometry, lambda xy: project(xy[:, 0], xy[:, 1]))
    return Shared(
        country=country,
        level=country.finest,
        pcodes=tuple(table["pcode"]),
        names=tuple(table["name"]),
        cercles=table["cercle_pcode"].to_numpy(dtype=object),
        regions=table["region_pcode"].to_numpy(dtype=object),
        polygons=projected,
        basemap=basemap,
    )


# Areas on the page: one flat colour a class, hatches and dots, and the outlines of what changed.


HATCH_GAP, HATCH_LINE = 1.1, 0.13
"""Distance of the hatch lines and their width, mm."""
DOT_GAP, DOT_RADIUS = 0.95, 0.16
CHANGE_LINE, CHANGE_RIM = 0.5, 0.22
"""Width of a change outline and of the light line inside it, mm."""


def visible(frame: Frame, coverage: Coverage) -> np.ndarray:
    """Indices of the areas that reach into the frame."""
    bounds, shown = shapely.bounds(coverage.polygons), frame.bounds
    return np.flatnonzero(((bounds[:, :2] <= shown[2:]) & (bounds[:, 2:] >= shown[:2])).all(axis=1))


def fill_marks(
    areas: Areas, shared: Shared, coverage: Coverage, frame: Frame
) -> tuple[list[Mark], dict[str, str]]:
    """Class colours, then hatches over them. Also which colour each area got (P-code -> "#rrggbb").

    An area that the specification does not name stays without a fill.
    """
    by_class: dict[str, list[int]] = {entry.key: [] for entry in areas.classes}
    colour_of = {entry.key: entry.colour for entry in areas.classes}
    colours: dict[str, str] = {}
    for i in visible(frame, coverage):
        value = areas.values.get(shared.pcodes[i])
        if value is not None:
            by_class[value.class_key].append(i)
            colours[shared.pcodes[i]] = colour_of[value.class_key]
    marks: list[Mark] = []
    for entry in areas.classes:
        path = coverage.path(by_class[entry.key], frame)
        if path is not None:
            marks.append(Shape(path, fill=entry.colour, clip=frame.name))
    for entry in areas.classes:
        if entry.hatch and by_class[entry.key]:
            marks += hatch(entry, coverage.polygons[by_class[entry.key]], frame, shared)
    return marks, colours


def hatch(entry: ClassEntry, polygons: np.ndarray, frame: Frame, shared: Shared) -> list[Mark]:
    """The hatch of one class, clipped to its areas in the geometry itself, so that every format has it.

    The pattern spares the middle of each area, so that its colour can be read there.
    """
    zone = shapely.clip_by_rect(shapely.coverage_union_all(polygons), *frame.bounds)
    if shapely.is_empty(zone):
        return []
    if entry.hatch == "dots":
        path = _dots(zone, frame, shared)
        return [Shape(path, fill=entry.hatch_colour, clip=frame.name)] if path is not None else []
    x0, y0, x1, y1 = shapely.bounds(zone)
    gap = HATCH_GAP * frame.scale * np.sqrt(2)
    # Lines of the whole ground, not of the zone: the hatch runs on from one area to the next.
    first = np.floor((y0 - x1) / gap) * gap
    starts = np.arange(first, y1 - x0 + gap, gap)
    rays = shapely.linestrings(np.stack([[np.full_like(starts, x), starts + x] for x in (x0, x1)], 1).T)
    shapely.prepare(zone)
    pieces = shapely.get_parts(shapely.intersection(rays, zone))
    pieces = shapely.get_parts(shared.interrupted(pieces, frame.scale))
    ends, codes = line_data(pieces[shapely.get_type_id(pieces) == 1])
    if not len(ends):
        return []
    path = Path(frame.page(ends), codes)
    return [Shape(path, line=entry.hatch_colour, width=HATCH_LINE, clip=frame.name, cap="butt")]


def _dots(zone: shapely.Geometry, frame: Frame, shared: Shared) -> Path | None:
    gap = DOT_GAP * frame.scale
    x0, y0, x1, y1 = shapely.bounds(zone)
    rows = np.arange(np.floor(y0 / gap), np.ceil(y1 / gap) + 1)
    columns = np.arange(np.floor(x0 / gap), np.ceil(x1 / gap) + 1)
    grid_x, grid_y = np.meshgrid(columns * gap, rows * gap)
    grid_x = grid_x + (rows % 2)[:, None] * gap / 2
    shapely.prepare(zone)
    inside = shapely.contains_xy(zone, grid_x, grid_y)
    found = np.stack([grid_x[inside], grid_y[inside]], axis=1)
    found = found[~shared.kept_free(found, frame.scale)]
    if not len(found):
        return None
    centres = frame.page(found)
    dot = Path.unit_circle()
    vertices = (centres[:, None, :] + DOT_RADIUS * points(dot)[None, :, :]).reshape(-1, 2)
    return Path(vertices, np.tile(np.asarray(dot.codes), len(centres)))


def edge_marks(
    shared: Shared, coverage: Coverage, frame: Frame, detail: float = 1.0, small: bool = False
) -> list[Mark]:
    """Lines between areas, thin to strong. detail: factor on their widths. small: on a small panel, where
    lines between communes would hide the communes themselves."""
    communes = coverage.path(visible(frame, coverage), frame)
    marks: list[Mark] = []
    if communes is not None and not small:
        marks.append(Shape(communes, line=palette.COMMUNE_LINE, width=0.06 * detail, clip=frame.name))
    styles = (
        ("cercle", palette.CERCLE_LINE, 0.08 if small else 0.16),
        ("region", palette.REGION_LINE, 0.3),
        ("country", palette.COUNTRY_LINE, 0.45),
    )
    for rank, colour, width in styles:
        path = coverage.lines(rank, frame)
        if path is not None:
            marks.append(Shape(path, line=colour, width=width * detail, clip=frame.name))
    return marks


def change_marks(areas: Areas, shared: Shared, coverage: Coverage, frame: Frame) -> list[Mark]:
    """Outlines inside the areas that worsened (solid) or improved (dashed), with a light line within, so
    that they stand on the darkest fill too. Narrower where the area is small."""
    radius = shared.inner[1] / frame.scale
    seen = set(visible(frame, coverage))
    marks: list[Mark] = []
    for entry in areas.changes:
        changed = [
            shared.index[p]
            for p, value in areas.values.items()
            if value.change == entry.change and p in shared.index and shared.index[p] in seen
        ]
        line = CHANGE_LINE
        narrow = [radius < 0.65 * line, radius < 1.2 * line, radius < 2.2 * line]
        fitted = np.select(narrow, [0.25 * line, 0.4 * line, 0.6 * line], line)
        for width in np.unique(fitted[changed]):
            chosen = [i for i in changed if fitted[i] == width]
            marks += _inner_outline(
                coverage.polygons[chosen], frame, entry.colour, width, entry.change == "down"
            )
    return marks


def _inner_outline(polygons: np.ndarray, frame: Frame, colour: str, width: float, dashed: bool) -> list[Mark]:
    rim = CHANGE_RIM * width / CHANGE_LINE
    marks: list[Mark] = []
    light = [(width + rim / 2, palette.PAPER, rim)] if width > 0.45 * CHANGE_LINE else []
    for inset, tone, wide in (*light, (width / 2, colour, width)):
        drawn = shapely.buffer(polygons, -inset * frame.scale, join_style="mitre", mitre_limit=1.5)
        drawn = drawn[~shapely.is_empty(drawn)]
        if len(drawn):
            vertices, codes, _ = path_data(drawn)
            dash = (1.5, 0.8) if dashed and tone == colour else ()
            path = Path(frame.page(vertices), codes)
            edge = Shape(path, None, tone, wide, dash, frame.name, join="miter", cap="butt")
            marks.append(edge)
    return marks


# What lies quietly around the data: neighbours, relief, rivers and lakes. Each part may be missing.


RELIEF_DPMM = 1.4  # pixels read for a millimetre of paper: softer than the source, so that nothing competes
RELIEF_STRENGTH = 0.13
RELIEF_STEPS = 8


def ground_marks(shared: Shared, frame: Frame) -> list[Mark]:
    """The tinted ground of the frame, with the background asked for, else the relief where there is one: to be
    drawn under everything."""
    marks: list[Mark] = [Shape(frame.visible, fill=palette.SURROUND)]
    path = shared.country.background.relief
    if shared.basemap is not None:
        marks.append(Picture(basemap_picture(shared.basemap, frame), frame.box, frame.name))
    elif path is not None and FilePath(path).exists():
        sizes = _pixels(frame, RELIEF_DPMM), _pixels(frame, DPI / 25.4)
        relief = _relief(str(path), shared.country.said, frame.bounds, *sizes)
        marks.append(Picture(relief, frame.box, frame.name))
    return marks


def _pixels(frame: Frame, each: float) -> tuple[int, int]:
    """Width and height of a frame in pixels. each: for a millimetre."""
    x0, y0, x1, y1 = frame.box
    return round((x1 - x0) * each), round((y1 - y0) * each)


def forget() -> None:
    """Hold no frame's picture any longer."""
    _relief.cache_clear()
    _softened.cache_clear()


@lru_cache(maxsize=1)
def _relief(
    path: str, said: tuple[str, str] | None, bounds: Bounds, low: tuple[int, int], size: tuple[int, int]
) -> Image.Image:
    """The relief on the page's projection, of a palette, `size` (wide, tall) pixels: lightness only, in few flat
    steps, which keep the file small; smoothed from `low` pixels. said: of the country, which the relief is part of.
    """
    # Kept small: who draws the frame again, and the other process, loads nothing that reads a raster.
    grey = kept("relief", said and (said, bounds, low), lambda: _lightness(path, bounds, low))
    smooth = Image.fromarray(grey).resize(size, Image.Resampling.BICUBIC)
    half = RELIEF_STEPS // 2
    lift = np.round((np.arange(256) - 127) / 127 * half).clip(-half, half)[:, None] / half * RELIEF_STRENGTH
    base = np.array(to_rgb(palette.SURROUND))[None, :]
    # Light goes to white, dark to a deeper tone of the same family.
    tones = np.round(np.where(lift > 0, base + (1 - base) * lift, base * (1 + lift)) * 255).astype(np.uint8)
    smooth.putpalette(tones.tobytes())
    return smooth


def _lightness(path: str, bounds: Bounds, low: tuple[int, int]) -> np.ndarray:
    """The relief's grey (0 to 254, the middle at 127) on the page's projection, an array of `low` (wide, tall)
    pixels."""
    import rasterio
    from rasterio.transform import from_bounds
    from rasterio.warp import Resampling, reproject

    with rasterio.open(path) as source:
        grey = source.read().astype(np.float32).mean(axis=0)
        shade = np.full(low[::-1], np.nan, dtype=np.float32)
        reproject(
            grey, shade, src_transform=source.transform, src_crs=source.crs,
            dst_transform=from_bounds(*bounds, *low), dst_crs=EQUAL_AREA,
            resampling=Resampling.bilinear, dst_nodata=np.nan,
        )  # fmt: skip
    middle = float(np.nanmedian(shade))
    spread = float(np.nanpercentile(np.abs(shade - middle), 98)) or 1.0
    tone = np.clip((np.nan_to_num(shade, nan=middle) - middle) / spread, -1, 1)
    return np.round(tone * 127 + 127).astype(np.uint8)


def neighbour_marks(shared: Shared, frame: Frame) -> list[Mark]:
    """Borders of the neighbouring countries."""
    layer = shared.background.get("borders")
    if layer is None:
        return []
    near = shapely.clip_by_rect(layer.geometry.to_numpy(), *frame.bounds)
    # The country's own border is drawn from its areas: a second, coarser one beside it would only confuse.
    own = shapely.simplify(shared.outline, 3000).buffer(15_000, quad_segs=2)
    near = shapely.difference(near[~shapely.is_empty(near)], own)
    vertices, codes = line_data(near[~shapely.is_empty(near)])
    if not len(vertices):
        return []
    path = Path(frame.page(vertices), codes)
    return [Shape(path, line="#b3aea2", width=0.25, clip=frame.name, dash=(2.2, 0.8))]


def water_marks(shared: Shared, frame: Frame, quiet: bool) -> list[Mark]:
    """Rivers and lakes. quiet: over a choropleth, inside the country only the great rivers, thin, and
    interrupted where the colour of a commune is read."""
    marks: list[Mark] = []
    rivers = shared.background.get("rivers")
    if rivers is not None:
        lines, great = rivers.geometry.to_numpy(), np.ones(len(rivers), bool)
        if "name" in rivers:
            great = rivers["name"].isin(("Niger", "Sénégal")).to_numpy()
        for chosen, width in ((great, 0.4), (~great, 0.2)):
            pieces = lines[chosen]
            if quiet and len(pieces):
                inside = shapely.get_parts(shapely.intersection(pieces, shared.outline))
                pieces = shapely.difference(pieces, shared.outline)
                if width > 0.3:
                    inside = shared.interrupted(inside, 1.6 * frame.scale)
                    marks += _lines(inside, frame, palette.WATER, 0.28)
            marks += _lines(pieces, frame, palette.WATER, width)
    lakes = shared.background.get("lakes")
    if lakes is not None:
        near = shapely.clip_by_rect(lakes.geometry.to_numpy(), *frame.bounds)
        near = near[~shapely.is_empty(near)]
        if len(near) and not quiet:
            vertices, codes, _ = path_data(near[shapely.get_dimensions(near) == 2])
            if len(vertices):
                marks.append(Shape(Path(frame.page(vertices), codes), fill=palette.WATER, clip=frame.name))
    return marks


def _lines(lines: np.ndarray, frame: Frame, colour: str, width: float) -> list[Mark]:
    near = shapely.clip_by_rect(lines, *frame.bounds) if len(lines) else lines
    vertices, codes = line_data(near[~shapely.is_empty(near)]) if len(near) else (np.empty((0, 2)), None)
    if not len(vertices):
        return []
    return [Shape(Path(frame.page(vertices), codes), line=colour, width=width, clip=frame.name)]


def background_names(shared: Shared, frame: Frame, size: float) -> list[Text]:
    """Candidates for the names of the neighbours, centred on what the frame shows of them."""
    layer = shared.background.get("countries")
    if layer is None:
        return []
    out = []
    zone = shapely.Polygon(frame.ground(points(frame.visible))).buffer(-6 * frame.scale)
    home = shapely.simplify(shared.outline, 2 * frame.scale).buffer(6 * frame.scale)
    for name, shape in zip(layer["name"], layer.geometry, strict=True):
        if not isinstance(name, str) or name == "Mali":
            continue
        part = shapely.difference(shapely.intersection(shape, zone), home)
        if shapely.is_empty(part) or shapely.area(part) < (14 * frame.scale) ** 2:
            continue
        circle = shapely.maximum_inscribed_circle(part, tolerance=frame.scale)
        x, y = frame.page(np.array([circle.coords[0]]))[0]
        text = COUNTRY_NAMES.get(name, name).upper()
        out.append(Text(x - text_width(text, size) / 2, y, text, size, colour="#8d8778", role="neighbour"))
    return out


# Symbols that would hide each other are moved apart, no further than needed; their true points are kept.


ROUNDS, PULLED = 1200, 240
"""At most so many steps; in the first of them circles are also drawn to where they belong."""


def apart(
    anchors: np.ndarray,
    radii: np.ndarray,
    bounds: Rectangle,
    gap: float = 0.25,
    blocked: Sequence[Rectangle] = (),
) -> np.ndarray:
    """Centres (n, 2) for circles of `radii` so that no two overlap, each as near its anchor as the others
    let it be. The larger of two moves less. Circles stay inside `bounds` and out of the `blocked`
    rectangles as far as there is room. Same input, same result.
    """
    count = len(anchors)
    if count == 0:
        return np.empty((0, 2))
    # Circles at one point have no direction to part in: start them on a spiral, in their order.
    angle = np.arange(count) * 2.399963
    spiral = np.sqrt(np.arange(count))[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1)
    centres: np.ndarray = anchors + 0.05 * spiral
    weight = radii**2
    heavier = weight[None, :] / (weight[:, None] + weight[None, :])
    reach = radii[:, None] + radii[None, :] + gap
    for turn in range(ROUNDS):
        pull = 0.12 * max(0.0, 1 - turn / PULLED)
        centres = centres + pull * (anchors - centres)
        centres, worst = _push(centres, reach, heavier)
        centres = _inside(centres, radii, bounds, blocked)
        if pull == 0 and worst < 0.01:
            break
    return centres


def _push(centres: np.ndarray, reach: np.ndarray, heavier: np.ndarray) -> tuple[np.ndarray, float]:
    delta = centres[:, None, :] - centres[None, :, :]
    distance = np.hypot(delta[..., 0], delta[..., 1])
    np.fill_diagonal(distance, np.inf)
    overlap = np.maximum(reach - distance, 0)
    if not overlap.any():
        return centres, 0.0
    step = (overlap * heavier / np.maximum(distance, 1e-6))[..., None] * delta
    # Half steps, and no more than a radius at a time: many neighbours together would throw a circle out.
    move = 0.55 * step.sum(axis=1)
    length = np.hypot(move[:, 0], move[:, 1])[:, None]
    return centres + move * np.minimum(1, 3.0 / np.maximum(length, 1e-9)), float(overlap.max())


def _inside(
    centres: np.ndarray, radii: np.ndarray, bounds: Rectangle, blocked: Sequence[Rectangle]
) -> np.ndarray:
    x0, y0, x1, y1 = bounds
    out = centres.copy()
    for bx0, by0, bx1, by1 in blocked:
        ax0, ay0, ax1, ay1 = bx0 - radii, by0 - radii, bx1 + radii, by1 + radii
        hit = (out[:, 0] > ax0) & (out[:, 0] < ax1) & (out[:, 1] > ay0) & (out[:, 1] < ay1)
        for i in np.flatnonzero(hit):
            x, y = out[i]
            ways = [
                (x - ax0[i], ax0[i], y),
                (ax1[i] - x, ax1[i], y),
                (y - ay0[i], x, ay0[i]),
                (ay1[i] - y, x, ay1[i]),
            ]
            # The nearest way out that stays on the frame.
            r = radii[i] * 0.9
            allowed = [
                (away, x, y)
                for away, x, y in ways
                if x0 <= x - r and x + r <= x1 and y0 <= y - r and y + r <= y1
            ]
            _, out[i, 0], out[i, 1] = min(allowed or ways)
    out[:, 0] = np.clip(out[:, 0], x0 + radii, np.maximum(x1 - radii, x0 + radii))
    out[:, 1] = np.clip(out[:, 1], y0 + radii, np.maximum(y1 - radii, y0 + radii))
    return out
