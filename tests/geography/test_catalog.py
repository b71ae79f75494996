"""sources.toml: what it declares, and what is said where it cannot be used."""

from __future__ import annotations

import pytest

from pipeline.errors import BoundaryError
from pipeline.geography import fetching as catalog

GOOD = """
[a]
role = "limites"
title = "Limites"
vintage = "2021-12-20"
default = true
file = "a.zip"
sha256 = "00"
attribution = "x"
licence = "y"
"""


def test_the_projects_own_catalog(project):
    found = catalog.read_catalog(project / "boundaries" / "sources.toml")
    assert found.default.vintage == "2021-12-20"
    assert [one.vintage for one in found.boundaries] == ["2021-12-20", "2015-04-08"]
    assert {one.role for one in found.sets} == {
        "limites", "localites", "population", "fond", "relief",
    }  # fmt: skip
    assert found.default.counts == {"pays": 1, "regions": 10, "cercles": 53, "communes": 701}
    assert found.default.hdx_dataset == "cod-ab-mli"
    assert found.by_vintage("2015-04-08").file == "mli_adm_ab_shp_2015.zip"
    assert found.role("relief").file == "relief_mali.tif"
    for one in found.sets:  # known by its own checksum, or by those of its public copy
        pinned = one.copies.files if one.copies else ()
        assert len(one.sha256) == 64 or pinned
        assert all(len(file.sha256) == 64 or len(file.blob) == 40 for file in pinned)
    assert len(found.default.copies.files) == 20


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[a\n", "n’est pas un fichier TOML"),
        ("a = 1", "section [a]"),
        (GOOD.replace('attribution = "x"\n', ""), "il manque attribution"),
        (GOOD + '[a.copies]\nbase = "x"\n', "[a.copies]"),
        (GOOD + '[colonnes]\nnom = "x"\n', "[colonnes]"),
        (GOOD.replace("default = true\n", ""), "default = true"),
        (None, "introuvable"),
    ],
)
def test_what_cannot_be_used_is_said(text, words, tmp_path):
    path = tmp_path / "sources.toml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(BoundaryError) as caught:
        catalog.read_catalog(path)
    assert words in caught.value.problem
    assert "git checkout" in caught.value.fix or "pcode =" in caught.value.fix
