"""Names to P-codes. Entry: `Gazetteer.of`, `resolve_rows`, `write_review`, `write_resolved`."""

from pipeline.places.codes import files_of, tell_vintages
from pipeline.places.decisions import decision_index, stale
from pipeline.places.gazetteer import Gazetteer
from pipeline.places.place import Candidate, Located, Place, PlaceRequest
from pipeline.places.questions import waiting, write_resolved, write_review
from pipeline.places.resolve import requests_of, resolve, resolve_rows

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
