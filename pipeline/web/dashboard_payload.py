"""The dashboard's values as data for its page: every printed count once, everything else names it by position."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pipeline.disclosure.counts import Count
from pipeline.web.dashboard_map import Drawing
from pipeline.web.dashboard_model import Board
from pipeline.web.topology import vlq

CHANGES = {"": "-", "up": "u", "down": "d", "same": "s", "open": "o"}
NO_CELL = 0
"""Position of the count that says that there is none."""


class Counts:
    """Counts as printed, each once: text, least, most (-1: no upper end or not told), class of the legend."""

    def __init__(self, classes: Iterable[str], threshold: int) -> None:
        self.all: list[list[Any]] = []
        self._threshold = threshold
        self._classes = {key: position for position, key in enumerate(classes)}
        self._index: dict[Count, int] = {}

    def index(self, count: Count) -> int:
        """Position of a count, added where it is new."""
        if count not in self._index:
            self._index[count] = len(self.all)
            told = count.state in ("exact", "range")
            most = count.high if told and count.high is not None else -1
            exact = int(count.state == "exact")
            self.all.append(
                [
                    count.text,
                    count.low if told else -1,
                    most,
                    self._classes[count.class_key(self._threshold)],
                    exact,
                ]
            )
        return self._index[count]


def payload(board: Board, drawing: Drawing) -> dict[str, Any]:
    """The JSON document of the page. Raises KeyError where an area of the map has no count."""
    counts = Counts((entry.key for entry in board.classes), board.threshold)
    counts.index(Count("nodata"))
    spread = (len(board.months), len(board.regions) + 1, len(board.categories) + 1)
    cells = [(m, r, c) for m in range(spread[0]) for r in range(spread[1]) for c in range(spread[2])]
    return {
        "months": [
            {"key": key, "label": label, "name": name, "short": short, "known": known}
            for (key, label, name, short), known in zip(board.months, board.known, strict=True)
        ],
        "regions": list(board.regions),
        "categories": [
            {"key": key, "label": label, "short": short, "colour": colour}
            for key, label, short, colour in board.categories
        ],
        "cube": vlq(counts.index(board.cube[cell]) for cell in cells),
        "changes": "".join(CHANGES[board.changes[cell]] for cell in cells),
        "sums": [
            [list(board.sums[r, c]) for c in range(spread[2])] for r in range(spread[1])
        ],  # total and share
        "classes": [
            {"key": entry.key, "label": entry.label, "colour": entry.colour, "hatch": entry.hatch}
            for entry in board.classes
        ],
        "areas": [
            vlq(counts.index(told[shape.pcode]) if told else NO_CELL for shape in drawing.areas)
            for told in board.areas
        ],
        "cercles": [
            vlq(counts.index(told[shape.pcode]) if told else NO_CELL for shape in drawing.cercles)
            for told in board.cercles
        ],
        "cercleCategories": [
            [counts.index(count) for count in board.cercle_categories[shape.pcode]]
            if shape.pcode in board.cercle_categories
            else None
            for shape in drawing.cercles
        ],
        "map": {
            "size": list(drawing.size),
            "names": [shape.name for shape in drawing.areas],
            "parents": [vlq(pair[side] for pair in drawing.parents) for side in (0, 1)],
            "cercles": [
                {"name": shape.name, "at": list(shape.at), "region": region}
                for shape, region in zip(drawing.cercles, drawing.of_cercle, strict=True)
            ],
            "regions": [
                {
                    "name": shape.name,
                    "at": list(shape.at),
                    "box": list(shape.box),
                    "counted": board.region_of.get(shape.pcode, 0),
                }
                for shape in drawing.regions
            ],
        },
        "cards": [
            {
                "label": card.label,
                "elsewhere": card.elsewhere,
                "told": {f"{m},{r}": list(words) for (m, r), words in card.told.items()},
            }
            for card in board.cards
        ],
        "noun": board.noun,
        "profiles": {
            "titles": [list(pair) for pair in board.profile_titles],
            "told": {
                f"{found.key},{found.region},{found.category}": [
                    [label, counts.index(count)] for label, count in found.parts
                ]
                for found in board.profiles
            },
        },
        "counts": counts.all,
    }
