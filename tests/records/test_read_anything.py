"""Whatever the bytes, a table is read or refused in three parts; and no row is ever lost."""

import contextlib
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import PipelineError
from pipeline.french import Month
from pipeline.records.read import read_table
from tests.records.conftest import ALERT, INCIDENT, JUNE, RISK, csv_text

SETTINGS = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
TABLES = {"incidents": INCIDENT, "alertes_flash": {**ALERT, "menages": "12"}, "indice_risque": RISK}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("any")


def read(folder: Path, data: bytes, table: str = "incidents", name: str = "incidents.csv"):
    path = folder / name
    path.write_bytes(data)
    return read_table(path, table, f"2021-06/{name}", JUNE, 2021)


@SETTINGS
@given(data=st.binary(max_size=400), table=st.sampled_from(sorted(TABLES)))
def test_any_bytes(folder, data, table):
    with contextlib.suppress(PipelineError):
        read(folder, data, table)


@SETTINGS
@given(data=st.binary(max_size=300), table=st.sampled_from(sorted(TABLES)))
def test_any_bytes_below_a_good_header(folder, data, table):
    with contextlib.suppress(PipelineError):
        found = read(folder, ",".join(TABLES[table]).encode() + b"\n" + data, table)
        assert found.total + len(found.aside) == found.files[0].rows


@SETTINGS
@given(data=st.binary(max_size=300))
def test_any_bytes_in_a_workbooks_parts(folder, data):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in ("[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
            archive.writestr(name, data)
    with contextlib.suppress(PipelineError):
        read(folder, buffer.getvalue(), name="incidents.xlsx")


CELL = st.one_of(
    st.text(st.characters(exclude_characters="\n\r\0", exclude_categories=["Cs", "Cc"]), max_size=12),
    st.sampled_from(["1", "A", "B", "Meurtre", "Viol", "2021-06-03", "31/06/2021", "44361", "12,5", "-4,2",
                     "#N/A", "=1+1", "nan"]),
)  # fmt: skip


@SETTINGS
@given(data=st.data(), table=st.sampled_from(sorted(TABLES)))
def test_rows_in_are_good_and_refused(folder, data, table):
    columns = list(TABLES[table])
    rows = data.draw(st.lists(st.lists(CELL, min_size=len(columns), max_size=len(columns)), max_size=8))
    text = csv_text([TABLES[table], *(dict(zip(columns, row, strict=True)) for row in rows)])
    found = read(folder, text.encode(), table)
    assert found.total + len(found.aside) == found.files[0].rows <= len(rows) + 1
    assert len(found.rows) >= 1
    assert (
        len(found.rows) + len({finding.row for finding in found.findings if finding.refused}) == found.total
    )
    for finding in found.findings:
        assert finding.problem
        assert finding.consequence
        assert finding.fix
    assert list(found.rows.index) == list(range(len(found.rows)))
    if table != "indice_risque":
        assert all(Month(day.year, day.month) == JUNE for day in found.rows["date"])
