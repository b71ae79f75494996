"""The dashboard's values as data for its page: every printed count once, everything else names it by position."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pipeline import palette
from pipeline.disclosure.counts import Count
from pipeline.french import number
from pipeline.web.dashboard_map import Drawing
from pipeline.web.dashboard_model import Board
from pipeline.web.topology import vlq

CHANGES = {"": "-", "up": "u", "down": "d", "same": "s", "open": "o"}
NO_CELL = 0
"""Position of the count that says that there is none."""


class Counts:
    """Counts as printed, each once: text, least, most (-1: no upper end or not told), class of the legend."""

    def __init__(self, classes: Iterable[str]) -> None:
        self.all: list[list[Any]] = []
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
                [count.text, count.low if told else -1, most, self._classes[count.class_key], exact]
            )
        return self._index[count]


def payload(board: Board, drawing: Drawing) -> dict[str, Any]:
    """The JSON document of the page. Raises KeyError where an area of the map has no count."""
    counts = Counts(entry.key for entry in board.classes)
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


MOST_CERCLES = 8


def still(board: Board, drawing: Drawing) -> dict[str, Any]:
    """What the page shows before its script, or where none runs: the month, all regions, all categories."""
    last = len(board.months) - 1
    label = board.months[last][1]
    now, areas, cercles = board.cube[last, 0, 0], board.areas[last], board.cercles[last]
    before = board.cube[last - 1, 0, 0].text if last and board.known[last - 1] else ""
    cards = [
        (
            now.text,
            f"violations en {label}",
            f"contre {before} en {board.months[last - 1][2]}" if before else "",
        ),
        (board.sums[0, 0][0], f"de {board.months[0][2]} à {label}", ""),
    ]
    told = [(card.label, card.told[last, 0]) for card in board.cards if (last, 0) in card.told]
    tally = [sum(count.class_key == entry.key for count in areas.values()) for entry in board.classes]
    ranked = sorted(
        (
            (count, shape.name)
            for shape in drawing.cercles
            if (count := cercles.get(shape.pcode)) and _most(count)
        ),
        key=lambda pair: (-pair[0].low, -_most(pair[0]), pair[1]),
    )[:MOST_CERCLES]
    return {
        "cards": [*cards, *((value, title, detail) for title, (value, detail) in told)],
        "legend": [
            (entry, number(count))
            for entry, count in zip(board.classes, tally, strict=True)
            if count or entry.kind in ("class", "zero")
        ],
        "cercles": _lines([(name, count, palette.VIOLATIONS[3]) for count, name in ranked]),
        "months": _lines(
            [(title, board.cube[m, 0, 0], palette.ACCENT) for m, (_, title, _, _) in enumerate(board.months)]
        ),
        "categories": _lines(
            [
                (title, board.cube[last, 0, c], colour)
                for c, (_, title, _, colour) in enumerate(board.categories, start=1)
            ]
        ),
        "regions": _lines(
            [
                (region, board.cube[last, r, 0], palette.ACCENT)
                for r, region in enumerate(board.regions, start=1)
            ]
        ),
    }


def _most(count: Count) -> int:
    """The most that a published count may be; its least where no upper end is told."""
    return count.low if count.high is None else count.high


def _lines(rows: Sequence[tuple[str, Count, str]]) -> list[dict[str, Any]]:
    """A list of bars: what is certain full, up to the most it may be pale."""
    whole = max([_most(count) for _, count, _ in rows] + [1])
    return [
        {
            "label": label,
            "text": count.text,
            "colour": colour,
            "least": round(100 * count.low / whole, 1),
            "most": round(100 * _most(count) / whole, 1),
        }
        for label, count, colour in rows
    ]
