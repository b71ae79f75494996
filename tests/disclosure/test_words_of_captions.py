"""What is said in words says no more than what is drawn: random months, every caption, text and legend."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st

from pipeline.annexes.common import Stage
from pipeline.annexes.model import Annex, Areas
from pipeline.disclosure.policy import policy_of
from pipeline.disclosure.publish import published_alert
from pipeline.french import percent
from pipeline.runner import specify
from tests.disclosure.test_random_months import EXAMPLES, HUNT
from tests.helpers import months
from tests.helpers.countries import COMMUNES
from tests.helpers.months import JUNE, MAY

PLACES = (*sorted(COMMUNES), "ML0501", "ML0702")
rows = st.lists(
    st.tuples(
        st.sampled_from((JUNE, JUNE, MAY)), st.sampled_from(PLACES), st.sampled_from("ABCDEF"),
        st.sampled_from((1, 1, 2, 3, 4, 6, 9, 23, 60)),
    ),
    min_size=1,
    max_size=12,
)  # fmt: skip


def numbers(text: str) -> set[int]:
    """Whole numbers, "1 237" with any space as one; those of "2021-06" and "100 %" too."""
    return {
        int(re.sub(r"\s", "", found)) for found in re.findall(r"\d{1,3}(?:[\u00a0\u202f]\d{3})+|\d+", text)
    }


def told_in_figures(stage: Stage) -> set[int]:
    """All that published values tell exactly, and what the bulletin prints."""
    published = stage.published
    found = {2021, 1, 5}
    for month in published.months:
        totals = {
            *published.regions[month].values(),
            *published.categories[month].values(),
            published.total(month),
        }
        found |= totals
        whole = published.total(month)
        found |= {int(share) for total in totals for share in re.findall(r"\d+", percent(total, whole))}
        for table in (published.areas[month], published.cercles[month]):
            found |= {count.value for count in table.values() if count.state == "exact"}
            # How many areas are shown is what can be counted on the map.
            shown = sum(published.class_key(count).startswith("c") for count in table.values())
            found |= {shown, sum(count.state == "suppressed" for count in table.values())}
    return found | {published.not_located}


def said(annex: Annex) -> str:
    return " ".join((annex.caption, annex.alt_text))


@tried(HUNT, max_examples=25 * EXAMPLES)
@given(rows, st.sampled_from(("partenaires", "public")))
def test_captions_say_only_numbers_that_are_told(small_country, found, audience):
    stage = months.stage(months.month(found), small_country, audience)
    incidents = next(annex for annex in specify(stage) if annex.number == 1)
    assert numbers(said(incidents)) <= told_in_figures(stage), said(incidents)


@tried(HUNT, max_examples=25 * EXAMPLES)
@given(rows, st.sampled_from(("partenaires", "public")))
def test_a_cercle_that_is_named_with_a_number_is_told_that_number(small_country, found, audience):
    stage = months.stage(months.month(found), small_country, audience)
    incidents = next(annex for annex in specify(stage) if annex.number == 1)
    cercles = {name: code for code, name in small_country.names("cercle").items()}
    for value, name in re.findall(
        r"dont ([\d\u202f\u00a0]+) dans le cercle (?:de |d’)([\w -]+?)\.", incidents.caption
    ):
        count = stage.published.cercles[JUNE][cercles[name]]
        assert (count.state, count.value) == ("exact", int(re.sub(r"\s", "", value)))


@tried(HUNT, max_examples=20 * EXAMPLES)
@given(rows)
def test_what_is_not_published_has_its_word_and_its_legend(small_country, found):
    """Suppressed is a value like any other: a class of the legend where it is drawn, a word in the table."""
    stage = months.stage(months.month(found), small_country)
    annex = next(annex for annex in specify(stage) if annex.number == 1)
    layer = next(layer for layer in annex.layers if isinstance(layer, Areas))
    hidden = {
        code for code, count in stage.published.areas[JUNE].items() if count.class_key(5) == "suppressed"
    }
    drawn = {code for code, value in layer.values.items() if value.class_key == "suppressed"}
    assert drawn == hidden
    entries = {entry.key: entry for entry in layer.classes}
    assert all(value.class_key in entries for value in layer.values.values())
    if hidden:
        assert entries["suppressed"].label.strip()
        assert (
            entries["suppressed"].colour
            not in {entry.colour for key, entry in entries.items() if key != "suppressed" and not entry.hatch}
            or entries["suppressed"].hatch
        )
    for code in hidden:
        assert not numbers(layer.values[code].text) or "à" in layer.values[code].text
        fact = dict(layer.values[code].facts)["Violations, juin 2021"]
        assert fact == layer.values[code].text


@pytest.mark.parametrize("audience", ["partenaires", "public"])
def test_few_households_are_hidden_in_the_caption_too(small_country, audience):
    """A movement of three households: neither it nor a total that would give it is said."""
    alerts = (
        months.alert(small_country, "mouvement", "ML050401", households=135),
        replace(months.alert(small_country, "mouvement", "ML070202", households=3), report="F-2"),
    )
    stage = months.stage(months.month([(JUNE, "ML050401", "E", 30)], alerts=alerts), small_country, audience)
    annex = next(annex for annex in specify(stage) if annex.number == 2)
    everything = f"{said(annex)} {annex.layers!r} {annex.table!r}"
    assert "135" in annex.caption
    assert "138" not in everything
    # In the order of their places, whichever was reported first.
    assert [alert.households for alert in stage.published.alerts] == [None, 135]


def test_alerts_keep_no_word_of_a_village_outside_the_house(small_country):
    event = replace(
        months.alert(small_country, "attaque_village", "ML050401"),
        locality="Kouna Daga",
        description="Le puits de Kouna Daga",
    )
    for audience in ("partenaires", "public"):
        told = published_alert(event, small_country, policy_of(audience))
        assert "Kouna" not in repr(told)
        assert told.date == ""
        assert told.precision == "commune"
    assert "Kouna Daga" in repr(published_alert(event, small_country, policy_of("interne")))
