"""BASEMAP=: tiles fetched once and credited, words where there are none, a small image that is not stretched."""

from __future__ import annotations

import contextlib
import io
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
import rasterio
import sheet_specs as specs
from PIL import Image
from rasterio.transform import from_bounds

from pipeline.errors import InputError
from pipeline.french import NBSP
from pipeline.geography.country import Background
from pipeline.sheet import basemap_for, draw, prepare, tiles
from pipeline.sheet.draw import credited
from pipeline.sheet.ground import STRENGTH, Basemap, basemap_picture, fit, project
from pipeline.sheet.tiles import _source
from tests.helpers.image import geotiff

MALI = (-12.3, 10.1, 4.3, 25.0)
GROUND = (0xF4, 0xF2, 0xEC)


class TileServer(ThreadingHTTPServer):
    """On loopback. mode: "good", "slow", "failing", "empty" (no bytes), "blank" (transparent tiles), "dripping"."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.mode, self.asked = "good", 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/{{z}}/{{x}}/{{y}}.png"


class _Handler(BaseHTTPRequestHandler):
    server: TileServer

    def do_GET(self) -> None:
        self.server.asked += 1
        mode = self.server.mode
        if mode == "slow":
            time.sleep(1.5)
        if mode == "failing":
            self.send_error(500)
            return
        x, y = (int(part) for part in self.path.removesuffix(".png").split("/")[-2:])
        body = b"" if mode == "empty" else _tile(x, y, 0 if mode == "blank" else 255)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if mode == "dripping":  # never late for the next byte, never done
            for n in range(30):
                self.wfile.write(body[n : n + 1])
                self.wfile.flush()
                time.sleep(0.1)
        with contextlib.suppress(OSError):  # who asked has gone
            self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Silent."""


def _tile(x: int, y: int, alpha: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (256, 256), (200, 40 + 100 * (x % 2), 40 + 100 * (y % 2), alpha)).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def server() -> Iterator[TileServer]:
    with TileServer() as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield made
        made.shutdown()


def ask(server: TileServer, cache: Path, said: list[str]) -> Basemap | None:
    return basemap_for(server.address, MALI, cache, said.append)


def test_yes_means_a_background_that_needs_no_key_credited_in_french() -> None:
    source, credit = _source("oui")
    assert source.build_url(x=1, y=2, z=3).startswith("https://")
    assert credit.startswith("© OpenStreetMap contributeurs, style de Humanitarian OpenStreetMap Team")


def test_nothing_is_fetched_unless_asked(tmp_path: Path) -> None:
    assert basemap_for("", MALI, tmp_path, print) is None
    assert not list(tmp_path.iterdir())


def test_tiles_are_fetched_once_kept_drawn_and_credited(server: TileServer, tmp_path: Path) -> None:
    said: list[str] = []
    found = ask(server, tmp_path / "fond", said)
    assert found is not None
    asked = server.asked
    assert asked > 20
    assert ask(server, tmp_path / "fond", said) == found
    assert server.asked == asked, "the second time comes from the disk"
    country = specs.stepped_country()
    shared = prepare(country, found)
    drawn = draw(specs.annex3(country), country, tmp_path, shared=shared)
    assert drawn.paths[0].stat().st_size <= 700_000
    foot = " ".join(text.text for text in drawn.texts if text.role == "foot")
    assert f"Fond de carte{NBSP}: tuiles de 127.0.0.1" in foot
    frame = drawn.frames["main"]
    page = np.asarray(Image.open(drawn.paths[0]).convert("RGB"))
    seen = 0
    # Where the made-up country leaves its corners free.
    for longitude, latitude in (
        (-9.5, 17.2),
        (-9.0, 18.0),
        (-8.5, 19.0),
        (-9.5, 16.8),
        (-7.0, 20.5),
        (-8.6, 17.0),
    ):
        x, y = frame.page(project(longitude, latitude))
        if not frame.shows(np.array([[x, y]]), 0.5)[0]:
            continue
        red, green, _ = page[int(page.shape[0] - y * 300 / 25.4), int(x * 300 / 25.4)].astype(int)
        seen += red > green + 40
    assert seen >= 2, "the tiles' own red shows through, softened"


def test_a_page_credits_the_relief_or_what_is_drawn_in_its_place(tmp_path: Path) -> None:
    behind = Background(relief=tmp_path / "r.tif", relief_credit="Relief : essai")
    country = replace(specs.small_country(), background=behind)
    basemap = Basemap(tmp_path / "x.tif", "Fond de carte : essai")
    for annex in (specs.annex3(country), specs.annex6(country)):
        for shared, last in (
            (prepare(country), "Relief : essai"),
            (prepare(country, basemap), "Fond de carte : essai"),
            (prepare(specs.small_country()), specs.META.credits[-1]),
        ):
            assert credited(annex, shared).meta.credits[-1] == last
            assert len(credited(annex, shared).meta.credits) <= len(specs.META.credits) + 1


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("slow", "trop longtemps"),
        ("failing", "erreur"),
        ("empty", "tuile vide"),
        ("blank", "tuiles vides"),
        ("dripping", "pas tout envoyé"),
    ],
)
def test_what_a_server_does_wrong_is_told_and_the_maps_are_drawn_without(
    server: TileServer, tmp_path: Path, mode: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.mode = mode
    said: list[str] = []
    monkeypatch.setattr(tiles, "ALL_SECONDS", 1.0 if mode == "dripping" else 60.0)
    monkeypatch.setattr(tiles, "TILE_SECONDS", 0.3 if mode == "slow" else 20.0)
    assert ask(server, tmp_path, said) is None
    assert words in said[-1]
    assert "sans lui" in said[-1]
    assert "BASEMAP=fichier.tif" in said[-1]
    assert not list(tmp_path.rglob("*.tif*")), "nothing half fetched stays"


def test_no_network_is_told(tmp_path: Path) -> None:
    said: list[str] = []
    assert basemap_for("http://127.0.0.1:9/{z}/{x}/{y}.png", MALI, tmp_path, said.append) is None
    assert "pas de réseau" in said[-1]


@pytest.mark.parametrize("asked", ["Nulle.Part", "Thunderforest.Outdoors", "absent.tif"])
def test_a_name_that_means_nothing_or_wants_a_key_is_refused(asked: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="BASEMAP=") as caught:
        basemap_for(asked, MALI, tmp_path, print)
    assert caught.value.fix


def test_an_image_smaller_than_the_frame_is_not_stretched(tmp_path: Path) -> None:
    found = basemap_for(str(geotiff(tmp_path / "petit.tif", (-6.0, 14.0, -2.0, 17.0))), MALI, tmp_path, print)
    assert found is not None
    assert found.credit == "Fond de carte : petit.tif"
    shared = prepare(specs.small_country())
    frame = fit("main", shared.bounds, (95.0, 21.5, 288.0, 201.0))
    image = np.asarray(basemap_picture(found, frame).convert("RGB")).astype(int)
    red = image[..., 0] > image[..., 1] + 40
    corners = frame.page(project(*np.array([(-6.0, 14.0), (-2.0, 17.0)]).T))
    px = 300 / 25.4
    wide, tall = (corners[1] - corners[0]) * px
    assert red.sum() == pytest.approx(wide * tall, rel=0.04)
    x, y = frame.page(project(-4.0, 15.5))
    row, column = int((frame.box[3] - y) * px), int((x - frame.box[0]) * px)
    assert red[row, column]
    softened = STRENGTH * 220 + (1 - STRENGTH) * GROUND[0]
    assert image[row, column][0] == pytest.approx(softened, abs=6)
    assert tuple(image[5, 5]) == GROUND, "beyond the image lies the plain ground"


def test_a_grey_image_and_one_with_a_colour_table_are_read(tmp_path: Path) -> None:
    shared = prepare(specs.small_country())
    frame = fit("main", shared.bounds, (10.0, 10.0, 60.0, 50.0))
    for table in (None, {7: (10, 200, 10, 255)}):
        path = tmp_path / f"bande-{bool(table)}.tif"
        with rasterio.open(
            path, "w", driver="GTiff", width=8, height=8, count=1, dtype="uint8", crs="EPSG:4326",
            transform=from_bounds(-14, 8, 6, 27, 8, 8),
        ) as target:  # fmt: skip
            target.write(np.full((1, 8, 8), 7, dtype=np.uint8))
            if table:
                target.write_colormap(1, table)
        found = basemap_for(str(path), MALI, tmp_path, print)
        assert found is not None
        red, green, _ = np.asarray(basemap_picture(found, frame).convert("RGB"))[100, 100].astype(int)
        assert (green > red + 50) == bool(table)


@pytest.mark.parametrize("broken", ["texte", "sans projection"])
def test_a_file_that_cannot_be_laid_on_the_ground_is_refused(broken: str, tmp_path: Path) -> None:
    path = tmp_path / "fond.tif"
    if broken == "texte":
        path.write_text("ceci n’est pas une image")
    else:
        geotiff(path, (0.0, 0.0, 40.0, 40.0), crs=None)
    with pytest.raises(InputError, match=r"fond\.tif"):
        basemap_for(str(path), MALI, tmp_path, print)


def test_a_background_of_paris_is_not_the_ground_of_mali(tmp_path: Path) -> None:
    path = geotiff(tmp_path / "paris.tif", (2.2, 48.8, 2.5, 48.95))
    with pytest.raises(InputError, match="n’est pas du Mali") as caught:
        basemap_for(str(path), MALI, tmp_path, print)
    assert "longitudes -12,3 à 4,3" in caught.value.fix


def test_an_image_out_of_all_proportion_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "vide.tif"
    size, placed = 200_000, from_bounds(-14, 8, 6, 27, 200_000, 200_000)
    with rasterio.open(path, "w", driver="GTiff", width=size, height=size, count=1, dtype="uint8", crs="EPSG:4326",
                       transform=placed, SPARSE_OK=True, tiled=True, blockxsize=4096, blockysize=4096):  # fmt: skip
        pass
    with pytest.raises(InputError, match="millions de points") as caught:
        basemap_for(str(path), MALI, tmp_path, print)
    assert "aperçus" in caught.value.fix


@pytest.mark.parametrize("left", [0.0, 0.05, 0.3, 0.9])
def test_a_file_cut_short_is_told_and_not_half_drawn(tmp_path: Path, left: float) -> None:
    path = geotiff(tmp_path / "fond.tif", (-6.0, 14.0, -2.0, 17.0))
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * left)])
    frame = fit("main", prepare(specs.small_country()).bounds, (10.0, 10.0, 60.0, 50.0))

    def shown() -> None:
        found = basemap_for(str(path), MALI, tmp_path, print)
        assert found is not None
        basemap_picture(found, frame)

    with pytest.raises(InputError, match=r"fond\.tif"):
        shown()


def test_a_changed_file_is_read_anew(tmp_path: Path) -> None:
    path = geotiff(tmp_path / "fond.tif", (-6.0, 14.0, -2.0, 17.0))
    shared = prepare(specs.small_country())
    frame = fit("main", shared.bounds, (10.0, 10.0, 60.0, 50.0))
    first = basemap_for(str(path), MALI, tmp_path, print)
    assert first is not None
    before = basemap_picture(first, frame).convert("RGB").tobytes()
    geotiff(path, (-10.0, 12.0, 2.0, 21.0))
    path.touch()
    second = basemap_for(str(path), MALI, tmp_path, print)
    assert second is not None
    assert basemap_picture(second, frame).convert("RGB").tobytes() != before


def test_the_page_with_a_background_keeps_its_colours(tmp_path: Path) -> None:
    """The areas stay what the specification says; only the ground changes."""
    country = specs.small_country()
    found = basemap_for(str(geotiff(tmp_path / "fond.tif", (-14.0, 8.0, 6.0, 27.0))), MALI, tmp_path, print)
    annex = specs.annex3(country)
    with_it = specs.first_page(annex, prepare(country, found))
    without = specs.first_page(annex, prepare(country))
    assert with_it.colours == without.colours


def vrt(of: str) -> str:
    band = f'<VRTRasterBand dataType="Byte" band="1"><SimpleSource><SourceFilename>{of}</SourceFilename></SimpleSource>'
    return f'<VRTDataset rasterXSize="64" rasterYSize="64">{band}</VRTRasterBand></VRTDataset>'


def test_a_background_that_points_elsewhere_fetches_nothing_and_shows_no_other_file(
    server: TileServer, tmp_path: Path
) -> None:
    server.mode = "failing"
    url = f"http://127.0.0.1:{server.server_port}"
    for other in (f"/vsicurl/{url}/x.tif", f"{url}/x.tif"):
        tmp_path = tmp_path / "plus loin"
        tmp_path.mkdir()
        pictures = {
            name: geotiff(tmp_path / f"{name}.tif", (-14.0, 8.0, 6.0, 27.0)) for name in ("a", "b", "c", "d")
        }
        with rasterio.open(pictures["a"], "r+") as tags:
            tags.update_tags(ns="OVERVIEWS", OVERVIEW_FILE=other)
        beside = f'<MDI key="OVERVIEW_FILE">{other}</MDI>'
        (tmp_path / "b.tif.aux.xml").write_text(
            f'<PAMDataset><Metadata domain="OVERVIEWS">{beside}</Metadata></PAMDataset>'
        )
        (tmp_path / "c.tif.ovr").write_text(vrt(other))
        (tmp_path / "d.tif.msk").write_text(vrt(other))
        for name in ("e.tif", "e.vrt"):
            (tmp_path / name).write_text(vrt(other))
        # In a program of its own: one that waits for an answer holds all that runs beside it.
        looking = (
            "import sys; from pathlib import Path; import pipeline, rasterio\n"
            "for name in sys.argv[1:]:\n"
            "    with rasterio.open(name, driver='GTiff') as found:\n"
            "        print(found.overviews(1), found.read(1, out_shape=(4, 4)).max(), found.dataset_mask().min())\n"
        )
        done = subprocess.run([sys.executable, "-c", looking, *map(str, pictures.values())], capture_output=True,
                              text=True, check=True, timeout=60)  # fmt: skip
        assert len(set(done.stdout.splitlines())) == 1, done.stdout
        assert done.stdout.startswith("[] ")
        assert done.stderr == ""
    assert server.asked == 0
    for name in ("e.tif", "e.vrt"):
        with pytest.raises(InputError, match="BASEMAP=") as caught:
            basemap_for(str(tmp_path / name), MALI, tmp_path, print)
        assert "GeoTIFF" in caught.value.fix
