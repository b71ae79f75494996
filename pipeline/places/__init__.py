"""Names to P-codes. Entry: `Gazetteer.of`, `resolve_rows`, `write_review`, `write_resolved`."""

from pipeline.places.decisions import decision_index, stale
from pipeline.places.gazetteer import Gazetteer
from pipeline.places.place import Candidate, Place
from pipeline.places.questions import Located, waiting, write_resolved, write_review
from pipeline.places.request import PlaceRequest
from pipeline.places.resolve import resolve
from pipeline.places.rows import requests_of, resolve_rows
from pipeline.places.vintage_notes import files_of, tell_vintages

__all__ = [
    "Candidate",
    "Gazetteer",
    "Located",
    "Place",
    "PlaceRequest",
    "decision_index",
    "files_of",
    "requests_of",
    "resolve",
    "resolve_rows",
    "stale",
    "tell_vintages",
    "waiting",
    "write_resolved",
    "write_review",
]
