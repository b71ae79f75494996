"""What the row itself leaves open becomes a question, however well the names are known."""

from __future__ import annotations

from dataclasses import replace

from pipeline.places.candidates import of_commune
from pipeline.places.frame import Frame
from pipeline.places.gazetteer import Gazetteer
from pipeline.places.normalise import name_of
from pipeline.places.place import Candidate, Place
from pipeline.places.standing import at_frame
from pipeline.places.unfold import Unfolded


def doubted(place: Place, unfolded: Unfolded, frame: Frame, gazetteer: Gazetteer) -> Place:
    """A place whose writer puts a question mark behind a name, or names several: asked, and counted meanwhile
    at what is certain: the cercle where the commune is in doubt, the commune where the village is."""
    told = tuple(text for _, text in unfolded.doubts)
    columns = {column for column, _ in unfolded.doubts}
    first = Candidate(place.pcode, place.level, place.name, place.score, "nom écrit, avec un doute")
    if place.question or not place.commune_pcode:
        place = replace(place, evidence=tuple(dict.fromkeys((*told, *place.evidence))))
        if not place.question and place.level in columns:  # the finest thing written, and it is in doubt
            region = gazetteer.regions[place.region_pcode] if place.level == "cercle" else None
            stands = at_frame(Frame(region=region), None, (), gazetteer)
            place = replace(stands, evidence=place.evidence, question=True, candidates=(first,))
        return _with_several(place, unfolded, frame, gazetteer)
    if not columns & {"commune", "localite"}:
        return replace(place, evidence=(*place.evidence, *told))  # the commune bears region and cercle out
    commune = gazetteer.communes[place.commune_pcode]
    if "commune" in columns:
        stands = at_frame(frame, None, (), gazetteer)
    else:
        villages = {
            hit.thing.name
            for text in unfolded.several
            for hit in gazetteer.index("localite", commune.pcode).same(name_of(text))
        }
        if len(villages) < 2 and (unfolded.several or place.level == "commune"):
            # one village's two names, or no village that is placed
            return replace(place, evidence=(*place.evidence, *told))
        stands = replace(
            place, level="commune", name=commune.name, locality="", longitude=None, latitude=None
        )
    asked = replace(stands, question=True, candidates=(first,), evidence=(*told, *place.evidence))
    return _with_several(asked, unfolded, frame, gazetteer)


def _with_several(place: Place, unfolded: Unfolded, frame: Frame, gazetteer: Gazetteer) -> Place:
    """The question with each of the names that stand together among its candidates."""
    found = list(place.candidates)
    for text in unfolded.several:
        name = name_of(text)
        found += [
            of_commune(hit.thing, hit.score, f"« {text} », nommé avec d'autres", gazetteer)
            for hit in gazetteer.index("commune", frame.scope).same(name)
            if hit.thing.pcode in gazetteer.communes
        ]
        if place.commune_pcode:
            found += [
                Candidate(
                    place.commune_pcode, "localite", hit.thing.name, hit.score, "village, nommé avec d'autres"
                )
                for hit in gazetteer.index("localite", place.commune_pcode).same(name)
            ]
    kept = {(c.pcode, c.name): c for c in reversed(found)}
    return replace(place, candidates=tuple(reversed(kept.values()))[:5]) if place.question else place
