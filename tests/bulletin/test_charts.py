"""Charts and small maps: their figures are the tables', every one is in the alternative text, bytes repeat."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from pipeline import palette
from pipeline.annexes import BUILDERS, Stage, page_meta
from pipeline.bulletin import boxes as boxes_of
from pipeline.bulletin import charts as charts_of
from pipeline.bulletin.boxes import boxes, write_map
from pipeline.bulletin.charts import (
    Chart,
    Series,
    _panels,
    bulletin_charts,
    drawing,
    mark_of,
    parts_charts,
    reading_charts,
    save,
    write_chart,
    write_parts,
)
from pipeline.bulletin.tables import bulletin_tables, cell_text
from pipeline.disclosure import publish
from pipeline.french import Month
from pipeline.taxonomy import CATEGORIES
from tests.helpers import months
from tests.helpers.months import JUNE, MAY

ROWS = [
    (MAY, "ML050401", "E", 60),
    (JUNE, "ML050401", "E", 25),
    (JUNE, "ML050401", "A", 30),
    (JUNE, "ML070201", "B", 12),
]


@pytest.fixture(scope="module")
def stage(small_country) -> Stage:
    published = publish(months.month(ROWS), small_country, "partenaires")
    return Stage(published, small_country, page_meta(published, small_country, "2021-07-15"))


def test_a_chart_carries_its_table_and_the_colours_of_the_maps(stage):
    tables = bulletin_tables(stage.published)
    for table, chart in zip(tables, bulletin_charts(tables, stage.meta), strict=True):
        assert [item.label for item in chart.series] == [row.label for row in table.rows[:-1]]
        for item, row in zip((*chart.series,), table.rows, strict=False):
            assert item.values == row.cells[:6]
        assert chart.totals == (None, None, None, None, 60, 67)
        for row in table.rows:
            told = chart.alt_text.split(f"{row.label} : ")[1].split(" ; ")[0]
            assert told.startswith("janvier –, février –")
            assert f"mai {cell_text(row.cells[4])}, juin {cell_text(row.cells[5])}" in told
    chart = bulletin_charts(tables, stage.meta)[0]
    assert {item.label: item.colour for item in chart.series} == {
        category.label: palette.CATEGORIES[category.key] for category in CATEGORIES
    }


def test_the_reading_tells_the_change_and_what_moved_most(stage):
    categories, regions = bulletin_charts(bulletin_tables(stage.published), stage.meta)
    assert categories.reading == (
        "De mai à juin 2021, les violations documentées passent de 60 à 67\u00a0; la plus forte hausse est "
        "«\u00a0Mouvement de population forcé\u00a0» (+30) et la plus forte baisse «\u00a0Atteintes au droit à la "
        "propriété\u00a0» (−35)."
    )
    assert "«\u00a0Gao\u00a0» (+12) et la plus forte baisse «\u00a0Mopti\u00a0» (−5)" in regions.reading


def test_the_picture_has_bars_in_the_colours_and_heights_of_the_figures(stage, tmp_path: Path):
    chart = bulletin_charts(bulletin_tables(stage.published), stage.meta)[0]
    png, svg = write_chart(chart, tmp_path)
    pixels = np.asarray(Image.open(png).convert("RGB")).reshape(-1, 3)

    def area(colour: str) -> int:
        wanted = [int(colour[start : start + 2], 16) for start in (1, 3, 5)]
        return int((pixels == wanted).all(axis=1).sum())

    property_, moves = area(palette.CATEGORIES["E"]), area(palette.CATEGORIES["A"])
    # 85 against 30 violations; labels and the legend's samples take a little of each.
    assert 85 / 30 * 0.85 < property_ / moves < 85 / 30 * 1.15
    assert chart.title in svg.read_text("utf-8")
    again = write_chart(chart, tmp_path / "encore")
    assert [path.read_bytes() for path in again] == [png.read_bytes(), svg.read_bytes()]


def test_the_last_bits_of_a_layout_are_in_no_name(tmp_path: Path) -> None:
    """matplotlib solves a layout in the order of addresses in memory: places differ by a trillionth from run to run."""
    made = []
    for number, noise in enumerate((0.0, 2e-15)):
        with drawing():
            figure = Figure(figsize=(4, 3))
            axes = figure.add_axes((0.1 + noise, 0.2, 0.5, 0.3 + noise))
            axes.bar([1, 2], [3, 4])
            made.append(save(figure, tmp_path / str(number), "titre", "texte", "essai")[1].read_text("utf-8"))
    assert made[0] == made[1]
    (name,) = set(re.findall(r'clipPath id="(\w+)"', made[0]))
    assert made[0].count(f"url(#{name})") == 2


def test_a_picture_names_its_audience_and_source_for_the_reader_of_the_file(stage):
    for chart in bulletin_charts(bulletin_tables(stage.published), stage.meta):
        assert stage.meta.audience_label in chart.mark
        assert stage.meta.sources in chart.mark


LONG = (
    "Cluster Protection Mali, système de monitoring de protection ; alertes flash de la coordination régionale de Mopti ; "
    "entretiens conduits par douze organisations partenaires et vérifiés par les points focaux régionaux du Cluster"
)


def test_a_long_source_stands_whole_under_every_picture_with_the_audience_behind_it(
    stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """On as many lines as it needs, inside the picture, under all else."""
    seen: list[Figure] = []

    def kept(figure: Figure, stem: Path, *texts: str) -> tuple[Path, Path]:
        seen.append(figure)
        return save(figure, stem, *texts)

    for module in (charts_of, boxes_of):
        monkeypatch.setattr(module, "save", kept)
    meta = replace(stage.meta, sources=LONG)
    told = replace(stage, meta=meta)
    charts = bulletin_charts(bulletin_tables(stage.published), meta)
    for chart in charts:
        write_chart(chart, tmp_path)
    parts = parts_charts(stage.published, meta)
    for part in parts:
        write_parts(part, tmp_path)
    areas = BUILDERS[1](told).areas()
    for box in boxes(told):
        write_map(box, areas, stage.country, mark_of(meta), tmp_path)
    assert {chart.stacked for chart in charts} == {True, False}
    assert parts
    assert len(seen) > len(charts) + len(parts)
    for figure in seen:
        figure.canvas.draw()
        (mark,) = (text for text in figure.texts if "Cluster Protection Mali" in text.get_text())
        assert LONG in " ".join(mark.get_text().split("\n"))
        assert stage.meta.audience_label in " ".join(mark.get_text().split("\n"))
        room, whole = mark.get_window_extent(), figure.bbox
        assert room.x1 <= whole.x1
        assert room.y0 >= whole.y0
        others = [legend.get_window_extent() for legend in figure.legends]
        others += [axes.get_tightbbox() for axes in figure.axes if axes.axison]
        others += [text.get_window_extent() for axes in figure.axes for text in axes.texts]
        assert min(other.y0 for other in others) >= room.y1 - 1


def test_a_box_map_shows_its_own_region_in_the_colours_of_annex_1(stage, tmp_path: Path):
    areas = BUILDERS[1](stage).areas()
    of = {box.heading: box for box in boxes(stage)}
    mopti = of["Région de Mopti"]
    assert mopti.region_pcodes == ("ML05",)
    png, svg = write_map(mopti, areas, stage.country, "essai", tmp_path)
    pixels = np.asarray(Image.open(png).convert("RGB"))
    dark = areas.class_of("ML050401").colour
    other = areas.class_of("ML070201").colour
    shares = {}
    for name, colour in (("own", dark), ("other", other)):
        wanted = [int(colour[start : start + 2], 16) for start in (1, 3, 5)]
        shares[name] = float((pixels == wanted).all(axis=2).mean())
    assert dark != other
    # The commune of the region fills a good part of the picture; the other class is a sample of the legend.
    assert shares["own"] > 0.02 > 0.004 > shares["other"] > 0
    again = write_map(mopti, areas, stage.country, "essai", tmp_path / "encore")
    assert [path.read_bytes() for path in again] == [png.read_bytes(), svg.read_bytes()]


def test_a_month_with_a_vowel_is_elided_and_a_full_year_of_names_does_not_run_together():
    november = Month(2021, 11)
    totals = (*(None,) * 9, 60, 67)
    chart = Chart("graphique-regions", "Titre", "", "", "Marque", november.year_to_date(),
                  (Series("Mopti", "#000000", totals),), totals, False)  # fmt: skip
    assert reading_charts(list(chart.series), totals, november).startswith(
        "D’octobre à novembre 2021, les violations"
    )
    figure = Figure(figsize=(8, 4))
    _panels(figure, chart)
    named = [label.get_text() for label in figure.axes[0].get_xticklabels()]
    assert [text for text in named if text] == ["Jan", "Mars", "Mai", "Juil", "Sept", "Nov"]
